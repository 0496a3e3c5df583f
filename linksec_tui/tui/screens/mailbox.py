"""The mailbox screen: mailboxes, messages, and the one that is read; on narrow terminals two of them, or one."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.events import Event, MailboxChanged, MailboxesChanged
from linksec_tui.model.listing import Arrangement, Order
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Flag
from linksec_tui.tui.coalesce import Unhurried
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.mailbox_look import Looks
from linksec_tui.tui.text import assemble, counted, styled
from linksec_tui.tui.widgets.filter_line import FilterLine
from linksec_tui.tui.widgets.letter_pane import LetterPane
from linksec_tui.tui.widgets.mailboxes import MailboxPane, mailbox_name
from linksec_tui.tui.widgets.message_list import MessageList

if TYPE_CHECKING:
    from linksec_tui.desk.glance import Glance

PREVIEW_AFTER = 0.12  # seconds on a message before it is read in passing: running past fetches nothing


class MailboxScreen(Looks):
    """Where the client begins."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CARD, Place.MAILBOX)
    CSS_PATH = "mailbox.tcss"
    name_of_keys = "mailbox"

    def __init__(self) -> None:
        super().__init__()
        self.mailboxes = MailboxPane(id="mailboxes")
        self.messages = MessageList(self.app.marks, id="messages")
        self.filter = FilterLine(id="filter")
        self.view = LetterPane(id="view")
        self.mailbox: Mailbox | None = None
        self.query_text = ""
        self.unchosen = True  # whichever account answers first is shown, and gives way to the first one
        self._stands = False
        self._selected = 0  # as the title tells
        self._preview: Timer | None = None

    def content(self) -> list[Widget]:
        return [self.filter, Horizontal(self.mailboxes, Container(self.messages, self.view, id="letters"), id="panes")]

    def on_mount(self) -> None:
        self.show_title("linksec")
        self.begin_looks()
        self._mailboxes_changed = Unhurried(self, self._load_mailboxes)
        self._mailbox_changed = Unhurried(self, self.renew)
        self.app.desk_opened.subscribe(self, self._begin)
        self.app.desk_events.subscribe(self, self._take)
        self.app.glanced.subscribe(self, self._show_glance)
        self.messages.focus()
        if self.app.open_desk_or_none is not None:
            self._begin()
        elif self.app.glance is not None:
            self._show_glance(self.app.glance)

    def _show_glance(self, glance: Glance) -> None:
        """What is known of the first mailbox before the desk is open."""
        self.mailbox = glance.mailbox
        self.show_title(mailbox_name(glance.mailbox))
        self.messages.now = glance.now
        self.messages.show_first(glance.rows)

    def _begin(self, _: None = None) -> None:
        self.messages.rows = self.app.desk.rows
        self.messages.now = self.app.desk.now
        self._mailbox_changed.ask()
        self._mailboxes_changed.ask()
        self.run_worker(self.recall_panes, exit_on_error=False)
        self.refresh_bindings()

    def _take(self, event: Event) -> None:
        match event:
            case MailboxesChanged():
                self._mailboxes_changed.ask()
            case MailboxChanged(mailbox=changed):
                self._mailboxes_changed.ask()
                if changed in self._shown_mailboxes():
                    self._mailbox_changed.ask()
            case _:
                pass

    def _shown_mailboxes(self) -> Collection[int]:
        """Whose messages stand in the list."""
        if self.query_text:
            return self.found.values()
        return self.listed().mailboxes if self.mailbox is not None else ()

    # Loading

    async def renew(self) -> None:
        """And what is under the cursor, where that could not be read when the cursor came there."""
        await super().renew()
        if self.view.reading is None:
            self.on_line_list_moved()

    async def _load_mailboxes(self) -> None:
        mailboxes = await self.app.desk.mailboxes()
        self.mailboxes.show(mailboxes)
        here = self.mailbox.id if self.mailbox else None
        current = next((each for each in self.mailboxes.everything if each.id == here), None)
        if not self.mailboxes.mailboxes:
            return
        first = self.mailboxes.mailboxes[0]
        if current is None or (self.unchosen and current.account != first.account):
            self.show_mailbox(first)
        else:
            self.mailbox = current
            self.show_where()

    def show_mailbox(self, mailbox: Mailbox) -> None:
        """Its first screen at once, then the rest."""
        self.mailbox, self.query_text = mailbox, ""
        self.app.show_connections(mailbox.account)
        self.mailboxes.stand_at(mailbox)
        self.filter.end()
        self.refresh_bindings()
        self.show_where()
        self.fill(mailbox)

    def show_found(self, query: str, found: array[int]) -> None:
        """The result of a search, in place of the mailbox; more of the same leaves the cursor where it is."""
        begins = query != self.query_text
        self.unchosen = False
        self.query_text = query
        self.filter.end()
        self.messages.show_spine(found)
        if begins:
            self.messages.action_first()
            self.refresh_bindings()
        self.show_where()

    def show_where(self) -> None:
        self._selected = len(self.messages.selected)
        if self.query_text:
            self.show_title(assemble("Search", (f"  {self.query_text}  ", "not bold"), self._count()))
        elif self.mailbox is not None:
            several = len(self.app.config.accounts) > 1 and self.mailbox.account
            of = f" of {self.mailbox.account}" if several else ""
            self.show_title(assemble(mailbox_name(self.mailbox), (f"{of}  ", "not bold"), self._count()))

    def _count(self) -> Content:
        spine = self.messages.lines.spine
        words = counted(len(spine.ids), "message")
        if spine.is_threaded:
            words += f" in {counted(len(spine.starts), 'conversation')}"
        elif (order := self.arrangement) != Arrangement(threaded=order.threaded) and not self.query_text:
            words += f", by {order.order.value}" if order.order is not Order.UNREAD else ", unread first"
            words += " backwards" if order.backwards else ""
        if self._selected:
            words += f", {self._selected} selected"
        return styled(words, "not bold $muted")

    # Reading

    def on_mailbox_pane_chosen(self, event: MailboxPane.Chosen) -> None:
        self.unchosen = False
        self.show_mailbox(event.mailbox)
        self.action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a way back only from somewhere."""
        if action == "back":
            elsewhere = self.mailboxes.has_focus or self.view.has_focus_within
            return elsewhere or self.has_class("-reading") or bool(self.query_text or self.filter.words)
        return super().check_action(action, parameters)

    def on_resize(self) -> None:
        """A pane for the message may have come: it shows the one under the cursor."""
        self.call_after_refresh(self.on_line_list_moved)

    def on_line_list_moved(self) -> None:
        stands = self.messages.current_id is not None
        if stands != self._stands:  # on a message or on none; each time would cost as much as painting the list
            self._stands = stands
            self.refresh_bindings()
        if self.app.open_desk_or_none is None:
            return
        if self._selected != len(self.messages.selected):
            self.show_where()
        if self._preview is not None:
            self._preview.stop()
        message = self.messages.current_id
        if message is None:
            self._show_none()
        elif self.view.display:
            self._preview = self.set_timer(PREVIEW_AFTER, lambda: self._read(message))

    def _show_none(self) -> None:
        """What was read last stands in no list that is in sight."""
        self.workers.cancel_group(self, "read")  # pyright: ignore[reportUnknownMemberType]  # Textual's
        if self.view.reading is not None:
            self.view.show_nothing()
            self.refresh_bindings()
        if self.has_class("-reading"):
            self.action_back()

    def on_line_list_opened(self) -> None:
        message = self.messages.current_id
        if self.app.open_desk_or_none is None or message is None:
            return
        self.unchosen = False
        self.add_class("-reading")
        self.view.focus()
        self._read(message)
        header = self.messages.header(message)
        if header is not None and header.unread:
            self.mark([header], Flag.SEEN, on=True)

    @work(exclusive=True, group="read", exit_on_error=False)
    async def _read(self, message: int) -> None:
        if self.view.reading is not None and self.view.reading.header.id == message:
            return
        try:
            await self.view.read(message)
        except LinksecError as problem:
            self.view.show_nothing(str(problem))
        self.refresh_bindings()

    def action_back(self) -> None:
        """From the message to the list, from a search to the mailbox."""
        if self.has_class("-reading"):
            self.remove_class("-reading")
        elif self.stop_narrowing():
            pass
        elif self.query_text and self.mailbox is not None:
            self.show_mailbox(self.mailbox)
        self.messages.focus()

    def show_anew(self) -> None:
        self._mailbox_changed.hurry()
