"""abook's address book ↔ cards: an INI file with a numbered section a person (abook's documentation, "FILES")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from linksec_tui.model.contact import Person
from linksec_tui.people.card import MAX_PEOPLE, Card, Cards, Problems, shown_groups, shown_name, shown_note

MAX_FILE = 16 << 20  # octets: more than 100,000 people
MAX_LINE = 20_000  # characters of one field

_HEAD = "# abook addressbook file\n\n[format]\nprogram=abook\nversion=0.6.1\n"


def is_abook(content: bytes) -> bool:
    """Does it look like an address book of abook's?"""
    beginning = content[:2_000].decode("utf-8", "replace")
    return "abook addressbook" in beginning or ("[format]" in beginning and "program=abook" in beginning)


def read_abook(content: bytes) -> Cards:
    """Everybody in it; never raises, whatever it is."""
    problems = Problems()
    if len(content) > MAX_FILE:
        problems.add(f"The file is larger than {MAX_FILE >> 20} MiB; only its beginning was read.")
    cards: list[Card] = []
    for fields in _sections(content[:MAX_FILE].decode("utf-8", "replace")):
        if len(cards) == MAX_PEOPLE:
            problems.add(f"There are more than {MAX_PEOPLE:,} people; the others were left.")
            break
        cards.append(_card(fields, problems))
    return Cards(cards=tuple(cards), problems=tuple(problems.told), problem_count=problems.count)


def write_abook(people: Iterable[Person]) -> str:
    """What abook reads; groups and notes stand where abook has them."""
    return _HEAD + "".join(_section(number, person) for number, person in enumerate(people))


def _sections(text: str) -> Iterator[Mapping[str, str]]:
    fields: dict[str, str] | None = None
    for raw in text.splitlines():
        line = raw[:MAX_LINE].strip()
        if line.startswith("[") and line.endswith("]"):
            if fields is not None:
                yield fields
            fields = {} if line[1:-1].isdecimal() else None
        elif fields is not None and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            fields.setdefault(name.strip().lower(), value.strip())
    if fields is not None:
        yield fields


def _card(fields: Mapping[str, str], problems: Problems) -> Card:
    name = shown_name(fields.get("name", "") or fields.get("nick", ""))
    return Card(
        name=name,
        addresses=problems.addresses(filter(None, map(str.strip, fields.get("email", "").split(","))), name),
        groups=shown_groups(fields.get("groups", "").split(",")),
        note=shown_note(fields.get("notes", "")),
    )


def _section(number: int, person: Person) -> str:
    fields = {
        "name": person.shown,
        "email": ",".join(str(each.address) for each in person.contacts),
        "groups": ",".join(name.replace(",", " ") for name in person.groups),
        "notes": " ".join(person.note.split()),
    }
    lines = [f"{name}={value}" for name, value in fields.items() if value]
    return "\n".join(["", f"[{number}]", *lines, ""])
