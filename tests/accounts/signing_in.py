"""A provider that signs people in, an account there, a person with a browser, and a drawer for what comes of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import trustme

from linksec_tui.accounts.oauth import Means
from linksec_tui.accounts.oauth_tokens import Tokens
from linksec_tui.config import ConnectTo
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import parse_address
from linksec_tui.model.errors import KeychainUnusable
from linksec_tui.model.oauth import OAuth
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https_form import FormSender
from tests.lab.authorization_server import CLIENT_ID, CLIENT_SECRET, SCOPE, Authority, serving

HOST = "auth.home.test"
OAUTH = OAuth(
    name="lab",
    client_id=CLIENT_ID,
    client_secret=CLIENT_SECRET,
    authorization_endpoint=f"https://{HOST}/authorize",
    token_endpoint=f"https://{HOST}/token",
    device_endpoint=f"https://{HOST}/device",
    scopes=(SCOPE, "offline_access"),
)
ALICE = Account(
    name="home",
    address=parse_address("alice@home.test"),
    imap=Server(host="imap.home.test", port=993),
    oauth=OAUTH,
)
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Clock:
    """Goes when it is told to; a pause moves it, and is written down."""

    now: datetime = START
    pauses: list[float] = field(default_factory=list[float])

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.pass_(seconds)
        await asyncio.sleep(0)


@dataclass
class Drawer:
    """Where secrets are kept; it can be locked."""

    kept: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    locked: bool = False
    written: int = 0

    async def read_secret(self, name: str) -> str | None:
        return self.kept.get(name)

    async def write_secret(self, name: str, secret: str) -> None:
        if self.locked:
            raise KeychainUnusable("The keyring is locked.", "Unlock it.")
        self.written += 1
        self.kept[name] = secret

    async def delete_secret(self, name: str) -> None:
        self.kept.pop(name, None)


@dataclass
class Provider:
    """The authorization server, and how a client of it is made."""

    authority: Authority
    port: int
    ca_file: Path
    clock: Clock

    def forms(self, *, known_roots: bool = True) -> FormSender:
        here = ConnectTo(host="", port=0, address="127.0.0.1", to_port=self.port)
        return FormSender(
            dialler=Dialler(addresses_of=_nowhere, connect_to=(here,)),
            ca_file=self.ca_file if known_roots else None,
            timeout=60,
        )

    def means(self) -> Means:
        numbers = iter(range(100))
        return Means(
            forms=self.forms(),
            clock=self.clock,
            token=lambda: f"{next(numbers):043d}",
            pause=self.clock.pause,
        )

    def tokens(self, drawer: Drawer, state: Path) -> Tokens:
        return Tokens(drawer=drawer, forms=self.forms(), clock=self.clock, state=state)

    @property
    def renewals(self) -> int:
        return sum(1 for _, form in self.authority.asked if form.get("grant_type") == "refresh_token")


@contextmanager
def provider(directory: Path) -> Generator[Provider]:
    root = trustme.CA()
    ca_file = directory / "provider-ca.pem"
    root.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    root.issue_cert(HOST).configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # also takes pyOpenSSL's
    clock = Clock()
    authority = Authority(clock=clock.seconds)
    with serving(authority, context) as port:
        yield Provider(authority=authority, port=port, ca_file=ca_file, clock=clock)


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    head: str


async def browse(address: str, *, host: str | None = None) -> Page:
    """What a browser does with an address on loopback."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection("127.0.0.1", parts.port)
    writer.write(f"GET {parts.path or '/'}?{parts.query} HTTP/1.1\r\nHost: {host or parts.netloc}\r\n\r\n".encode())
    raw = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    head, _, text = raw.partition("\r\n\r\n")
    return Page(int(head.split()[1]), text, head)


def visited(authority: Authority, address: str) -> str:
    """Where the person's browser is sent after they said yes, or no, at the provider."""
    parts = urlsplit(address)
    status, where = authority.answer("GET", parts.path, dict(parse_qsl(parts.query)))
    assert status == 302
    assert isinstance(where, str)
    return where


async def _nowhere(host: str) -> tuple[str, ...]:
    raise OSError(f"{host} was looked up")
