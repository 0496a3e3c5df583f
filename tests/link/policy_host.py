"""A policy host on loopback whose pages and moods a test can change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from linksec_tui.config import ConnectTo
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https import HttpsReader
from tests.wire.strangers import Authority, serve

ENFORCE = "version: STSv1\nmode: enforce\nmx: {mx}\nmax_age: {max_age}\n"


@dataclass(slots=True)
class PolicyHost:
    """Serves one policy for one domain. `asked` counts the requests."""

    domain: str
    page: str = ENFORCE.format(mx="*.a.example", max_age=604800)
    status: str = "200 OK"
    media_type: str = "text/plain"
    asked: int = 0
    port: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.held.set()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        self.arrived.set()
        await self.held.wait()
        body = self.page.encode()
        head = f"HTTP/1.1 {self.status}\r\nContent-Type: {self.media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        await reader.read()  # until the other side has read it and gone


@asynccontextmanager
async def policy_host(
    authority: Authority, domain: str = "a.example"
) -> AsyncGenerator[tuple[PolicyHost, HttpsReader]]:
    """The host, listening, and a reader that finds it."""
    host = PolicyHost(domain)
    async with serve(host.talk, authority.context(f"mta-sts.{domain}")) as port:
        host.port = port

        async def nobody(name: str) -> tuple[str, ...]:
            raise OSError(f"{name} has no address")

        rule = ConnectTo(host=f"mta-sts.{domain}", port=443, address="127.0.0.1", to_port=port)
        yield host, HttpsReader(dialler=Dialler(addresses_of=nobody, connect_to=(rule,)), ca_file=authority.file)
