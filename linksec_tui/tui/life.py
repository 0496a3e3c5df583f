"""The desk in the client: opened after the first paint, held while it runs, another one when the settings change."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Unpack

from linksec_tui.config import Config
from linksec_tui.model.errors import LinksecError, NoKey, StoreDamaged
from linksec_tui.tui.front import Front, Given
from linksec_tui.tui.screens.ask import AskLine
from linksec_tui.tui.standing import Standing

if TYPE_CHECKING:
    from linksec_tui.desk import Desk
    from linksec_tui.desk.secrets import Brought

PAINTED_WITHIN = 0.5  # seconds; mostly it takes a frame or two
EARLY_PATIENCE = 1.0  # seconds: a server that is far away is waited for with the desk open


class Life(Front):
    """What the app adds: what is shown first, and what happens while the desk is open."""

    def __init__(self, config: Config, **given: Unpack[Given]) -> None:
        super().__init__(config, **given)
        self._life: asyncio.Task[None] | None = None
        self._passphrase: Future[str | None] = Future()
        self._brought: Brought | None = None
        self._answers: dict[str, str] = {}  # what the person said to whoever opens the desk
        self.changing = False  # another configuration is being taken over
        self._said_before: dict[str, str] = {}  # the same, while another desk is opened: not asked twice

    def show_first(self) -> None:
        """The screen to begin with."""
        raise NotImplementedError  # the app's

    def take_on(self) -> None:
        """The looks and keys of a configuration that counts from now on."""
        raise NotImplementedError  # the app's

    async def listen(self, desk: Desk) -> None:
        """For as long as the desk is open."""
        raise NotImplementedError  # the app's

    async def keep_unsaved(self) -> None:
        """Every letter that is being written."""
        for save in list(self.unsaved.values()):
            await save()

    def begin(self) -> None:
        self._life = asyncio.create_task(self._live(), name="desk")

    @asynccontextmanager
    async def opening(self) -> AsyncGenerator[Desk]:
        """The desk, for as long as it is wanted."""
        await self._look_early()
        await asyncio.to_thread(_load_desk)
        from linksec_tui.desk import open_desk  # deferred: loaded by now

        key, self.early_key = self.early_key, None  # once: a second try asks anew
        mail, self.early_mail = self.early_mail, None
        async with open_desk(
            self.config,
            passphrase=self._ask_passphrase,
            brought=self._brought,
            waiting=self.say,
            key=key,
            mail=mail,
        ) as desk:
            yield desk

    def _ask_passphrase(self, asked: str) -> str:
        """Called by desk from a thread of its own, which waits for the person."""
        if said := self._said_before.pop(asked, ""):
            return said
        self._passphrase = Future()
        question = AskLine(asked, hidden=True)
        self.call_from_thread(self.push_screen, question, self._passphrase.set_result)
        if not (given := self._passphrase.result()):
            raise NoKey("No key for the store: no passphrase was given.", "Look again when you have it.")
        self._answers[_again(asked)] = given
        return given

    async def _live(self) -> None:
        try:
            try:
                await self._hold()
            except StoreDamaged:  # opened again, it comes back as far as it can, and says so
                self.open_desk_or_none = None
                await self._hold()
        except LinksecError as problem:
            self._said_before.clear()  # perhaps that was wrong
            from linksec_tui.tui.screens.start import StartScreen  # deferred: mostly nothing is wrong

            self.push_screen(StartScreen(problem))
        except Exception as error:  # noqa: BLE001 - the one place where our own faults end
            self._handle_exception(error)
        finally:
            self.open_desk_or_none = None

    async def _look_early(self) -> None:
        """The newest mail of somebody who starts for the first time. What is loaded for the desk would hold it up."""
        if self._glance is None and self.early_mail is not None:
            self._glance = await self.early_mail.glance(EARLY_PATIENCE)
            if self._glance is not None:
                self.glanced.publish(self._glance)
                await self._painted()

    async def _painted(self) -> None:
        """Until what was told just now is on the screen, or nobody knows when it is going to be."""
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        with suppress(TimeoutError):
            async with asyncio.timeout(PAINTED_WITHIN):
                await painted.wait()

    async def _hold(self) -> None:
        async with self.opening() as desk:
            self.open_desk_or_none, self._brought, self.glance = desk, None, None
            await self.listen(desk)

    def open_again(self) -> None:
        self.pop_screen()
        self.begin()

    def begin_anew(self, config: Config, brought: Brought | None = None) -> None:
        self.changing = True
        self.run_worker(self._change_over(config, brought), group="change over", exit_on_error=False)

    async def _change_over(self, config: Config, brought: Brought | None) -> None:
        await self.keep_unsaved()
        await self.close_desk()
        self.config, self._brought = config, brought
        self.take_on()
        self.connections, self.last_problems = {}, {}
        self._said_before = dict(self._answers)
        self.standing = Standing(impostor=self.standing.impostor)
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self.changing = False
        self.show_first()

    async def close_desk(self) -> None:
        self._passphrase.cancel()  # nobody is going to answer any more
        if self._life is not None:
            self._life.cancel()
            with suppress(asyncio.CancelledError):
                await self._life
            self._life = None


def _load_desk() -> None:
    """A quarter of a second that no key and no painting need wait for."""
    importlib.import_module("linksec_tui.desk.opening")


def _again(asked: str) -> str:
    """What the same is asked for with once it is there."""
    from linksec_tui.desk.unlock import NEW, OPENS  # deferred: whoever asks has loaded it

    return OPENS if asked == NEW else asked
