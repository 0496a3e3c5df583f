"""Messages out of files into the mailbox at hand: single ones and mbox; begun again, it goes on where it stopped."""

from __future__ import annotations

from textual import work

from linksec_tui.model.errors import BadInput, LinksecError
from linksec_tui.model.imported import Imported
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.visible import visible
from linksec_tui.tui.screens.filing_verbs import FilingVerbs
from linksec_tui.tui.widgets.mailboxes import mailbox_name

_ABOUT = "import"
_TOLD_EVERY = 100  # messages


class ImportVerbs(FilingVerbs):
    """The verb; the mailbox screen knows which mailbox is shown."""

    @work(exclusive=True, group="import", exit_on_error=False)
    async def action_import_messages(self) -> None:
        target = await self._target()
        if target is None:
            return
        from linksec_tui.tui.screens.pick_file import PickFile  # deferred: only with this key

        name = mailbox_name(target)
        files = await self.app.push_screen_wait(PickFile("~/", f"Which messages into “{name}”? (.eml or mbox)"))
        if not files:
            return
        self.app.notices.say(f"Reading {visible(files[0].name)}{self.app.marks.ellipsis}", about=_ABOUT)
        try:
            done = await self.app.desk.importing.import_files(files, target, self._how_many_read)
        except LinksecError as problem:
            self.app.notices.unsay(_ABOUT)
            self.app.say(problem)
            return
        self.app.notices.say(f"Into “{name}”: {done.words}", about=_ABOUT)
        if done.left_out:
            more = f" And {done.refused - 1} more." if done.refused > 1 else ""
            self.app.say(BadInput(visible(f"Left out: {done.left_out[0]}.{more}")))

    async def _target(self) -> Mailbox | None:
        """The mailbox whose messages are listed; where those are of several, the person says which one."""
        here = self.mailbox
        if here is not None and here.account and not self.query_text:
            return here
        from linksec_tui.tui.screens.goto import PickMailbox  # deferred: as above

        picked = await self.app.push_screen_wait(PickMailbox("Import into", self.mailboxes.mailboxes))
        return picked if isinstance(picked, Mailbox) else None

    def _how_many_read(self, done: Imported) -> None:
        if done.seen and done.seen % _TOLD_EVERY == 0:
            self.app.notices.say(f"{done.seen} messages so far{self.app.marks.ellipsis}", about=_ABOUT)
