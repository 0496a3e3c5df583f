"""The hand that plays the tour: the same keys that a person would press, one after another, in the real screens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events

from linksec_tui.model.address import Field
from linksec_tui.model.eavesdrop import ImpostorMode
from linksec_tui.model.tale import NotAsTold
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.gate import GateScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.tap import TapScreen
from linksec_tui.tui.tour_words import TITLES, Step, but_escape

if TYPE_CHECKING:
    from linksec_tui.tui.tour import Tour
    from linksec_tui.tui.touring import Touring

SUBJECT = "The spare key"
BODY = "The spare key lies under the third stone."
_PATIENCE = 60.0  # seconds for one thing to happen, on a machine that does much else
_LOOKS_EVERY = 0.05  # seconds
_A_CHARACTER = 0.035  # seconds between two, as somebody types who types well
_A_KEY = 0.9  # seconds after a key that changes the screen
_BEFORE = 2.5  # seconds before the first key of a step: somebody reads what it is about


class Hand:
    """Plays one step at a time, at the tour's pace."""

    def __init__(self, app: Touring, tour: Tour) -> None:
        self.app = app
        self.tour = tour
        self._step = tour.step

    async def do(self, step: Step) -> None:
        """Whatever is missing for this step; raises NotAsTold where the world does not answer."""
        self._step = step
        match step:
            case Step.WRITE:
                await self._write()
            case Step.BADGES:
                await self._at_letter()
            case Step.PATH:
                await self._look_at_paths()
            case Step.SEND:
                await self._at_letter()
                await self._send()
            case Step.TAP:
                await self._at_tap()
                await self._find_a_pair()
            case Step.IMPOSTOR:
                await self._send_again()
            case Step.CARD:
                await self._recover()

    # The steps

    async def _write(self) -> None:
        screen = await self._at_letter()
        missing = {p.address for p in self.tour.plan.cast} - {str(r.address) for r in screen.form.recipients}
        screen.form.fields[Field.TO].line.focus()
        for address in (person.address for person in self.tour.plan.cast if person.address in missing):
            await self._type(f"{address},")
        if not screen.body.text.strip():
            screen.form.subject.focus()
            await self._type(SUBJECT)
            screen.body.focus()
            await self._type(BODY)
        screen.form.fields[Field.TO].line.focus()
        await self._until(lambda: {p.domain for p in self.tour.plan.cast} <= self.tour.scene.written_to, "the letter")

    async def _look_at_paths(self) -> None:
        screen = await self._at_letter()
        screen.form.fields[Field.TO].line.focus()
        for key in ("chips.up", "chips.up", "chips.down"):
            await self._pause(_A_KEY)
            await self._press(key)
            await asyncio.sleep(2 * _LOOKS_EVERY)

    async def _send(self) -> None:
        await self._press("compose.send")
        await self._until(lambda: not isinstance(self.app.screen, ComposeScreen), "sending")
        if isinstance(self.app.screen, GateScreen):  # the person asked for protection: nobody is left without it
            await self._press("gate.all-notice")
            await self._press("gate.all-leave-out")
            await self._press("gate.send")
        await self._until(lambda: bool(self.tour.scene.sent_to), "your provider takes the letter")

    async def _find_a_pair(self) -> None:
        """Some link that can be laid beside another of the opposite kind."""
        screen = self.app.screen
        assert isinstance(screen, TapScreen)
        await self._until(lambda: screen.compared, "the tap hears both kinds")

    async def _send_again(self) -> None:
        if self.app.impostor is not None and self.app.impostor.mode is ImpostorMode.OFF:
            await self._at_tap()
            await self._press("tap.impostor")
        if not isinstance(self.app.screen, ComposeScreen):
            await self._at_tap()
            await self._press("tap.again")
            await self._until(lambda: self._letter_open, "the letter once more")
        await self._until(lambda: self.tour.scene.cast <= self.tour.scene.known.keys(), "the servers answer again")
        await self._pause(_BEFORE)
        await self._send()

    async def _recover(self) -> None:
        mailbox = await self._at_mailbox()
        await self._until(lambda: self.tour.scene.returned, "a letter comes back")
        await self._pause(_A_KEY)
        if not self.tour.scene.card:
            mailbox.messages.focus()
            await self._press("list.first")
            await self._press("list.open")
        await self._until(lambda: self.tour.scene.card, "the card of the letter")
        await self._pause(3 * _BEFORE)
        await self._press("card.notice")
        await self._until(lambda: self.app.tour is not self.tour, "the notice is sent")

    # Where they begin

    async def _at_letter(self) -> ComposeScreen:
        if not self._letter_open:
            await self._at_mailbox()
            await self._press("mail.compose")
        await self._until(lambda: self._letter_open, "a letter to write")
        screen = self.app.screen
        assert isinstance(screen, ComposeScreen)
        return screen

    async def _at_tap(self) -> None:
        if not isinstance(self.app.screen, TapScreen):
            await self._at_mailbox()
            await self._press("mail.tap")
        await self._until(lambda: isinstance(self.app.screen, TapScreen), "the tap")
        await self._pause(_A_KEY)

    async def _at_mailbox(self) -> MailboxScreen:
        """Out of everything else; a letter is kept among those begun."""
        while not isinstance(self.app.screen, MailboxScreen):
            screen = self.app.screen
            if isinstance(screen, ComposeScreen):
                screen.action_close()
                await self._until(lambda was=screen: self.app.screen is not was, "the letter is put away")
            else:
                await self.app.pop_screen()
        return self.app.screen

    @property
    def _letter_open(self) -> bool:
        screen = self.app.screen
        return isinstance(screen, ComposeScreen) and self.tour.compose is screen and self.app.focused is not None

    # Keys

    async def _press(self, key_id: str) -> None:
        """The key of that name, at the person's pace."""
        key = but_escape(self.app.keys_of(key_id))
        self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await asyncio.sleep(_LOOKS_EVERY)
        await self._pause(_A_KEY)

    async def _type(self, text: str) -> None:
        for character in text:
            self.app.post_message(events.Key("space" if character == " " else character, character))
            await asyncio.sleep(_A_CHARACTER * self.tour.plan.pace)
        await self._pause(_A_KEY)

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.tour.plan.pace)

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        """Until it happens, or the tour has gone on without it: it saw that before we did."""
        gone_on = self._step
        await until(lambda: condition() or self.tour.step is not gone_on, f"{TITLES[gone_on].lower()}: {what}")


