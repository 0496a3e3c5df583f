"""Everybody's mailboxes: an IMAP server over TLS from the first byte (RFC 8314 §3.2), kept in memory by pymap."""

from __future__ import annotations

import argparse
import ssl
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.hashing import BuiltinHash

from .story import IMAP_HOST
from .streams import Door, Wire
from .tasks import Tasks

INBOX = "INBOX"
BOXES = ("Sent", "Drafts", "Archive", "Trash", "Junk")
MAX_MESSAGE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message on its way into a mailbox."""

    content: bytes
    at: datetime
    box: str = INBOX
    flags: frozenset[str] = field(default_factory=frozenset[str])
    recent: bool = True


class _Settings(Config):
    """pymap's settings, without the look-up of this machine's name that its greeting would make."""

    @property
    def greeting(self) -> bytes:
        return f"{IMAP_HOST} ready".encode()


class Mailboxes:
    """One account an address, all with the same password."""

    def __init__(self, addresses: Iterable[str], password: str, tasks: Tasks) -> None:
        self._tasks = tasks
        self._settings = _settings()
        self._login = Login(self._settings)
        self._server = IMAPServer(self._login, self._settings)
        self._sets: dict[str, MailboxSet] = {}
        hashed = self._settings.hash_context.hash(password)
        for address in addresses:
            self._login.users_dict[address] = UserMetadata(self._settings, address, password=hashed)
        self._door: Door | None = None

    async def open(self, context: ssl.SSLContext) -> int:
        for address in self._login.users_dict:
            await self._furnish(address)
        self._door = Door(self._converse, self._tasks, context)
        return self._door.open()

    def close(self) -> None:
        if self._door is not None:
            self._door.close()

    def has(self, address: str) -> bool:
        return address in self._sets

    async def deliver(self, address: str, post: Post) -> None:
        """Puts a message into a mailbox; whoever waits there with IDLE hears of it at once."""
        box = await self._box(address, post.box)
        flags = frozenset(Flag(flag.encode()) for flag in post.flags)
        await box.append(AppendMessage(post.content, post.at, flags), recent=post.recent)

    async def contents(self, address: str, box: str = INBOX) -> list[bytes]:
        """Every message in a mailbox, oldest first."""
        found: list[bytes] = []
        async for message in (await self._box(address, box)).messages():
            loaded = await message.load_content(FetchRequirement.CONTENT)
            found.append(bytes(loaded.get_body()))
        return found

    async def _box(self, address: str, name: str) -> MailboxData:
        return await self._sets[address].get_mailbox(name)

    async def _furnish(self, address: str) -> None:
        self._sets[address] = mailboxes = MailboxSet()
        for name in BOXES:
            await mailboxes.add_mailbox(name)
            await mailboxes.set_subscribed(name, True)
        self._settings.set_cache[address] = (mailboxes, FilterSet())

    async def _converse(self, wire: Wire) -> None:
        reader, writer = wire.streams
        await self._server(reader, writer, SocketInfo.get(writer, None, unique_id=uuid.uuid4().bytes))


def _settings() -> _Settings:
    """No STARTTLS (the door speaks TLS), and passwords hashed with one round: they are thrown away with the world."""
    arguments = argparse.Namespace(
        host=None, port=0, debug=False, cert=None, key=None, tls=False, passlib_cfg=None, proxy_protocol=None,
        demo_data=False, demo_user="", demo_password="",
    )  # fmt: skip
    return _Settings.from_args(
        arguments,
        ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
        hash_context=BuiltinHash(rounds=1),
        cpu_subsystem=Subsystem.for_asyncio(),
        invalid_user_sleep=0.0,
        max_append_len=MAX_MESSAGE,
    )
