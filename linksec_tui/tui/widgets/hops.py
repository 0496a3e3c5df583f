"""The way a message came, as a picture: stations from the sender down to the reader, and the line where claims end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linksec_tui.model.hop import Hop, Protection, Way
from linksec_tui.model.sender import Inspection
from linksec_tui.tui.flow import hung
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.sender_words import banner, evidence
from linksec_tui.tui.text import assemble, plain, styled

_HOW = {
    Protection.CLEAR: ("without encryption", "$error"),
    Protection.UNKNOWN: ("nothing tells whether it was encrypted", "$muted"),
    Protection.OLD_TLS: ("old TLS", "$warning"),
    Protection.ENCRYPTED: ("TLS", "$primary"),
}
_BOUNDARY = "up to here only the sender's side says so, from here on your provider"
_ALL_CLAIMED = "only the sender's side says all of this, as far as is known"


class HopsPicture(VerticalScroll):
    """One message's way, and who sent it."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.PICTURE)
    DEFAULT_CSS = """
    HopsPicture { background: $surface; padding: 0 2; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & > Static { height: auto; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.inspection: Inspection | None = None
        self._picture = Static(markup=False)

    def compose(self) -> ComposeResult:
        yield self._picture

    def show_nothing(self, sentence: str) -> None:
        """Not here yet, or not to be had."""
        self.inspection = None
        self._picture.update(styled(sentence, "$muted"))

    def show(self, inspection: Inspection) -> None:
        self.inspection = inspection
        self._draw(inspection)

    def on_resize(self) -> None:
        if self.inspection is not None:
            self._draw(self.inspection)

    def _draw(self, inspection: Inspection) -> None:
        self._picture.update(plain("\n").join(self._lines(inspection)))

    def _lines(self, inspection: Inspection) -> Iterator[Content]:
        way, sender = inspection.way, inspection.sender
        who = f"{sender.name} <{sender.address}>" if sender.name else sender.address or "nobody"
        yield from hung(plain(""), styled(who, "bold"), self._room)
        yield from banner(sender, self.app.marks, self._room)
        yield plain("")
        for headline in filter(None, (way.trusted_headline, way.claimed_headline)):
            yield from hung(plain(""), plain(headline), self._room)
        yield plain("")
        yield from self._way(way)
        yield plain("")
        yield from evidence(sender, self.app.marks, self._room)

    def _way(self, way: Way) -> Iterator[Content]:
        """Oldest first. A server that received and then sent on is one station, by the word that can be believed."""
        signs = self.app.marks
        here = ""  # where the message is
        if way.left_out:
            yield styled(f"{signs.ellipsis} {way.left_out} more before these", "$muted")
        for place in range(len(way.hops) - 1, -1, -1):
            hop = way.hops[place]
            if here and here != hop.sent_by:
                yield self._station(here)
            if place == way.trusted - 1 and place < len(way.hops) - 1:
                yield self._divide(_BOUNDARY)
            if hop.sent_by:
                yield self._station(hop.sent_by)
            yield from self._hop(hop)
            here = hop.received_by
        if way.hops and not way.trusted:
            yield self._station(here)
            yield self._divide(_ALL_CLAIMED)
        end = here if way.trusted and here else "your mailbox"
        yield assemble((f"{signs.down} ", "$muted"), (end, "bold"))

    def _station(self, name: str) -> Content:
        return assemble((f"{self.app.marks.station} ", "$muted"), (name or "somebody without a name", "bold"))

    def _divide(self, words: str) -> Content:
        run = self.app.marks.gap
        return styled(f"{run * 2} {words} ".ljust(self._room, run)[: self._room], "$muted")

    def _hop(self, hop: Hop) -> Iterator[Content]:
        signs = self.app.marks
        words, colour = _HOW[hop.protection]
        line = signs.strong_line if hop.protection is Protection.ENCRYPTED else signs.weak_line
        if hop.internal:
            words, colour, line = "inside", "$muted", signs.no_line
        told = " ".join(filter(None, (hop.tls_version.replace("TLSv", "TLS "), hop.cipher)))
        if told and not hop.internal:
            words = told if hop.protection is Protection.ENCRYPTED else f"{words}: {told}"
        text = styled(words, colour)
        details = f" {signs.bullet} ".join(filter(None, (hop.protocol, _took(hop.delay))))
        if details:
            text = assemble(text, (f" {signs.bullet} {details}", "$muted"))
        yield from hung(styled(f"{line} ", colour), text, self._room)

    @property
    def _room(self) -> int:
        """Cells in a line."""
        return max(self.scrollable_content_region.width, 24)


def _took(seconds: int | None) -> str:
    """How long it lay or travelled; clocks of two machines may differ."""
    if seconds is None:
        return ""
    if seconds < 0:
        return "their clocks differ"
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
