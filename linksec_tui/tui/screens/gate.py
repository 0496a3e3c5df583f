"""The gate: who falls short and why, and what happens to each. Nothing is chosen for anybody beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events, getters, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from linksec_tui.model.address import Address
from linksec_tui.model.ladder import PRICE
from linksec_tui.model.letter import Choice, Gate, GateLine
from linksec_tui.tui.badge import WIDEST, label
from linksec_tui.tui.flow import hung
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.meeting import requirement_word
from linksec_tui.tui.screens.which import AskWhich
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.message_line import fitted
from linksec_tui.tui.widgets.options import Options
from linksec_tui.tui.widgets.status import KeyHints


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """The person wants everybody asked about once more; what was chosen by then."""

    choices: Mapping[Address, Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """Somebody is to be written to at another address of theirs; what was chosen for the others stands."""

    address: Address
    other: Address
    choices: Mapping[Address, Choice]


Answer = Mapping[Address, Choice] | AskAgain | Instead | None

_WORDS = {
    Choice.SEND: "gets the letter",
    Choice.NOTICE: "gets the notice instead",
    Choice.LEAVE_OUT: "left out, kept for later",
    Choice.TRY: "protected, or back to you",
    Choice.LOWER: "gets it anyway",
}
_WIDEST_WORDS = max(map(len, _WORDS.values()))


class GateScreen(ModalScreen[Answer]):
    """The question that sending asks; the answer is a choice for everyone who falls short, or None for going back."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.GATE)
    CSS_PATH = "gate.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-middle"), (46, "-tall")]  # noqa: RUF012 - as Textual has it
    name_of_keys = "gate"

    def __init__(self, gate: Gate, choices: Mapping[Address, Choice] | None = None) -> None:
        super().__init__()
        self._gate = gate
        self._lines = [*gate.short, *(line for line in gate.lines if line.passes)]
        self._choices: dict[Address, Choice] = {
            line.recipient.address: choices[line.recipient.address]
            for line in gate.short
            if choices and choices.get(line.recipient.address) in line.choices
        }
        self._lowering: GateLine | None = None
        self.options = Options(id="gate-lines")
        self._confirm = Static(id="gate-confirm", markup=False)
        self._total = Static(id="gate-sum", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(id="gate"):
            yield Static(self._question(), id="gate-question", markup=False)
            yield self.options
            yield self._confirm
            yield self._total
            yield KeyHints()

    def on_mount(self) -> None:
        self._draw()
        self.options.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def _question(self) -> Content:
        short = len(self._gate.short)
        whom = "One recipient needs" if short == 1 else f"{short} recipients need"
        asked = requirement_word(self._gate.requirement)
        return assemble((f"{whom} a decision", "bold"), (f"   you ask for {asked}", "$muted"))

    # Drawing

    def _draw(self) -> None:
        self.options.set_prompts([(str(at), self._line(line)) for at, line in enumerate(self._lines)])
        self._total.update(self._sum())
        self._confirm.display = self._lowering is not None
        if self._lowering is not None:
            self._confirm.update(self._confirmation(self._lowering))
        self.refresh_bindings()

    def _line(self, line: GateLine) -> Content:
        badge = label(line.assessment.assurance, self.app.glyphs)
        badge = badge.pad_right(max(WIDEST + 1 - badge.cell_length, 1))
        width = self.options.outer_size.width - 5  # its padding, and a scrollbar that may come
        room = max(width - WIDEST - 1 - _WIDEST_WORDS - 1, 16)
        address = styled(fitted(str(line.recipient.address), room, self.app.marks.ellipsis), "bold")
        if line.passes:
            return assemble(badge, address, (" gets the letter", "$muted"))
        choice = self._choices.get(line.recipient.address)
        words = styled(_WORDS[choice], "bold") if choice else styled("not decided", "$warning")
        why = hung(plain("  "), styled(line.why, "$muted"), width)
        others = hung(plain("  "), styled(self._others(line), "$accent"), width) if line.instead else ()
        return plain("\n").join([assemble(badge, address, " ", words), *why, *others])

    def _others(self, line: GateLine) -> str:
        them = " and ".join(map(str, line.instead))
        verb = "passes" if len(line.instead) == 1 else "pass"
        return f"{them} {verb}: {self.app.key('gate.other')} writes there instead."

    def _confirmation(self, line: GateLine) -> Content:
        assurance = line.assessment.assurance
        warned = "; ".join(warning.text or warning.code for warning in line.assessment.gate_warnings)
        price = warned or PRICE[assurance]
        yes = self.app.key("gate.confirm")
        return assemble(
            (f"Send to {line.recipient.address} anyway: {price}.", "bold"),
            "\nPress ", (yes, "bold $accent"), " if you mean it; any other key leaves it.",
        )  # fmt: skip

    def _sum(self) -> Content:
        missing = sum(line.recipient.address not in self._choices for line in self._gate.short)
        if missing:
            return styled(f"{missing} not decided yet.", "$warning")
        chosen = [*self._choices.values(), *(Choice.SEND for line in self._lines if line.passes)]
        letter = sum(choice in {Choice.SEND, Choice.TRY, Choice.LOWER} for choice in chosen)
        out = len(chosen) - letter
        who = f"{_who(letter)} the letter." if out else "Everybody gets the letter."
        rest = " Its To and Cc name only those who get it." if out and letter else ""
        send = self.app.key("gate.send")
        return assemble(who + rest, ("  Press ", "$muted"), (send, "bold $accent"), (" to send.", "$muted"))

    # Choosing

    @property
    def _current(self) -> GateLine | None:
        at = self.options.highlighted
        return None if at is None else self._lines[at]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the line at hand offers has a key."""
        line = self._current if self.is_mounted else None
        match action:
            case "choose":
                return line is not None and Choice(str(parameters[0])) in line.choices
            case "lower":
                return line is not None and Choice.LOWER in line.choices
            case "other":
                return line is not None and bool(line.instead)
            case "confirm":
                return self._lowering is not None
            case "send":
                return all(each.recipient.address in self._choices for each in self._gate.short)
            case _:
                return True

    def action_choose(self, choice: str) -> None:
        line = self._current
        if line is not None:
            self._set(line, Choice(choice))
            self._next_undecided()
        self._draw()

    def action_choose_all(self, choice: str) -> None:
        """For everybody to whom it is offered and who has nothing chosen yet."""
        for line in self._gate.short:
            if Choice(choice) in line.choices and line.recipient.address not in self._choices:
                self._set(line, Choice(choice))
        self._next_undecided()
        self._draw()

    def action_lower(self) -> None:
        """The first of two steps."""
        self._lowering = self._current
        self._draw()

    def action_confirm(self) -> None:
        """The second one."""
        if self._lowering is not None:
            self._set(self._lowering, Choice.LOWER)
            self._next_undecided()
        self._draw()

    def _set(self, line: GateLine, choice: Choice) -> None:
        self._choices[line.recipient.address] = choice
        self._lowering = None

    def _next_undecided(self) -> None:
        at = self.options.highlighted or 0
        order = [*range(at, len(self._lines)), *range(at)]
        undecided = (n for n in order if self._open(self._lines[n]))
        self.options.highlighted = next(undecided, at)

    def _open(self, line: GateLine) -> bool:
        return not line.passes and line.recipient.address not in self._choices

    def on_option_list_option_highlighted(self) -> None:
        if self._lowering is not None and self._lowering is not self._current:
            self._lowering = None
            self._draw()
        self.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        """A key that means nothing here is another key than yes, too."""
        steps = {step for name in ("gate.lower", "gate.confirm", "gate.back") for step in self.app.keys_of(name)}
        if self._lowering is not None and not {event.key, event.character} & steps:
            self._lowering = None
            self._draw()

    # Leaving

    def action_send(self) -> None:
        self.dismiss(dict(self._choices))

    @work(exclusive=True, group="other", exit_on_error=False)
    async def action_other(self) -> None:
        line = self._current
        if line is None or not line.instead:
            return
        chosen: str | None = str(line.instead[0])
        if len(line.instead) > 1:
            answers = [(str(each), plain(str(each))) for each in line.instead]
            chosen = await self.app.push_screen_wait(AskWhich("At which address instead?", answers))
        other = next((each for each in line.instead if str(each) == chosen), None)
        if other is not None:
            self.dismiss(Instead(address=line.recipient.address, other=other, choices=dict(self._choices)))

    def action_again(self) -> None:
        self.dismiss(AskAgain(choices=dict(self._choices)))

    def action_back(self) -> None:
        if self._lowering is not None:
            self._lowering = None
            self._draw()
        else:
            self.dismiss(None)


def _who(letter: int) -> str:
    return "Nobody gets" if not letter else "1 gets" if letter == 1 else f"{letter} get"
