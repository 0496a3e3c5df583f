"""Where a message came from, over a whole desk: what is at hand is judged, and names are asked for on request alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.desk.sender_lookup import SenderLookup
from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.model.sender import Inspection, SenderState
from linksec_tui.store import bodies, contacts, mailboxes, messages, sender_verdicts
from tests.incoming.signed import OUR_KEY, RFC8463, signed
from tests.link.dns_table import Clock, DnsTable, resolver_over

AT = datetime(2026, 1, 15, 11, tzinfo=UTC)
KEY = "s1._domainkey.shop.example"
BODY = b"Hello.\r\n"


def published(**records: str) -> DnsTable:
    table = DnsTable()
    table.add(KEY, "TXT", f'"{records.get("key", OUR_KEY)}"')
    if "dmarc" in records:
        table.add("_dmarc.shop.example", "TXT", f'"{records["dmarc"]}"')
    return table


@asynccontextmanager
async def a_desk(config: Config, table: DnsTable) -> AsyncGenerator[Desk]:
    """Its questions about senders go to the table; no server is spoken to."""
    async with open_desk(config, worker=False) as desk:
        lookup = SenderLookup(resolver=resolver_over(table, Clock()), timeout=40)
        desk.correspondence.inspecting = replace(
            desk.correspondence.inspecting, rooms=replace(desk.rooms, clock=Clock()), lookup=lookup
        )
        yield desk


async def arrived(desk: Desk, raw: bytes, uid: int = 1, role: Role = Role.INBOX) -> int:
    """A message in the store, with its text."""
    box = Mailbox(id=0, account=desk.config.accounts[0].name, name="x", wire_name=role.value or "x", role=role)
    known = await desk.rooms.mail.run(mailboxes.write_mailboxes, box.account, [box])
    header = Header(
        id=0, account=box.account, mailbox=known[0].id, uid=uid, sender_name="Shop", sender_address="news@shop.example",
        recipients="", subject="A letter", received_at=AT + timedelta(minutes=uid),
    )  # fmt: skip
    (ident,) = await desk.rooms.mail.run(messages.write_headers, [header])
    await desk.rooms.mail.run(bodies.write_body, ident, raw, AT)
    return ident


async def mark(desk: Desk, message: int) -> tuple[SenderState | None, bool]:
    header = (await desk.rows([message]))[message]
    return header.sender_state, header.sender_warned


async def test_opening_and_answering_and_looking_at_the_way_ask_nobody(config: Config) -> None:
    table = published()
    async with a_desk(config, table) as desk:
        message = await arrived(desk, signed(BODY))
        reading = await desk.read(message)
        await desk.inspect(message)
        await desk.reply(message)
        await desk.forward(message)
        assert reading.sender is not None
        assert reading.sender.state is SenderState.UNVERIFIED
        assert "nobody has checked yet" in reading.sender.headline
    assert table.asked == []


async def test_when_asked_the_domain_vouches_and_its_word_stays_with_the_message(config: Config) -> None:
    table = published(dmarc="v=DMARC1; p=reject")
    async with a_desk(config, table) as desk:
        message = await arrived(desk, signed(BODY))
        assert await mark(desk, message) == (None, False)
        found = (await desk.verify_sender(message)).sender
        assert (found.state, found.dmarc, found.checked_at) == (SenderState.VERIFIED, "pass", Clock().now)
        assert await mark(desk, message) == (SenderState.VERIFIED, False)
        table.take(KEY, "TXT")  # keys are withdrawn after a while
        again = (await desk.inspect(message)).sender
        assert (again.state, again.checked_at) == (SenderState.VERIFIED, Clock().now)
    assert sorted(table.asked) == [("_dmarc.shop.example", "TXT"), (KEY, "TXT")]


async def test_its_word_is_there_still_when_all_mail_was_fetched_anew(config: Config) -> None:
    table = published(dmarc="v=DMARC1; p=reject")
    async with a_desk(config, table) as desk:
        await desk.verify_sender(await arrived(desk, signed(BODY)))
    for file in config.state.glob("mail.db*"):
        file.unlink()
    async with a_desk(config, DnsTable()) as desk:
        message = await arrived(desk, signed(BODY), uid=7)
        found = (await desk.inspect(message)).sender
        assert (found.state, found.checked_at) == (SenderState.VERIFIED, Clock().now)
        changed = await arrived(desk, signed(BODY).replace(BODY, b"Pay me.\r\n"), uid=8)
        assert (await desk.inspect(changed)).sender.state is SenderState.UNVERIFIED


@pytest.mark.parametrize(
    ("dmarc", "state"), [("v=DMARC1; p=reject", SenderState.FAILED), ("v=DMARC1; p=none", SenderState.UNVERIFIED)]
)
async def test_a_changed_text_fails_where_the_domain_asks_for_that(
    config: Config, dmarc: str, state: SenderState
) -> None:
    async with a_desk(config, published(dmarc=dmarc)) as desk:
        message = await arrived(desk, signed(BODY).replace(BODY, b"Pay me.\r\n"))
        assert (await desk.verify_sender(message)).sender.state is state
        assert (await mark(desk, message))[0] is state


async def test_the_wish_of_the_registered_domain_counts_below_it(config: Config) -> None:
    table = published()
    table.add("_dmarc.shop.example", "TXT", '"v=DMARC1; p=none; sp=reject"')
    raw = signed(BODY, sender="Shop <a@news.shop.example>").replace(BODY, b"Pay me.\r\n")
    async with a_desk(config, table) as desk:
        assert (await desk.inspect_raw(raw, lookups=True)).sender.state is SenderState.FAILED


@pytest.mark.parametrize("how", ["down", "silent", "bogus"])
async def test_what_cannot_be_looked_up_is_said_and_not_kept(config: Config, how: str) -> None:
    table = published(dmarc="v=DMARC1; p=reject")
    getattr(table, how).add("shop.example")
    async with a_desk(config, table) as desk:
        message = await arrived(desk, signed(BODY))
        found = (await desk.verify_sender(message)).sender
        assert found.state is SenderState.UNVERIFIED
        assert found.problem.startswith("Not everything could be looked up")
        raw = sender_verdicts.digest(signed(BODY))
        assert await desk.rooms.desk.run(sender_verdicts.read_verdict, raw) is None


async def test_a_first_message_is_said_to_be_one_until_somebody_wrote_or_was_written_to(config: Config) -> None:
    def first(found: Inspection) -> bool:
        return "first-message" in [warning.code for warning in found.sender.warnings]

    async with a_desk(config, DnsTable()) as desk:
        message = await arrived(desk, signed(BODY))
        assert first(await desk.inspect(message))
        assert not first(await desk.inspect(await arrived(desk, signed(BODY), uid=2)))
        assert first(await desk.inspect(message))  # it still was
        shop = Recipient(address=Address("news", "shop.example"))
        await desk.rooms.desk.run(contacts.note_written, [shop], AT)
        assert not first(await desk.inspect(message))


@pytest.mark.parametrize(
    ("sender", "codes"),
    [
        ("Anna Bell <anna@bank.example>", []),
        ("Anna Bell <anna.bell@mail.bank.example>", []),
        ("anna  bell <anna@evil.example>", ["name-of-contact"]),
        ("Somebody <x@bamk.example>", ["look-alike"]),
        ("Alice <x@evil.example>", ["name-of-contact"]),  # the person's own name
        ("Service <x@h0me.example>", ["look-alike"]),  # the person's own domain
        ("Anna <annabel@bank.example>", ["look-alike"]),  # known as annabell
        ("Nobody <x@evil.example>", []),
    ],
)
async def test_names_and_domains_of_people_whom_one_knows_are_recognised(
    config: Config, sender: str, codes: list[str]
) -> None:
    account = replace(config.accounts[0], display_name="Alice", identities=())
    async with a_desk(replace(config, accounts=(account,)), DnsTable()) as desk:
        anna = Recipient(address=Address("anna", "bank.example"), name="Anna Bell")
        annabell = Recipient(address=Address("annabell", "bank.example"))
        await desk.rooms.desk.run(contacts.note_written, [anna, annabell], AT)
        found = await desk.inspect_raw(f"From: {sender}\r\n\r\nx".encode())
        assert [warning.code for warning in found.sender.warnings] == codes


async def test_of_a_letter_of_ones_own_nothing_is_said(config: Config) -> None:
    async with a_desk(config, DnsTable()) as desk:
        own = str(config.accounts[0].address)
        message = await arrived(desk, f"From: {own}\r\n\r\nx".encode(), role=Role.SENT)
        assert (await desk.read(message)).sender is None
        assert await mark(desk, message) == (None, False)
        forged = await arrived(desk, f"Received: from a by b; x\r\nFrom: {own}\r\n\r\nx".encode(), uid=2)
        assert (await desk.read(forged)).sender is not None


async def test_a_message_that_names_hundreds_of_keys_asks_for_five(config: Config) -> None:
    table = DnsTable()
    lines = b"".join(RFC8463.partition(b"From:")[0].replace(b"s=test", b"s=test%d" % n) for n in range(100))
    async with a_desk(config, table) as desk:
        await desk.inspect_raw(lines + b"From: joe@football.example.com\r\n\r\nx", lookups=True)
    assert len(table.asked) <= 5 + 2
