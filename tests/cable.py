"""A relay of bytes that can be cut, or go silent without anybody being told."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field


@dataclass
class Cable:
    """Leads from `port` to `to_port`, on loopback unless other addresses are named."""

    to_port: int
    port: int = 0
    to: str = "127.0.0.1"
    at: str = "127.0.0.1"
    _writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])
    _talks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])
    _open: bool = True
    _silent: set[asyncio.StreamWriter] = field(default_factory=set[asyncio.StreamWriter])
    _server: asyncio.Server | None = None

    async def lay(self) -> None:
        self._server = await asyncio.start_server(self._serve, self.at, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def remove(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()
        await asyncio.gather(*self._talks)

    def cut(self) -> None:
        """Both ends notice, and nobody gets through."""
        self._open = False
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def hush(self) -> None:
        """The connections that stand carry nothing any more, and nobody notices."""
        self._silent.update(self._writers)

    def mend(self) -> None:
        """New connections get through."""
        self._open = True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if not self._open:
            writer.transport.abort()
            return
        if (task := asyncio.current_task()) is not None:
            self._talks.append(task)
        with contextlib.suppress(OSError):
            there_reader, there_writer = await asyncio.open_connection(self.to, self.to_port)
            self._writers.append(there_writer)
            await asyncio.gather(self._copy(reader, there_writer), self._copy(there_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(1 << 16):
                if writer not in self._silent:
                    writer.write(chunk)
                    await writer.drain()
        writer.close()
