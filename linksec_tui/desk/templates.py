"""Letters that stand ready: files in `templates` beside the configuration, each a message as any program writes it.

Their header fields (To, Cc, Bcc, Subject) begin the letter, and the text its body; a file without a header is all text.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from linksec_tui import config_file
from linksec_tui.desk.read_letter import WrittenLetter, read_letter
from linksec_tui.formats.domain_name import parse_mailbox
from linksec_tui.model.address import Recipient
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft
from linksec_tui.model.visible import visible, visible_text

MOST = 500
MAX_SIZE = 1 << 20  # octets


def names(config: Path | None) -> tuple[str, ...]:
    """In their order as files; blocking, and quick: one directory is read."""
    try:
        found = [each.name for each, _ in zip(_directory(config).iterdir(), range(MOST), strict=False)]
    except OSError:
        return ()
    return tuple(sorted(name for name in found if not name.startswith(".") and not name.endswith("~")))


def read(config: Path | None, name: str) -> WrittenLetter:
    """Blocking. Raises BadInput."""
    try:
        with (_directory(config) / Path(name).name).open("rb") as file:
            raw = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise BadInput(
            f"The template “{visible(name)}” cannot be read ({error.strerror}).", "Check the file."
        ) from error
    if len(raw) > MAX_SIZE:
        raise BadInput(f"The template “{visible(name)}” is over 1 MB.", "Shorten it.")
    return read_letter(raw)


def begun(draft: Draft, written: WrittenLetter) -> Draft:
    """The new letter with what stands in the template, above the signature that it has."""
    people = tuple(
        Recipient(address=parse_mailbox(named.address), name=named.name, field=field)
        for field, named in written.recipients
    )
    text = visible_text(written.body).strip("\n")
    return replace(draft, recipients=people, subject=written.subject, body=f"{text}\n{draft.body}")


def _directory(config: Path | None) -> Path:
    return (config or config_file.config_path()).parent / "templates"
