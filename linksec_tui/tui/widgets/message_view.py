"""The reading pane: header lines, who sent it, the card of a returned letter, the text, and what is attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linksec_tui.model.message import Reading
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.letter_head import Look, can_be_cut, letter_head
from linksec_tui.tui.part_words import part_line
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.bounce_card import BounceCardView
from linksec_tui.tui.widgets.letter_text import LetterText

if TYPE_CHECKING:
    from linksec_tui.model.assessment import Assessment
    from linksec_tui.model.letter import BounceCard

MOST_PARTS = 8  # named below a text; the list of parts has them all


class MessageView(VerticalScroll):
    """One message, made readable."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.READING)
    DEFAULT_CSS = """
    MessageView { background: $surface; padding: 0 2; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        &:focus { background-tint: $foreground 3%; }
        & > Static { height: auto; }
        & > #read-head { margin: 0 0 1 0; }
        & > #read-report { display: none; color: $muted; margin: 0 0 1 0; }
        & > #read-parts { margin: 1 0 0 0; color: $muted; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.reading: Reading | None = None
        self.whole_head = False
        self.card = BounceCardView(id="read-card")
        self.body = LetterText(id="read-body")
        self._head = Static(markup=False, id="read-head")
        self._report = Static(plain("The report as it came:"), markup=False, id="read-report")
        self._parts = Static(markup=False, id="read-parts")

    def compose(self) -> ComposeResult:
        yield self._head
        yield self.card
        yield self._report
        yield self.body
        yield self._parts

    def show_nothing(self, sentence: str = "") -> None:
        """No message, or one that cannot be had."""
        self.reading = None
        self.card.show(None)
        self._report.display = False
        self._head.update(styled(sentence, "$muted"))
        self.body.show("", ())
        self._parts.update(plain(""))

    def show(self, reading: Reading, card: BounceCard | None) -> None:
        """Draw this message from its top; one that is shown already stays where it is, with more of it."""
        before = self.reading
        same = before is not None and before.header.id == reading.header.id and before.wording is reading.wording
        self.reading = reading
        self._draw_head()
        self.card.show(card)
        self._report.display = card is not None
        self.body.show(reading.text, reading.stretches, same=same)
        self._parts.update(plain("\n").join(self._below(reading)))
        self.refresh_bindings()
        if not same:
            self.scroll_home(animate=False)

    def show_checked(self, now: Mapping[str, Assessment]) -> None:
        """What a fresh look at the recipients of a returned letter says."""
        self.card.show(self.card.card, now)

    def on_resize(self) -> None:
        self._draw_head()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """A key is there only while it does something."""
        reading = self.reading
        match action:
            case "fold_one" | "fold_all":
                return bool(self.body.folds)
            case "open_link":
                return reading is not None and bool(reading.links)
            case "other_wording":
                return reading is not None and bool(reading.others)
            case "parts":
                return reading is not None and bool(reading.every_part)
            case "whole_head":
                return reading is not None and can_be_cut(reading, self._look())
            case "unsubscribe":
                return reading is not None and bool(reading.unsubscribe and reading.unsubscribe.letter)
            case _:
                return True

    # What stands around the text

    def _look(self) -> Look:
        return Look(marks=self.app.marks, width=self._width, key=self.app.key, whole=self.whole_head)

    def _draw_head(self) -> None:
        if self.reading is not None:
            self._head.update(plain("\n").join(letter_head(self.reading, self._look())))

    def action_whole_head(self) -> None:
        """All of what stands above the text, or its short form."""
        self.whole_head = not self.whole_head
        self._draw_head()

    def _below(self, reading: Reading) -> Iterator[Content]:
        for part in reading.parts[:MOST_PARTS]:
            yield part_line(part)
        if len(reading.parts) > MOST_PARTS:
            yield plain(f"  and {len(reading.parts) - MOST_PARTS} more")
        if reading.parts:
            yield self._with_key("read.parts", "open, save or pipe them")

    def _with_key(self, key: str, words: str) -> Content:
        return assemble((self.app.key(key), "bold $accent"), (f" {words}", "$muted"))

    @property
    def _width(self) -> int:
        return max(self.scrollable_content_region.width, 24)

    # Folding

    def action_fold_one(self) -> None:
        """The first quotation in sight unfolds; where none of them is folded, the first in sight folds."""
        body = self.body
        first = int(self.scroll_y) - body.virtual_region.y
        seen = body.folds_between(first, first + self.scrollable_content_region.height)
        folded = [stretch for stretch in seen if body.is_folded(stretch)]
        if folded:
            body.unfold(body.unfolded | {folded[0].start})
        elif seen:
            body.unfold(body.unfolded - {seen[0].start})

    def action_fold_all(self) -> None:
        """All quotations unfold, or all of them fold."""
        starts = frozenset(stretch.start for stretch in self.body.folds)
        self.body.unfold(frozenset() if starts <= self.body.unfolded else starts)
