"""A provider that breaks where a test says so: `provider_process`, a process of its own, started anew where it died."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path

import trustme

from linksec_tui.config import Config, ConnectTo
from linksec_tui.world import World
from tests.desk.provider_process import Breakage, Way

HOST = "smtp.home.example"
OFFERS = ("SIZE 104857600", "8BITMIME", "SMTPUTF8", "DSN", "REQUIRETLS", "DELIVERBY 60", "AUTH PLAIN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the provider is, and whom to trust: a file with the world's authority and the provider's own."""

    port: int
    ca_file: Path

    def config(self, config: Config) -> Config:
        """The same, with letters going to this provider; what is read is read in the world."""
        rule = ConnectTo(host=HOST, port=465, address="127.0.0.1", to_port=self.port)
        network = replace(config.network, connect_to=(rule, *config.network.connect_to), ca_file=self.ca_file)
        return replace(config, network=network)


@dataclass(slots=True, kw_only=True)
class Provider:
    """The process, started again where it died; its door stays the same."""

    place: Place
    listening: socket.socket
    certificate: Path
    spool: Path
    met: list[str] = field(default_factory=list[str])
    _order: Breakage = field(default_factory=Breakage)
    _process: asyncio.subprocess.Process | None = None
    _listener: asyncio.Task[None] | None = None
    _said: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ready: int = 0

    async def order(self, breakage: Breakage) -> None:
        """In force when it returns."""
        process = await self.running()
        self.met.clear()
        self._order = breakage
        before = self._ready
        assert process.stdin is not None
        process.stdin.write(breakage.as_line())
        async with self._said:
            await self._said.wait_for(lambda: self._ready > before)

    async def happened(self) -> None:
        """What was ordered has."""
        async with self._said:
            await self._said.wait_for(lambda: bool(self.met))

    async def running(self) -> asyncio.subprocess.Process:
        """Started anew, where it was to die and has."""
        if self._process is not None and not (self._order.way is Way.DIE and self.met):
            return self._process
        await self._gone()
        script = Path(__file__).with_name("provider_process.py")
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(script), str(self.listening.fileno()), str(self.certificate), str(self.spool)),
            json.dumps(OFFERS),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=(self.listening.fileno(),),
        )
        self._order = Breakage()
        self._listener = asyncio.create_task(self._listen(self._process))
        return self._process

    async def end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        await self._gone()

    async def _gone(self) -> None:
        if self._process is not None and self._listener is not None:
            await self._process.wait()
            await self._listener

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            async with self._said:
                if line == b"ready\n":
                    self._ready += 1
                else:
                    self.met.append(line.decode().strip())
                self._said.notify_all()

    def taken(self, word: str) -> list[tuple[list[str], bytes]]:
        """The letters of that subject: each with whom it was taken for."""
        return [(recipients, content) for _, recipients, content in self._spooled(word)]

    def options(self, word: str) -> list[str]:
        """What stood behind MAIL FROM, of each of them."""
        return [options for options, _, _ in self._spooled(word)]

    def _spooled(self, word: str) -> Iterator[tuple[str, list[str], bytes]]:
        for file in sorted(self.spool.glob("*.letter")):
            envelope, _, content = file.read_bytes().partition(b"\n")
            if message_from_bytes(content[:4000])["Subject"] == word:
                told = json.loads(envelope)
                yield told["options"], told["recipients"], content


@asynccontextmanager
async def provider(world: World, directory: Path) -> AsyncGenerator[Provider]:
    """Running, with an empty spool."""
    authority = trustme.CA()
    certificate, ca_file, spool = directory / "provider.pem", directory / "authorities.pem", directory / "spool"
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(certificate))
    known = world.config_path.with_name("ca.pem").read_bytes()
    ca_file.write_bytes(known + authority.cert_pem.bytes())
    spool.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = Place(port=listening.getsockname()[1], ca_file=ca_file)
        started = Provider(place=place, listening=listening, certificate=certificate, spool=spool)
        try:
            await started.running()
            yield started
        finally:
            await started.end()
