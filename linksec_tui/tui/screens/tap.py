"""The tap: the demonstration's eavesdropper. Every relay link on the left, its bytes as they cross on the right."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from linksec_tui.model.eavesdrop import Direction, ImpostorMode, Tap, TappedLink
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.overheard import Verdict, is_notice, short_size, verdict
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.options import Options
from linksec_tui.tui.widgets.tapped_bytes import TappedBytes

DRAWN_EVERY = 0.1  # seconds: bytes come faster than anybody reads

_MODES = {
    ImpostorMode.OFF: "The impostor is off: somebody listens, nobody interferes.",
    ImpostorMode.STRIP: "The impostor is on and takes away the offer to encrypt.",
    ImpostorMode.CERTIFICATE: "The impostor is on and plays the server, with a certificate of its own.",
}
_SEEN = {
    Verdict.LETTER: ("readable", "bold $error"),
    Verdict.NOISE: ("noise", "$muted"),
    Verdict.GREETING: ("greeting only", "$muted"),
    Verdict.NOTHING: ("silent", "$muted"),
}


class TapScreen(Page):
    """What somebody on the way sees."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TAP)
    CSS_PATH = "tap.tcss"
    heading = "The tap"
    name_of_keys = "tap"

    def __init__(self, tap: Tap) -> None:
        super().__init__()
        self.tap_on_the_wire = tap
        self.links = Options(id="tap-links")
        self.heard = TappedBytes(id="tap-bytes")
        self.other = TappedBytes(id="tap-other")
        self._names = Static(markup=False, id="tap-name"), Static(markup=False, id="tap-other-name")
        self._verdict = Static(markup=False, id="tap-verdict")
        self._mode = Static(markup=False, id="tap-mode")
        self._stale = True
        self._following = True
        self._beside = True
        self._shown: dict[int, TappedLink] = {}

    def content(self) -> list[Widget]:
        name, other = self._names
        beside = Container(Vertical(name, self.heard), Vertical(other, self.other, id="tap-second"), id="tap-heard")
        return [self._mode, Horizontal(self.links, beside, id="tap-panes"), self._verdict]

    def on_mount(self) -> None:
        self._stop_listening = self.tap_on_the_wire.listen(self._hear)
        self.set_interval(DRAWN_EVERY, self._draw_news)
        self._show_mode()
        self._draw_news()
        self.links.focus()

    def on_unmount(self) -> None:
        self._stop_listening()

    def _hear(self, _: int) -> None:
        """From the world's thread: only a note that there is something new."""
        self._stale = True

    def _draw_news(self) -> None:
        if not self._stale:
            return
        self._stale = False
        known = len(self._shown)
        self._shown = {link.number: link for link in self.tap_on_the_wire.links()}
        self.links.set_prompts([(str(number), self._line(link)) for number, link in self._shown.items()])
        if self._following and len(self._shown) > known:
            self.links.highlighted = len(self._shown) - 1
        self._show_link()
        count = len(self._shown)
        self.show_title(assemble("The tap", (f"  {count} link{'' if count == 1 else 's'}", "not bold $muted")))

    def _line(self, link: TappedLink) -> Content:
        word, style = _SEEN[verdict(link)]
        octets = sum(len(chunk.content) for chunk in link.chunks)
        alive = " live" if link.open else ""
        caught = styled(f" {self.app.marks.caution}", "$warning") if link.impostor else plain("")
        return assemble(
            (f"{link.number:>3}  ", "$muted"), (link.domain, "bold"), caught,
            "\n     ", (word, style), (f"  {short_size(octets)}{alive}", "$muted"),
        )  # fmt: skip

    def _show_link(self) -> None:
        link = self._shown.get(int(self.links.current or 0))
        self.heard.show(link)
        other = self._opposite(link) if self._beside else None
        self.other.show(other)
        self.set_class(other is not None, "-beside")
        for name, each in zip(self._names, (link, other), strict=True):
            name.update(self._headline(each) if each is not None else plain(""))
        self._verdict.update(self._summary(link))

    def _opposite(self, link: TappedLink | None) -> TappedLink | None:
        """The newest link that tells the other half: noise beside a letter, a letter beside noise."""
        wanted = {Verdict.LETTER: Verdict.NOISE, Verdict.NOISE: Verdict.LETTER}.get(verdict(link)) if link else None
        return next((each for each in reversed(self._shown.values()) if verdict(each) is wanted), None)

    def _headline(self, link: TappedLink) -> Content:
        seen = verdict(link)
        only = ", only the notice" if seen is Verdict.LETTER and is_notice(link) else ""
        return assemble((link.domain, "bold"), "  ", _SEEN[seen], only)

    @property
    def compared(self) -> bool:
        """A letter and noise stand beside each other."""
        return self.has_class("-beside")

    def point_at(self, link: TappedLink) -> None:
        """Show this one, whichever is the newest."""
        self._draw_news()
        self.links.highlighted = list(self._shown).index(link.number)

    def _summary(self, link: TappedLink | None) -> Content:
        if link is None:
            return styled("Nothing crossed yet. Send a letter and look again.", "$muted")
        match verdict(link):
            case Verdict.LETTER if is_notice(link):
                whole = styled("Only a notice that a letter waits: anybody may read that.", "bold")
            case Verdict.LETTER:
                whole = styled("Anybody on the way could read this letter.", "bold $error")
            case Verdict.NOISE:
                whole = styled("Noise: nobody on the way could read a letter here.", "bold")
            case Verdict.GREETING:
                whole = styled("Only a greeting crossed here, no letter.", "bold")
            case Verdict.NOTHING:
                whole = styled("Nothing was said on this link yet.", "$muted")
        hand = ("  The impostor was in the middle.", "$warning") if link.impostor else ""
        ways = (f"\nyour provider {Direction.FROM_PROVIDER.value} {link.exchanger}", "$muted")
        return assemble(whole, hand, ways)

    def _show_mode(self) -> None:
        mode = self.app.impostor.mode if self.app.impostor is not None else ImpostorMode.OFF
        self.app.show_impostor(mode)
        self._mode.update(styled(_MODES[mode], "$muted" if mode is ImpostorMode.OFF else "bold $warning"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        if action == "again":
            return self.app.tour is not None and self.app.tour.letter is not None
        return action != "impostor" or self.app.impostor is not None

    def on_option_list_option_highlighted(self, event: Options.OptionHighlighted) -> None:
        self._following = event.option_index == len(self._shown) - 1
        self._show_link()

    def on_option_list_option_selected(self) -> None:
        self.heard.focus()

    def action_impostor(self) -> None:
        """Off, strip, certificate, off."""
        if (impostor := self.app.impostor) is not None:
            modes = list(ImpostorMode)
            impostor.switch(modes[(modes.index(impostor.mode) + 1) % len(modes)])
            self._show_mode()

    def action_beside(self) -> None:
        self._beside = not self._beside
        self._show_link()

    def action_again(self) -> None:
        """While the tour goes on: the letter that it is about."""
        if self.app.tour is not None:
            self.app.tour.write_again()

    def action_clear(self) -> None:
        self.tap_on_the_wire.clear()
        self._stale = True
        self._draw_news()

    def action_follow(self) -> None:
        """Back to the newest link."""
        self._following = True
        if self._shown:
            self.links.highlighted = len(self._shown) - 1

    def on_key(self, event: events.Key) -> None:
        """Left and right go between links and bytes."""
        if event.key == "right":
            self.heard.focus()
        elif event.key == "left":
            self.links.focus()
