"""The provider's submission server: whom it lets in, what it offers and when, and what it refuses."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import aiosmtplib
import pytest

from linksec_tui.world import Faults, Step, World
from tests.world.talk import LOOPBACK, Sending, connect, letter, login, submit, trust

OFFERS = {"size", "8bitmime", "smtputf8", "dsn", "requiretls", "enhancedstatuscodes", "pipelining"}
FROM_ALICE = "MAIL FROM:<alice@home.example>"


class Raw:
    """A conversation by lines, with a client that does not mind breaking rules."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    @asynccontextmanager
    async def dial(cls, world: World, port: int) -> AsyncGenerator[Raw]:
        context = trust(world) if port == 465 else None
        host = "smtp.home.example" if context else None
        port = world.port("smtp.home.example", port)
        raw = cls(*await asyncio.open_connection(LOOPBACK, port, ssl=context, server_hostname=host))
        try:
            assert (await raw.reply()).startswith("220 smtp.home.example")
            yield raw
        finally:
            await raw.close()

    @classmethod
    @asynccontextmanager
    async def admitted(cls, world: World) -> AsyncGenerator[Raw]:
        async with cls.dial(world, 465) as raw:
            await raw.say("EHLO desk")
            token = base64.b64encode(f"\0{world.address}\0{world.password}".encode()).decode()
            assert (await raw.say(f"AUTH PLAIN {token}")).startswith("235")
            yield raw

    async def say(self, line: str) -> str:
        await self.send(line.encode() + b"\r\n")
        return await self.reply()

    async def send(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()

    async def reply(self) -> str:
        lines: list[str] = []
        while line := (await self._reader.readline()).decode():
            lines.append(line.strip())
            if line[3:4] != "-":
                break
        return "\n".join(lines)

    async def start_tls(self, context: ssl.SSLContext) -> None:
        await self._writer.start_tls(context, server_hostname="smtp.home.example")

    async def close(self) -> None:
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


@pytest.mark.parametrize("port", [465, 587])
async def test_after_tls_everything_that_a_modern_client_needs_is_offered(world: World, port: int) -> None:
    async with connect(world, port) as client:
        await client.ehlo()
        assert set(client.esmtp_extensions) >= OFFERS
        assert set(client.supported_auth_methods) == {"plain", "login"}


async def test_before_tls_neither_login_nor_requiretls_is_offered(world: World) -> None:
    async with Raw.dial(world, 587) as raw:
        offered = await raw.say("EHLO desk")
        assert "STARTTLS" in offered
        assert "AUTH" not in offered
        assert "REQUIRETLS" not in offered
        assert (await raw.say("AUTH PLAIN AGEAYg==")).startswith("530 5.7.0 Must issue a STARTTLS command first")
        assert (await raw.say(FROM_ALICE)).startswith("530 5.7.0 Must issue a STARTTLS command first")


async def test_what_is_sent_behind_starttls_in_clear_ends_the_conversation(world: World) -> None:
    async with Raw.dial(world, 587) as raw:
        await raw.say("EHLO desk")
        await raw.send(b"STARTTLS\r\nRSET\r\n")
        assert (await raw.reply()).startswith("554")
        assert await raw.reply() == ""


async def test_after_starttls_the_client_must_introduce_itself_again(world: World) -> None:
    async with Raw.dial(world, 587) as raw:
        await raw.say("EHLO desk")
        await raw.say("STARTTLS")
        await raw.start_tls(trust(world))
        assert (await raw.say("AUTH LOGIN")).startswith("503")


async def test_a_wrong_password_is_refused_and_after_three_the_line_is_cut(world: World) -> None:
    async with connect(world) as client:
        await client.ehlo()
        with pytest.raises(aiosmtplib.SMTPAuthenticationError) as refusal:
            await client.auth_plain(world.address, "wrong")
        assert refusal.value.code == 535
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await client.auth_login(world.address, "wrong")
        with pytest.raises(aiosmtplib.SMTPResponseException) as last:
            await client.auth_login(world.address, "wrong")
        assert last.value.code == 421


async def test_people_of_other_domains_cannot_log_in_here(world: World) -> None:
    async with connect(world) as client:
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await client.login("bob@bank.example", world.password)


async def test_nobody_sends_without_logging_in(world: World) -> None:
    async with Raw.dial(world, 465) as raw:
        await raw.say("EHLO desk")
        assert (await raw.say(FROM_ALICE)).startswith("530 5.7.0 Authentication required")


REFUSED = [
    (["MAIL FROM:<mallory@home.example>"], "553 5.7.1"),
    (["MAIL FROM:<alice@home.example> SIZE=99999999"], "552 5.3.4"),
    (["MAIL FROM:<alice@home.example> SIZE=x"], "501 5.5.4"),
    (["MAIL FROM:<alice@home.example> REQUIRETLS=YES"], "501 5.5.4"),
    (["MAIL FROM:<alice@home.example> RET=SOME"], "501 5.5.4"),
    (["MAIL FROM:<alice@home.example> RET=FULL RET=HDRS"], "501 5.5.4"),
    (["MAIL FROM:<alice@home.example> ENVID=a+zz"], "501 5.5.4"),
    (["MAIL FROM:<alice@home.example> HOLDFOR=60"], "555 5.5.4"),
    (["MAIL FROM: <alice@home.example>"], "501 5.5.4"),
    (["MAIL FROM:alice@home.example"], "501 5.5.4"),
    ([FROM_ALICE, FROM_ALICE], "503 5.5.1"),
    (["RCPT TO:<bob@bank.example>"], "503 5.5.1"),
    (["DATA"], "503 5.5.1"),
    ([FROM_ALICE, "DATA"], "503 5.5.1"),
    ([FROM_ALICE, "RCPT TO:<nobody@home.example>"], "550 5.1.1"),
    ([FROM_ALICE, "RCPT TO:<bob>"], "501 5.1.3"),
    ([FROM_ALICE, "RCPT TO:<bob@localhost>"], "550 5.1.2"),
    ([FROM_ALICE, "RCPT TO:<bob@[127.0.0.1]>"], "550 5.1.2"),
    ([FROM_ALICE, "RCPT TO:<a@x.example> NOTIFY=NEVER> X"], "555 5.5.4"),
    ([FROM_ALICE, "RCPT TO:<bob@bank.example> NOTIFY=NEVER,FAILURE"], "501 5.5.4"),
    ([FROM_ALICE, "RCPT TO:<bob@bank.example> ORCPT=bob@bank.example"], "501 5.5.4"),
    ([FROM_ALICE, "RCPT TO:<bjørn@bank.example>"], "553 5.6.7"),
    (["BOGUS"], "500 5.5.2"),
    (["NOOP " + "x" * 3000], "500 5.5.2"),
    (["NOOP \xff"], "250"),
]


@pytest.mark.parametrize(("lines", "reply"), REFUSED, ids=[lines[-1][:50] for lines, _ in REFUSED])
async def test_what_the_standards_do_not_allow_is_refused(world: World, lines: list[str], reply: str) -> None:
    async with Raw.admitted(world) as raw:
        answers = [await raw.say(line) for line in lines]
        assert answers[-1].startswith(reply)


CONTENT = [
    (b"From: a@b.example\r\n\r\nbare\nline\r\n", "", "550 5.6.11"),
    (b"From: a@b.example\r\n\r\n" + b"x" * 1200 + b"\r\n", "", "550 5.6.0"),
    (b"From: a@b.example\r\n\r\nnul\0\r\n", "", "550 5.6.0"),
    (b"Subject: from nobody\r\n\r\ntext\r\n", "", "550 5.6.0"),
    ("From: a@b.example\r\n\r\ngrün\r\n".encode(), "", "554 5.6.1"),
    ("From: a@b.example\r\n\r\ngrün\r\n".encode(), " BODY=8BITMIME", "250 2.0.0"),
    ("From: a@b.example\r\nSubject: grün\r\n\r\n".encode(), " BODY=8BITMIME", "550 5.6.7"),
    ("From: a@b.example\r\nSubject: grün\r\n\r\n".encode(), " BODY=8BITMIME SMTPUTF8", "250 2.0.0"),
    (b"", "", "550 5.6.0"),
]


@pytest.mark.parametrize(("content", "parameters", "reply"), CONTENT)
async def test_a_letter_must_be_what_the_envelope_says(
    world: World, content: bytes, parameters: str, reply: str
) -> None:
    async with Raw.admitted(world) as raw:
        await raw.say(FROM_ALICE + parameters)
        await raw.say("RCPT TO:<peggy@home.example>")
        assert (await raw.say("DATA")).startswith("354")
        await raw.send(content + b".\r\n")
        assert (await raw.reply()).startswith(reply)
        assert (await raw.say("NOOP")).startswith("250")


async def test_a_pipelined_transaction_is_answered_command_by_command(world: World) -> None:
    async with Raw.admitted(world) as raw:
        await raw.send(
            f"{FROM_ALICE}\r\nRCPT TO:<peggy@home.example>\r\nRCPT TO:<no@home.example>\r\nDATA\r\n".encode()
        )
        assert [(await raw.reply())[:3] for _ in range(4)] == ["250", "250", "550", "354"]
        await raw.send(b"From: alice@home.example\r\n\r\n.\r\nNOOP\r\n")
        assert [(await raw.reply())[:3] for _ in range(2)] == ["250", "250"]


async def test_the_letter_arrives_unchanged_below_what_the_servers_wrote(world: World) -> None:
    sending = Sending(to=("bob@bank.example",), headers={"Link-Security": "require=enforced"})
    await submit(world, sending)
    arrived = world.inbox("bob@bank.example")[-1]
    assert arrived.endswith(letter(sending))
    trace = arrived.removesuffix(letter(sending)).decode()
    assert trace.startswith("Return-Path: <alice@home.example>\r\n")
    assert "by mx.bank.example with ESMTPS id" in trace
    assert "by smtp.home.example with ESMTPSA id" in trace
    assert "using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384" in trace
    assert trace.count("for <bob@bank.example>") == 2


async def test_of_several_recipients_none_is_named_in_the_trace_of_the_provider(world: World) -> None:
    await submit(world, Sending(to=("bob@bank.example", "carol@bank.example")))
    assert b"carol@bank.example>" not in world.inbox("bob@bank.example")[-1].partition(b"From: Alice")[0]


async def test_a_letter_larger_than_the_limit_is_refused_at_its_end(world: World) -> None:
    world.misbehave(Faults(size=500))
    async with login(world) as client:
        await client.mail(world.address)
        await client.rcpt("peggy@home.example")
        with pytest.raises(aiosmtplib.SMTPDataError) as refusal:
            await client.data(b"From: alice@home.example\r\n\r\n" + b"word\r\n" * 200)
        assert (refusal.value.code, refusal.value.message[:5]) == (552, "5.3.4")
        assert (await client.noop()).code == 250


@pytest.mark.parametrize("step", list(Step))
async def test_the_cable_can_be_cut_at_any_step(world: World, step: Step) -> None:
    before = len(world.inbox("peggy@home.example"))
    world.misbehave(Faults(cut=step, times=1))
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await submit(world, Sending(to=("peggy@home.example",)))
    assert world.settled(120)
    assert len(world.inbox("peggy@home.example")) - before == (step is Step.ACCEPTED)
    await submit(world, Sending(to=("peggy@home.example",)))  # the second time it holds


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.DATA, Step.DOT])
async def test_the_server_can_ask_for_patience_at_any_step(world: World, step: Step) -> None:
    world.misbehave(Faults(defer=step, times=1))
    with pytest.raises(aiosmtplib.SMTPResponseException) as refusal:
        await submit(world, Sending(to=("peggy@home.example",)))
    assert refusal.value.code == 451
    await submit(world, Sending(to=("peggy@home.example",)))
