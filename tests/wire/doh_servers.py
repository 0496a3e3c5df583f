"""A DNS-over-HTTPS server on loopback that answers from a table, or misbehaves (RFC 8484, RFC 9113)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import dns.message
import h2.config
import h2.connection
import h2.events

from tests.link.dns_table import DnsTable
from tests.wire.strangers import serve


@dataclass(slots=True)
class DohServer:
    """`body` replaces the answer, `fields` the header fields; `asked` keeps what the requests said."""

    table: DnsTable
    status: int = 200
    media_type: str = "application/dns-message"
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    silent: bool = False
    connections: int = 0
    requests: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        bodies: dict[int, bytearray] = {}
        while True:
            writer.write(connection.data_to_send())
            await writer.drain()
            octets = await reader.read(65_536)
            if not octets:
                return
            for event in connection.receive_data(octets):
                self._take(connection, event, bodies)

    def _take(
        self, connection: h2.connection.H2Connection, event: h2.events.Event, bodies: dict[int, bytearray]
    ) -> None:
        match event:
            case h2.events.RequestReceived():
                assert event.stream_id is not None
                bodies[event.stream_id] = bytearray()
                fields = ((_text(name), _text(value)) for name, value in event.headers or ())
                self.requests.append(dict(fields))
            case h2.events.DataReceived():
                assert event.stream_id is not None
                bodies[event.stream_id] += event.data or b""
            case h2.events.StreamEnded() if not self.silent:
                assert event.stream_id is not None
                self._answer(connection, event.stream_id, bytes(bodies.pop(event.stream_id)))
            case _:
                return

    def _answer(self, connection: h2.connection.H2Connection, stream: int, query: bytes) -> None:
        reply = self.table.answer(dns.message.from_wire(query)).to_wire(max_size=65535)
        body = reply if self.body is None else self.body
        head = [(":status", str(self.status)), ("content-type", self.media_type), *self.fields]
        connection.send_headers(stream, head)
        for at in range(0, len(body), 16_384):
            window = connection.local_flow_control_window(stream)
            connection.send_data(stream, body[at : at + min(16_384, window)])
            if window < 16_384:  # more than anybody should want
                break
        connection.end_stream(stream)


def _text(octets: bytes | str) -> str:
    return octets.decode() if isinstance(octets, bytes) else octets


@asynccontextmanager
async def doh_server(server: DohServer, context: ssl.SSLContext) -> AsyncGenerator[DohServer]:
    context.set_alpn_protocols(["h2"])
    async with serve(server.talk, context) as server.port:
        yield server
