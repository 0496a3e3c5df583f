"""A provider as small as can be: IMAP and submission on loopback, both over TLS, letting in whom its table names."""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from linksec_tui.config import Config, ConnectTo, Network
from tests.wire.strangers import serve

READING, SENDING = "imap.own.example", "smtp.own.example"


@dataclass
class SmallProvider:
    """`accounts`: user name → password; `tokens` let in too. `tried` has every login, in its order.

    `traces`: what its servers wrote at the heads of the letters in the inbox.
    """

    accounts: dict[str, str]
    tokens: set[str] = field(default_factory=set[str])
    offers: bytes = b"250-smtp.own.example\r\n250-DSN\r\n250-REQUIRETLS\r\n250 AUTH PLAIN OAUTHBEARER\r\n"
    tried: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    traces: list[bytes] = field(default_factory=list[bytes])
    places: dict[str, int] = field(default_factory=dict[str, int])

    def config(self, directory: Path, ca_file: Path | None) -> Config:
        """Nobody's yet: only the way here."""
        ways = ((READING, 993), (SENDING, 465))
        rules = tuple(ConnectTo(host=h, port=p, address="127.0.0.1", to_port=self.places[h]) for h, p in ways)
        network = Network(resolver="127.0.0.1:1", ca_file=ca_file, connect_to=rules)
        return Config(path=directory / "config.toml", state=directory / "state", network=network)

    def lets_in(self, where: str, user: str, password: str) -> bool:
        self.tried.append((where, user, password))
        return self.accounts.get(user) == password

    def takes(self, where: str, answer: bytes) -> bool:
        """RFC 7628 §3.1: the token stands behind `auth=Bearer `."""
        found = re.search(rb"auth=Bearer ([^\x01]*)\x01", answer)
        token = found[1].decode() if found else ""
        self.tried.append((where, "", token))
        return token in self.tokens

    async def read_mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        capabilities = b"* CAPABILITY IMAP4rev1 SASL-IR SPECIAL-USE" + (b" AUTH=OAUTHBEARER" if self.tokens else b"")
        writer.write(b"* OK here\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, command, *words = re.findall(r'"[^"]*"|\S+', line)
            match command.upper():
                case "CAPABILITY":
                    writer.write(capabilities + b"\r\n")
                case "LOGIN":
                    user, password = (word.strip('"') for word in words)
                    if not self.lets_in("imap", user, password):
                        writer.write(f"{tag} NO [AUTHENTICATIONFAILED] no\r\n".encode())
                        continue
                case "AUTHENTICATE":
                    if not self.takes("imap", base64.b64decode(words[1])):
                        writer.write(f"{tag} NO [AUTHENTICATIONFAILED] no\r\n".encode())
                        continue
                case "LIST":
                    writer.write(b'* LIST () "/" INBOX\r\n* LIST (\\Sent) "/" Gesendet\r\n')
                case "SELECT":
                    writer.write(f"* {len(self.traces)} EXISTS\r\n* OK [UIDVALIDITY 1] here\r\n".encode())
                case "FETCH":
                    for number, trace in enumerate(self.traces, 1):
                        section = b"BODY[HEADER.FIELDS (RECEIVED)]<0> {%d}\r\n%s" % (len(trace) + 2, trace)
                        writer.write(b"* %d FETCH (UID %d %s\r\n)\r\n" % (number, number, section))
                case _:
                    pass
            writer.write(f"{tag} OK done\r\n".encode())

    async def take_letters(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 smtp.own.example\r\n")
        while line := (await reader.readline()).decode().strip():
            command, _, rest = line.partition(" ")
            if command == "EHLO":
                writer.write(self.offers)
            elif command == "AUTH":
                mechanism, _, coded = rest.partition(" ")
                answer = base64.b64decode(coded)
                if mechanism == "PLAIN":
                    _, user, password = answer.decode().split("\0")
                    well = self.lets_in("smtp", user, password)
                else:
                    well = self.takes("smtp", answer)
                writer.write(b"235 welcome\r\n" if well else b"535 5.7.8 no\r\n")
            else:
                writer.write(b"221 bye\r\n")


@asynccontextmanager
async def running(provider: SmallProvider, reading: ssl.SSLContext, sending: ssl.SSLContext) -> AsyncGenerator[None]:
    async with AsyncExitStack() as stack:
        provider.places[READING] = await stack.enter_async_context(serve(provider.read_mail, reading))
        provider.places[SENDING] = await stack.enter_async_context(serve(provider.take_letters, sending))
        yield
