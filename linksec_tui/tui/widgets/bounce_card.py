"""A returned letter as a card: what happened, what did not, who got it, and what to do (link-security.md §7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from textual import getters
from textual.content import Content
from textual.widgets import Static

from linksec_tui.model.letter_words import CardAction
from linksec_tui.tui.badge import label
from linksec_tui.tui.flow import hung
from linksec_tui.tui.front import Front
from linksec_tui.tui.text import assemble, plain, styled

if TYPE_CHECKING:
    from linksec_tui.model.assessment import Assessment
    from linksec_tui.model.letter import BounceCard, CardLine

_ACTIONS = {
    CardAction.NOTICE: ("card.notice", "send them the notice: it says that a letter waits, and nothing of the letter"),
    CardAction.LATER: ("card.later", "keep the letter to them among the letters begun, to send later"),
    CardAction.CHECK_AGAIN: ("card.again", "look again how they can be reached"),
    CardAction.RESEND: ("card.edit", "edit the letter, and send it again to those whom it did not reach"),
    CardAction.OTHER_ADDRESS: ("card.elsewhere", "send it to another address of theirs"),
    CardAction.WITHOUT_REQUIREMENT: ("card.anyway", "send it again without what you asked for; you are asked first"),
    CardAction.EVEN_WITHOUT_TLS: ("card.without-tls", "have it delivered even if TLS fails; you are asked first"),
}


class BounceCardView(Static):
    """The card; its keys belong to the screen around it."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    BounceCardView { height: auto; margin: 0 0 1 0; padding: 1 2; background: $panel;
        border-left: thick $warning; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(markup=False, id=id)
        self.card: BounceCard | None = None
        self._now: Mapping[str, Assessment] = {}
        self.display = False

    def show(self, card: BounceCard | None, now: Mapping[str, Assessment] | None = None) -> None:
        """Draw it; `now` holds what a fresh look says, by domain."""
        self.card, self._now = card, now or {}
        self.display = card is not None
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self.card is not None:
            self.update(plain("\n").join(self._lines(self.card)))

    def _lines(self, card: BounceCard) -> Iterator[Content]:
        if card.match.matched:
            yield assemble(("Came back: ", "$warning"), (card.subject or "(no subject)", "bold"))
        else:
            yield styled("A report about somebody's letter", "$warning")
        yield plain("")
        yield plain(card.happened)
        if card.did_not_happen:
            yield styled(card.did_not_happen, "bold")
        for _, alike in groupby(card.lines, _without_name):
            yield plain("")
            yield from self._alike(list(alike), said=card.happened)
        if card.arrived:
            yield plain("")
            yield assemble(("Nothing has come back from ", "$muted"), ", ".join(card.arrived))
        if card.caution:
            yield plain("")
            yield styled(card.caution, "$warning")
        if card.actions:
            yield plain("")
            for action in card.actions:
                yield from self._action(action)

    def _alike(self, lines: Sequence[CardLine], said: str) -> Iterator[Content]:
        """Recipients of one domain to whom the same happened: it is told once, beneath them all."""
        width, line = max(self.content_size.width, 20), lines[0]
        for each in lines:
            yield styled(each.recipient, "bold")
        if line.happened not in said:
            yield from hung(plain("  "), plain(line.happened), width)
        for words in (line.known_then, self._known_now(line)):
            if words:
                yield from hung(plain("  "), plain(words), width)
        if line.diagnostic:
            words = styled(f"Their words: {line.diagnostic}", "$muted")
            yield from hung(plain("  "), words, width)
        if badges := list(self._badges(line)):
            yield assemble("  ", *badges)

    def _known_now(self, line: CardLine) -> str:
        """Where the server hides the reason, what is known now may tell it."""
        fresh = self._now.get(line.recipient.rpartition("@")[2])
        if not line.unexplained:
            return ""
        return f"Now: {fresh.headline}" if fresh is not None and fresh.headline else line.known_now

    def _badges(self, line: CardLine) -> Iterator[Content]:
        if line.then is not None:
            yield styled("when sent ", "$muted")
            yield label(line.then, self.app.glyphs)
        fresh = self._now.get(line.recipient.rpartition("@")[2])
        if fresh is not None:
            yield styled("   now " if line.then else "now ", "$muted")
            yield label(fresh.assurance, self.app.glyphs)

    def _action(self, action: CardAction) -> Iterator[Content]:
        key, words = _ACTIONS[action]
        first, *others = plain(words).wrap(max(self.content_size.width - 4, 20))
        yield assemble((f"{self.app.key(key):<4}", "bold $accent"), first)
        yield from (assemble("    ", line) for line in others)


def _without_name(line: CardLine) -> CardLine:
    """What the card says of them besides; badges belong to their domain."""
    return replace(line, recipient=line.recipient.rpartition("@")[2])
