"""Servers that lie, babble and hang up: no crash, no hang, nothing false in the store, and all is well afterwards."""

from __future__ import annotations

import re
import resource
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
import trustme

from linksec_tui.incoming.line import SignIn
from linksec_tui.incoming.sync import MailboxSync
from linksec_tui.model.account import Account
from linksec_tui.model.address import parse_address
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.errors import ConnectionProblem
from linksec_tui.model.visible import visible_name
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.vault import Vault
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.imap_channel import Means
from tests.wire.imap_script import SERVER, Client, Scripted

UIDS = range(1, 201)
_WORD = re.compile(rb"(\w+) (?:UID )?(\w+) ?(.*)", re.DOTALL)
_MIB = 1 << 10  # of the kilobytes that getrusage counts

Answer = Callable[[bytes], tuple[bytes, ...]]


@dataclass
class Imap:
    """A small honest server with one mailbox; `lies` answer in its place. None in an answer hangs up."""

    capabilities: bytes = b"IDLE"
    uidvalidity: int = 7
    lies: Mapping[bytes, Answer] = field(default_factory=dict[bytes, Answer])

    async def __call__(self, client: Client) -> None:
        await client.send(b"* OK ready")
        while found := _WORD.match(await client.line()):
            tag, name, arguments = found.groups()
            lines = self.lies.get(name, self.answer(name))(arguments)
            if HANG_UP in lines:
                client.writer.write(b"\r\n".join(lines[: lines.index(HANG_UP)]))
                return
            end = () if lines and lines[-1].startswith(b"BAD ") else (b"OK done",)
            await client.send(*lines[: len(lines) - (not end)], tag + b" " + (end or lines[-1:])[0])
            if name == b"COMPRESS":
                client.writer.write(bomb())
                await client.writer.drain()

    def answer(self, name: bytes) -> Answer:
        answers: dict[bytes, Answer] = {
            b"CAPABILITY": always(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR " + self.capabilities),
            b"LIST": always(b'* LIST () "/" INBOX'),
            b"ENABLE": always(b"* ENABLED QRESYNC"),
            b"SELECT": always(*self.selected(len(UIDS))),
            b"SEARCH": always(b"* SEARCH " + b" ".join(b"%d" % uid for uid in UIDS)),
            b"FETCH": fetched,
        }
        return answers.get(name, always())

    def selected(self, exists: int) -> tuple[bytes, ...]:
        codes = (b"* OK [UIDVALIDITY %d] valid" % self.uidvalidity, b"* OK [UIDNEXT 201] next")
        return (b"* %d EXISTS" % exists, *codes, b"* OK [HIGHESTMODSEQ 5] counted")


HANG_UP = b"\0hang up"


def fetched(arguments: bytes) -> tuple[bytes, ...]:
    """What stands between the first and the last number, as honest servers tell it."""
    numbers = [int(each) for each in re.findall(rb"\d+", arguments.split(b" ")[0])]
    wanted = range(numbers[0], numbers[-1] + 1)
    if b"BODY" in arguments:
        return tuple(header(uid, b"letter %d" % uid) for uid in wanted if uid in UIDS)
    return tuple(b"* %d FETCH (UID %d FLAGS ())" % (uid, uid) for uid in wanted if uid in UIDS)


def header(uid: int, subject: bytes) -> bytes:
    fields = b"From: a@x.example\r\nSubject: " + subject + b"\r\n\r\n"
    return (
        b'* %d FETCH (UID %d FLAGS () INTERNALDATE "01-Jan-2026 10:00:00 +0000" RFC822.SIZE 9'
        b" BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {%d}\r\n%s)" % (uid, uid, len(fields), fields)
    )


def with_size(size: int) -> bytes:
    """A header whose literal has another size than it says."""
    return re.sub(rb"\{\d+\}", b"{%d}" % size, header(150, b"letter 150"))


@cache
def bomb() -> bytes:
    """256 MiB of blanks, in a quarter of one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(packer.compress(b" " * (1 << 20)) for _ in range(256)) + packer.flush(zlib.Z_SYNC_FLUSH)


def always(*lines: bytes) -> Answer:
    return lambda _: lines


def in_place_of_headers(*lines: bytes) -> Mapping[bytes, Answer]:
    return {b"FETCH": lambda arguments: lines if b"BODY" in arguments else fetched(arguments)}


def beside_headers(*lines: bytes) -> Mapping[bytes, Answer]:
    return {b"FETCH": lambda arguments: (*lines, *fetched(arguments), *lines)}


QRESYNC = b"ENABLE CONDSTORE QRESYNC"
LIES: dict[str, Imap] = {
    "garbage": Imap(lies=in_place_of_headers(b"\x00\xff\xfe\x80 garbage")),
    "an endless line": Imap(lies={b"SEARCH": always(b"* SEARCH " + b"1 " * (1 << 20))}),
    "a literal cut in its middle": Imap(lies=in_place_of_headers(header(150, b"x")[:-20], HANG_UP)),
    "a literal longer than told": Imap(lies=in_place_of_headers(with_size(9))),
    "a literal shorter than told": Imap(lies=in_place_of_headers(with_size(99999))),
    "a header line of 30 MB": Imap(lies=in_place_of_headers(header(150, b"y" * (30 << 20)))),
    "numbers that are none": Imap(lies=beside_headers(header(0, b"zero"), header(99999999999, b"many"))),
    "messages that nobody asked for": Imap(lies=beside_headers(header(4000, b"unasked"))),
    "the same message twice": Imap(lies={b"FETCH": lambda arguments: fetched(arguments) * 2}),
    "a number twice in the search": Imap(lies={b"SEARCH": always(*[b"* SEARCH 7 7 9 9 9"] * 3)}),
    "more messages than there are": Imap(lies={b"SELECT": always(*Imap().selected(4_000_000_000))}),
    "fewer messages than there are": Imap(lies={b"SELECT": always(*Imap().selected(3))}),
    "jumping counts": Imap(lies=beside_headers(b"* 1 EXISTS", b"* 9999999999 EXISTS", b"* 3 EXPUNGE")),
    "other numbers in the middle": Imap(lies=beside_headers(b"* OK [UIDVALIDITY 8] now")),
    "everything vanished": Imap(capabilities=QRESYNC, lies=beside_headers(b"* VANISHED 1:4294967295")),
    "nonsense vanished": Imap(capabilities=QRESYNC, lies=beside_headers(b"* VANISHED (EARLIER) 5:1,0,x,99999999999")),
    "a farewell instead of an answer": Imap(lies={b"SELECT": always(b"* BYE enough", HANG_UP)}),
    "a farewell among the headers": Imap(lies=in_place_of_headers(header(190, b"letter 190"), b"* BYE", HANG_UP)),
    "a refusal of what was offered": Imap(capabilities=QRESYNC, lies={b"ENABLE": always(b"BAD what?")}),
    "names with control characters": Imap(
        lies={b"LIST": always(b'* LIST () "/" INBOX', b'* LIST () "/" "evil\x1b]0;x\x07\x01"')}
    ),
    "compression that explodes": Imap(capabilities=b"COMPRESS=DEFLATE"),
    "compression that is none": Imap(capabilities=b"COMPRESS=DEFLATE", lies={b"NOOP": always(b"* 1 EXISTS")}),
}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def scripted(authority: trustme.CA, tmp_path: Path) -> Scripted:
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    return Scripted(authority.issue_cert(SERVER.host), ca_file, timeout=3.0)


@pytest.mark.parametrize("server", LIES.values(), ids=LIES.keys())
async def test_whatever_a_server_tells_the_store_is_right_afterwards(
    scripted: Scripted, vault: Vault, server: Imap
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with scripted.plays(server) as means:
        await synchronise(means, vault)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    for uid, subject in (await stored(vault)).items():
        assert subject == f"letter {uid}"
    async with patient(scripted).plays(Imap()) as means:
        await synchronise(means, vault)
    assert await stored(vault) == {uid: f"letter {uid}" for uid in UIDS}
    assert grown < 150 * _MIB


async def test_a_name_with_control_characters_is_shown_without_them(scripted: Scripted, vault: Vault) -> None:
    async with patient(scripted).plays(LIES["names with control characters"]) as means:
        await synchronise(means, vault)
    names = [mailbox.name for mailbox in await vault.run(mailboxes.read_mailboxes, "home")]
    assert len(names) == 2
    assert all(name == visible_name(name) for name in names)


async def test_a_mailbox_with_other_numbers_next_time_is_read_anew(scripted: Scripted, vault: Vault) -> None:
    for uidvalidity in (7, 8):
        async with patient(scripted).plays(replace(Imap(), uidvalidity=uidvalidity)) as means:
            await synchronise(means, vault)
        assert len(await stored(vault)) == len(UIDS)
        assert (await vault.run(mailboxes.read_mailboxes, "home"))[0].uidvalidity == uidvalidity


def patient(scripted: Scripted) -> Scripted:
    """Where no lie is told that has to be waited out."""
    return replace(scripted, timeout=60.0, open_within=60.0)


async def synchronise(means: Means, vault: Vault) -> None:
    """Once; a problem with the connection is what such a server may expect, and nothing else."""
    account = Account(name="home", address=parse_address("alice@home.example"), user="alice", imap=SERVER)

    async def give() -> Credentials:
        return Password(user="alice", password="secret")

    sign_in = SignIn(account=account, means=means, credentials=CredentialSource(ask=give, refused=lambda _: None))
    with suppress(ConnectionProblem):
        await MailboxSync(sign_in, vault, lambda _: None).once()


async def stored(vault: Vault) -> dict[int, str]:
    (inbox, *_) = await vault.run(mailboxes.read_mailboxes, "home") or [None]
    if inbox is None:
        return {}
    rows = await vault.run(messages.first_rows, inbox.id, 5000)
    return {row.uid: row.subject for row in rows}
