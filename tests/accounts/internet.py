"""A small internet on loopback: a table of DNS records, and web servers with certificates of a test's authority."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from linksec_tui.accounts.asking import Asking
from linksec_tui.config import ConnectTo
from linksec_tui.formats.domain_name import parse_mailbox
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https import HttpsReader
from tests.link.dns_table import Clock, DnsTable, resolver_over
from tests.wire.strangers import Authority, Talk, serve, stranger_context

WELL_KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml"
AUTOCONFIG = "/mail/config-v1.1.xml"
PACC = "/.well-known/user-agent-configuration.json"


def server(service: str, host: str, port: int | str, socket: str, *, user: str = "", auth: str = "") -> str:
    """One server section of a configuration file."""
    element = "outgoingServer" if service == "smtp" else "incomingServer"
    logins = "".join(f"<authentication>{each}</authentication>" for each in auth.split())
    return (
        f'<{element} type="{service}"><hostname>{host}</hostname><port>{port}</port>'
        f"<socketType>{socket}</socketType>{logins}<username>{user}</username></{element}>"
    )


def configuration(*servers: str, after: str = "", name: str = "Example") -> bytes:
    """A whole configuration file."""
    provider = f"<emailProvider id='x'><displayName>{name}</displayName>{''.join(servers)}</emailProvider>"
    return f'<?xml version="1.0"?><clientConfig version="1.1">{provider}{after}</clientConfig>'.encode()


@dataclass(slots=True)
class Site:
    """One web server. `talk` replaces what it does; `trusted` False gives it a certificate of nobody we know."""

    pages: dict[str, bytes] = field(default_factory=dict)
    status: str = "200 OK"
    more_head: str = ""
    certificate_for: str = ""
    trusted: bool = True
    talk: Talk | None = None
    requests: list[str] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head)
        body = self.pages.get(head.split(" ")[1])
        status = "404 Not Found" if body is None else self.status
        content = body or b"<html>no</html>"
        writer.write(f"HTTP/1.1 {status}\r\n{self.more_head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        await writer.drain()
        await reader.read()


@dataclass(slots=True)
class Internet:
    authority: Authority
    dns: DnsTable = field(default_factory=DnsTable)
    sites: dict[str, Site] = field(default_factory=dict)
    believed: bool = True
    private_addresses: bool = False

    def site(self, host: str, path: str, body: bytes) -> Site:
        """A page on a host, which has an address from now on."""
        self.dns.add(host, "A", "198.51.100.1")
        site = self.sites.setdefault(host, Site())
        site.pages[path] = body
        return site

    @asynccontextmanager
    async def asking(self, address: str, seconds: float = 60.0) -> AsyncGenerator[Asking]:
        """Somebody who looks for the servers of an address, while all sites are up."""
        async with AsyncExitStack() as stack:
            rules = [await self._listening(stack, host, site) for host, site in self.sites.items()]
            resolver = resolver_over(self.dns, Clock(), believed=self.believed)
            dialler = Dialler(
                addresses_of=resolver.addresses, connect_to=tuple(rules), private_addresses=self.private_addresses
            )
            https = HttpsReader(dialler=dialler, ca_file=self.authority.file)
            yield Asking(address=parse_mailbox(address), resolver=resolver, https=https, seconds=seconds)

    async def _listening(self, stack: AsyncExitStack, host: str, site: Site) -> ConnectTo:
        name = site.certificate_for or host
        context = self.authority.context(name) if site.trusted else stranger_context(name)
        port = await stack.enter_async_context(serve(site.talk or site.answer, context))
        return ConnectTo(host=host, port=443, address="127.0.0.1", to_port=port)
