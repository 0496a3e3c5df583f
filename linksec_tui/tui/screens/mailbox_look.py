"""How the list of the mailbox screen is looked at: order, conversations, narrowed by words, what is unread, panes."""

from __future__ import annotations

from dataclasses import replace

from textual import work

from linksec_tui.model.listing import Arrangement, Order, Panes, View
from linksec_tui.model.mailbox import ALL_INBOXES, Mailbox, Role
from linksec_tui.tui.coalesce import Coalesced
from linksec_tui.tui.folding import Folds
from linksec_tui.tui.screens.mailbox_verbs import Verbs
from linksec_tui.tui.screens.which import AskWhich
from linksec_tui.tui.text import plain
from linksec_tui.tui.widgets.filter_line import FilterLine
from linksec_tui.tui.widgets.mailboxes import mailbox_name

_WITH_RECIPIENTS = frozenset({Role.SENT, Role.DRAFTS})  # where everything is from the same person
_UNREAD_STAYS = frozenset({Role.JUNK, Role.TRASH, Role.DRAFTS})  # nobody wants to be led there
_NARROWEST, _WIDEST = 12, 60  # cells of the pane of mailboxes
_STEP = 10  # percent of what list and message have together
_LEAST, _MOST = 20, 80
_ACCOUNT = 8  # cells of an account's name


_NEEDS_DESK = frozenset({"sort", "conversations", "filter", "pane", "split"})


