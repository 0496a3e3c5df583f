"""The embedded mail world: one process, loopback only, no root; its own event loop in its own thread.

DNS, a certificate authority, a policy host, the recipients' exchangers, the sender's provider, everybody's mailboxes,
and two eavesdroppers on the links between provider and exchangers. It judges the client, so it shares no rules with it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from linksec_tui.model.eavesdrop import Impostor, Tap

from .city import City, Plan, city
from .faults import ExchangerFaults, Faults
from .mailboxes import INBOX
from .settings import keep_secrets
from .story import SENDER, StoryRecipient, recipients

START_SECONDS = 120.0  # on a machine that does much else; what breaks is told at once
STOP_SECONDS = 10.0
CALL_SECONDS = 60.0
_T = TypeVar("_T")


class World:
    """A running world. Every method is safe to call from any thread."""

    def __init__(self, directory: Path, letters: int, faults: Faults) -> None:
        self._directory = directory
        self._letters = letters
        self._faults = faults
        self._started: Future[City] = Future()
        self._leave: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="mail world", daemon=True)
        self.address = SENDER
        self.password = ""
        self.recipients: tuple[StoryRecipient, ...] = recipients()

    @classmethod
    def start(cls, directory: Path, *, letters: int = 300, faults: Faults | None = None) -> Self:
        """Lights the world and returns when all its servers listen; its settings stand in `directory`."""
        world = cls(directory.absolute(), letters, faults or Faults())
        world.password = keep_secrets(world._directory)
        world._thread.start()
        try:
            world._started.result(START_SECONDS)
        except BaseException:
            world.stop()
            raise
        return world

    def stop(self) -> None:
        """Puts it out; a second time does nothing."""
        if self._loop is not None and self._leave is not None and self._thread.is_alive():
            with suppress(RuntimeError):  # the loop has just ended by itself
                self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join(STOP_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def config_path(self) -> Path:
        return self._city.config_path

    @property
    def tap(self) -> Tap:
        return self._city.tap

    @property
    def impostor(self) -> Impostor:
        return self._city.impostor

    @property
    def mishaps(self) -> tuple[BaseException, ...]:
        """What broke in the world itself; anything here is a mistake of ours."""
        return tuple(self._city.tasks.mishaps)

    def port(self, host: str, port: int) -> int:
        """The real port on loopback where `host` listens on `port`; port 53 of any host is the resolver."""
        return self._city.ports.dns if port == 53 else self._city.ports.places[host, port]

    def relay_port(self, host: str) -> int:
        """The port by which the provider's relay reaches an exchanger: there the eavesdroppers stand."""
        return self._city.roads[host]

    def settled(self, timeout: float) -> bool:
        """Waits until no letter is under way any more, reports and the relay's farewells included; False if longer."""
        settled = asyncio.run_coroutine_threadsafe(self._city.settled(), self._running)
        try:
            settled.result(timeout)
        except TimeoutError:
            settled.cancel()
            return False
        return True

    def inbox(self, address: str, box: str = INBOX) -> list[bytes]:
        """The messages in somebody's mailbox, oldest first, as delivered."""
        return self._call(self._city.mailboxes.contents(address.lower(), box))

    def reports(self) -> list[bytes]:
        """The sender's INBOX, only what came back: messages with an empty return path."""
        return [message for message in self.inbox(SENDER) if message.startswith(b"Return-Path: <>")]

    def misbehave(self, faults: Faults) -> None:
        """Other faults of the submission server from now on; `Faults()` for none."""
        self._city.faults.switch(faults)

    def misbehave_at(self, host: str, faults: ExchangerFaults) -> None:
        """Other faults of one exchanger, for every connection from now on; `ExchangerFaults()` for none."""
        self._city.exchangers[host].misbehave(faults)

    def mend(self) -> None:
        """Every exchanger is again as the story says."""
        for exchanger in self._city.exchangers.values():
            exchanger.misbehave(ExchangerFaults())

    def publish(self, owner: str, kind: str, *records: str) -> None:
        """Changes the name system: these records in place of those of this name and type; none withdraws them."""
        self._city.zones.publish(owner, kind, *records)

    def publish_policy(self, domain: str, text: str) -> None:
        """Changes an MTA-STS policy; an empty text withdraws it."""
        self._city.policies.publish(domain, text)

    @property
    def _city(self) -> City:
        return self._started.result(0)

    @property
    def _running(self) -> asyncio.AbstractEventLoop:
        assert self._loop is not None
        return self._loop

    def _call(self, work: Coroutine[None, None, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._running).result(CALL_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except Exception as broken:  # noqa: BLE001 - carried over to the thread that started us
            if not self._started.done():
                self._started.set_exception(broken)

    async def _live(self) -> None:
        self._leave = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        plan = Plan(directory=self._directory, password=self.password, faults=self._faults, letters=self._letters)
        async with city(plan) as lit:
            self._started.set_result(lit)
            await self._leave.wait()
