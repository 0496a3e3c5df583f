"""How many messages are unread shows for every mailbox early, also where the server tells it of one at a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linksec_tui.config import ConnectTo
from linksec_tui.incoming.line import SignIn
from linksec_tui.incoming.sync import MailboxSync
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import parse_address
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.events import Event, MailboxesChanged
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.vault import Vault
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap_channel import Means
from tests.imap_house import EXCHANGE, PLAIN, House, Kind
from tests.wire.strangers import Authority

HOST = "imap.own.example"


@dataclass
class Onlooker:
    """What stands in the store each time that mailboxes have changed."""

    vault: Vault
    seen: list[tuple[Mailbox, ...]] = field(default_factory=list[tuple[Mailbox, ...]])

    def tell(self, event: Event) -> None:
        if isinstance(event, MailboxesChanged):
            self.seen.append(self.vault.do(mailboxes.read_mailboxes, "own"))

    def unread(self, name: str) -> list[int]:
        return [each.unread for some in self.seen for each in some if each.wire_name == name]


@asynccontextmanager
async def syncing(house: House, onlooker: Onlooker, directory: Path) -> AsyncGenerator[MailboxSync]:
    authority = Authority(directory)
    async with house.open(authority.context(HOST)) as port:
        rule = ConnectTo(host=HOST, port=993, address="127.0.0.1", to_port=port)
        dialler = Dialler(addresses_of=_nobody, connect_to=(rule,))
        means = Means(dialler=dialler, clock=lambda: datetime.now(UTC), ca_file=authority.file)
        account = Account(
            name="own", address=parse_address("a@own.example"), user="a", imap=Server(host=HOST, port=993)
        )
        credentials = CredentialSource(ask=_password, refused=lambda _: None)
        yield MailboxSync(SignIn(account=account, means=means, credentials=credentials), onlooker.vault, onlooker.tell)


async def _nobody(host: str) -> list[str]:
    raise OSError(host)


async def _password() -> Credentials:
    return Password(user="a", password="secret")


def _filled(kind: Kind) -> House:
    house = House(kind)
    house.deliver("one")
    house.deliver("two", "Archive")
    house.deliver("three", "Archive", flags=["\\Seen"])
    house.deliver("four", "Archive")
    return house


@pytest.mark.parametrize("kind", [PLAIN, EXCHANGE], ids=["plain", "exchange"])
async def test_one_after_another_before_any_but_the_inbox_is_read(kind: Kind, vault: Vault, tmp_path: Path) -> None:
    house, onlooker = _filled(kind), Onlooker(vault)
    async with syncing(house, onlooker, tmp_path) as sync:
        await sync.once()
    assert onlooker.unread("Archive") == [0, 2], "listed, then counted"
    told = [command.split()[0] for command in house.heard if command.startswith(("STATUS", "SELECT"))]
    others = len(kind.boxes) - 1
    assert told[: others + 2] == ["SELECT", *["STATUS"] * others, "SELECT"]
    assert not any("INBOX" in command for command in house.heard if command.startswith("STATUS"))


async def test_a_mailbox_that_cannot_be_counted_does_not_keep_the_others_from_it(vault: Vault, tmp_path: Path) -> None:
    house, onlooker = _filled(PLAIN), Onlooker(vault)
    house.refuses["STATUS"] = "[NOPERM] not yours"
    async with syncing(house, onlooker, tmp_path) as sync:
        await sync.once()
    archive = _called(vault, "Archive")
    assert (archive.total, archive.unread) == (3, 2)


async def test_where_changes_are_numbered_only_mailboxes_with_any_are_opened(vault: Vault, tmp_path: Path) -> None:
    kind = replace(PLAIN, capabilities="IMAP4rev1 CONDSTORE")
    house, onlooker = _filled(kind), Onlooker(vault)
    async with syncing(house, onlooker, tmp_path) as sync:
        await sync.once()
        house.deliver("five", "Sent")
        house.heard.clear()
        await sync.once()
    opened = {command.split()[1].strip('"') for command in house.heard if command.startswith("SELECT")}
    assert opened == {"INBOX", "Sent"}
    assert len(vault.do(messages.first_rows, _called(vault, "Sent").id, 9)) == 1


def _called(vault: Vault, name: str) -> Mailbox:
    return next(each for each in vault.do(mailboxes.read_mailboxes, "own") if each.wire_name == name)
