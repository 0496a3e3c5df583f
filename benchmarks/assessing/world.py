"""The benchmark world, a process of its own: names, policy hosts and exchangers at a distance, all on loopback.

`python -m assessing.world DIRECTORY SIGNED`, in benchmarks/, prints a line of JSON with its ports and serves until its
standard input ends. It is steered by questions of its own: `_zero.bench`, `_count.bench`, `_pace-MILLISECONDS.bench`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from .distance import FarAway
from .pki import Pki
from .zones import POLICY, SIGNED, STS, Zones, domains

POLICY_HOSTS = 20  # unsigned domains with a policy; of the signed ones each has


class World:
    """`round_trip` is in seconds."""

    def __init__(self, directory: Path, signed: int) -> None:
        self.round_trip = 0.0
        self._pki = Pki(directory)
        self.zones = Zones(self._pki.tlsa)
        self._names = [*domains(SIGNED, signed), *domains(STS, POLICY_HOSTS)]
        for name in self._names:
            self.zones.write(name)

    def reply(self, query: bytes) -> tuple[bytes, float]:
        """The answer, and after how many seconds."""
        first = query[13 : 13 + query[12]].decode("latin-1")
        if not query[13 + query[12] :].startswith(b"\x05bench\0"):
            return self.zones.answer(query), self.round_trip
        told = b""
        if first == "_zero":
            self.zones.counted.clear()
        elif first == "_count":
            told = json.dumps(self.zones.counted).encode()
        elif first.startswith("_pace-"):
            self.round_trip = float(first.removeprefix("_pace-")) / 1000
        return _told(query, told), 0.0

    async def serve(self) -> dict[str, int]:
        """Everything listens; the ports by name."""
        loop = asyncio.get_running_loop()
        datagrams, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), ("127.0.0.1", 0))
        port = int(datagrams.get_extra_info("sockname")[1])
        await asyncio.start_server(self._talk_dns, "127.0.0.1", port)
        policies = await asyncio.start_server(_policy, "127.0.0.1", 0, ssl=self._by_name("mta-sts."), backlog=512)
        exchangers = self._by_name("mx1.", "mx2.")

        async def exchanger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _smtp(reader, writer, exchangers)

        mail = await asyncio.start_server(exchanger, "127.0.0.1", 0, backlog=512)
        far = [FarAway(_port(server), lambda: self.round_trip) for server in (policies, mail)]
        return {"dns": port, "https": await far[0].open(), "smtp": await far[1].open()}

    def _by_name(self, *prefixes: str) -> ssl.SSLContext:
        """A context that shows each name its own certificate."""
        names = [prefix + name for name in self._names for prefix in prefixes]
        contexts = {name: self._pki.context(name) for name in names}
        first = contexts[names[0]]

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            connection.context = contexts.get(name or "", first)

        first.sni_callback = cast("Callable[..., None]", choose)
        return first

    async def _talk_dns(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                reply, seconds = self.reply(await reader.readexactly(length))
                await asyncio.sleep(seconds)
                writer.write(struct.pack("!H", len(reply)) + reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, world: World) -> None:
        self._world = world
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply, seconds = self._world.reply(data)
        if seconds:
            self._loop.call_later(seconds, self._transport.sendto, reply, addr)
        else:
            self._transport.sendto(reply, addr)


async def _policy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        host = head.partition("host: ")[2].partition("\r\n")[0]
        body = POLICY.format(domain=host.removeprefix("mta-sts.")).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        pass
    writer.close()


async def _smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
    answers = {b"EHLO": b"250-mx\r\n250 STARTTLS\r\n", b"STAR": b"220 go\r\n", b"QUIT": b"221 bye\r\n"}
    try:
        writer.write(b"220 mx ESMTP\r\n")
        while verb := (await reader.readline())[:4].upper():
            writer.write(answers.get(verb, b"250 ok\r\n"))
            await writer.drain()
            if verb == b"STAR":
                await writer.start_tls(context)
                answers[b"EHLO"] = b"250-mx\r\n250 REQUIRETLS\r\n"
    except (ConnectionError, ssl.SSLError):
        pass
    writer.close()


def _told(query: bytes, text: bytes) -> bytes:
    """A TXT answer of pieces of 255 octets."""
    pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [b""]
    rdata = b"".join(bytes([len(piece)]) + piece for piece in pieces)
    end = query.index(b"\0", 12) + 5
    record = b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 0, len(rdata)) + rdata
    return query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) + query[12:end] + record


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def main() -> None:
    world = World(Path(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps(await world.serve()), flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
