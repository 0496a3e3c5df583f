"""The outbox: what is on its way out, what is held, what may have gone out. Nothing disappears without a word."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from rich.cells import set_cell_size
from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.events import Event, OutboxChanged
from linksec_tui.model.letter import Kind, OutboxItem, OutboxState
from linksec_tui.tui.coalesce import Coalesced
from linksec_tui.tui.flow import hung
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.ask_when import AskWhen
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.text import assemble, cut, plain, styled
from linksec_tui.tui.time_words import moment_typed, moment_words
from linksec_tui.tui.widgets.message_line import short_date
from linksec_tui.tui.widgets.options import Options

STATES = {
    OutboxState.WAITING: ("waiting", ""),
    OutboxState.HELD: ("held", "$warning"),
    OutboxState.SUBMITTING: ("being handed over", ""),
    OutboxState.MAYBE_SENT: ("may have gone out", "$warning"),
    OutboxState.SUBMITTED: ("handed over", "$muted"),
    OutboxState.REFUSED: ("refused", "$error"),
    OutboxState.CANCELLED: ("taken back", "$muted"),
    OutboxState.SETTLED: ("sent, and filed in Sent", "$muted"),
}
_AGAIN = {OutboxState.WAITING, OutboxState.HELD, OutboxState.MAYBE_SENT, OutboxState.REFUSED}
_BACK = {OutboxState.WAITING, OutboxState.HELD, OutboxState.MAYBE_SENT, OutboxState.REFUSED}
_SOON = timedelta(minutes=2)
_ALLOWED = {
    "retry": _AGAIN,
    "cancel": _BACK,
    "later": {OutboxState.WAITING, OutboxState.HELD, OutboxState.REFUSED},
    "went_out": {OutboxState.MAYBE_SENT},
}


def when_words(item: OutboxItem, now: datetime) -> tuple[str, ...]:
    """When it goes, or is tried again."""
    if item.state is not OutboxState.WAITING or item.next_attempt_at is None or item.next_attempt_at <= now:
        return ()
    when = moment_words(item.next_attempt_at, now)
    if item.not_before == item.next_attempt_at:
        return (f"goes {when}; the recipients are looked at again then",)
    return (f"tried again {when}",)


def _planned(item: OutboxItem, now: datetime) -> str:
    """When the person said that it should go; a grace period is no plan."""
    planned = item.not_before
    return moment_typed(planned) if planned and planned > now + _SOON else ""


class OutboxScreen(Page):
    """One line a submission, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.OUTBOX)
    heading = "Outbox"
    name_of_keys = "outbox"

    def __init__(self) -> None:
        super().__init__()
        self._items: tuple[OutboxItem, ...] = ()
        self._percent: dict[str, int] = {}  # of those under way
        self._options = Options(classes="page-list")

    def content(self) -> list[Widget]:
        return [self._options]

    def on_mount(self) -> None:
        self._changed = Coalesced(self, self._load)
        self.app.desk_events.subscribe(self, self._take)
        self._options.focus()
        self._changed.ask()

    def on_resize(self) -> None:
        self._changed.ask()

    def _take(self, event: Event) -> None:
        if isinstance(event, OutboxChanged):
            self._percent[event.item] = event.percent
            self._changed.ask()

    async def _load(self) -> None:
        self._items = tuple(sorted(await self.app.desk.outbox(), key=lambda item: item.created_at, reverse=True))
        self._options.set_prompts([(item.id, self._line(item)) for item in self._items])
        count = f"{len(self._items)}" if self._items else "nothing waits, nothing was sent yet"
        self.show_title(assemble(self.heading, (f"  {count}", "not bold $muted")))
        self.refresh_bindings()

    def _line(self, item: OutboxItem) -> Content:
        word, style = STATES[item.state]
        if item.state is OutboxState.SUBMITTING and (percent := self._percent.get(item.id)):
            word = f"being handed over {percent} %"
        kind = "Notice: " if item.kind is Kind.NOTICE else ""
        when = short_date(item.created_at, self.app.desk.now().astimezone())
        width = max(self._options.outer_size.width - 5, 30)  # its padding, and a scrollbar that may come
        head = assemble(
            (f"{when:>7}  ", "$muted"), (set_cell_size(word, 24), style or "bold"), kind, (item.subject, "bold")
        )
        below = [
            f"to {', '.join(item.recipients)}",
            *when_words(item, self.app.desk.now()),
            *filter(None, [item.detail]),
        ]
        hanging = (line for text in below for line in hung(plain(" " * 9), styled(text, "$muted"), width))
        return plain("\n").join([cut(head, width, self.app.marks.ellipsis), *hanging])

    @property
    def _current(self) -> OutboxItem | None:
        return next((item for item in self._items if item.id == self._options.current), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        item = self._current
        allowed = _ALLOWED.get(action)
        return allowed is None or (item is not None and item.state in allowed)

    def on_option_list_option_highlighted(self) -> None:
        self.refresh_bindings()

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_retry(self) -> None:
        if (item := self._current) is None:
            return
        perhaps = item.state is OutboxState.MAYBE_SENT
        question = "This letter may have gone out already. Sending it again may deliver it twice."
        if perhaps and not await self.app.push_screen_wait(AskYes(question, "Send it again")):
            return
        try:
            await self.app.desk.retry(item.id, confirmed=perhaps)
        except LinksecError as problem:
            self.app.say(problem)
        self._changed.ask()

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_later(self) -> None:
        if (item := self._current) is None:
            return
        question = AskWhen("When should it go?", text=_planned(item, self.app.desk.now()))
        if (typed := await self.app.push_screen_wait(question)) is None:
            return
        try:
            await self.app.desk.posted.put_off(item.id, typed)
        except LinksecError as problem:
            self.app.say(problem)
        self._changed.ask()

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_went_out(self) -> None:
        if (item := self._current) is None:
            return
        question = "Do you know that it went out? Then it is not sent again, and a copy is filed in Sent."
        if not await self.app.push_screen_wait(AskYes(question, "It went out")):
            return
        try:
            await self.app.desk.posted.went_out(item.id)
        except LinksecError as problem:
            self.app.say(problem)
        self._changed.ask()

    @work(exclusive=True, group="verb", exit_on_error=False)
    async def action_cancel(self) -> None:
        if (item := self._current) is None:
            return
        if not await self.app.push_screen_wait(AskYes(f"Take back “{item.subject}”?", "Take it back")):
            return
        try:
            await self.app.desk.cancel(item.id)
        except LinksecError as problem:
            self.app.say(problem)
        self._changed.ask()
