"""The tour of the demonstration: knows which step is at hand, sees when it is done, and goes on by itself.

A step is done when what it is about has happened: the letter is written, the servers have answered, bytes have crossed
the wire. No key press counts as such. So the tour looks at the client several times a second while it goes on, and at
no other time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from textual.app import ScreenStackError
from textual.screen import Screen
from textual.timer import Timer

from linksec_tui.model.eavesdrop import ImpostorMode, TappedLink
from linksec_tui.model.letter import BounceCard, Draft, OutboxItem, OutboxState
from linksec_tui.model.tale import Character
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.gate import GateScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.tap import TapScreen
from linksec_tui.tui.tour_facts import Heard, Scene, caught, closing, fulfilled, heard, moment
from linksec_tui.tui.tour_words import SENTENCES, TITLES, Guided, Step, reading_seconds

if TYPE_CHECKING:
    from linksec_tui.tui.touring import Touring

LOOKS_EVERY = 0.2  # seconds
_SENDING = frozenset({Step.SEND, Step.IMPOSTOR, Step.CARD})
_UNDER_WAY = frozenset({OutboxState.WAITING, OutboxState.SUBMITTING, OutboxState.SUBMITTED, OutboxState.SETTLED})
_GONE_OUT = frozenset({OutboxState.SUBMITTED, OutboxState.SETTLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TourPlan:
    """Whom the tour writes to; `pace` is how slowly it goes, 1 for people and 0 for nobody; `alone`: nobody presses."""

    cast: tuple[Character, ...]
    pace: float = 1.0
    alone: bool = False
    accounts: bool = True  # at the end an account of one's own is offered


class Tour:
    """One walk through the seven steps."""

    def __init__(self, app: Touring, plan: TourPlan) -> None:
        self.app = app
        self.plan = plan
        self.step = Step.WRITE
        self.scene = Scene(where="", cast=frozenset())
        self.letter: Draft | None = None  # as it was written, for writing it once more
        self.first: tuple[Heard, ...] = ()  # what the tap heard of the first letter
        self.second: tuple[Heard, ...] = ()
        self.card: BounceCard | None = None
        self.playing = False  # a step is done for the person right now
        self._told = (self.step, "")
        self._since = 0.0
        self._ways: set[str] = set()
        self._items_before: frozenset[str] = frozenset()
        self._links_before = 0
        self._drafts_before = 0
        self._bounce_before = 0
        self._timer: Timer | None = None

    # Beginning, going on, ending

    async def begin(self) -> None:
        """From the first step, with nothing heard and nobody in the middle."""
        self._switch_off()
        if self.app.tap is not None:
            self.app.tap.clear()
        await self._enter(Step.WRITE)
        self._timer = self.app.set_interval(LOOKS_EVERY, self.look)

    def end(self) -> None:
        """At any moment; what the person has done stays, but nobody stays in the middle."""
        if self._timer is not None:
            self._timer.stop()
        self._switch_off()
        self.app.guided = None

    def _switch_off(self) -> None:
        if self.app.impostor is not None:
            self.app.impostor.switch(ImpostorMode.OFF)
            self.app.show_impostor(ImpostorMode.OFF)

    async def _enter(self, step: Step) -> None:
        self.step = step
        self._ways.clear()
        if step in _SENDING or step is Step.WRITE:
            desk = self.app.desk
            self._items_before = frozenset(item.id for item in await desk.outbox())
            self._drafts_before = len(await desk.drafts())
        if step in {Step.SEND, Step.IMPOSTOR}:
            self._links_before = self._newest_link
        if step is Step.IMPOSTOR:
            self._bounce_before = self._newest_bounce
        await self.look()

    async def look(self) -> None:
        """What has happened since the last look; a step that is done gives way once its sentence could be read."""
        if self.app.open_desk_or_none is None:  # it ticked once more while the client was closing
            return
        with suppress(ScreenStackError):  # its screens went away while we looked
            await self._look()

    async def _look(self) -> None:
        self.scene = await self._look_around()
        if self.step < Step.SEND and self.scene.handed_over:
            self.step = Step.SEND  # somebody was quicker than the tour: it goes on from the letter that is under way
            self.scene = await self._look_around()
        done = fulfilled(self.step, self.scene)
        name = closing(self.step, self.scene) if done else moment(self.step, self.scene)
        if name:
            self._tell(SENTENCES[name], new=lambda: self._point_out(name))
        if done and (not name or self._stood_long_enough):
            await self._finish()

    async def _finish(self) -> None:
        domains = [person.domain for person in self.plan.cast]
        match self.step:
            case Step.TAP:
                self.first = heard(domains, self.links)
            case Step.IMPOSTOR:
                self.second = heard(domains, self.links)
            case _:
                pass
        self.app.step_done(self)
        if self.step is Step.CARD:
            self.app.finish_tour()
        else:
            await self._enter(Step(self.step + 1))

    def write_again(self) -> None:
        """The same letter once more, ready to be sent."""
        if (letter := self.letter) is not None:
            fresh = self.app.desk.new_draft(letter.account)
            draft = replace(fresh, recipients=letter.recipients, subject=letter.subject, body=letter.body)
            self.app.push_screen(ComposeScreen(draft))

    # What the bar says

    def _tell(self, sentence: str, *, new: Callable[[], None]) -> None:
        """`new` is called when it has not said this just before; who reads it begins when it is painted."""
        if (self.step, sentence) != self._told:
            self._told, self._since = (self.step, sentence), inf
            new()
            self.app.call_after_refresh(self._bar_knows, self._told)
        people = ", ".join(person.address for person in self.plan.cast)
        self.app.guided = Guided(
            number=self.step, title=TITLES[self.step], sentence=sentence, people=people, playing=self.playing
        )

    def _bar_knows(self, told: tuple[Step, str]) -> None:
        """Its screen hears of it only now, and paints it."""
        self.app.call_after_refresh(self._stands, told)

    def _stands(self, told: tuple[Step, str]) -> None:
        if told == self._told:
            self._since = self.app.clock()

    def _point_out(self, name: str) -> None:
        """What the sentence speaks of is at hand."""
        screen, link = self.app.screen, caught(self.links)
        if name == "caught" and link is not None and isinstance(screen, TapScreen):
            screen.point_at(link)

    @property
    def _stood_long_enough(self) -> bool:
        return self.app.clock() - self._since >= reading_seconds(self._told[1]) * self.plan.pace

    # What really happened

    @property
    def _all_links(self) -> tuple[TappedLink, ...]:
        return self.app.tap.links() if self.app.tap is not None else ()

    @property
    def _newest_link(self) -> int:
        return max((link.number for link in self._all_links), default=0)

    @property
    def links(self) -> tuple[TappedLink, ...]:
        """Of the letter that the step is about."""
        return tuple(link for link in self._all_links if link.number > self._links_before)

    async def _look_around(self) -> Scene:
        compose, mailbox, screen = self.compose, self.mailbox, self.app.screen
        newest_link = self._newest_link  # before the outbox is read: those of a letter that is there are newer
        items = await self._new_items()
        under_way = [item for item in items if item.state in _UNDER_WAY]
        if self.step < Step.SEND and not under_way:
            self._links_before = newest_link
        gone = [item for item in items if item.state in _GONE_OUT]
        scene = Scene(
            where=_name(screen),
            cast=frozenset(person.domain for person in self.plan.cast),
            sent_to=frozenset(to.rpartition("@")[2] for item in gone for to in item.recipients),
            under_way=bool(under_way),
            handed_over=self._reaches_all(under_way),
            links=self.links,
            compared=isinstance(screen, TapScreen) and screen.compared,
            impostor=self.app.impostor is not None and self.app.impostor.mode is not ImpostorMode.OFF,
            returned=self._newest_bounce > self._bounce_before,
            recovered=self.step is Step.CARD and await self._recovered(gone),
        )
        if mailbox is not None and screen is mailbox and mailbox.view.card.display:
            self.card = mailbox.view.card.card
            scene = replace(scene, card=True)
        return scene if compose is None else self._with_letter(scene, compose)

    def _with_letter(self, scene: Scene, compose: ComposeScreen) -> Scene:
        way = compose.path.way
        if way is not None and self.step is Step.PATH:
            self._ways.add(way.address)
        written_to = frozenset(each.address.domain for each in compose.form.recipients)
        if scene.cast <= written_to:
            self.letter = replace(compose.form.filled(compose.draft), body=compose.body.text)
        return replace(
            scene,
            written_to=written_to,
            at_names=compose.has_class("-addressing"),
            known={domain: each for domain, each in compose.assessing.known.items() if each.complete},
            ways=len(self._ways),
        )

    def _reaches_all(self, items: Sequence[OutboxItem]) -> bool:
        reached = {to.rpartition("@")[2] for item in items for to in item.recipients}
        return bool(reached) and reached.issuperset(person.domain for person in self.plan.cast)

    async def _new_items(self) -> list[OutboxItem]:
        if self.step is Step.TAP:
            return []
        items = await self.app.desk.outbox()
        return [item for item in items if item.id not in self._items_before]

    async def _recovered(self, items: Sequence[OutboxItem]) -> bool:
        return bool(items) or len(await self.app.desk.drafts()) > self._drafts_before

    @property
    def _newest_bounce(self) -> int:
        """Its place in the store, 0 for none."""
        messages = self.mailbox.messages if self.mailbox is not None else None
        newest = messages.header(messages.spine[0]) if messages is not None and len(messages.spine) else None
        return newest.id if newest is not None and newest.is_bounce else 0

    @property
    def compose(self) -> ComposeScreen | None:
        """The letter at hand, perhaps under the gate."""
        found = (screen for screen in reversed(self.app.screen_stack) if isinstance(screen, ComposeScreen))
        screen = next(found, None)
        return screen if screen is not None and hasattr(screen, "assessing") else None  # made when it is mounted

    @property
    def mailbox(self) -> MailboxScreen | None:
        return next((screen for screen in self.app.screen_stack if isinstance(screen, MailboxScreen)), None)


_KINDS = ((ComposeScreen, "compose"), (GateScreen, "gate"), (TapScreen, "tap"), (MailboxScreen, "mailbox"))


def _name(screen: Screen[object]) -> str:
    return next((name for kind, name in _KINDS if isinstance(screen, kind)), "elsewhere")
