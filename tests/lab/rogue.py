"""A way to the server that cuts, delays and garbles, by a seed: what a bad line does, below TLS."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from enum import StrEnum

from tests.lab import topology

_CHUNK = 512  # small, so that the middle of an answer is where things happen
_LONGEST_DELAY = 0.05


class Mischief(StrEnum):
    CUT = "cut"
    DELAY = "delay"
    GARBLE = "garble"


@dataclass
class Rogue:
    """Listens on loopback; `often`: of so many chunks one meets with mischief. Zero: all get through."""

    seed: int
    mischief: Mischief
    often: int
    to: str = topology.IMAP
    port: int = 0
    met: int = 0  # how many chunks it did something to
    _chance: random.Random = field(init=False)
    _server: asyncio.Server | None = None
    _writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    _talks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    async def lay(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def remove(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._talks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._talks.add(task)
        self._writers.append(writer)
        with contextlib.suppress(OSError):
            there_reader, there_writer = await asyncio.open_connection(self.to, 993)
            self._writers.append(there_writer)
            await asyncio.gather(self._copy(reader, there_writer), self._copy(there_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError):
                while chunk := await reader.read(_CHUNK):
                    await self._pass(chunk, writer)
        finally:
            writer.transport.abort()

    async def _pass(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        if not self.often or self._chance.randrange(self.often):
            writer.write(chunk)
            await writer.drain()
            return
        self.met += 1
        at = self._chance.randrange(len(chunk))
        match self.mischief:
            case Mischief.CUT:
                writer.write(chunk[:at])
                raise ConnectionAbortedError
            case Mischief.DELAY:
                await asyncio.sleep(self._chance.uniform(0, _LONGEST_DELAY))
                writer.write(chunk)
            case Mischief.GARBLE:
                writer.write(chunk[:at] + bytes([chunk[at] ^ 0x55]) + chunk[at + 1 :])
        await writer.drain()
