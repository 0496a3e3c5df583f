"""Address books on the disk: vCard files, directories of them (khard's, vdirsyncer's), and abook's one file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from linksec_tui.model.contact import BookFormat, Person
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible
from linksec_tui.people import abook, vcard
from linksec_tui.people.card import MAX_PEOPLE, MAX_PROBLEMS, Card, Cards

MAX_DEPTH = 4  # directories below the one that is named: khard has one an address book, vdirsyncer one more
_CARDS = (".vcf", ".vcard")


def read_path(path: Path) -> Cards:
    """Everybody in a file, or in all the cards below a directory. Raises BadInput."""
    try:
        if path.is_dir():
            return _read_directory(path)
        return read_content(_content(path))
    except OSError as error:
        raise BadInput(f"{visible(str(path))} cannot be read ({error.strerror}).", "Check the path.") from error


def read_content(content: bytes) -> Cards:
    """Raises BadInput where it is no address book."""
    if abook.is_abook(content):
        return abook.read_abook(content)
    if b"vcard" not in content.lower().replace(b"\0", b""):
        raise BadInput(
            "That is not an address book that can be read.",
            "Give a vCard file (.vcf), a directory of them, or abook's.",
        )
    return vcard.read_vcards(content)


def render(people: Iterable[Person], form: BookFormat) -> str:
    """The text of a file."""
    match form:
        case BookFormat.ABOOK:
            return abook.write_abook(people)
        case BookFormat.VCARD_3:
            return vcard.write_vcards(people, vcard.Version.V3)
        case BookFormat.VCARD:
            return vcard.write_vcards(people, vcard.Version.V4)


def write_file(text: str, path: Path) -> None:
    """A new file. Raises BadInput where something stands there."""
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise BadInput(f"{visible(str(path))} is there already.", "Name another file.") from error
    except OSError as error:
        raise BadInput(f"{visible(str(path))} cannot be written ({error.strerror}).", "Check the path.") from error


def write_directory(people: Iterable[Person], path: Path, form: BookFormat) -> int:
    """A card a file; how many. A file that stands there already stays as it is. Raises BadInput."""
    written = 0
    try:
        for person in people:
            name = re.sub(r"[^A-Za-z0-9._@-]", "-", person.uid or person.id).lstrip(".")[:100] or "contact"
            # exclusive: somebody else's card of that name is not ours to replace
            with (path / f"{name}.vcf").open("x", encoding="utf-8", newline="") as stream:
                stream.write(render([person], form))
            written += 1
    except FileExistsError as error:
        raise BadInput(
            f"{visible(str(error.filename))} is there already; {written} were written.", "Name an empty directory."
        ) from error
    except OSError as error:
        raise BadInput(f"{visible(str(path))} cannot be written ({error.strerror}).", "Check the path.") from error
    return written


def _read_directory(path: Path) -> Cards:
    files = list(_card_files(path))
    if not files:
        raise BadInput(f"No vCard file (.vcf) that can be read lies in {visible(str(path))}.", "Check the path.")
    return _joined(_card_file(file, str(file.relative_to(path))) for file in files)


def _card_file(file: Path, name: str) -> Cards:
    """One card that is broken does not keep the others out: it is named."""
    try:
        return read_content(_content(file))
    except OSError as error:
        problem = f"{visible(name)} cannot be read ({error.strerror})."
    except BadInput:
        problem = f"{visible(name)} is no vCard."
    return Cards(cards=(), problems=(problem,), problem_count=1)


def _content(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(vcard.MAX_FILE + 1)


def _card_files(path: Path) -> Iterator[Path]:
    """The cards below, in the order of their names; links to directories are not followed, they may go round."""
    found = 0
    for directory, below, files in os.walk(path):
        if len(Path(directory).relative_to(path).parts) >= MAX_DEPTH:
            below.clear()
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(files):
            file = Path(directory, name)
            if name.lower().endswith(_CARDS) and file.is_file():
                found += 1
                if found > MAX_PEOPLE:
                    return
                yield file


def _joined(books: Iterable[Cards]) -> Cards:
    cards, problems, count = list[Card](), list[str](), 0
    for book in books:
        cards.extend(book.cards)
        problems.extend(book.problems[: MAX_PROBLEMS - len(problems)])
        count += book.problem_count
    return Cards(cards=tuple(cards[:MAX_PEOPLE]), problems=tuple(problems), problem_count=count)
