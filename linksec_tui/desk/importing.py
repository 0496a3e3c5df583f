"""Files of mail into a mailbox: single messages and mbox, told apart by how they begin."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.mbox import MAX_MESSAGE, Entry, is_mbox, split_mbox
from linksec_tui.incoming import importing
from linksec_tui.model.errors import BadInput
from linksec_tui.model.imported import Imported
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.visible import visible

_PIECE = 64 << 10  # octets of a line that are read at once
_CRLF = b"\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """The verb."""

    rooms: Rooms
    correspondence: Correspondence

    async def import_files(self, files: Sequence[Path], target: Mailbox, told: Callable[[Imported], None]) -> Imported:
        """All messages of the files, in their order. Raises BadInput before anything is filed where one cannot be read,
        ConnectionProblem."""
        streams = [await asyncio.to_thread(_opened, file) for file in files]
        line = self.correspondence.sync(self.rooms.account(target.account)).line
        work = importing.Importing(line=line, vault=self.rooms.mail, tell=self.rooms.broadcast.tell, target=target)
        try:
            with closing(_entries(streams)) as entries:
                return await work.run(entries, told)
        finally:
            for stream in streams:
                stream.close()


def _opened(file: Path) -> BinaryIO:
    name = visible(str(file))
    try:
        return file.expanduser().open("rb")
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "there is no such place"
        raise BadInput(f"{name} cannot be read ({why}).", "Check the path.") from error


def _entries(streams: Sequence[BinaryIO]) -> Generator[Entry]:
    for stream in streams:
        written = datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, UTC)
        beginning = stream.read(5)
        stream.seek(0)
        if is_mbox(beginning):
            for entry in split_mbox(iter(lambda s=stream: s.readline(_PIECE), b"")):
                yield replace(entry, written=written)
        else:
            raw = stream.read(MAX_MESSAGE + 1)
            text = raw.replace(_CRLF, b"\n").replace(b"\n", _CRLF)
            yield Entry(raw=text, written=written, cut=len(raw) > MAX_MESSAGE)
