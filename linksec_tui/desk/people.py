"""Recipients as people type them, and whom they wrote to before."""

from __future__ import annotations

from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats import domain_name
from linksec_tui.model.contact import Contact
from linksec_tui.store import contacts

_MOST = 100_000  # people: more than anybody writes to
_SUGGESTIONS = 8  # more than a person looks through while typing


def shown_domain(domain: str) -> str:
    """A domain as people read it: U-labels, and a mark where they mix scripts."""
    return domain_name.domain_name(domain).shown


async def complete(rooms: Rooms, typed: str) -> tuple[Contact, ...]:
    """People written to before whose name or address begins like `typed`, the most familiar first."""
    return await rooms.desk.run(contacts.complete, typed, _SUGGESTIONS) if typed.strip() else ()


async def everybody(rooms: Rooms) -> tuple[Contact, ...]:
    """All whom letters were sent to, the most familiar first."""
    return await rooms.desk.run(contacts.read_all, _MOST)
