"""LinksecApp: paints first, then opens the desk and holds it for as long as the client runs.

It forwards: what happens is desk's to say, what is shown is the screens'. It also sees to it that nothing is lost at
the end, however the end comes, and that no traceback with somebody's mail in it reaches the terminal.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack, cast

from textual import events
from textual.app import SystemCommand
from textual.screen import Screen
from textual.worker import Worker

from linksec_tui.config import Config
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.events import (
    BounceArrived,
    ConnectionChanged,
    CredentialsRejected,
    DraftsChanged,
    Event,
    FilingSaid,
    FilingWaits,
    Link,
    MailboxChanged,
    MailboxesChanged,
    NewMail,
    OutboxChanged,
    Progress,
    RoomNeeded,
)
from linksec_tui.model.letter_words import OutboxState
from linksec_tui.model.mailbox import Role
from linksec_tui.tui.bell import notice_sequence, ring
from linksec_tui.tui.coalesce import Unhurried
from linksec_tui.tui.config_watch import ConfigWatch
from linksec_tui.tui.dress import Dress
from linksec_tui.tui.filing_news import FilingNews
from linksec_tui.tui.first_letter import FirstLetter, begin_letter
from linksec_tui.tui.front import Front, Given, Leave
from linksec_tui.tui.guard import Guard
from linksec_tui.tui.key import OwnTab, Place
from linksec_tui.tui.key_gate import KeyGate, Typed
from linksec_tui.tui.key_order import let_keys_pass
from linksec_tui.tui.keymap import checked_keymap
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.palette import KeyCommands
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.standing import progress_words
from linksec_tui.tui.taking_back import TakingBack

if TYPE_CHECKING:
    from textual.filter import LineFilter

    from linksec_tui.desk import Desk

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_UNDER_WAY = {OutboxState.WAITING, OutboxState.SUBMITTING}
_LOOK = {OutboxState.HELD, OutboxState.MAYBE_SENT, OutboxState.REFUSED}


class LinksecApp(Dress):
    """The client. `crashed` is set where it ended by a fault of ours, which `on_crash` was told."""

    TITLE = "linksec-tui"
    BINDINGS = bindings(Place.EVERYWHERE, Place.TOUR)
    COMMANDS = Front.COMMANDS | {KeyCommands}

    def __init__(self, config: Config, **given: Unpack[Given]) -> None:
        super().__init__(config, **given)
        self.crashed: BaseException | None = None
        self.first_letter = FirstLetter()
        self._gate = KeyGate(self)
        self.adding = False  # an account is what the person came for

    # Looks

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), Guard()]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002 - Textual's
        """Of Textual's own commands only the themes; nearly all others are our keys."""
        yield SystemCommand("Theme", "Other colours", self.action_change_theme)
        if self.tour_plan is not None:
            yield SystemCommand("Tour", "Seven steps through the demonstration", self.begin_tour)

    def _set_keys(self) -> None:
        try:
            self.set_keymap(checked_keymap(self.config.keys))
        except LinksecError as problem:
            self.say(problem)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take_back":
            return self._taking_back.offered
        if action == "pane":
            return not any(isinstance(each, OwnTab) for each in self.screen_stack[-1:])
        return self.tour_allows(action) if action.startswith("tour_") else super().check_action(action, parameters)

    # Beginning

    def on_mount(self) -> None:
        self.dress()
        self._set_keys()
        self._counted = Unhurried(self, self._count)
        self._taking_back, self._filing = TakingBack(self), FilingNews(self)
        if self.impostor is not None:
            self.show_impostor(self.impostor.mode)
        self._leave_on_signals()
        if self.tap is None:  # the demonstration's settings are nobody's
            ConfigWatch(self).begin()
        self.show_first()

    def take_on(self) -> None:
        self.wear()
        self._set_keys()

    def show_first(self) -> None:
        if not self.config.accounts:
            self.standing = replace(self.standing, opened=True)  # nothing is being opened
            from linksec_tui.tui.screens.start import StartScreen  # deferred: mostly there is an account

            self.push_screen(StartScreen())
        else:
            self.push_screen(MailboxScreen())
            self.call_after_refresh(self.begin)
        if self.adding:
            self.adding = False
            self.add_account()

    async def listen(self, desk: Desk) -> None:
        events = desk.events()
        self.connections = {each.name: desk.connection(each.name) for each in self.config.accounts}
        self.standing = replace(self.standing, opened=True)
        self.show_connections()
        self.desk_opened.publish(None)
        self._counted.ask()
        await self._filing.begin()
        self.offer_tour()
        self.on_opened()
        self.first_letter = begin_letter(self, self.first_letter)
        for notice in desk.notices:
            self.say(notice)
        async for event in events:
            self._take(event)
            self.desk_events.publish(event)

    # What happens

    def _take(self, event: Event) -> None:
        match event:
            case ConnectionChanged():
                if event.link is Link.OFFLINE and event.detail:
                    self.last_problems[event.account] = event.detail
                self.connections[event.account] = event
                self.show_connections()
            case MailboxesChanged() | MailboxChanged():
                self._counted.ask()
            case OutboxChanged():
                if event.percent != self.standing.sending:
                    self.standing = replace(self.standing, sending=event.percent)
                if not event.percent:
                    self._counted.ask()
            case CredentialsRejected():
                self.last_problems[event.account] = event.detail
                self.say(f"{event.account}: {event.detail}")
            case DraftsChanged() if event.conflict:
                self.say("A letter was written on here and on another machine: both are kept among the letters begun.")
            case RoomNeeded():
                self.say(event.detail)
            case BounceArrived():
                self.say("A letter came back. It stands in the mailbox, with a card that explains it.")
            case FilingWaits() | FilingSaid():
                self._filing.take(event)
            case NewMail():
                ring(self, notice_sequence(event, self.config.notify, os.environ))
            case Progress():
                words = progress_words(event)
                if words != self.standing.progress:
                    self.standing = replace(self.standing, progress=words)
            case _:
                pass

    async def _count(self) -> None:
        if (desk := self.open_desk_or_none) is None:
            return
        mailboxes, items = await desk.mailboxes(), await desk.outbox()
        self.standing = replace(
            self.standing,
            unread=sum(mailbox.unread for mailbox in mailboxes if mailbox.role is Role.INBOX),
            waiting=sum(item.state in _UNDER_WAY for item in items),
            attention=sum(item.state in _LOOK for item in items),
        )
        await self._taking_back.look()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.worker_ended(event)

    async def action_take_back(self) -> None:
        """The letter that was sent just now, to be written on."""
        from linksec_tui.tui.screens.compose import ComposeScreen  # deferred: 50 ms, only when writing

        if (draft := await self._taking_back.take_back()) is not None:
            self.push_screen(ComposeScreen(draft))

    # Ending

    async def on_event(self, event: events.Event) -> None:
        """Typed keys in their order; where there is no terminal, whoever presses them waits after each."""
        if self.is_headless or not isinstance(event, Typed) or event.is_forwarded:
            await super().on_event(event)
        elif self._gate.lets_in(event):
            before = self.focused
            try:
                await super().on_event(event)
            finally:
                self._gate.was_taken(event, before)

    def action_help(self) -> None:
        from linksec_tui.tui.screens.help import HelpScreen  # deferred: only with this key

        self.push_screen(HelpScreen(str(getattr(self.screen, "name_of_keys", ""))))

    async def action_pane(self, by: int) -> None:
        """On to the next pane, or back; what was typed before belongs to this one, and may change which is next."""
        await let_keys_pass(self.focused or self.screen)
        if by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    async def action_leave(self) -> None:
        """Quit; every letter that is being written is kept first, with the last keys typed into it."""
        if await self._keep_letters():
            self.exit(Leave.DONE)

    async def _leave_by_signal(self) -> None:
        """As by the key; but nobody may be there any more to make room for what cannot be kept."""
        await self._keep_letters()
        self.exit(Leave.DONE)

    async def _keep_letters(self) -> bool:
        if self.focused is not None:
            await let_keys_pass(self.focused)
        try:
            await self.keep_unsaved()
        except LinksecError as problem:
            self.say(problem)
            return False
        return True

    def _leave_on_signals(self) -> None:
        """A closed terminal or an ordinary kill ends the client like its own key: with everything kept."""
        loop = asyncio.get_running_loop()
        for number in ENDING_SIGNALS:
            with suppress(RuntimeError, ValueError):  # not the main thread: somebody else minds the signals
                loop.add_signal_handler(number, self._heard, number)

    def _heard(self, number: int) -> None:
        """The first time; whoever asks again need not wait for anything."""
        asyncio.get_running_loop().remove_signal_handler(number)
        self.call_next(self._leave_by_signal)

    async def on_unmount(self) -> None:
        with suppress(LinksecError):
            await self.keep_unsaved()
        for number in ENDING_SIGNALS:
            with suppress(RuntimeError, ValueError):
                asyncio.get_running_loop().remove_signal_handler(number)
        await self.close_desk()

    def _handle_exception(self, error: Exception) -> None:
        """A fault of ours: reported without locals, never printed; then the ordinary way out."""
        first = self.crashed is None
        self.crashed = self.crashed or error
        self._return_code = 1
        if self._exception is None:  # so that tests see it
            self._exception = error
            cast("asyncio.Event", self._exception_event).set()
        if first:
            self.on_crash(error)
        self._close_messages_no_wait()
