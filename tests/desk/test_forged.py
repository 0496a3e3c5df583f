"""A report that our provider did not make, however much it knows: shown, and neither believed nor remembered.

A co-recipient has the Message-ID; whoever carried the letter has the envelope's id too. Neither can write our
provider's Received fields (link-security.md §7).
"""

from __future__ import annotations

import asyncio
import smtplib
from uuid import uuid4

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import BounceArrived
from linksec_tui.model.evidence import Source
from linksec_tui.model.letter import BounceCard, CardAction, SentRecord
from linksec_tui.store import sent
from linksec_tui.world import World
from tests.desk.letters import all_over, letter, send, until

BOB, CAROL = "bob@bank.example", "carol@university.example"
MADE_INSIDE = "by mx.home.example (Postfix) id 4cXyZ; Thu, 1 Jan 2026 00:00:00 +0000"


@pytest.fixture
def word() -> str:
    return f"marimba{uuid4().hex[:8]}"


@pytest.mark.parametrize("envelope_id", ["the right one", "a wrong one", "none"])
async def test_a_forged_report_is_matched_at_most_and_never_ours(
    world: World, config: Config, word: str, envelope_id: str
) -> None:
    async with open_desk(config) as desk:
        record = await _sent(desk, word)
        envid = {"the right one": record.envid, "a wrong one": "guessed", "none": ""}[envelope_id]
        message, card = await _received(desk, world, _report(record, envid))
        refused = {action for action in CardAction if not await _is_done(desk, message, action)}
        again = [each async for each in desk.assess("bank.example", fresh=True, probe=False)][-1]
    assert card.match.matched
    assert not card.match.ours
    assert not card.did_not_happen
    assert set(card.actions) <= {CardAction.NOTICE, CardAction.LATER, CardAction.CHECK_AGAIN}
    assert refused == set(CardAction) - {CardAction.NOTICE, CardAction.LATER, CardAction.CHECK_AGAIN}
    assert all(seen.source is not Source.BOUNCE for seen in again.evidence.observations.values())


async def test_a_report_about_somebody_else_is_about_nothing_that_was_sent(
    world: World, config: Config, word: str
) -> None:
    async with open_desk(config) as desk:
        record = await _sent(desk, word)
        message, card = await _received(desk, world, _report(record, record.envid, about="dave@shop.example"))
        done = [action for action in CardAction if await _is_done(desk, message, action)]
    assert not card.match.matched
    assert not card.match.ours
    assert (card.actions, done) == ((), [])


async def test_a_forged_report_in_a_file_is_matched_at_most(config: Config, word: str) -> None:
    async with open_desk(config) as desk:
        record = await _sent(desk, word)
        for envid in ("", "guessed", record.envid):
            # everything in a file is its writer's, the topmost Received field and the return path too
            card = await desk.bounce_card(b"Return-Path: <>\r\n" + _report(record, envid))
            assert card
            assert card.match.matched
            assert card.match.ours == (envid == record.envid)
            assert card.match.ours or not any(action.lowers for action in card.actions)


async def _is_done(desk: Desk, message: int, action: CardAction) -> bool:
    try:
        await desk.draft_after_bounce(message, action)
    except BadInput:
        return False
    return True


async def _sent(desk: Desk, word: str) -> SentRecord:
    await send(desk, letter(desk, word, BOB, CAROL))
    items = await until(desk, all_over)
    records = await desk.rooms.desk.run(sent.of_letter, items[0].letter)
    return next(record for record in records if BOB in {str(each.recipient.address) for each in record.recipients})


def _report(record: SentRecord, envid: str, about: str = BOB) -> bytes:
    """As our provider would write it, with a Received field of its kind below the one that it really writes."""
    return "\r\n".join(
        [
            f"Received: {MADE_INSIDE}",
            "From: MAILER-DAEMON@home.example",
            "To: alice@home.example",
            f"Subject: Undelivered {uuid4().hex}",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "",
            f"<{about}>: TLS is required, but was not offered by host mx.bank.example",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.home.example",
            *([f"Original-Envelope-Id: {envid}"] if envid else []),
            "",
            f"Final-Recipient: rfc822; {about}",
            "Action: failed",
            "Status: 5.7.4",
            "Remote-MTA: dns; mx.bank.example",
            "Diagnostic-Code: smtp; 550 5.7.4 TLS is required, but was not offered by host mx.bank.example",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {record.message_id}",
            "",
            "--b--",
            "",
        ]
    ).encode()


async def _received(desk: Desk, world: World, report: bytes) -> tuple[int, BounceCard]:
    """Handed to our provider's exchanger by a stranger; the message and its card, once it has arrived."""
    subject = next(line for line in report.decode().split("\r\n") if line.startswith("Subject: "))[9:]
    events = desk.events()
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    await asyncio.to_thread(_hand_over, world, report)
    while True:
        event = await waiting
        waiting = asyncio.ensure_future(anext(events))
        if not isinstance(event, BounceArrived) or (await desk.correspondence.header(event.message)).subject != subject:
            continue
        waiting.cancel()
        card = await desk.bounce_card(event.message)
        assert card is not None
        return event.message, card


def _hand_over(world: World, report: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", world.port("mx.home.example", 25), local_hostname="mallory.example") as server:
        server.sendmail("", ["alice@home.example"], report)
