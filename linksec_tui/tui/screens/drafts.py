"""Letters begun: drafts on this machine, and letters that were left out or came back and wait for a better day."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from linksec_tui.model.events import DraftsChanged, Event
from linksec_tui.model.letter import Draft
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.message_line import short_date
from linksec_tui.tui.widgets.options import Options


class DraftsScreen(Page):
    """Enter takes a letter up again."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.DRAFTS)
    heading = "Letters begun"
    name_of_keys = "drafts"

    def __init__(self) -> None:
        super().__init__()
        self._drafts: tuple[Draft, ...] = ()
        self._options = Options(classes="page-list")

    def content(self) -> list[Widget]:
        return [self._options]

    def on_mount(self) -> None:
        self.app.desk_events.subscribe(self, self._take)
        self.app.desk.drafting.look()  # begun on another machine, perhaps
        self._options.focus()

    def _take(self, event: Event) -> None:
        if isinstance(event, DraftsChanged) and event.elsewhere:
            self._load()

    def on_screen_resume(self) -> None:
        self._load()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        self._drafts = await self.app.desk.drafts()
        self._options.set_prompts([(draft.id, self._line(draft)) for draft in self._drafts])
        count = f"{len(self._drafts)}" if self._drafts else "none"
        self.show_title(assemble(self.heading, (f"  {count}", "not bold $muted")))
        self.refresh_bindings()

    def _line(self, draft: Draft) -> Content:
        today = self.app.desk.now().astimezone()
        when = short_date(draft.changed_at, today) if draft.changed_at else ""
        to = ", ".join(str(recipient.address) for recipient in draft.recipients[:3]) or "to nobody yet"
        subject = draft.subject or "(no subject)"
        beside = "  another version of a letter, from another machine" if "~" in draft.id else ""
        return assemble((f"{when:>7}  ", "$muted"), (subject, "bold"), (f"  {to}", "$muted"), (beside, "$warning"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        return action != "discard" or bool(self._options.current)

    def _find(self, identity: str) -> Draft | None:
        return next((draft for draft in self._drafts if draft.id == identity), None)

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        if (draft := self._find(event.option.id or "")) is not None:
            self._open(draft)

    def _open(self, draft: Draft) -> None:
        """One that is open already is not opened twice."""
        letter = self._aside(draft)
        if letter is None:
            self.app.push_screen(ComposeScreen(draft))
        else:
            self.app.letters.take_up(letter)

    def _aside(self, draft: Draft) -> ComposeScreen | None:
        return next(
            (each for each in self.app.letters.aside if isinstance(each, ComposeScreen) and each.draft.id == draft.id),
            None,
        )

    @work(exclusive=True, group="discard", exit_on_error=False)
    async def action_discard(self) -> None:
        draft = self._find(self._options.current)
        if draft is None:
            return
        question = AskYes(f"Throw away “{draft.subject or '(no subject)'}”?", "Throw it away")
        if await self.app.push_screen_wait(question):
            if (letter := self._aside(draft)) is not None:
                letter.autosave.forget()
                self.app.letters.forget(letter)
            await self.app.desk.discard_draft(draft.id)
            self._load()
