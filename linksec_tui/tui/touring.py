"""What the client adds in the demonstration: offers the tour, goes on it, and knows when the story went wrong.

Everywhere else nothing of the tour is loaded.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.tale import NotAsTold
from linksec_tui.tui.front import Leave
from linksec_tui.tui.life import Life

if TYPE_CHECKING:
    from linksec_tui.tui.tour import Tour, TourPlan


class Touring(Life):
    """`tour_plan` is there in the demonstration alone; `not_as_told` ends a tour that nobody watches."""

    tour_plan: TourPlan | None = None
    not_as_told: LinksecError | None = None

    def add_account(self) -> None:
        """Never where a browser looks on: it is shown the demonstration, and nobody's own mail."""
        if self.tour_plan is not None and not self.tour_plan.accounts:
            self.say("A browser is shown the demonstration only. Add your account in a terminal: run linksec-tui.")
        else:
            from linksec_tui.tui.screens.setup import SetupScreen  # deferred: only for a new account

            self.push_screen(SetupScreen())

    def clock(self) -> float:
        """Seconds, for how long a sentence has stood."""
        return monotonic()

    def offer_tour(self) -> None:
        """Once the mailbox is there."""
        if self.tour_plan is not None and self.tour is None:
            from linksec_tui.tui.screens.tour import TourOffer  # deferred: see above

            self.push_screen(TourOffer(), self._answered)
            if self.tour_plan.alone:
                self.run_worker(self._play_alone, group="tour", exclusive=True)  # a fault in it ends the program

    def _answered(self, yes: bool | None) -> None:
        if yes:
            self.run_worker(self.begin_tour, group="tour begins", exit_on_error=False)

    async def begin_tour(self) -> None:
        if self.tour_plan is not None:
            from linksec_tui.tui.tour import Tour  # deferred: see above

            self._stop_tour()
            self.tour = Tour(self, self.tour_plan)
            await self.tour.begin()
            self.refresh_bindings()

    def finish_tour(self) -> None:
        """The last page, made of what happened."""
        if (tour := self.tour) is not None:
            from linksec_tui.tui.screens.tour import TourEnd  # deferred: see above

            self._stop_tour()
            self.push_screen(TourEnd(tour))

    def _stop_tour(self) -> None:
        if self.tour is not None:
            self.tour.end()
            self.tour = None
            self.workers.cancel_group(self, "tour hand")  # pyright: ignore[reportUnknownMemberType]  # its workers are generic

    # Keys

    def tour_allows(self, action: str) -> bool:
        """Its keys are there while it goes on; in a question `escape` belongs to the question."""
        if self.tour is None or self.screen.is_modal:
            return False
        return action != "tour_do" or not self.tour.playing

    def action_tour_end(self) -> None:
        self._stop_tour()
        self.refresh_bindings()
        again = f"Press {self.key('app.palette')} and choose Tour to begin it again."
        self.say(f"The tour is over. {again}")

    def action_tour_do(self) -> None:
        """The step at hand, by the same keys that a person would press."""
        if self.tour is not None:
            self.run_worker(self._do_step(self.tour), group="tour hand", exclusive=True, exit_on_error=False)

    async def _do_step(self, tour: Tour) -> None:
        from linksec_tui.tui.tour_hand import Hand  # deferred: see above

        tour.playing = True
        self.refresh_bindings()
        try:
            await Hand(self, tour).do(tour.step)
        finally:
            tour.playing = False
            self.refresh_bindings()

    # Alone

    async def _play_alone(self) -> None:
        """All of it by the keys themselves; whatever is not as told ends the program with a sentence."""
        from linksec_tui.tui.tour_hand import play  # deferred: see above

        try:
            await play(self)
        except LinksecError as problem:
            self._fail(problem)
        else:
            self.exit(Leave.DONE)

    def step_done(self, tour: Tour) -> None:
        """With nobody there who could see it, the program says itself whether the story was true."""
        if tour.plan.alone:
            from linksec_tui.tui.tour_truth import check  # deferred: see above

            try:
                check(tour)
            except NotAsTold as problem:
                self._fail(problem)

    def _fail(self, problem: LinksecError) -> None:
        self._stop_tour()
        self.not_as_told = self.not_as_told or problem
        self.exit()
