"""Every key of the client in one table: it makes the bindings, the hints, the help, the palette and docs/keys.md.

Ids are stable, because people name them in `[keys]` of their configuration (`keymap` checks that). Two things of the
same place never share a key by default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from textual.binding import BindingType

from linksec_tui.tui import keys_around, keys_checking, keys_filing, keys_mail, keys_reading, keys_tour, keys_writing
from linksec_tui.tui.key import Key, Place

_ORDER = {place: at for at, place in enumerate(Place)}
_TABLES = (keys_around, keys_mail, keys_filing, keys_reading, keys_writing, keys_checking, keys_tour)

# In the order of their places, which is the order of the hints as well.
KEYS = tuple(sorted((key for each in _TABLES for key in each.KEYS), key=lambda key: _ORDER[key.place]))

DEFAULT_KEYS: Mapping[str, str] = {key.id: key.keys for key in KEYS}
KEY_IDS = frozenset(DEFAULT_KEYS)
PLACE_IN_TABLE: Mapping[str, int] = {key.id: at for at, key in enumerate(KEYS)}

# Which places a screen shows at once: what its help lists, and where a remapped key may not clash.
SCREENS: Mapping[str, tuple[Place, ...]] = {
    "mailbox": (Place.MAILBOX, Place.LIST, Place.PANE, Place.READING, Place.CARD),
    "compose": (Place.COMPOSE, Place.SENDER, Place.RECIPIENTS, Place.REQUIREMENT, Place.FILES),
    "pick-file": (Place.PICK_FILE,),
    "going": (Place.GOING, Place.YES_NO),
    "gate": (Place.GATE, Place.OPTIONS),
    "outbox": (Place.OUTBOX, Place.OPTIONS),
    "drafts": (Place.DRAFTS, Place.OPTIONS),
    "tap": (Place.TAP, Place.OPTIONS),
    "check": (Place.CHECK, Place.TABLE, Place.REQUIREMENT),
    "contacts": (Place.CONTACTS, Place.TABLE),
    "contact": (Place.CONTACT,),
    "start": (Place.START, Place.OPTIONS),
    "setup": (Place.SETUP, Place.OPTIONS),
    "accounts": (Place.ACCOUNTS, Place.OPTIONS),
    "account": (Place.ACCOUNT,),
    "mailboxes": (Place.MAILBOXES, Place.OPTIONS),
    "source": (Place.SOURCE, Place.PICTURE),
    "parts": (Place.PARTS, Place.OPTIONS),
    "picture": (Place.SEEN,),
    "inner": (Place.INNER, Place.READING),
    "way": (Place.WAY, Place.PICTURE),
    "tour": (Place.TOUR_OFFER, Place.TOUR, Place.TOUR_END),
    "help": (Place.HELP,),
    "dialogue": (Place.DIALOGUE,),
}


def keys_of(place: Place) -> tuple[Key, ...]:
    return tuple(key for key in KEYS if key.place is place)


def bindings(*places: Place) -> list[BindingType]:
    """The bindings of these places, for a widget's or screen's `BINDINGS`."""
    return [key.binding for place in places for key in keys_of(place)]


def split_keys(keys: str) -> list[str]:
    """`n,j` in the configuration are two keys."""
    return [key.strip() for key in keys.split(",")]


_SHOWN = {
    "question_mark": "?", "slash": "/", "escape": "esc", "pagedown": "page down", "pageup": "page up",
    "less_than_sign": "<", "greater_than_sign": ">", "left_parenthesis": "(", "right_parenthesis": ")", "asterisk": "*",
    "vertical_line": "|", "exclamation_mark": "!", "plus": "+",
    "up": "↑", "down": "↓", "left": "←", "right": "→",
}  # fmt: skip


def shown(keys: str) -> tuple[str, ...]:
    """Keys as people read them: `question_mark,f1` is `?` and `f1`."""
    return tuple(_SHOWN.get(key, key) for key in split_keys(keys))


def document() -> str:
    """docs/keys.md."""
    lines = [
        "# Keys",
        "",
        "Made from `linksec_tui/tui/keys_*.py`. The first column is the name for `[keys]` in the configuration:",
        '`"list.next" = "n,j"` gives *Next* two keys.',
    ]
    for place in Place:
        lines += ["", f"## {place.value}", "", "| name | keys | does |", "|---|---|---|", *_rows(keys_of(place))]
    return "\n".join(lines) + "\n"


def _rows(keys: Iterable[Key]) -> Iterator[str]:
    return (f"| `{key.id}` | {' '.join(map(_cell, shown(key.keys)))} | {key.label} |" for key in keys)


def _cell(key: str) -> str:
    """A bar would end the cell."""
    return "<code>&#124;</code>" if key == "|" else f"`{key}`"


if __name__ == "__main__":
    print(document(), end="")  # noqa: T201 - docs/keys.md is written from here
