"""A TCP server that is as far away as its round trip says: the handshake takes one, each direction half of one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

PIECE = 65_536


class FarAway:
    """Listens on a port, and carries what comes to a server that is near, with the delay of `round_trip()` seconds."""

    def __init__(self, near: int, round_trip: Callable[[], float]) -> None:
        self._near = near
        self._round_trip = round_trip
        self._carrying: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        server = await asyncio.start_server(self._greet, "127.0.0.1", 0, backlog=512)
        return int(server.sockets[0].getsockname()[1])

    def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The client believes to be connected at once; so it is the first octet that pays for the handshake."""
        half = self._round_trip() / 2
        begun = asyncio.get_running_loop().time()
        near_reader, near_writer = await asyncio.open_connection("127.0.0.1", self._near)
        # SYN, SYN+ACK, and the client's ACK with its first octets: the server begins after one and a half
        there = _pump(reader, near_writer, half, begun + 3 * half)
        back = _pump(near_reader, writer, half, begun + 4 * half)
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(there, back)
        near_writer.transport.abort()
        writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, half: float, earliest: float) -> None:
    """What is read goes out half a round trip later, in its order, and not before `earliest`."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(PIECE):
            loop.call_at(max(loop.time() + half, earliest), writer.write, piece)
    await asyncio.sleep(half)
    if not writer.is_closing():
        writer.close()
