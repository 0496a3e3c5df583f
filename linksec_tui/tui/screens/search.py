"""Looking for messages: a line that says at once what it does not understand, and results in place as they come."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

from textual import work
from textual.containers import Vertical
from textual.widgets import Input, Static

from linksec_tui.model.errors import BadInput, LinksecError
from linksec_tui.model.listing import Spine
from linksec_tui.tui.screens.ask import AskLine
from linksec_tui.tui.screens.card_verbs import CardVerbs
from linksec_tui.tui.text import plain
from linksec_tui.tui.widgets.mailboxes import mailbox_name
from linksec_tui.tui.widgets.message_list import MessageList

if TYPE_CHECKING:
    from linksec_tui.desk.searching import Found

EXAMPLE = "words, from:anna, is:unread, after:7d …"


class SearchLine(AskLine):
    """The line; it stays until what stands in it can be meant. `parse` raises BadInput."""

    def __init__(self, question: str, parse: Callable[[str], object]) -> None:
        super().__init__(question, placeholder=EXAMPLE)
        self._parse = parse
        self._problem = Static(classes="problem")

    def on_mount(self) -> None:
        self._problem.display = False
        self.query_one(Vertical).mount(self._problem, after=self.query_one(Input))

    def on_input_changed(self) -> None:
        self._problem.display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            self._parse(event.value)
        except BadInput as problem:
            event.prevent_default()  # or Textual goes on to what AskLine does with the line
            self._problem.update(plain(str(problem)))
            self._problem.display = True


class SearchVerbs(CardVerbs):
    """The verb; the mailbox screen has the list in which the result stands."""

    messages: MessageList
    query_text: str
    found: Mapping[int, int]  # the messages of the result, and in which mailbox each of them was found

    def show_found(self, query: str, found: array[int]) -> None:
        raise NotImplementedError  # the screen's

    def show_where(self) -> None:
        raise NotImplementedError  # the screen's

    async def renew_found(self) -> None:
        """The result as it stands now: what went elsewhere is not in it, and what was taken back is again."""
        found = self.found
        now = await self.app.desk.searching.places(tuple(found))
        if found is self.found and self.query_text:
            await self.messages.renew(Spine(ids=array("q", (each for each in found if now.get(each) == found[each]))))
            self.show_where()

    @work(exclusive=True, group="search", exit_on_error=False)
    async def action_search(self) -> None:
        searching = self.app.desk.searching
        mailbox = self.mailbox if self.mailbox and self.mailbox.account else None  # all inboxes: everywhere
        where = mailbox_name(mailbox) if mailbox else "all mailboxes"
        query = await self.app.push_screen_wait(SearchLine(f"Search in {where}", searching.parse))
        if query is None:
            return
        try:
            async with aclosing(searching.search(query, mailbox.id if mailbox else None)) as results:
                first = True
                async for found in results:
                    places = await searching.places(found.ids)
                    if not first and self.query_text != query:
                        return  # gone elsewhere meanwhile
                    self.found = {each: places[each] for each in found.ids if each in places}
                    self.show_found(query, found.ids)
                    first = False
                    self._tell(query, found)
        except LinksecError as problem:
            self.app.say(problem)

    def _tell(self, query: str, found: Found) -> None:
        if found.elsewhere:
            self.app.say(" ".join(found.elsewhere))
        elif found.complete and not found.ids:
            self.app.say(f"Nothing found for {query}.")
