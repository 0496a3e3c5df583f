"""Before and after the tour: it is offered, and its last page says what was seen and what could be next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from linksec_tui.model.assessment import Assurance
from linksec_tui.tui.badge import WIDEST, label
from linksec_tui.tui.front import Front, Leave
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.tour_words import NEXT, OFFER, SEEN, SUMMARY

if TYPE_CHECKING:
    from linksec_tui.tui.tour import Tour

_FIRST, _SECOND = 14, 13  # cells for what became of each letter


class TourOffer(ModalScreen[bool]):
    """Yes, or looking around alone."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TOUR_OFFER)
    CSS_PATH = "tour.tcss"
    name_of_keys = "tour"

    def compose(self) -> ComposeResult:
        with Vertical(id="tour-offer"):
            yield Static(styled("The demonstration", "bold"))
            for sentence in OFFER:
                yield Static(plain(sentence))
            yes, no = self.app.key("offer.begin"), self.app.key("offer.alone")
            words = assemble((yes, "bold $accent"), " Take the tour    ", (no, "bold $accent"), " Look around alone")
            yield Static(words, classes="answers")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)


class TourEnd(Page):
    """What became of both letters, in a table of what was really heard."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TOUR_END)
    CSS_PATH = "tour.tcss"
    heading = "The end of the tour"
    name_of_keys = "tour"

    def __init__(self, tour: Tour) -> None:
        super().__init__()
        self._tour = tour
        self._scroll = VerticalScroll(Static(plain("\n").join(self._words()), markup=False), id="tour-end")

    def content(self) -> list[Widget]:
        return [self._scroll]

    def on_mount(self) -> None:
        self._scroll.focus()

    def _words(self) -> Iterator[Content]:
        yield styled(SEEN, "bold $accent")
        yield styled(f"{'':<{WIDEST + 2}}{'first letter':<{_FIRST}}impostor on", "$muted")
        yield from self._table()
        yield plain("")
        yield from (plain(sentence) for sentence in SUMMARY)
        yield plain("")
        yield styled(NEXT, "bold $accent")
        yield from self._next()

    def _table(self) -> Iterator[Content]:
        rows = zip(self._tour.plan.cast, self._tour.first, self._tour.second, strict=True)
        for person, first, second in rows:
            badge = label(person.truth, self._tour.app.glyphs)
            yield assemble(
                badge, " " * (WIDEST + 2 - badge.cell_length),
                _fate(f"{'read' if first.read else 'noise':<{_FIRST}}", read=first.read),
                _fate(f"{'read' if second.read else 'came back':<{_SECOND}}", read=second.read),
                (person.address, "bold"),
            )  # fmt: skip

    def _next(self) -> Iterator[Content]:
        if self._tour.plan.accounts:
            yield assemble((f"{self._tour.app.key('end.account'):<6}", "bold $accent"), "Add an account of your own")
        else:
            yield plain("To add an account of your own, run linksec-tui in a terminal.")
        yield assemble(
            (f"{self._tour.app.key('end.stay'):<6}", "bold $accent"), "Stay in this small world and try things"
        )
        yield assemble((f"{self._tour.app.key('end.quit'):<6}", "bold $accent"), "Quit")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        return action != "account" or self._tour.plan.accounts

    def action_account(self) -> None:
        self.app.exit(Leave.ACCOUNT)


def _fate(word: str, *, read: bool) -> Content:
    return styled(word, f"bold ${'assurance-' + Assurance.EXPOSED.value}" if read else "$muted")
