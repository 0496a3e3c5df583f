"""Another mail program at the same mailboxes: it changes what the server has, and says what the server has.

It is `imapclient`, which shares no line with the program under test.
"""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (imapclient's answers are dictionaries of whatever came)

from __future__ import annotations

import email
import email.policy
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from imapclient import IMAPClient
from imapclient.imap_utf7 import encode

from tests.lab import lab, topology

_WITHIN = 240.0
_ITEMS = ["FLAGS", "RFC822.SIZE", "RFC822.HEADER"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a message both sides must agree on."""

    uid: int
    subject: str
    message_id: str
    size: int
    flags: frozenset[str]


class Elsewhere:
    """One person's account, seen by somebody else."""

    def __init__(self, user: str, address: str = topology.IMAP) -> None:
        context = ssl.create_default_context(cafile=str(lab.CA_FILE))
        context.check_hostname = False  # dialled by address
        self._client = IMAPClient(address, ssl_context=context, timeout=_WITHIN)
        self._client.login(user, topology.READER_PASSWORD)

    def close(self) -> None:
        self._client.shutdown()

    def letters(self, mailbox: str, subjects: Iterable[str]) -> None:
        """One letter for each subject."""
        pieces = [b" {%d+}\r\n%b" % (len(letter), letter) for letter in map(_letter, subjects)]
        # Several in one command (RFC 3502): the library puts a blank too many between them, at which Cyrus stumbles.
        imap = self._client._imap
        for at in range(0, len(pieces), 500):
            tag = imap._new_tag()
            imap.send(b"%b APPEND %b%b\r\n" % (tag, _quoted(mailbox), b"".join(pieces[at : at + 500])))
            imap._command_complete("APPEND", tag)

    def ballast(self, mailbox: str, octets: int) -> None:
        """One letter of about that size."""
        self._client.append(mailbox, _letter("ballast") + b"It is here and has weight.\r\n" * (octets // 28))

    def flag(self, mailbox: str, uids: Sequence[int], *, add: str = "", remove: str = "") -> None:
        self._client.select_folder(mailbox)
        if add:
            self._client.add_flags(uids, [add], silent=True)
        if remove:
            self._client.remove_flags(uids, [remove], silent=True)

    def expunge(self, mailbox: str, uids: Sequence[int]) -> None:
        self._client.select_folder(mailbox)
        self._client.delete_messages(uids, silent=True)
        self._client.uid_expunge(uids)

    def move(self, mailbox: str, uids: Sequence[int], target: str) -> None:
        self._client.select_folder(mailbox)
        self._client.move(uids, target)

    def create(self, mailbox: str) -> None:
        self._client.create_folder(mailbox)

    def delete(self, mailbox: str) -> None:
        self._client.delete_folder(mailbox)

    def rename(self, mailbox: str, name: str) -> None:
        self._client.rename_folder(mailbox, name)

    def uids(self, mailbox: str) -> list[int]:
        self._client.select_folder(mailbox, readonly=True)
        return sorted(self._client.search("ALL"))

    def everything(self) -> dict[str, frozenset[Shown]]:
        """All mailboxes, by their names, with all messages in them."""
        found: dict[str, frozenset[Shown]] = {}
        for attributes, _, name in self._client.list_folders():
            if b"\\Noselect" not in attributes:
                found[name] = frozenset(self._messages(name))
        return found

    def _messages(self, mailbox: str) -> Iterable[Shown]:
        self._client.select_folder(mailbox, readonly=True)
        uids = self._client.search("ALL")
        rows: dict[int, dict[bytes, Any]] = {}
        if uids:
            rows = cast("dict[int, dict[bytes, Any]]", self._client.fetch(uids, _ITEMS))
        for uid, row in rows.items():
            header = email.message_from_bytes(row[b"RFC822.HEADER"], policy=email.policy.default)
            yield Shown(
                uid=uid,
                subject=header["Subject"],
                message_id=header["Message-ID"],
                size=row[b"RFC822.SIZE"],
                flags=frozenset(flag.decode() for flag in row[b"FLAGS"]) - {"\\Recent"},
            )


def _letter(subject: str) -> bytes:
    return (
        f"From: Carol <carol@x.example>\r\nTo: me@home.test\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject.replace(' ', '.')}@x.example>\r\n"
        f"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n{subject}\r\n"
    ).encode()


def _quoted(mailbox: str) -> bytes:
    return b'"%b"' % encode(mailbox)