async def until(condition: Callable[[], bool], what: str) -> None:
    """Raises NotAsTold where it does not happen."""
    try:
        async with asyncio.timeout(_PATIENCE):
            while not condition():  # noqa: ASYNC110 - what a screen shows has no event to wait for
                await asyncio.sleep(_LOOKS_EVERY)
    except TimeoutError as error:
        raise NotAsTold(
            f"The demonstration did not go on ({what}).", "The machine may be very busy; try it again."
        ) from error


async def play(app: Touring) -> None:
    """The whole tour, from its offer to its last page, with nobody at the keyboard."""
    plan = app.tour_plan
    assert plan is not None
    await until(lambda: app.screen.is_modal, "the offer")
    await asyncio.sleep(3 * _BEFORE * plan.pace)
    app.post_message(events.Key("enter", "\r"))
    await until(lambda: app.tour is not None and bool(app.tour.scene.where), "the beginning")
    tour = app.tour
    while tour is not None and app.tour is tour:
        step = tour.step
        await asyncio.sleep(_BEFORE * plan.pace)
        await Hand(app, tour).do(step)
        await until(lambda at=step: app.tour is not tour or tour.step is not at, TITLES[step].lower())
    for _ in range(2):  # the last page is seen, however fast it goes
        painted = asyncio.Event()
        app.call_after_refresh(painted.set)
        await painted.wait()
    await asyncio.sleep(6 * _BEFORE * plan.pace)
