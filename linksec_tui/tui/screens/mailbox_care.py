"""What is done to mailboxes themselves: made, renamed, deleted, emptied; from the pane, or from their own screen."""

from __future__ import annotations

from collections.abc import Awaitable

from textual import work

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.widgets.mailboxes import mailbox_name

FILED = "filed"  # what notices about messages and mailboxes are about: the last one stands


class MailboxCare(Page):
    """The verbs; the screen says which mailbox is at hand."""

    @property
    def at_hand(self) -> Mailbox | None:
        raise NotImplementedError  # the screen's

    @work(exclusive=True, group="care", exit_on_error=False)
    async def action_make_mailbox(self) -> None:
        account = self.account_at_hand
        if account is None:
            return
        several = len(self.app.config.accounts) > 1
        question = f"New mailbox of {account}" if several else "New mailbox"
        name = await self.app.push_screen_wait(AskLine(question, placeholder="name, or above/name"))
        if name:
            await self.done(self.app.desk.filing.create(account, name))

    @work(exclusive=True, group="care", exit_on_error=False)
    async def action_rename_mailbox(self) -> None:
        mailbox = self.at_hand
        if mailbox is None:
            return
        question = AskLine(f"What is “{mailbox_name(mailbox)}” to be called?", placeholder=mailbox_name(mailbox))
        name = await self.app.push_screen_wait(question)
        if name:
            await self.done(self.app.desk.filing.rename(mailbox.id, name))

    @work(exclusive=True, group="care", exit_on_error=False)
    async def action_delete_mailbox(self) -> None:
        mailbox = self.at_hand
        if mailbox is None:
            return
        question = AskYes(f"Delete “{mailbox_name(mailbox)}”? {_what_goes(mailbox)}", "Delete it")
        if await self.app.push_screen_wait(question):
            await self.done(self.app.desk.filing.remove(mailbox.id), final=True)

    @work(exclusive=True, group="care", exit_on_error=False)
    async def action_empty_trash(self) -> None:
        account = self.account_at_hand
        trash = await self.app.desk.filing.trash_of(account) if account else None
        if account is None or trash is None or not trash.total:
            self.app.say("The Trash is empty.")
            return
        question = AskYes(f"Empty “{trash.name}” of {account}? {_what_goes(trash)}", "Empty it")
        if await self.app.push_screen_wait(question):
            await self.done(self.app.desk.filing.empty_trash(account), final=True)

    @property
    def account_at_hand(self) -> str | None:
        if self.at_hand is not None and self.at_hand.account:
            return self.at_hand.account
        return self.app.config.accounts[0].name if self.app.config.accounts else None

    async def done(self, filing: Awaitable[str], *, final: bool = False) -> bool:
        """What was done, and how it is taken back, unless it is `final`; or why not."""
        try:
            sentence = await filing
        except LinksecError as problem:
            self.app.say(problem)
            return False
        back = "" if final else f" {self.app.key('mail.undo')} takes it back."
        self.app.notices.say(f"{sentence}{back}", about=FILED)
        return True

    @work(exclusive=True, group="undo", exit_on_error=False)
    async def take_back(self) -> None:
        """The last of what was done to messages and mailboxes."""
        try:
            self.app.notices.say(await self.app.desk.filing.undo(), about=FILED)
        except LinksecError as problem:
            self.app.notices.unsay(FILED)
            self.app.say(problem)
        self.show_anew()

    def show_anew(self) -> None:
        """What is shown may not be what is."""


def _what_goes(mailbox: Mailbox) -> str:
    match mailbox.total:
        case 0:
            return "It is empty."
        case 1:
            return "One message goes for good."
        case many:
            return f"{many} messages go for good."
