"""The letter that the command line begins the client with: a mailto: address, and files to go with it.

The address may come from any page: what it asks for is shown, nothing is sent, and no file is taken by its word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.visible import visible
from linksec_tui.tui.front import Front


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLetter:
    """Empty: the client begins with the mailbox."""

    address: str = ""
    files: Sequence[Path] = ()


def begin_letter(app: Front, first: FirstLetter) -> FirstLetter:
    """Once the desk is open; what is left to begin with when it is opened again: nothing."""
    if first.address or first.files:
        _begin(app, first)
    return FirstLetter()


def _begin(app: Front, first: FirstLetter) -> None:
    from linksec_tui.tui.screens.compose import ComposeScreen  # deferred: 50 ms, only when writing

    try:
        desk = app.desk
        draft = desk.enclosures.letter_to(first.address, None) if first.address else desk.new_draft()
    except LinksecError as problem:
        app.say(problem)
        return
    screen = ComposeScreen(draft, fresh=True)
    app.push_screen(screen)
    if first.files:
        app.call_after_refresh(screen.take_files, first.files)
    for sentence in _asked(first.address, draft.in_reply_to):
        app.say(sentence)


def _asked(address: str, in_reply_to: str) -> list[str]:
    """What of the address no field of the screen shows."""
    names = {piece.partition("=")[0].lower() for piece in address.partition("?")[2].split("&") if piece}
    beyond = sorted(visible(name)[:40] for name in names - _SHOWN)[:5]
    told = [f"The link asked for more than a link may: {', '.join(beyond)}. That was left out."] if beyond else []
    return [*told, f"The link says that the letter answers {in_reply_to}."] if in_reply_to else told


_SHOWN = frozenset({"to", "cc", "bcc", "subject", "body", "in-reply-to"})
