"""What moves, marks and deletes messages: kept and shown at once, taken back by one key, then brought to the server."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import replace

from textual import work

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.keywords import as_written, changed
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.mailbox_care import MailboxCare
from linksec_tui.tui.screens.search import SearchVerbs
from linksec_tui.tui.widgets.mailboxes import MailboxPane

_LOOKED_AT = 1000  # messages, for what they have in common
NEEDS_MESSAGE = frozenset(
    {"delete", "archive", "star", "toggle_unread", "move_messages", "copy_messages", "junk", "keywords"}
)
NEEDS_DESK = frozenset({"undo", "manage_mailboxes", "make_mailbox", "rename_mailbox", "delete_mailbox", "empty_trash"})


class FilingVerbs(SearchVerbs, MailboxCare):
    """The verbs; each applies to the selected messages, or to the one under the cursor."""

    mailboxes: MailboxPane

    @property
    def at_hand(self) -> Mailbox | None:
        """The mailbox under the pane's cursor; all inboxes as one are none that a server has."""
        option = self.mailboxes.highlighted_option
        mailbox = self.mailboxes.mailbox(option) if option is not None else None
        return mailbox if mailbox is not None and mailbox.account else None

    @work(exclusive=True, group="delete", exit_on_error=False)
    async def action_delete(self) -> None:
        ids = self.messages.chosen
        doomed = await self.app.desk.filing.for_good(ids)
        if doomed:
            what = "this message" if doomed == 1 else f"{doomed} messages"
            question = AskYes(f"Delete {what} for good? Nothing brings that back.", "Delete for good")
            if not await self.app.push_screen_wait(question):
                return
        await self._away(ids, self.app.desk.filing.delete(ids), final=bool(doomed))

    def action_archive(self) -> None:
        ids = self.messages.chosen
        self._file(ids, self.app.desk.filing.archive(ids))

    def action_junk(self) -> None:
        """In Junk it is the other way round."""
        ids = self.messages.chosen
        filing = self.app.desk.filing
        self._file(ids, filing.not_junk(ids) if self._in_junk() else filing.junk(ids))

    def _in_junk(self) -> bool:
        return self.mailbox is not None and self.mailbox.role is Role.JUNK

    @work(exclusive=True, group="pick", exit_on_error=False)
    async def action_move_messages(self) -> None:
        ids = self.messages.chosen
        target = await self._pick("Move to")
        if target is not None:
            await self._away(ids, self.app.desk.filing.move(ids, target.id))

    @work(exclusive=True, group="pick", exit_on_error=False)
    async def action_copy_messages(self) -> None:
        ids = self.messages.chosen
        target = await self._pick("Copy to")
        if target is not None:
            await self.done(self.app.desk.filing.copy(ids, target.id))

    @work(exclusive=True, group="pick", exit_on_error=False)
    async def action_keywords(self) -> None:
        """Those that all of the messages have stand in the line; what is written in their place counts for all."""
        ids = self.messages.chosen
        rows = [each.flags for each in (await self.app.desk.rows(ids[:_LOOKED_AT])).values()]
        now = as_written(rows[0].intersection(*rows) if rows else ())
        from linksec_tui.tui.screens.keywords import AskKeywords  # deferred: only with this key

        of = "this message" if len(ids) == 1 else f"{len(ids)} messages"
        written = await self.app.push_screen_wait(AskKeywords(f"Keywords of {of}", now))
        add, remove = changed(written, now) if written is not None else (frozenset[str](), frozenset[str]())
        if add or remove:
            await self.done(self.app.desk.filing.label(ids, add=add, remove=remove))

    async def _pick(self, question: str) -> Mailbox | None:
        """A mailbox of the account whose messages these are, but not the one that they are in."""
        here = self.messages.current
        account = here.account if here is not None else None
        others = [each for each in self.mailboxes.mailboxes if account in (None, each.account)]
        others = [each for each in others if here is None or each.id != here.mailbox]
        from linksec_tui.tui.screens.goto import PickMailbox  # deferred: only with this key

        picked = await self.app.push_screen_wait(PickMailbox(question, others))
        return picked if isinstance(picked, Mailbox) else None

    def action_star(self) -> None:
        self._toggle(Flag.FLAGGED)

    def action_toggle_unread(self) -> None:
        self._toggle(Flag.SEEN)

    def _toggle(self, flag: Flag) -> None:
        """All of them as the first one is not."""
        ids = self.messages.chosen
        first = next((header for each in ids if (header := self.messages.header(each)) is not None), None)
        if first is not None:
            self.mark_all(ids, flag, on=flag not in first.flags)

    def mark(self, headers: Sequence[Header], flag: Flag, *, on: bool) -> None:
        """As `mark_all`, of messages whose rows are here."""
        self.mark_all([header.id for header in headers], flag, on=on)

    def mark_all(self, ids: Sequence[int], flag: Flag, *, on: bool) -> None:
        """At once on the screen; what cannot be kept is shown as it was."""
        for each in ids:
            if (header := self.messages.header(each)) is not None:
                flags = header.flags | {flag} if on else header.flags - {flag}
                self.messages.put(replace(header, flags=frozenset(flags)))
        self._mark(ids, flag, on=on)

    @work(group="mark", exit_on_error=False)
    async def _mark(self, ids: Sequence[int], flag: Flag, *, on: bool) -> None:
        try:
            await self.app.desk.filing.mark(ids, flag, on=on)
        except LinksecError as problem:
            self.app.say(problem)
            self.show_anew()

    def action_undo(self) -> None:
        """What was taken out of the list and comes back is under the cursor again."""
        self.messages.expect_back()
        self.take_back()

    def action_manage_mailboxes(self) -> None:
        from linksec_tui.tui.screens.mailboxes import MailboxesScreen  # deferred: only with this key

        self.app.push_screen(MailboxesScreen(self.at_hand if self.mailboxes.has_focus else self.mailbox))

    @work(group="move", exit_on_error=False)
    async def _file(self, ids: Sequence[int], filing: Awaitable[str]) -> None:
        await self._away(ids, filing)

    async def _away(self, ids: Sequence[int], filing: Awaitable[str], *, final: bool = False) -> None:
        """Out of the list when it is on the disk, which takes no longer than a key press."""
        if await self.done(filing, final=final):
            self.messages.without(ids)
