"""What can be done with the messages of the mailbox screen; every verb is one call of desk.

Other screens are loaded by the key that shows them: together they would take as long as everything before the first
list.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from textual import work

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.tui.screens import filing_verbs
from linksec_tui.tui.screens.card_verbs import CARD_ACTIONS
from linksec_tui.tui.screens.import_messages import ImportVerbs
from linksec_tui.tui.screens.save_messages import SaveVerbs
from linksec_tui.tui.screens.which import AskWhich
from linksec_tui.tui.text import plain
from linksec_tui.tui.widgets.mailboxes import MailboxPane
from linksec_tui.tui.widgets.message_list import MessageList

if TYPE_CHECKING:
    from linksec_tui.model.letter import Draft

_NEEDS_MESSAGE = filing_verbs.NEEDS_MESSAGE | {
    "reply", "reply_all", "reply_list", "forward", "forward_attached", "as_new",
    "source", "way", "next_unread", "save_messages",
}  # fmt: skip
_NEEDS_DESK = filing_verbs.NEEDS_DESK | {
    "compose_letter", "template", "search", "goto", "outbox", "drafts", "check", "contacts", "refresh", "accounts",
    "import_messages",
}  # fmt: skip


class Verbs(ImportVerbs, SaveVerbs):
    """The mailbox screen's verbs; `MailboxScreen` gives them something to work on, and has what is not here."""

    messages: MessageList
    mailboxes: MailboxPane
    unchosen: bool

    def show_mailbox(self, mailbox: Mailbox) -> None:
        raise NotImplementedError  # the screen's

    @property
    def account(self) -> str | None:
        """Whose mailbox is shown; where it is everybody's, whose message is under the cursor."""
        if self.mailbox is not None and self.mailbox.account:
            return self.mailbox.account
        return self.messages.current.account if self.messages.current else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """A key is there only while it does something."""
        if action in CARD_ACTIONS:
            return self.offers(action)
        if action == "next_letter":
            return bool(self.app.letters.aside)
        if action == "tap":
            return self.app.tap is not None
        if action in _NEEDS_MESSAGE | _NEEDS_DESK and self.app.open_desk_or_none is None:
            return False
        return action not in _NEEDS_MESSAGE or self.messages.current_id is not None

    # Letters

    def action_compose_letter(self) -> None:
        try:
            self._show_draft(self.app.desk.new_draft(self.account))
        except LinksecError as problem:
            self.app.say(problem)

    def action_reply(self) -> None:
        if (message := self.messages.current_id) is not None:
            self._write(self.app.desk.reply(message))

    def action_reply_all(self) -> None:
        if (message := self.messages.current_id) is not None:
            self._write(self.app.desk.reply(message, everyone=True))

    def action_forward(self) -> None:
        if (message := self.messages.current_id) is not None:
            self._write(self.app.desk.forward(message))

    def action_reply_list(self) -> None:
        if (message := self.messages.current_id) is not None:
            self._write(self.app.desk.answering.reply_to_list(message))

    def action_forward_attached(self) -> None:
        if (message := self.messages.current_id) is not None:
            self._write(self.app.desk.answering.forward_attached(message))

    def action_as_new(self) -> None:
        if (message := self.messages.current_id) is not None:
            self._write(self.app.desk.answering.as_new(message))

    @work(exclusive=True, group="template", exit_on_error=False)
    async def action_template(self) -> None:
        """A letter that stands ready, to be written on."""
        names = self.app.desk.drafting.templates()
        if not names:
            self.app.say("There are no templates yet. They are files in “templates” beside the configuration.")
            return
        chosen = await self.app.push_screen_wait(AskWhich("Which letter?", [(name, plain(name)) for name in names]))
        if chosen is not None:
            self._write(self.app.desk.drafting.from_template(chosen, self.account), fresh=True)

    def action_next_letter(self) -> None:
        self.app.letters.take_up_next()

    @work(exclusive=True, group="write", exit_on_error=False)
    async def _write(self, drafting: Awaitable[Draft], *, fresh: bool = False) -> None:
        try:
            self._show_draft(await drafting, fresh=fresh)
        except LinksecError as problem:
            self.app.say(problem)

    def _show_draft(self, draft: Draft, *, fresh: bool = False) -> None:
        from linksec_tui.tui.screens.compose import ComposeScreen  # deferred: see above

        self.app.push_screen(ComposeScreen(draft, fresh=fresh))

    # Messages

    def action_way(self) -> None:
        from linksec_tui.tui.screens.way import WayScreen  # deferred: see above

        if (message := self.messages.current_id) is not None:
            self.app.push_screen(WayScreen(message))

    @work(exclusive=True, group="source", exit_on_error=False)
    async def action_source(self) -> None:
        from linksec_tui.tui.screens.source import SourceScreen  # deferred: see above

        if (message := self.messages.current_id) is not None:
            try:
                self.app.push_screen(SourceScreen(await self.app.desk.source(message)))
            except LinksecError as problem:
                self.app.say(problem)

    @work(exclusive=True, group="refresh", exit_on_error=False)
    async def action_refresh(self) -> None:
        try:
            await self.app.desk.refresh()
        except LinksecError as problem:
            self.app.say(problem)

    # Elsewhere

    @work(exclusive=True, group="goto", exit_on_error=False)
    async def action_goto(self) -> None:
        from linksec_tui.tui.screens.goto import GotoScreen  # deferred: see above

        chosen = await self.app.push_screen_wait(GotoScreen(self.mailboxes.everything))
        if isinstance(chosen, Mailbox):
            self.unchosen = False
            self.show_mailbox(chosen)
            self.messages.focus()
        elif chosen:
            await self.run_action(chosen)

    def action_outbox(self) -> None:
        from linksec_tui.tui.screens.outbox import OutboxScreen  # deferred: see above

        self.app.push_screen(OutboxScreen())

    def action_drafts(self) -> None:
        from linksec_tui.tui.screens.drafts import DraftsScreen  # deferred: see above

        self.app.push_screen(DraftsScreen())

    def action_check(self) -> None:
        from linksec_tui.tui.screens.check import CheckScreen  # deferred: see above

        self.app.push_screen(CheckScreen(self.account))

    def action_accounts(self) -> None:
        from linksec_tui.tui.screens.accounts import AccountsScreen  # deferred: see above

        self.app.push_screen(AccountsScreen(self.account))

    def action_contacts(self) -> None:
        from linksec_tui.tui.screens.contacts import ContactsScreen  # deferred: see above

        self.app.push_screen(ContactsScreen(self.account))

    def action_tap(self) -> None:
        from linksec_tui.tui.screens.tap import TapScreen  # deferred: see above

        if self.app.tap is not None:
            self.app.push_screen(TapScreen(self.app.tap))
