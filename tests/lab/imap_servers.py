"""The kinds of IMAP server that people of the lab read from; what holds at one of them is tried at each."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tests.lab import cyrus, topology


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer:
    """`host` is its name within home.test. `notifies`: it tells of every mailbox at once (RFC 5465)."""

    name: str
    host: str
    notifies: bool

    @property
    def address(self) -> str:
        return topology.HOME_HOSTS[self.host]

    @property
    def full_name(self) -> str:
        return f"{self.host}.{topology.HOME}"

    def new_reader(self) -> str:
        """Somebody who may read mail there, and has none yet."""
        user = f"{topology.READER}{secrets.token_hex(6)}@{topology.HOME}"
        if self is CYRUS:
            cyrus.add_reader(user)
        return user


DOVECOT = ImapServer(name="dovecot", host="imap", notifies=True)
NEWER_DOVECOT = ImapServer(name="dovecot24", host="imap24", notifies=True)
CYRUS = ImapServer(name="cyrus", host="cyrus", notifies=False)
SERVERS = (DOVECOT, NEWER_DOVECOT, CYRUS)
DOVECOTS = (DOVECOT, NEWER_DOVECOT)
