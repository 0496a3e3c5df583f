"""vCard files ↔ cards: version 4.0 (RFC 6350), 3.0 (RFC 2426), and what phones still write as 2.1.

A file is a stranger's: it is read once from front to back, without recursion, and a photograph or a key in it is passed
over unread. Group cards (KIND:group, and the form that Apple writes) become groups of their members.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from linksec_tui.model.contact import Person
from linksec_tui.people.card import (
    MAX_MEMBERS,
    MAX_PEOPLE,
    Card,
    Cards,
    Problems,
    shown_groups,
    shown_name,
    shown_note,
)

MAX_FILE = 64 << 20  # octets: some thousand cards with photographs
MAX_LINE = 64 << 10  # characters of one property that we read; longer ones are photographs
MAX_LIST = 8_000  # characters of a name's parts, or of a list of categories
MAX_PROPERTIES = 1_000  # of one card that we look at
WIDTH = 75  # octets of a line before it is folded (RFC 6350 §3.2)

_HEAD = re.compile(r"(?:[A-Za-z0-9-]{1,80}\.)?(?P<name>[A-Za-z0-9-]{1,80})(?P<parameters>(?:;[^:]*)?):", re.DOTALL)
_QUOTED_HEAD = re.compile(
    r"(?:[A-Za-z0-9-]{1,80}\.)?(?P<name>[A-Za-z0-9-]{1,80})(?P<parameters>(?:;(?:\"[^\"]*\"|[^\":])*)?):", re.DOTALL
)
_WANTED = frozenset({
    "BEGIN", "END", "FN", "N", "NICKNAME", "ORG", "EMAIL", "CATEGORIES", "NOTE", "UID", "KIND", "MEMBER",
    "X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER",
})  # fmt: skip
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Version(StrEnum):
    """Which form is written."""

    V3 = "3.0"
    V4 = "4.0"


@dataclass(frozen=True, slots=True)
class _Property:
    """One line of a card, its escapes still in it."""

    name: str
    parameters: str  # upper case
    value: str


@dataclass(slots=True)
class _Open:
    """The card that is being read."""

    properties: list[_Property] = field(default_factory=list[_Property])

    def first(self, name: str) -> str:
        return next((_plain(each.value) for each in self.properties if each.name == name), "")

    def all(self, *names: str) -> list[_Property]:
        return [each for each in self.properties if each.name in names]


def read_vcards(content: bytes) -> Cards:
    """Every card in it; never raises, whatever it is."""
    problems, cards = Problems(), list[Card]()
    if len(content) > MAX_FILE:
        problems.add(f"The file is larger than {MAX_FILE >> 20} MiB; only its beginning was read.")
    for properties in _cards(_lines(_decoded(content[:MAX_FILE]))):
        if len(cards) == MAX_PEOPLE:
            problems.add(f"There are more than {MAX_PEOPLE:,} cards; the others were left.")
            break
        cards.append(_card(properties, problems))
    return Cards(cards=tuple(cards), problems=tuple(problems.told), problem_count=problems.count)


def write_vcards(people: Iterable[Person], version: Version = Version.V4) -> str:
    """One card a person, with CRLF line ends as the standard has it."""
    return "".join(f"{_folded(line)}\r\n" for person in people for line in _written(person, version))


# Reading


def _decoded(content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _lines(text: str) -> Iterator[str]:
    """Logical lines (RFC 6350 §3.2). A line beyond the bound ends there: nothing so long is a name or an address."""
    pieces, length, soft = list[str](), 0, False
    for match in re.finditer(r"[^\r\n]+", text):
        line = match.group()
        if pieces and (soft or line[0] in " \t"):
            piece = line if soft else line[1:]
        else:
            if pieces:
                yield "".join(pieces)
            pieces, length, piece = [], 0, line
        # 2.1 goes on behind a lone = at the end of a line, without a blank
        soft = piece.endswith("=") and "QUOTED-PRINTABLE" in (pieces[0] if pieces else piece)[:200].upper()
        pieces.append((piece[:-1] if soft else piece)[: max(MAX_LINE - length, 0)])
        length += len(piece)
    if pieces:
        yield "".join(pieces)


def _cards(lines: Iterable[str]) -> Iterator[_Open]:
    """A card inside a card (AGENT, version 2.1) is passed over; one that never ends counts as far as it goes."""
    card, depth = None, 0
    for line in lines:
        found = _property(line)
        if found is None:
            continue
        if found.name == "BEGIN" and found.value.strip().upper() == "VCARD":
            depth += 1
            if depth == 1:
                card = _Open()
        elif found.name == "END" and found.value.strip().upper() == "VCARD":
            depth = max(depth - 1, 0)
            if depth == 0 and card is not None:
                yield card
                card = None
        elif depth == 1 and card is not None and len(card.properties) < MAX_PROPERTIES:
            card.properties.append(found)
    if card is not None:
        yield card


def _property(line: str) -> _Property | None:
    head = _QUOTED_HEAD.match(line) or _HEAD.match(line)
    if head is None or (name := head["name"].upper()) not in _WANTED:
        return None
    parameters = head["parameters"].upper()
    value = line[head.end() :]
    if "QUOTED-PRINTABLE" in parameters:
        value = _unquoted(value, parameters)
    return _Property(name, parameters, value)


def _unquoted(value: str, parameters: str) -> str:
    octets = quopri.decodestring(value.encode("utf-8", "replace"))
    found = re.search(r"CHARSET=\"?([A-Z0-9_-]{1,40})", parameters)
    try:
        text = octets.decode(found[1] if found else "utf-8", "replace")
    except (LookupError, UnicodeError):
        text = octets.decode("utf-8", "replace")
    # what quoted-printable hid is no end of a line, and no escape
    return text.replace("\\", "\\\\").replace("\r\n", "\n")


def _card(card: _Open, problems: Problems) -> Card:
    name = _name(card)
    emails = sorted(card.all("EMAIL"), key=_rank)
    written = [_plain(each.value).strip() for each in emails]
    kind = (card.first("KIND") or card.first("X-ADDRESSBOOKSERVER-KIND")).strip().lower()
    members = card.all("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER") if kind == "group" else []
    return Card(
        name=name,
        addresses=problems.addresses((_unlinked(each) for each in written if each), name),
        groups=shown_groups(_plain(each) for line in card.all("CATEGORIES") for each in _split(line.value, ",")),
        note=shown_note(card.first("NOTE")),
        uid=_uid(card.first("UID")),
        members=tuple(_uid(_unlinked(_plain(each.value))) for each in members[:MAX_MEMBERS]),
    )


def _name(card: _Open) -> str:
    """FN; else what N, NICKNAME or ORG make of it."""
    if written := shown_name(card.first("FN")):
        return written
    raw = next((each.value for each in card.all("N")), "")
    family, given, middle, before, after, *_ = [*map(_plain, _split(raw, ";")), "", "", "", "", ""]
    if named := shown_name(f"{before} {given} {middle} {family} {after}"):
        return named
    return shown_name(card.first("NICKNAME")) or shown_name(card.first("ORG").replace(";", " "))


def _rank(email: _Property) -> int:
    """The preferred one first (RFC 6350 §5.3; in 3.0 it is a TYPE)."""
    if found := re.search(r"\bPREF=\"?(\d{1,3})\b", email.parameters):
        return int(found[1])
    return 1 if re.search(r"[;,=\"]PREF\b", email.parameters) else 101


def _split(value: str, at: str) -> list[str]:
    """At a separator that is not escaped; the escapes stay."""
    return [found[1] for found in re.finditer(rf"((?:[^\\{at}]|\\.|\\$)*)(?:{at}|$)", value[:MAX_LIST], re.DOTALL)]


def _plain(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _unlinked(value: str) -> str:
    return value[len("mailto:") :] if value[:7].lower() == "mailto:" else value


def _uid(value: str) -> str:
    text = value.strip()
    return shown_name(text[len("urn:uuid:") :] if text[:9].lower() == "urn:uuid:" else text)


# Writing


def _written(person: Person, version: Version) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"UID:{_escaped(person.uid or person.id)}"
    yield f"FN:{_escaped(person.shown)}"
    if version is Version.V3:
        yield f"N:{_escaped(person.shown)};;;;"  # 3.0 asks for it; which word is the family's, nobody knows
    for at, contact in enumerate(person.contacts):
        preferred = ("PREF=1" if version is Version.V4 else "TYPE=PREF") if at == 0 and len(person.contacts) > 1 else ""
        yield f"EMAIL{';' if preferred else ''}{preferred}:{_escaped(str(contact.address))}"
    if person.groups:
        yield f"CATEGORIES:{','.join(map(_escaped, person.groups))}"
    if person.note:
        yield f"NOTE:{_escaped(person.note)}"
    yield "END:VCARD"


def _escaped(text: str) -> str:
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Octets are counted, letters kept whole (RFC 6350 §3.2)."""
    pieces, piece, width = list[str](), "", 0
    for letter in line:
        size = len(letter.encode("utf-8", "replace"))
        if width + size > WIDTH:
            pieces.append(piece)
            piece, width = " ", 1
        piece, width = piece + letter, width + size
    return "\r\n".join([*pieces, piece])
