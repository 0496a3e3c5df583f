"""How the tests talk to the world: real clients over real sockets, none of them ours."""

from __future__ import annotations

import asyncio
import email
import email.policy
import imaplib
import socket
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from typing import cast

import aiosmtplib
import dns.flags
import dns.message
import dns.query

from linksec_tui.world import World

TEXT = "The vault opens at nine; the word is heliotrope."
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What a test sends."""

    to: Sequence[str]
    options: Sequence[str] = ()
    rcpt_options: Sequence[str] = ()
    headers: dict[str, str] = field(default_factory=dict[str, str])
    port: int = 465


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a report says about one recipient."""

    action: str
    status: str
    diagnostic: str
    fields: Message


def trust(world: World) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(world.config_path.with_name("ca.pem")))


@asynccontextmanager
async def login(world: World, port: int = 465) -> AsyncGenerator[aiosmtplib.SMTP]:
    """A client of the submission server, logged in."""
    async with connect(world, port) as client:
        await client.login(world.address, world.password)
        yield client


@asynccontextmanager
async def connect(world: World, port: int = 465) -> AsyncGenerator[aiosmtplib.SMTP]:
    dialled = socket.create_connection((LOOPBACK, world.port("smtp.home.example", port)))
    dialled.setblocking(False)
    client = aiosmtplib.SMTP(
        hostname="smtp.home.example",
        sock=dialled,
        use_tls=port == 465,
        start_tls=port == 587,
        tls_context=trust(world),
        local_hostname="desk.home.example",
        timeout=60,
    )
    await client.connect()
    transport = client.transport
    try:
        yield client
        if client.is_connected:
            await client.quit()
    finally:
        cast("asyncio.WriteTransport", transport).abort()  # aiosmtplib would leave a farewell of TLS half said
        for _ in range(3):
            await asyncio.sleep(0)


async def submit(world: World, what: Sending) -> dict[str, Verdict]:
    """Sends one letter, waits until it is where it goes, and returns what came back about it, by recipient."""
    before = await asyncio.to_thread(lambda: len(world.reports()))
    async with login(world, what.port) as client:
        await client.mail(world.address, options=list(what.options))
        for recipient in what.to:
            encoding = "utf-8" if "SMTPUTF8" in what.options else "ascii"
            await client.rcpt(recipient, options=list(what.rcpt_options), encoding=encoding)
        await client.data(letter(what))
    assert await asyncio.to_thread(world.settled, 120)
    reports = (await asyncio.to_thread(world.reports))[before:]
    return {address: verdict for raw in reports for address, verdict in read_report(raw).items()}


def letter(what: Sending) -> bytes:
    message = EmailMessage(policy=email.policy.SMTPUTF8 if "SMTPUTF8" in what.options else email.policy.SMTP)
    message["From"] = "Alice Archer <alice@home.example>"
    message["To"] = ", ".join(what.to)
    message["Subject"] = "a plain subject"
    message["Message-ID"] = "<letter@test.home.example>"
    for name, value in what.headers.items():
        message[name] = value
    message.set_content(f"{TEXT}\n.\n..two dots\n")
    return message.as_bytes()


def read_report(raw: bytes) -> dict[str, Verdict]:
    """The recipient blocks of a delivery report."""
    message = email.message_from_bytes(raw)
    blocks = [block for block in message.walk() if block["Final-Recipient"]]
    return {
        str(block["Final-Recipient"]).partition(";")[2].strip(): Verdict(
            action=str(block["Action"]),
            status=str(block["Status"]),
            diagnostic=" ".join(str(block["Diagnostic-Code"] or "").split()),
            fields=block,
        )
        for block in blocks
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    name: str
    kind: str
    tcp: bool = False
    checking_disabled: bool = False
    edns: bool = True
    authentic_data: bool = False


def ask(world: World, question: Question) -> dns.message.Message:
    query = dns.message.make_query(question.name, question.kind)
    if question.edns:
        query.use_edns(0, dns.flags.DO, 1232)
    if question.authentic_data:
        query.flags |= dns.flags.AD
    if question.checking_disabled:
        query.flags |= dns.flags.CD
    transport = dns.query.tcp if question.tcp else dns.query.udp
    return transport(query, LOOPBACK, port=world.port("resolver", 53), timeout=60)


def texts(answer: dns.message.Message) -> list[str]:
    """The records of the answer section as text, without owner, lifetime and type."""
    return [line.split(" ", 4)[4] for rrset in answer.answer for line in rrset.to_text().splitlines()]


class Mailbox(imaplib.IMAP4_SSL):
    """An IMAP client whose names lead into the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        super().__init__("imap.home.example", ssl_context=trust(world), timeout=60)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((LOOPBACK, self._world.port("imap.home.example", 993)), timeout)
        return trust(self._world).wrap_socket(plain, server_hostname="imap.home.example")
