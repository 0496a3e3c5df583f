"""All mailboxes, with what is in them and whether other programs show them, too; made, renamed and deleted here."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.events import Event, FilingWaits, MailboxChanged, MailboxesChanged
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.tui.coalesce import Coalesced
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.mailbox_care import MailboxCare
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.mailboxes import mailbox_name
from linksec_tui.tui.widgets.options import Options

_FOR = {
    Role.INBOX: "", Role.SENT: "sent letters", Role.DRAFTS: "drafts", Role.TRASH: "what was deleted",
    Role.ARCHIVE: "archive", Role.JUNK: "junk", Role.ALL: "everything", Role.NONE: "",
}  # fmt: skip


class MailboxesScreen(MailboxCare):
    """A line a mailbox. Subscriptions are known once the server has told them."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.MAILBOXES)
    heading = "Mailboxes"
    name_of_keys = "mailboxes"

    def __init__(self, begin_at: Mailbox | None = None) -> None:
        super().__init__()
        self._begin_at = begin_at
        self._mailboxes: tuple[Mailbox, ...] = ()
        self._subscribed: dict[str, frozenset[int]] = {}
        self._asked_of: frozenset[int] = frozenset()  # of a mailbox made since then nothing is known
        self._options = Options(classes="page-list")

    def content(self) -> list[Widget]:
        return [self._options]

    def on_mount(self) -> None:
        self._changed = Coalesced(self, self._load)
        self._subscriptions = Coalesced(self, self._ask_for_subscriptions)
        self.app.desk_events.subscribe(self, self._take)
        self._options.focus()
        self._changed.ask()
        self._subscriptions.ask()

    def _take(self, event: Event) -> None:
        if isinstance(event, MailboxesChanged | MailboxChanged):
            self._changed.ask()
        elif isinstance(event, FilingWaits) and not event.count:
            self._subscriptions.ask()  # a mailbox that was made is subscribed to at the server

    @property
    def at_hand(self) -> Mailbox | None:
        return next((each for each in self._mailboxes if str(each.id) == self._options.current), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        mailbox = self.at_hand
        match action:
            case "rename_mailbox" | "delete_mailbox":
                return mailbox is not None and mailbox.role is not Role.INBOX
            case "subscribe_mailbox":
                return mailbox is not None and mailbox.account in self._subscribed
            case _:
                return True

    async def _load(self) -> None:
        self._mailboxes = await self.app.desk.mailboxes()
        several = len({each.account for each in self._mailboxes}) > 1
        self._options.set_prompts([(str(each.id), self._line(each, several=several)) for each in self._mailboxes])
        self._begin()
        self.show_title(assemble(self.heading, (f"  {len(self._mailboxes)}", "not bold $muted")))
        self.refresh_bindings()

    def _begin(self) -> None:
        """At the mailbox that was looked at before: a new one belongs to its account."""
        if self._mailboxes and (begin_at := self._begin_at) is not None:
            ids = [each.id for each in self._mailboxes]
            self._options.highlighted = ids.index(begin_at.id) if begin_at.id in ids else 0
            self._begin_at = None

    def _line(self, mailbox: Mailbox, *, several: bool) -> Content:
        count = f"{mailbox.total:>7}"
        of = f"  of {mailbox.account}" if several else ""
        known = self._subscribed.get(mailbox.account)
        without = "" if known is None or mailbox.id in known or mailbox.id not in self._asked_of else "  not subscribed"
        purpose = "" if _FOR[mailbox.role] in ("", mailbox.name.casefold()) else f"  {_FOR[mailbox.role]}"
        return assemble((count, "$muted"), "  ", (mailbox_name(mailbox), "bold"), (of + purpose + without, "$muted"))

    async def _ask_for_subscriptions(self) -> None:
        asked_of = frozenset(each.id for each in await self.app.desk.mailboxes())
        for account in self.app.config.accounts:
            if account.imap is None:
                continue
            try:
                self._subscribed[account.name] = await self.app.desk.filing.subscribed(account.name)
            except LinksecError:  # not to be reached: then it is not known, and that is what the line says
                continue
            self._asked_of = asked_of
            self._changed.ask()

    @work(exclusive=True, group="care", exit_on_error=False)
    async def action_subscribe_mailbox(self) -> None:
        mailbox = self.at_hand
        if mailbox is None:
            return
        known = self._subscribed.get(mailbox.account, frozenset())
        on = mailbox.id not in known
        if await self.done(self.app.desk.filing.subscribe(mailbox.id, on=on)):
            self._subscribed[mailbox.account] = known | {mailbox.id} if on else known - {mailbox.id}
            self._changed.ask()

    def action_undo(self) -> None:
        self.take_back()

    def on_option_list_option_highlighted(self) -> None:
        self.refresh_bindings()
