"""How a message came, in the one word that a search knows (link-security.md §8)."""

from __future__ import annotations

from collections.abc import Sequence

from linksec_tui.incoming.hops import Trust, way_of
from linksec_tui.model.query import Came


def came_by(received: Sequence[str], trust: Trust) -> Came | None:
    """The weakest stretch that our own provider vouches for; None for what no server has brought."""
    if not received:
        return None
    way = way_of(received, trust)
    if way.weakest_trusted is None:
        return Came.INSIDE if way.trusted else Came.UNKNOWN
    return Came(way.weakest_trusted.protection.value)
