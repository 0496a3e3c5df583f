"""One person of the embedded mail world, with an empty store, a second mail program, and a cable that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.config import ConnectTo
from linksec_tui.incoming.line import SignIn
from linksec_tui.incoming.on_server import OnServer
from linksec_tui.incoming.sync import MailboxSync
from linksec_tui.model.account import Account
from linksec_tui.model.address import parse_address
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.events import Event
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.vault import Vault, open_vault
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import Means
from linksec_tui.wire.imap_filing import Letter
from linksec_tui.world import World
from tests.cable import Cable

_PEOPLE = count()
_NAMES = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "oscar")
_DOMAINS = ("club.example", "shop.example", "bank.example")


@dataclass
class Person:
    """Somebody's account, our program at work on it, and another program that sees the same mailboxes."""

    account: Account
    means: Means
    vault: Vault
    password: str
    wire: Cable
    other: ImapSession
    heard: list[Event] = field(default_factory=list[Event])
    diary: list[Event] = field(default_factory=list[Event])  # all of them, for ever
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.sign_in = SignIn(
            account=self.account,
            means=self.means,
            credentials=_given(self.account, lambda: self.password),
        )
        self.sync = MailboxSync(self.sign_in, self.vault, self.tell)
        self.acts = OnServer(
            account=self.account, line=self.sync.line, vault=self.vault, tell=self.tell, clock=self.means.clock
        )

    def tell(self, event: Event) -> None:
        self.heard.append(event)
        self.diary.append(event)
        self._news.set()

    async def hears(self, wanted: Callable[[Event], bool]) -> Event:
        """The first event of that kind, waited for; those before it are forgotten."""
        async with asyncio.timeout(240):
            while True:
                while self.heard:
                    event = self.heard.pop(0)
                    if wanted(event):
                        return event
                self._news.clear()
                await self._news.wait()

    async def mailbox(self, name: str = "INBOX") -> Mailbox:
        found = await self.vault.run(mailboxes.read_mailboxes, self.account.name)
        return next(mailbox for mailbox in found if mailbox.wire_name == name)

    async def headers(self, name: str = "INBOX") -> list[Header]:
        """What the store has, oldest first."""
        rows = await self.vault.run(messages.first_rows, (await self.mailbox(name)).id, 1000)
        return sorted(rows, key=lambda header: header.uid)

    async def subjects(self, name: str = "INBOX") -> list[str]:
        return [header.subject for header in await self.headers(name)]

    async def deliver(self, *subjects: str) -> None:
        for subject in subjects:
            content = (
                f"From: Carol <carol@x.example>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\n{subject}"
            )
            when = datetime(2026, 1, 1, tzinfo=UTC)
            await self.other.append("INBOX", Letter(content=content.encode(), when=when))

    @contextlib.asynccontextmanager
    async def online(self) -> AsyncGenerator[None]:
        """Our program running in the background."""
        running = asyncio.create_task(self.sync.run())
        try:
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


@pytest.fixture
def vault(tmp_path: Path) -> Generator[Vault]:
    with open_vault(tmp_path / "mail.db", b"k" * 32, schema="mail") as opened:
        yield opened


@pytest.fixture
async def person(world: World, vault: Vault) -> AsyncGenerator[Person]:
    """Somebody with an empty INBOX, whom no other test knows."""
    configured = config_file.load(world.config_path)
    number = next(_PEOPLE)
    address = f"{_NAMES[number % len(_NAMES)]}@{_DOMAINS[number // len(_NAMES) % len(_DOMAINS)]}"
    account = replace(configured.accounts[0], address=parse_address(address), user=address)
    assert account.imap is not None
    wire = Cable(world.port(account.imap.host, account.imap.port))
    await wire.lay()
    means = _means(configured.network.ca_file, wire.port)
    other = await SignIn(
        account=account,
        means=_means(means.ca_file, wire.to_port),
        credentials=_given(account, lambda: world.password),
    ).session()
    somebody = Person(account, means, vault, world.password, wire, other)
    try:
        yield somebody
    finally:
        await somebody.sync.close()
        await other.close()
        await wire.remove()


def _means(ca_file: Path | None, port: int) -> Means:
    return Means(
        dialler=Dialler(
            addresses_of=_no_addresses, connect_to=(ConnectTo(host="", port=0, address="127.0.0.1", to_port=port),)
        ),
        clock=lambda: datetime.now(UTC),
        ca_file=ca_file,
        timeout=60.0,
    )


async def _no_addresses(host: str) -> list[str]:
    raise OSError(host)


def _given(account: Account, password: Callable[[], str]) -> CredentialSource:
    async def give() -> Credentials:
        return Password(user=account.user, password=password())

    return CredentialSource(ask=give, refused=lambda _: None)
