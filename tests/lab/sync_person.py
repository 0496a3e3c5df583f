"""A person of the lab whose mail is synchronised into a store, and how that store is compared with the server.

As a program it synchronises once: `python -m tests.lab.sync_person USER STORE HOST`, to be killed in the middle.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from linksec_tui.config import ConnectTo
from linksec_tui.incoming.line import SignIn
from linksec_tui.incoming.sync import MailboxSync
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import parse_address
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.events import Event
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.connection import Connection
from linksec_tui.store.vault import Vault, open_vault
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap_channel import Means
from linksec_tui.wire.imap_names import decode_name
from tests.lab import lab, topology
from tests.lab.elsewhere import Shown

ACCOUNT = "home"
KEY = b"k" * 32
PATIENCE = 150.0  # seconds, on a machine that does much else


@dataclass
class Place:
    """Where the server is reached: itself, or something that stands before it."""

    address: str = topology.IMAP
    port: int = 993
    host: str = f"imap.{topology.HOME}"


@dataclass
class Reader:
    """Somebody's account, and the program at work on it."""

    user: str
    vault: Vault
    place: Place = field(default_factory=Place)
    timeout: float = 20.0
    heard: list[Event] = field(default_factory=list[Event])
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def sync(self) -> MailboxSync:
        """A synchronisation with connections of its own; it comes back soon after one was lost."""
        return MailboxSync(_sign_in(self), self.vault, self._tell, lambda _: 0.05)

    def _tell(self, event: Event) -> None:
        self.heard.append(event)
        self._news.set()

    async def until(self, holds: Callable[[dict[str, frozenset[Shown]]], bool]) -> None:
        """Waits for events until the store is as wanted."""
        async with asyncio.timeout(PATIENCE):
            self._news.clear()  # before the look: what comes while it is taken would be lost
            while not holds(await self.stored()):
                await self._news.wait()
                self._news.clear()

    async def stored(self) -> dict[str, frozenset[Shown]]:
        return await self.vault.run(stored)


def stored(connection: Connection) -> dict[str, frozenset[Shown]]:
    """All mailboxes of the store, by their names, with all messages in them."""
    found: dict[str, frozenset[Shown]] = {}
    for mailbox in mailboxes.read_mailboxes(connection, ACCOUNT):
        rows = messages.rows(connection, messages.spine(connection, mailbox.id)).values()
        found[decode_name(mailbox.wire_name)] = frozenset(
            Shown(each.uid, each.subject, each.message_id, each.size, each.flags) for each in rows
        )
    return found


def _sign_in(reader: Reader) -> SignIn:
    account = Account(
        name=ACCOUNT,
        address=parse_address(reader.user),
        user=reader.user,
        imap=Server(host=reader.place.host, port=993),
    )

    async def give() -> Credentials:
        return Password(user=reader.user, password=topology.READER_PASSWORD)

    there = ConnectTo(host="", port=0, address=reader.place.address, to_port=reader.place.port)
    means = Means(
        dialler=Dialler(addresses_of=_nobody, connect_to=(there,)),
        clock=lambda: datetime.now(UTC),
        ca_file=lab.CA_FILE,
        timeout=reader.timeout,
    )
    return SignIn(account=account, means=means, credentials=CredentialSource(ask=give, refused=lambda _: None))


async def _nobody(host: str) -> list[str]:
    raise OSError(host)


async def _once(user: str, store: Path, place: Place) -> None:
    with open_vault(store, KEY, schema="mail") as vault:
        print("begins", flush=True)
        await Reader(user=user, vault=vault, place=place).sync().once()


if __name__ == "__main__":
    host = topology.HOME_HOSTS[sys.argv[3]], 993, f"{sys.argv[3]}.{topology.HOME}"
    asyncio.run(_once(sys.argv[1], Path(sys.argv[2]), Place(*host)))
