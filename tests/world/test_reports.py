"""What comes back to the sender: delivery reports as RFC 3464 and RFC 8689 want them."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

from linksec_tui.world import World
from tests.world.talk import TEXT, Sending, letter, login, read_report, submit

UNKNOWN = "nobody@club.example"
OPTIONS = ("ENVID=run+2B7+3Dx", "RET=HDRS")


async def report(world: World, what: Sending) -> EmailMessage:
    before = len(world.reports())
    await submit(world, what)
    (raw,) = world.reports()[before:]
    return email.message_from_bytes(raw, policy=email.policy.default)


def kinds(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.iter_parts()]


async def test_a_report_comes_from_inside_the_provider_with_an_empty_return_path(world: World) -> None:
    message = await report(world, Sending(to=(UNKNOWN,)))
    assert message["Return-Path"] == "<>"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["To"] == "alice@home.example"
    top, below = message.get_all("Received", [])
    assert "by imap.home.example with LMTP id" in top
    assert "(envelope-from <>)" in top
    assert below.startswith("by smtp.home.example")


async def test_a_report_names_the_submission_and_each_recipient(world: World) -> None:
    sending = Sending(
        to=(UNKNOWN, "full@club.example", "bob@bank.example"),
        options=OPTIONS,
        rcpt_options=("NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;someone+2Bclub@club.example"),
    )
    message = await report(world, sending)
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert kinds(message) == ["text/plain", "message/delivery-status", "text/rfc822-headers"]
    of_message = list(message.iter_parts())[1].get_payload(0)
    assert isinstance(of_message, EmailMessage)
    assert of_message["Reporting-MTA"] == "dns; smtp.home.example"
    assert of_message["Original-Envelope-Id"] == "run+7=x"
    verdicts = read_report(message.as_bytes())
    assert set(verdicts) == {UNKNOWN, "full@club.example"}
    fields = verdicts[UNKNOWN].fields
    assert fields["Original-Recipient"] == "rfc822;someone+club@club.example"
    assert fields["Action"] == "failed"
    assert fields["Status"] == "5.1.1"
    assert fields["Remote-MTA"] == "dns; mx.club.example"
    assert fields["Diagnostic-Code"].startswith("smtp; 550 5.1.1 ")


async def test_what_the_relay_decided_by_itself_names_no_other_server(world: World) -> None:
    message = await report(world, Sending(to=("mallory@nomail.example",)))
    fields = read_report(message.as_bytes())["mallory@nomail.example"].fields
    assert fields["Remote-MTA"] is None
    assert fields["Diagnostic-Code"].startswith("X-Postbox; ")


async def test_the_whole_letter_comes_back_unless_only_its_header_was_asked_for(world: World) -> None:
    whole = await report(world, Sending(to=(UNKNOWN,)))
    assert kinds(whole)[-1] == "message/rfc822"
    returned = list(whole.iter_parts())[-1].get_content()
    assert returned["Message-ID"] == "<letter@test.home.example>"
    assert TEXT in returned.get_content()
    header = await report(world, Sending(to=(UNKNOWN,), options=("RET=HDRS",)))
    assert kinds(header)[-1] == "text/rfc822-headers"
    assert "Message-ID: <letter@test.home.example>" in header.as_string()
    assert TEXT not in header.as_string()


async def test_of_a_requiretls_letter_only_the_header_ever_comes_back(world: World) -> None:
    message = await report(world, Sending(to=("erin@club.example",), options=("REQUIRETLS", "RET=FULL")))
    assert kinds(message)[-1] == "text/rfc822-headers"
    assert TEXT not in message.as_string()


async def test_who_wants_to_hear_nothing_hears_nothing(world: World) -> None:
    assert await submit(world, Sending(to=(UNKNOWN,), rcpt_options=("NOTIFY=NEVER",))) == {}
    assert await submit(world, Sending(to=(UNKNOWN,), rcpt_options=("NOTIFY=SUCCESS",))) == {}


async def test_who_wants_to_hear_of_success_is_told_how_far_the_letter_was_followed(world: World) -> None:
    to = ("bob@bank.example", "peggy@home.example")
    told = await submit(world, Sending(to=to, rcpt_options=("NOTIFY=SUCCESS",)))
    assert {address: verdict.action for address, verdict in told.items()} == {to[0]: "relayed", to[1]: "delivered"}
    assert all(verdict.status == "2.0.0" for verdict in told.values())


async def test_a_letter_beyond_ascii_comes_back_in_the_international_form(world: World) -> None:
    sending = Sending(
        to=("bjørn@club.example",),
        options=("SMTPUTF8", "BODY=8BITMIME"),
        rcpt_options=(r"ORCPT=utf-8;bj\x{F8}rn@club.example",),
    )
    before = len(world.reports())
    await submit(world, sending)
    raw = world.reports()[before].decode()
    assert "Content-Type: message/global-delivery-status" in raw
    assert "Final-Recipient: utf-8; bjørn@club.example" in raw
    assert "Original-Recipient: utf-8;bjørn@club.example" in raw


async def test_a_letter_without_sender_is_never_answered(world: World) -> None:
    before = len(world.reports())
    async with login(world) as client:
        await client.ehlo()
        await client.execute_command(b"MAIL", b"FROM:<>")
        await client.rcpt(UNKNOWN)
        await client.data(letter(Sending(to=(UNKNOWN,))))
    assert world.settled(120)
    assert len(world.reports()) == before
