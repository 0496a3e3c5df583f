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
    """A flag that is neither as we saw it nor as we want it was changed by somebody else: theirs stands, all of it.

    Flags are the same however they are capitalised (RFC 3501 §2.3.2): a server may keep the spelling it saw first.
    """
    add, remove = _others(step.add, now), now - _others(now, step.remove)
    if add != _others(add, piece.flags) or _others(remove, piece.flags):
        return Change(elsewhere=True)
    return Change(add=add, remove=remove)


def _others(flags: frozenset[str], known: frozenset[str]) -> frozenset[str]:
    """Those that are not among the known."""
    folded = {each.casefold() for each in known}
    return frozenset(each for each in flags if each.casefold() not in folded)


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
