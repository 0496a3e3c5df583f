"""The reading pane: header lines, who sent it, the card of a returned letter, the text, and what is attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.letter import BounceCard
from linksec_tui.model.message import Part, Reading
from linksec_tui.model.sender import SenderState
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.sender_words import banner
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.bounce_card import BounceCardView

LINES_AT_ONCE = 2_000  # a text costs by its length; the rest comes when asked for


class MessageView(VerticalScroll):
    """One message, made readable."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.READING)
    DEFAULT_CSS = """
    MessageView { background: $surface; padding: 0 2; scrollbar-size-vertical: 1;
        &:focus { background-tint: $foreground 3%; }
        & > Static { height: auto; }
        & > #read-head { margin: 0 0 1 0; }
        & > #read-parts { margin: 1 0 0 0; color: $muted; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.reading: Reading | None = None
        self.card = BounceCardView(id="read-card")
        self._head = Static(markup=False, id="read-head")
        self._body = Static(markup=False, id="read-body")
        self._parts = Static(markup=False, id="read-parts")
        self._whole = False

    def compose(self) -> ComposeResult:
        yield self._head
        yield self.card
        yield self._body
        yield self._parts

    def show_nothing(self, sentence: str = "") -> None:
        """No message, or one that cannot be had."""
        self.reading = None
        self.card.show(None)
        self._head.update(styled(sentence, "$muted"))
        self._body.update(plain(""))
        self._parts.update(plain(""))

    def show(self, reading: Reading, card: BounceCard | None) -> None:
        """Draw this message from its top."""
        another = self.reading is None or self.reading.header.id != reading.header.id
        self.reading = reading
        self._whole = self._whole and not another
        self._head.update(plain("\n").join(self._heading(reading)))
        self.card.show(card)
        self._draw_body()
        self._parts.update(plain("\n").join(map(_part, reading.parts)))
        if another:
            self.scroll_home(animate=False)

    def show_checked(self, now: Mapping[str, Assessment]) -> None:
        """What a fresh look at the recipients of a returned letter says."""
        self.card.show(self.card.card, now)

    def _heading(self, reading: Reading) -> Iterator[Content]:
        yield styled(reading.header.subject or "(no subject)", "bold")
        for name, value in reading.fields:
            if name.lower() != "subject":
                yield assemble((f"{name:<8} ", "$muted"), value)
        if reading.problem:
            yield styled(f"{self.app.marks.caution} {reading.problem}", "$warning")
        yield from self._sender(reading)

    def on_resize(self) -> None:
        if self.reading is not None:
            self._head.update(plain("\n").join(self._heading(self.reading)))

    def _sender(self, reading: Reading) -> Iterator[Content]:
        """Who vouches for it. Of a returned letter its card tells more, unless the domain disowns it."""
        check = reading.sender
        if check is None or (reading.header.is_bounce and check.state is not SenderState.FAILED):
            return
        yield from banner(check, self.app.marks, max(self.scrollable_content_region.width, 24))

    def _draw_body(self) -> None:
        assert self.reading is not None
        lines = self.reading.text.split("\n")
        hidden = 0 if self._whole else max(len(lines) - LINES_AT_ONCE, 0)
        shown = plain("\n".join(lines[: len(lines) - hidden]))
        if hidden:
            shown = assemble(shown, "\n\n", (f"{hidden} more lines: press a to see all of it", "$accent"))
        report = self.card.card is not None
        head = styled("The report as it came:\n\n", "$muted") if report else plain("")
        self._body.update(assemble(head, shown))

    def action_show_all(self) -> None:
        if self.reading is not None:
            self._whole = True
            self._draw_body()


def _part(part: Part) -> Content:
    return plain(f"+ {part.name or part.number}  {part.media_type}  {_size(part.size)}")


def _size(octets: int) -> str:
    if octets < 1000:
        return f"{octets} bytes"
    return f"{octets / 1000:.0f} kB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"
