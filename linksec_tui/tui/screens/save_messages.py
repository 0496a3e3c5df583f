"""Messages into files: the selected ones, or the one under the cursor; the name says in which form."""

from __future__ import annotations

from pathlib import Path

from textual import work

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.visible import visible
from linksec_tui.tui.screens.ask import AskLine
from linksec_tui.tui.screens.card_verbs import CardVerbs
from linksec_tui.tui.widgets.message_list import MessageList

_ABOUT = "save"
_TOLD_EVERY = 100  # messages


class SaveVerbs(CardVerbs):
    """The verb; the mailbox screen has the list."""

    messages: MessageList

    @work(exclusive=True, group="save", exit_on_error=False)
    async def action_save_messages(self) -> None:
        ids = self.messages.chosen
        one = len(ids) == 1
        question = "Save this message as" if one else f"Save {len(ids)} messages as"
        example = "letter.eml, letters.mbox, or a directory" if one else "letters.mbox, or a directory"
        place = await self.app.push_screen_wait(AskLine(question, placeholder=example))
        if place is None:
            return
        try:
            saved = await self.app.desk.saving.save(ids, Path(place), self._how_many_saved)
        except LinksecError as problem:
            self.app.notices.unsay(_ABOUT)
            self.app.say(problem)
            return
        left = f" {len(saved.left_out)} were not on the server any more." if saved.left_out else ""
        words = f"{saved.count} message{'' if saved.count == 1 else 's'} saved to {visible(str(saved.place))}.{left}"
        self.app.notices.say(words, about=_ABOUT)

    def _how_many_saved(self, done: int, of: int) -> None:
        if done % _TOLD_EVERY == 0 and done < of:
            self.app.notices.say(f"{done} of {of} messages so far{self.app.marks.ellipsis}", about=_ABOUT)