class Looks(Verbs):
    """The list as somebody wants to see it; the screen has the widgets."""

    filter: FilterLine
    query_text: str

    def __init__(self) -> None:
        super().__init__()
        self.found = {}
        self.arrangement = Arrangement()
        self._arranged: int | None = None  # the mailbox that this order was chosen for
        self.panes = Panes()
        self.folds: dict[str, Folds] = {}  # of each mailbox, as long as the client runs
        self.offered: Mailbox | None = None
        self._to_unread = False  # once the mailbox is there, the cursor goes to what is unread

    def begin_looks(self) -> None:
        self._narrowed = Coalesced(self, self._narrow)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _NEEDS_DESK:
            return self.app.open_desk_or_none is not None
        return super().check_action(action, parameters)

    # What is shown

    def listed(self) -> View:
        """The list that is looked at now."""
        mailbox = self.mailbox
        assert mailbox is not None
        every = tuple(each.id for each in self.mailboxes.inboxes)
        return View(
            mailboxes=every if mailbox.id == ALL_INBOXES.id else (mailbox.id,),
            arrangement=self.arrangement,
            words=self.filter.words,
            recipients=mailbox.role in _WITH_RECIPIENTS,
        )

    def _folds(self) -> Folds:
        """What is narrowed shows every message that it found."""
        if self.mailbox is None or self.filter.words:
            return Folds(opened=True)
        return self.folds.setdefault(f"{self.mailbox.account} {self.mailbox.wire_name}", Folds())

    @work(exclusive=True, group="mailbox", exit_on_error=False)
    async def fill(self, mailbox: Mailbox) -> None:
        """A mailbox: its first screen at once, then the rest in the order that was chosen for it."""
        views = self.app.desk.views
        await self._recall(mailbox)
        self.messages.account_width = _ACCOUNT if mailbox.id == ALL_INBOXES.id else 0
        self.messages.shows_recipients = mailbox.role in _WITH_RECIPIENTS
        view = self.listed()
        if view.arrangement == Arrangement():
            self.messages.show_first(await views.first_rows(view))
        else:
            self.messages.show_first(())
        self.messages.show(await views.spine(view), self._folds())
        self.show_where()
        if view.arrangement.threaded and await views.settle():
            await self.renew()
        await self._go_to_unread()

    async def _recall(self, mailbox: Mailbox) -> None:
        """The order that was chosen for it."""
        if self._arranged != mailbox.id:
            self.arrangement = await self.app.desk.views.arrangement(mailbox)
            self._arranged = mailbox.id

    async def _go_to_unread(self) -> None:
        if self._to_unread:
            self._to_unread = False
            if (at := await self._next_unread()) is not None:
                self.messages.reveal(at)

    async def renew(self) -> None:
        """The same list, as the store has it now."""
        if self.query_text:
            await self.renew_found()
            return
        if self.mailbox is None:
            return
        views = self.app.desk.views
        await self._recall(self.mailbox)
        view = self.listed()
        if view.arrangement.threaded:
            await views.settle()
        spine = await views.spine(view)
        if view == self.listed() and not self.query_text:
            await self.messages.renew(spine)
            self.show_where()

    # Order

    @work(exclusive=True, group="arrange", exit_on_error=False)
    async def action_sort(self) -> None:
        """By something else; by the same once more turns it round."""
        now = self.arrangement
        lines = [(each.name, plain(_order_line(each, now))) for each in Order]
        chosen = await self.app.push_screen_wait(AskWhich("In which order?", lines))
        if chosen is not None:
            order = Order[chosen]
            backwards = order is now.order and not now.backwards
            await self._arrange(
                Arrangement(order=order, backwards=backwards, threaded=now.threaded and order is Order.DATE)
            )

    @work(exclusive=True, group="arrange", exit_on_error=False)
    async def action_conversations(self) -> None:
        """As conversations, or one message after another."""
        threaded = not self.arrangement.threaded
        await self._arrange(Arrangement(threaded=threaded) if threaded else Arrangement())

    async def _arrange(self, arrangement: Arrangement) -> None:
        if self.mailbox is not None and not self.query_text:
            await self.app.desk.views.remember(self.mailbox, arrangement)
            self.arrangement = arrangement
            spine = await self.app.desk.views.spine(self.listed())
            self.messages.show(spine, self._folds())
            self.show_where()
            if arrangement.threaded and await self.app.desk.views.settle():
                await self.renew()

    # Narrowing

    def action_filter(self) -> None:
        if self.mailbox is not None and not self.query_text:
            self.filter.begin()

    def on_filter_line_typed(self) -> None:
        self._narrowed.ask()

    def on_filter_line_picked(self, event: FilterLine.Picked) -> None:
        self.messages.action_move(event.by)

    def on_filter_line_done(self, event: FilterLine.Done) -> None:
        if not event.kept:
            self.stop_narrowing()
        self.messages.focus()

    def stop_narrowing(self) -> bool:
        """Everything again; true where something was narrowed."""
        narrowed = self.filter.has_class("-shown")
        self.filter.end()
        if narrowed:
            self._narrowed.ask()
        return narrowed

    async def _narrow(self) -> None:
        """The last words that were typed: one query at a time, and never one for words that are gone."""
        if self.mailbox is None or self.query_text:
            return
        view = self.listed()
        spine = await self.app.desk.views.spine(view)
        if view.mailboxes == self.listed().mailboxes and not self.query_text:
            self.messages.show(spine, self._folds())
            self.show_where()

    # What is unread

    @work(exclusive=True, group="unread", exit_on_error=False)
    async def action_next_unread(self) -> None:
        """The next in the list, also out of a folded conversation; then another mailbox is offered."""
        offered, self.offered = self.offered, None
        at = await self._next_unread()
        if at is not None:
            self.messages.reveal(at)
        elif offered is not None:
            self._to_unread = True
            self.show_mailbox(offered)
        else:
            self._offer()

    async def _next_unread(self) -> int | None:
        views = self.app.desk.views
        ids = await (views.unread_of(self.messages.spine) if self.query_text else views.unread(self.listed()))
        return self.messages.next_of(set(ids))

    def _offer(self) -> None:
        """Not gone to unasked: somebody who presses the key a few times would find themselves elsewhere."""
        self.offered = next((each for each in self._others() if each.unread and each.role not in _UNREAD_STAYS), None)
        if self.offered is None:
            self.app.say("Nothing unread here.")
        else:
            name, key = mailbox_name(self.offered), self.app.key("mail.next-unread")
            several = f" of {self.offered.account}" if len(self.app.config.accounts) > 1 else ""
            self.app.say(f"Nothing unread here. {key} once more: {name}{several}, {self.offered.unread} unread.")

    def _others(self) -> list[Mailbox]:
        """The other mailboxes, from the one below this one on."""
        every = self.mailboxes.mailboxes
        here = next((at for at, each in enumerate(every) if self.mailbox and each.id == self.mailbox.id), -1)
        return [*every[here + 1 :], *every[: max(here, 0)]]

    # Panes

    async def recall_panes(self) -> None:
        self.panes = await self.app.desk.views.panes()
        self.lay_out()

    def action_pane(self, cells: int) -> None:
        """The pane of mailboxes wider or narrower."""
        width = self.panes.mailboxes or self.mailboxes.outer_size.width
        if self.mailboxes.display and width:
            self._resize(replace(self.panes, mailboxes=min(max(width + cells, _NARROWEST), _WIDEST)))

    def action_split(self, steps: int) -> None:
        """More room for the list, or for the message."""
        if self.view.display and self.messages.display:
            split = (self.panes.split or self._split_now()) + steps * _STEP
            self._resize(replace(self.panes, split=min(max(split, _LEAST), _MOST)))

    def _resize(self, panes: Panes) -> None:
        self.panes = panes
        self.lay_out()
        self._remember_panes(panes)

    @work(exclusive=True, group="panes", exit_on_error=False)
    async def _remember_panes(self, panes: Panes) -> None:
        await self.app.desk.views.remember_panes(panes)

    def lay_out(self) -> None:
        """The panes as wide as somebody made them, where there is more than one of them."""
        if self.panes.mailboxes:
            self.mailboxes.styles.width = self.panes.mailboxes
        if not self.panes.split:
            return
        beside = self.has_class("-broad")
        for pane, share in ((self.messages, self.panes.split), (self.view, 100 - self.panes.split)):
            pane.styles.width = f"{share}fr" if beside else None
            pane.styles.height = f"{share}fr" if not beside and self._has_both else None

    @property
    def _has_both(self) -> bool:
        """Is the message below the list?"""
        return self.has_class("-tall") and self.has_class("-wide")

    def _split_now(self) -> int:
        """The list's share as the style sheet has it, in percent."""
        list_size, view_size = self.messages.outer_size, self.view.outer_size
        if self.has_class("-broad"):
            return round(100 * list_size.width / max(list_size.width + view_size.width, 1))
        return round(100 * list_size.height / max(list_size.height + view_size.height, 1))


def _order_line(order: Order, now: Arrangement) -> str:
    if order is not now.order:
        return order.value.capitalize()
    return (
        f"{order.value.capitalize()}, the other way round"
        if not now.backwards
        else f"{order.value.capitalize()}, as usual"
    )
