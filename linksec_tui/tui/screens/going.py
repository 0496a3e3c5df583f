"""When and how one letter goes: later, given up after a time, with the notice inside, even unprotected.

What is typed is shown as it was understood, beside the keys, before anything is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft, Requirement
from linksec_tui.tui.front import Front
from linksec_tui.tui.going_words import (
    can_have_notice,
    give_up_words,
    notice_words,
    optional_words,
    pickup_words,
    send_words,
)
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.time_words import moment_typed, span_words
from linksec_tui.tui.widgets.yes_no import YesNo

_LATER, _GIVE_UP, _NOTICE, _LINK, _OPTIONAL = "later", "give-up", "notice", "link", "optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What was chosen."""

    send_at: datetime | None
    give_up_minutes: int
    notice_inside: bool
    pickup: str
    tls_optional: bool

    def onto(self, draft: Draft) -> Draft:
        return replace(
            draft,
            send_at=self.send_at,
            give_up_minutes=self.give_up_minutes,
            notice_inside=self.notice_inside,
            pickup=self.pickup,
            tls_optional=self.tls_optional,
        )


class GoingScreen(ModalScreen[Going | None]):
    """Enter keeps it, escape gives None."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.GOING)
    CSS_PATH = "going.tcss"
    name_of_keys = "going"

    def __init__(self, draft: Draft, begin_at: str = _LATER) -> None:
        super().__init__()
        self._draft, self._begin_at = draft, begin_at
        self._provider = self.app.desk.provider_facts(draft.account)
        self._at_first = moment_typed(draft.send_at) if draft.send_at else ""
        given_up = span_words(draft.give_up_minutes) if draft.give_up_minutes else ""
        possible = can_have_notice(self._provider)
        self._later = Input(self._at_first, placeholder="tomorrow 8:00, mon 9, in 2 h", compact=True, id=_LATER)
        self._give_up = Input(given_up, placeholder="4 h, 2 days", compact=True, id=_GIVE_UP)
        self._notice = YesNo(value=draft.notice_inside, is_open=possible, id=_NOTICE)
        self._link = Input(draft.pickup, placeholder="https://…", compact=True, id=_LINK)
        self._optional = YesNo(value=draft.tls_optional, is_open=draft.requirement is Requirement.ANY, id=_OPTIONAL)
        self._told = {each.id: Static(classes="told", markup=False) for each in self._lines}

    @property
    def _lines(self) -> tuple[Widget, ...]:
        return self._later, self._give_up, self._notice, self._link, self._optional

    def compose(self) -> ComposeResult:
        with Vertical(id="going"):
            yield Static(plain("When and how this letter goes"), classes="question")
            yield from self._row("Send", self._later)
            yield from self._row("Give up after", self._give_up)
            yield from self._row("Notice inside", self._notice)
            yield from self._row("Link in notices", self._link)
            yield from self._row("Unprotected too", self._optional)
            leave, keep = self.app.key("going.leave"), self.app.key("going.keep")
            hints = ((keep, " Keep    "), (self.app.key("going.down"), " Next    "), (leave, " Leave it as it was"))
            yield Static(
                assemble(*(piece for key, does in hints for piece in ((key, "bold $accent"), does))), classes="answers"
            )

    def _row(self, name: str, line: Widget) -> Iterator[Widget]:
        yield Horizontal(Label(name), line, classes="row")
        yield self._told[line.id]

    def on_mount(self) -> None:
        self._tell()
        self.query_one(f"#{self._begin_at}").focus()

    def on_input_changed(self) -> None:
        self._tell()

    def on_yes_no_changed(self) -> None:
        self._tell()

    def on_input_submitted(self) -> None:
        self.action_keep()

    def _tell(self) -> None:
        """Under each line what it means, or why it cannot."""
        requirement = self._draft.requirement
        self._show(_LATER, lambda: send_words(self._send_at(), self.app.desk.now()))
        self._show(_GIVE_UP, lambda: give_up_words(self._minutes(), self._provider))
        self._show(_NOTICE, lambda: notice_words(self._provider, requirement, inside=self._notice.value))
        self._show(_LINK, lambda: pickup_words(self._pickup()))
        self._show(_OPTIONAL, lambda: optional_words(requirement, optional=self._optional.value))

    def _show(self, name: str, words: Callable[[], str]) -> None:
        try:
            self._told[name].update(styled(words(), "$muted"))
        except BadInput as problem:
            self._told[name].update(styled(str(problem), "$warning"))

    def _send_at(self) -> datetime | None:
        typed = self._later.value.strip()
        if typed == self._at_first:
            return self._draft.send_at
        return self.app.desk.posted.when(typed) if typed else None

    def _minutes(self) -> int:
        typed = self._give_up.value.strip()
        return self.app.desk.posted.minutes(typed) if typed else 0

    def _pickup(self) -> str:
        return self.app.desk.posted.pickup(self._link.value.strip())

    def action_keep(self) -> None:
        """A line that is not understood keeps the question open; under it stands why."""
        for line, read in ((self._later, self._send_at), (self._give_up, self._minutes), (self._link, self._pickup)):
            try:
                read()
            except BadInput:
                line.focus()
                return
        self.dismiss(
            Going(
                send_at=self._send_at(),
                give_up_minutes=self._minutes(),
                notice_inside=self._notice.value,
                pickup=self._pickup(),
                tls_optional=self._optional.value,
            )
        )

    def action_line(self, by: int) -> None:
        if by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_leave_it(self) -> None:
        self.dismiss(None)
