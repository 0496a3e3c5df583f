"""A list of recipients as people have it → everybody once: lines, commas, `Name <a@b>`, CSV (RFC 4180), domains.

A table whose first line names its columns gives the column of addresses alone. In other lines every cell with an @
is a recipient, and what stands beside one (a name, a number) is not. Nothing else is dropped: what cannot be read is
counted, with its line and a sentence.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from linksec_tui.formats.domain_name import domain_name, parse_recipient_text, to_ascii
from linksec_tui.model.address import Address
from linksec_tui.model.checked import RecipientList, Refusal, Wanted
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible

MOST = 100_000  # recipients: what one can wait for, and what fits into memory with all that is found of them
REFUSALS_KEPT = 1_000  # more than anybody reads
MAX_CELL = 2_000  # characters of one cell; an address has 254
LONGEST = 1 << 20  # characters of one line: some 20,000 recipients

_COLUMNS = re.compile(r"e-?mail|mail|address|recipient", re.IGNORECASE)
_NOT_A_COLUMN = re.compile(r"type|name|street|postal|home address|domain|server", re.IGNORECASE)
# A cell ends at a separator that stands neither in quotes nor in angle brackets; a stray quote is a character.
_CELL = re.compile(r'(?:"(?:[^"]|"")*"|<[^<>]*>|[^,;\t])+')
# Inside a word a # may belong to an address (RFC 5322 §3.2.3), or to a name in quotes.
_COMMENT = re.compile(r'[ \t]#[^"]*$')
_LINK = "mailto:"
_DOMAIN_LIKE = re.compile(r"[.\[。]")  # a bare word in a list is a word

Cell = tuple[int, str]


def read_recipient_list(text: str, *, most: int = MOST) -> RecipientList:
    """Everybody in it, at most `most` of them."""
    reading = _Reading(most)
    lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=None))  # every way of ending a line
    for line, cell in _cells(lines):
        reading.take(line, cell)
    return reading.result()


def _cells(lines: list[str]) -> Iterator[Cell]:
    """The cells that should be somebody, each with the number of its line."""
    first = next((line for line in lines if _says_something(line)), "")
    if columns := _address_columns(first):
        yield from _of_table(lines, first, columns)
        return
    for number, line in enumerate(lines, 1):
        if _says_something(line):
            filled = _split(_COMMENT.sub("", line))
            people = [cell for cell in filled if "@" in cell]
            yield from ((number, cell) for cell in people or filled)


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _address_columns(first: str) -> frozenset[int]:
    """Which columns hold addresses, where the line is a head of columns; else none."""
    if "@" in first:
        return frozenset()
    names = next(csv.reader([first], delimiter=_delimiter(first)), list[str]())
    found = {at for at, name in enumerate(names) if _COLUMNS.search(name) and not _NOT_A_COLUMN.search(name)}
    return frozenset(found)


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)


def _of_table(lines: list[str], first: str, columns: frozenset[int]) -> Iterator[Cell]:
    after = lines.index(first) + 1
    rows = csv.reader(lines[after:], delimiter=_delimiter(first))
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:  # a cell of more than 128 KiB, or a NUL
            yield after + rows.line_num, "a line that is not a row of a table"
            continue
        if row and not row[0].startswith("#"):
            yield from ((after + rows.line_num, cell.strip()) for cell in _chosen(row, columns))


def _chosen(row: list[str], columns: frozenset[int]) -> Iterable[str]:
    """The cells of the address columns; a cell may hold several addresses."""
    for at in columns:
        if at < len(row):
            yield from _split(row[at])


def _split(text: str) -> list[str]:
    cells = (cell.strip() for cell in _CELL.findall(text[:LONGEST]))
    return [cell for cell in cells if cell]


def _unwrapped(cell: str) -> str:
    """Without the quotes of a table or the scheme of a link around it."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"').strip()
    return cell[len(_LINK) :] if cell[: len(_LINK)].lower() == _LINK else cell


def _neither(cell: str) -> BadInput:
    what = f"“{visible(cell)[:80]}” is neither a mail address nor a domain name."
    return BadInput(what, "Write it as name@domain, or as a domain.")


class _Reading:
    """What was read so far. Domains are looked up in it, because a long list has few of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[tuple[str, str], Wanted] = {}
        self._shown: dict[str, str] = {}
        self._refusals: list[Refusal] = []
        self._refused = 0
        self._beyond = 0

    def take(self, line: int, cell: str) -> None:
        try:
            for wanted in self._parsed(cell):
                key = (wanted.address.local if wanted.address else "", wanted.domain)
                if key not in self._found and len(self._found) >= self._most:
                    self._beyond += 1
                else:
                    self._found.setdefault(key, wanted)
        except BadInput as refused:
            self._refused += 1
            if len(self._refusals) < REFUSALS_KEPT:
                self._refusals.append(Refusal(line=line, sentence=refused.sentence))

    def _parsed(self, cell: str) -> list[Wanted]:
        """Raises BadInput."""
        if len(cell) > MAX_CELL:
            raise BadInput(f"“{visible(cell[:40])}…” is too long for an address.", "Leave it out.")
        bare = _unwrapped(cell)
        if "@" in bare:
            return [
                self._wanted(found.address.domain, found.address, found.name) for found in parse_recipient_text(bare)
            ]
        if not _DOMAIN_LIKE.search(bare):
            raise _neither(cell)
        try:
            return [self._wanted(to_ascii(bare), None, "")]
        except BadInput as error:
            raise _neither(cell) from error

    def _wanted(self, domain: str, address: Address | None, name: str) -> Wanted:
        if (shown := self._shown.get(domain)) is None:
            shown = self._shown[domain] = domain_name(domain).shown
        return Wanted(domain=domain, shown_domain=shown, address=address, name=name)

    def result(self) -> RecipientList:
        return RecipientList(
            wanted=tuple(self._found.values()),
            refusals=tuple(self._refusals),
            refused=self._refused,
            beyond=self._beyond,
        )
