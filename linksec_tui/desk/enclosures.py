"""What is attached to a message, taken out of it: looked at here, opened on the desktop, saved, or given to a program.

A file that is opened lies in a directory of our own that nobody else can read, under a name that is safe, without the
right to be run, and goes when the desk is closed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

import platformdirs

from linksec_tui.desk.browser import has_screen, open_page
from linksec_tui.desk.carried import content
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.drafting import Drafting
from linksec_tui.desk.picture import picture_of
from linksec_tui.desk.pipe import Piped, run_piped
from linksec_tui.desk.put_away import put_away
from linksec_tui.formats.domain_name import parse_recipient_text
from linksec_tui.formats.file_name import safe_name
from linksec_tui.formats.mailto import parse_mailto
from linksec_tui.formats.mime import MAX_MESSAGE
from linksec_tui.incoming.risk import risk_of
from linksec_tui.incoming.taken_out import content_of, read_inner, text_of
from linksec_tui.model.address import Field
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment, Draft
from linksec_tui.model.message import Reading
from linksec_tui.model.picture import Canvas, Picture
from linksec_tui.model.reading import PageLink, Part, Wish

BEGINNING = 8192  # octets of a file that are looked at before it is opened


@dataclass(slots=True, kw_only=True)
class Enclosures:
    """The verbs around the parts of a message. `part` is one of `Reading.every_part`."""

    correspondence: Correspondence
    drafting: Drafting
    _directory: Path | None = field(default=None)

    async def content(self, message: int, part: Part) -> bytes:
        """What it holds, without its transfer encoding. Raises BadInput where it is not there any more."""
        raw = await self.correspondence.raw(message)
        return await asyncio.to_thread(content_of, raw, part.number, MAX_MESSAGE)

    async def text(self, message: int, part: Part) -> str:
        """As visible text, whatever it is."""
        raw = await self.correspondence.raw(message)
        return await asyncio.to_thread(text_of, raw, part.number)

    async def inner(self, message: int, part: Part, wish: Wish | None = None) -> Reading:
        """The message within the message; its parts keep their numbers."""
        header, raw = await self.correspondence.header(message), await self.correspondence.raw(message)
        return await asyncio.to_thread(read_inner, header, raw, part.number, wish or Wish())

    async def picture(self, message: int, part: Part, canvas: Canvas) -> Picture:
        """The picture, as large as the canvas allows. Raises BadInput where it cannot or should not be shown."""
        return await picture_of(await self.content(message, part), canvas)

    async def attached_text(self, attachment: Attachment) -> str:
        """What goes with a letter, as visible text. Raises BadInput where it cannot be read."""
        held = await content(self.correspondence, attachment)
        return await asyncio.to_thread(text_of, _alone(attachment, held), "1")

    async def attached_picture(self, attachment: Attachment, canvas: Canvas) -> Picture:
        return await picture_of(await content(self.correspondence, attachment), canvas)

    async def risk(self, message: int, part: Part) -> str:
        """What opening it may do; empty where it is an ordinary file."""
        content = await self.content(message, part)
        return risk_of(part.name, part.media_type, content[:BEGINNING])

    async def open(self, message: int, part: Part) -> Path:
        """With whatever the desktop opens such files with; whoever asks has been told of the risk."""
        opener = _opener()
        content = await self.content(message, part)
        file = await asyncio.to_thread(put_away, self._private(), safe_name(*_named(part)), content)
        # A daemon: a program that stays open does not keep the client from ending, and one that ends leaves no corpse.
        Thread(target=_show, args=(opener, file), name="opened", daemon=True).start()
        return file

    async def save(self, message: int, parts: Sequence[Part], directory: str) -> tuple[Path, ...]:
        """Into that directory as a person types it, overwriting nothing; on the disk when it returns."""
        raw = await self.correspondence.raw(message)
        return await asyncio.to_thread(_save, raw, parts, directory)

    async def pipe(self, message: int, part: Part, command: str) -> Piped:
        """What a shell command says of it."""
        return await run_piped(command, await self.content(message, part))

    async def follow(self, link: PageLink) -> bool:
        """In the browser of the desktop; False where there is none. Nothing but web pages is opened."""
        if not link.target.lower().startswith(("http://", "https://")):
            raise BadInput("Only web pages are opened.", f"The link leads to {link.target}.")
        if not has_screen():
            return False
        await open_page(link.target)
        return True

    def letter_to(self, address: str, account: str | None) -> Draft:
        """A letter as a mailto: address would begin it; nothing is sent. Raises BadInput."""
        found = parse_mailto(address)
        if found is None:
            raise BadInput("That is not an address to write to.")
        listed = ((Field.TO, found.to), (Field.CC, found.cc), (Field.BCC, found.bcc))
        people = [one for where, written in listed for each in written for one in parse_recipient_text(each, where)]
        draft = self.drafting.new(account)
        body = f"{found.body}\n{draft.body}" if found.body else draft.body
        answers = found.in_reply_to  # rendered only where it is the name of a message
        return replace(draft, recipients=tuple(people), subject=found.subject, body=body, in_reply_to=answers)

    @property
    def downloads(self) -> Path:
        """Where files are saved unless the person says otherwise."""
        found = platformdirs.user_downloads_path()
        return found if found.is_dir() else Path.home()

    def close(self) -> None:
        """What was opened goes."""
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    def _private(self) -> Path:
        if self._directory is None:
            run_time = os.environ.get("XDG_RUNTIME_DIR", "")
            parent = run_time if run_time and os.access(run_time, os.W_OK) else None
            self._directory = Path(tempfile.mkdtemp(prefix="linksec-tui-", dir=parent))  # mode 0700
        return self._directory


def _alone(attachment: Attachment, held: bytes) -> bytes:
    """As a message of nothing else; another message as the text that it is."""
    kind = attachment.media_type if attachment.media_type.startswith("text/") else "text/plain"
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n\r\n".encode("ascii", "replace") + held


def _opener() -> str:
    """Raises BadInput where there is no desktop to open anything on."""
    name = "open" if sys.platform == "darwin" else "xdg-open"
    found = shutil.which(name)
    if found is None or not has_screen():
        raise BadInput("There is no desktop here that could open it.", "Save it, or give it to a program of your own.")
    return found


def _show(opener: str, file: Path) -> None:
    with suppress(OSError):
        subprocess.run(  # noqa: S603 - the desktop's opener, and a file of our own
            (opener, str(file)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # it outlives us, and gets none of the terminal's signals
            check=False,
        )


def _save(raw: bytes, parts: Sequence[Part], directory: str) -> tuple[Path, ...]:
    where = Path(directory).expanduser()
    return tuple(put_away(where, safe_name(*_named(part)), content_of(raw, part.number, MAX_MESSAGE)) for part in parts)


def _named(part: Part) -> tuple[str, str, str]:
    return part.name, part.media_type, part.number
