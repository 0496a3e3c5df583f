"""What is still to be asked of a server that was asked before, and whose mailboxes others change too (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linksec_tui.model.filing import Piece, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is asked for one message's flags; nothing, where others have decided `elsewhere` since we looked."""

    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    elsewhere: bool = False


def flag_change(step: Step, piece: Piece, now: frozenset[str]) -> Change:
    """A flag that is neither as we saw it nor as we want it was changed by somebody else: theirs stands, all of it."""
    add, remove = step.add - now, step.remove & now
    if add & piece.flags or remove - piece.flags:
        return Change(elsewhere=True)
    return Change(add=add, remove=remove)


def told_apart(pieces: Iterable[Piece], found: Mapping[tuple[str, int], list[int]]) -> dict[Piece, int]:
    """Which of the messages that came into the target is which of ours; each is one of ours at most once.

    `found`: UIDs by Message-ID and size, of what came in since.
    """
    left = {key: sorted(uids, reverse=True) for key, uids in found.items()}
    ours: dict[Piece, int] = {}
    for piece in pieces:
        uids = left.get((piece.message_id, piece.size))
        if uids:
            ours[piece] = uids.pop()
    return ours
