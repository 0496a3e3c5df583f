"""What the writing screen does about when and how its letter goes."""

from __future__ import annotations

from typing import ClassVar

from textual import work

from linksec_tui.model.letter import Draft
from linksec_tui.tui.autosave import Autosave
from linksec_tui.tui.going_words import going_words
from linksec_tui.tui.screens.going import GoingScreen
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.time_words import moment_words
from linksec_tui.tui.widgets.letter_form import LetterForm


class GoingVerbs(Page):
    """The writing screen's verbs; it gives them the letter."""

    # one dialogue, under all the names by which people look for what is in it
    also_named: ClassVar[tuple[tuple[str, str], ...]] = (
        ("Send later", "going('later')"),
        ("Give up after a time", "going('give-up')"),
        ("The notice inside the letter", "going('notice')"),
        ("A link in notices", "going('link')"),
        ("Deliver even unprotected", "going('optional')"),
    )

    draft: Draft
    autosave: Autosave
    form: LetterForm

    def written(self) -> Draft:
        """The letter as it stands on the screen."""
        raise NotImplementedError  # the writing screen's

    def show_known(self) -> None:
        """What is known of the recipients, for the letter as it is now."""
        raise NotImplementedError  # as above

    @property
    def going_at(self) -> str:
        """When the letter goes, where that is later; empty where it goes at once."""
        at, now = self.draft.send_at, self.app.desk.now()
        return moment_words(at, now) if at is not None and at > now else ""

    def show_going(self) -> None:
        self.form.show_going(going_words(self.draft, self.app.desk.now()))

    @work(exclusive=True, group="going", exit_on_error=False)
    async def action_going(self, begin_at: str = "later") -> None:
        chosen = await self.app.push_screen_wait(GoingScreen(self.written(), begin_at))
        if chosen is not None:
            self.draft = chosen.onto(self.draft)
            self.autosave.soon()
            self.show_going()
            self.show_known()
