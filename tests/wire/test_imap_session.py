"""The IMAP session against scripted servers over real TLS: what they may do to us, and what they may not."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from linksec_tui.config import ConnectTo
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.errors import (
    ConfigurationError,
    CredentialsRefused,
    MailboxRefused,
    ProtocolBroken,
    Unreachable,
    Unverifiable,
)
from linksec_tui.wire import imap
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap import ImapSession, Letter, Means

HOST = "imap.home.example"


class Client:
    """The scripted server's view of one client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.lines: list[bytes] = []

    async def send(self, *lines: bytes) -> None:
        for line in lines:
            self.writer.write(line + b"\r\n")
        await self.writer.drain()

    async def line(self) -> bytes:
        line = (await self.reader.readuntil(b"\r\n"))[:-2]
        self.lines.append(line)
        return line

    async def answer(self, *untagged: bytes, status: bytes = b"OK done") -> bytes:
        """Reads a command, sends what belongs to it, ends it."""
        tag, _, command = (await self.line()).partition(b" ")
        await self.send(*untagged, tag + b" " + status)
        return command

    async def welcome(self, *capabilities: bytes) -> None:
        """Greeting, capabilities, login, capabilities again."""
        await self.send(b"* OK ready")
        await self.capability(*capabilities, b"AUTH=PLAIN", b"SASL-IR")
        await self.answer()
        await self.capability(*capabilities)

    async def capability(self, *capabilities: bytes) -> None:
        await self.answer(b"* CAPABILITY IMAP4rev1 " + b" ".join(capabilities))

    async def select(self, exists: int = 1) -> None:
        await self.answer(b"* %d EXISTS" % exists, b"* OK [UIDVALIDITY 7] valid", b"* OK [UIDNEXT 12] next")


Script = Callable[[Client], Awaitable[None]]


@dataclass
class Scripted:
    """A server on loopback that plays a script; what goes wrong in it fails the test."""

    certificate: trustme.LeafCert
    ca_file: Path
    timeout: float = 5.0

    @contextlib.asynccontextmanager
    async def plays(self, script: Script) -> AsyncGenerator[Means]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # also takes pyOpenSSL's
        failures: list[BaseException] = []
        conversations: list[asyncio.Task[None]] = []

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            conversations.append(task) if (task := asyncio.current_task()) else None
            try:
                client = Client(reader, writer)
                await script(client)
                if not any(line.endswith(b"LOGOUT") for line in client.lines):
                    await client.answer()
            except (OSError, asyncio.IncompleteReadError):
                pass
            except AssertionError as failure:
                failures.append(failure)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

        server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        try:
            yield Means(
                dialler=Dialler(
                    addresses_of=no_addresses,
                    connect_to=(ConnectTo(host="", port=0, address="127.0.0.1", to_port=port),),
                ),
                clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
                ca_file=self.ca_file,
                timeout=self.timeout,
            )
        finally:
            server.close()
            async with asyncio.timeout(10):
                await asyncio.gather(*conversations, return_exceptions=True)
        assert not failures, failures

    @contextlib.asynccontextmanager
    async def session(self, script: Script) -> AsyncGenerator[ImapSession]:
        """A session that is signed in and has the INBOX open, unless the script says otherwise."""
        async with self.plays(script) as means:
            session = await ImapSession.connect(SERVER, means)
            try:
                await session.login("alice", "secret")
                await session.select("INBOX")
                yield session
            finally:
                await session.close()


SERVER = Server(host=HOST, port=993)


async def no_addresses(host: str) -> list[str]:
    raise OSError(host)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def scripted(authority: trustme.CA, tmp_path: Path) -> Scripted:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return Scripted(authority.issue_cert(HOST), tmp_path / "ca.pem")


async def test_the_first_hop_is_proved_and_shown(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability(b"IDLE")

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        assert session.facts.host == HOST
        assert session.facts.version in ("TLSv1.2", "TLSv1.3")
        assert "IDLE" in session.capabilities
        await session.close()


async def test_a_server_with_another_name_gets_no_password(authority: trustme.CA, scripted: Scripted) -> None:
    scripted.certificate = authority.issue_cert("other.example")

    async def script(client: Client) -> None:
        raise AssertionError(await client.line())

    async with scripted.plays(script) as means:
        with pytest.raises(Unverifiable, match="not sent"):
            await ImapSession.connect(SERVER, means)


@pytest.mark.parametrize("server", [Server(host=HOST, port=143), Server(host=HOST, port=993, tls=Tls.STARTTLS)])
async def test_port_143_and_starttls_are_never_dialled(scripted: Scripted, server: Server) -> None:
    async def script(client: Client) -> None:
        raise AssertionError(await client.line())

    async with scripted.plays(script) as means:
        with pytest.raises(ConfigurationError):
            await ImapSession.connect(server, means)


async def test_a_server_that_asks_for_no_login_is_refused(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* PREAUTH welcome, whoever you are")
        assert await client.reader.read() == b""

    async with scripted.plays(script) as means:
        with pytest.raises(ProtocolBroken, match="without asking who we are"):
            await ImapSession.connect(SERVER, means)


async def test_a_farewell_is_shown_without_its_escape_sequences(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* BYE \x1b]0;owned\x07 too many connections")

    async with scripted.plays(script) as means:
        with pytest.raises(Unreachable, match="too many connections") as failure:
            await ImapSession.connect(SERVER, means)
    assert "\x1b" not in str(failure.value)


@pytest.mark.parametrize("greeting", [b"220 smtp.example ESMTP", b"SSH-2.0-OpenSSH", b"* HELLO", b"+ OK"])
async def test_another_protocol_is_named_as_such(scripted: Scripted, greeting: bytes) -> None:
    async def script(client: Client) -> None:
        await client.send(greeting)

    async with scripted.plays(script) as means:
        with pytest.raises(ProtocolBroken, match="does not speak IMAP"):
            await ImapSession.connect(SERVER, means)


async def test_a_server_that_never_greets_is_given_up(scripted: Scripted) -> None:
    scripted.timeout = 0.2

    async def script(client: Client) -> None:
        await client.reader.read()

    async with scripted.plays(script) as means:
        with pytest.raises(Unreachable, match="in time"):
            await ImapSession.connect(SERVER, means)


async def test_login_is_never_sent_where_it_is_forbidden(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability(b"LOGINDISABLED", b"AUTH=XOAUTH2")
        assert await client.answer() == b"LOGOUT"

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        with pytest.raises(CredentialsRefused, match="not sent"):
            await session.login("alice", "secret")
        await session.close()


async def test_a_refused_password_is_said_in_the_servers_words(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability()
        assert (
            await client.answer(status=b"NO [AUTHENTICATIONFAILED] wrong \x1b[31mpassword") == b'LOGIN alice "se cret"'
        )

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        with pytest.raises(CredentialsRefused, match="password") as failure:
            await session.login("alice", "se cret")
        assert "\x1b" not in str(failure.value)
        await session.close()


async def test_a_server_that_cannot_look_the_password_up_has_not_refused_it(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability()
        await client.answer(status=b"NO [UNAVAILABLE] try later")

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        with pytest.raises(Unreachable, match="try later"):
            await session.login("alice", "secret")
        await session.close()


async def test_a_password_beyond_ascii_travels_as_a_literal(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability()
        tag, _, command = (await client.line()).partition(b" ")
        assert command == b"LOGIN alice {8}"
        await client.send(b"+ go on")
        assert await client.line() == "pässwö".encode()
        await client.send(tag + b" OK in")
        await client.capability()

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        await session.login("alice", "pässwö")
        await session.close()


async def test_the_challenge_that_follows_a_bad_token_is_answered(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability(b"AUTH=XOAUTH2")
        tag = (await client.line()).split()[0]
        await client.send(b"+ ")
        assert base64.b64decode(await client.line()) == b"user=alice\x01auth=Bearer token\x01\x01"
        await client.send(b"+ eyJzdGF0dXMiOiI0MDAifQ==")
        assert await client.line() == b""
        await client.send(tag + b" NO [AUTHENTICATIONFAILED] expired")

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        with pytest.raises(CredentialsRefused, match="expired"):
            await session.login_token("alice", "token")
        await session.close()


def header(number: int, uid: int, subject: bytes) -> bytes:
    fields = b"Subject: " + subject + b"\r\n\r\n"
    return (
        b'* %d FETCH (UID %d FLAGS (\\Seen) INTERNALDATE "01-Jan-2026 10:00:00 +0100" RFC822.SIZE 99'
        b" BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {%d}\r\n%s)" % (number, uid, len(fields), fields)
    )


async def test_a_subject_cannot_disturb_the_framing(scripted: Scripted) -> None:
    subjects = [b"* star * bullet", b"((( unbalanced", b'") {5}', b"A1 OK done", b"]<0> {99}"]

    async def script(client: Client) -> None:
        await client.welcome()
        await client.select(5)
        await client.answer(*(header(n, n, subject) for n, subject in enumerate(subjects, 1)))

    async with scripted.session(script) as session:
        (chunk,) = [chunk async for chunk in session.headers([5, 4, 3, 2, 1])]
    assert [fetch.uid for fetch in chunk] == [5, 4, 3, 2, 1]
    assert [fetch.header_bytes[9:-4] for fetch in reversed(chunk)] == subjects
    assert chunk[0].internaldate == datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert chunk[0].flags == {"\\Seen"}


async def test_five_thousand_lines_in_one_answer_are_no_trouble(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select(5000)
        await client.answer(*(b"* %d FETCH (UID %d FLAGS ())" % (n, n) for n in range(1, 5001)))

    async with scripted.session(script) as session:
        assert len(await session.flags("1:*")) == 5000


HOSTILE = {
    "an endless line": b"* SEARCH " + b"1 " * (1 << 20),
    "more than 64 MiB": b"* 1 FETCH (UID 1 BODY[] {99999999999}",
    "not IMAP": b"\x00\xff\xfegarbage",
    "nothing that was asked": b"A999 OK done",
    "out of turn": b"+ what else?",
}


@pytest.mark.parametrize("sentence", HOSTILE)
async def test_garbage_ends_the_connection_at_once(scripted: Scripted, sentence: str) -> None:
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.line()
        await client.send(HOSTILE[sentence])

    async with scripted.session(script) as session:
        with pytest.raises(ProtocolBroken, match=sentence):
            await session.search_uids()
        with pytest.raises(ProtocolBroken):
            await session.search_uids()


async def test_a_flood_of_responses_ends_the_connection(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.line()
        for _ in range(1000):  # 18 MB
            await client.send(b"* OK still thinking" * 1000)

    async with scripted.session(script) as session:
        with pytest.raises(ProtocolBroken, match="more than it was asked for"):
            await session.search_uids()


async def test_a_connection_lost_in_the_middle_of_a_message_is_noticed_at_once(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.line()
        await client.send(b"* 1 FETCH (UID 1 BODY[]<0> {1000}", b"only the beginning")
        client.writer.transport.abort()

    async with scripted.session(script) as session:
        with pytest.raises(Unreachable, match="was lost"):
            await session.body(1)


async def test_a_server_that_falls_silent_is_given_up(scripted: Scripted) -> None:
    scripted.timeout = 0.3

    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.line()

    async with scripted.session(script) as session:
        with pytest.raises(Unreachable, match="stopped answering"):
            await session.body(1)


async def test_a_refused_mailbox_is_an_answer_and_not_the_end(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.answer(status=b"NO [NONEXISTENT] no such mailbox")
        await client.select(3)

    async with scripted.session(script) as session:
        with pytest.raises(MailboxRefused, match="no such mailbox"):
            await session.select("Nowhere")
        assert (await session.select("INBOX")).exists == 3


async def test_a_cancelled_command_leaves_the_connection_in_step(scripted: Scripted) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        tag = (await client.line()).split()[0]
        asked.set()
        await go_on.wait()
        await client.send(b"* 1 FETCH (UID 1 BODY[]<0> {3}\r\nold)", tag + b" OK done")
        await client.answer(b"* 2 FETCH (UID 2 BODY[]<0> {3}\r\nnew)")

    async with scripted.session(script) as session:
        first = asyncio.create_task(session.body(1))
        await asked.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        second = asyncio.create_task(session.body(2))
        go_on.set()
        assert await second == b"new"


async def test_idle_tells_what_came_and_says_done(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.welcome(b"IDLE")
        await client.select(1)
        assert await client.answer() == b"NOOP"
        tag = (await client.line()).split()[0]
        await client.send(b"+ idling", b"* 2 EXISTS")
        assert await client.line() == b"DONE"
        await client.send(b"* 1 FETCH (FLAGS (\\Seen))", tag + b" OK done")

    async with scripted.session(script) as session:
        changes = await session.next_change(60)
    assert changes.exists == 2
    assert changes.flags == {1}


@pytest.mark.parametrize("already_idling", [True, False])
async def test_a_cancelled_idle_is_ended_properly(scripted: Scripted, *, already_idling: bool) -> None:
    idling, cancelled = asyncio.Event(), asyncio.Event()

    async def script(client: Client) -> None:
        await client.welcome(b"IDLE")
        await client.select(1)
        await client.answer()  # NOOP
        tag = (await client.line()).split()[0]
        if already_idling:
            await client.send(b"+ idling", b"* OK still here")
        idling.set()
        if not already_idling:
            await cancelled.wait()
            await client.send(b"+ idling")
        assert await client.line() == b"DONE"
        await client.send(tag + b" OK done")
        await client.answer(b"* SEARCH 1")

    async with scripted.session(script) as session:
        waiting = asyncio.create_task(session.next_change(60))
        await idling.wait()
        waiting.cancel()
        cancelled.set()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await session.search_uids() == [1]


async def test_idle_is_begun_again_because_a_server_may_tell_only_at_its_end(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "FIRST_IDLE", 0.05)

    async def script(client: Client) -> None:
        await client.welcome(b"IDLE")
        await client.select(1)
        await client.answer()  # NOOP
        for untagged in ([], [b"* 2 EXISTS"]):
            tag = (await client.line()).split()[0]
            await client.send(b"+ idling")
            assert await client.line() == b"DONE"
            await client.send(*untagged, tag + b" OK done")

    async with scripted.session(script) as session:
        assert (await session.next_change(60)).exists == 2


async def test_without_idle_the_server_is_asked_now_and_then(scripted: Scripted) -> None:
    scripted.timeout = 0.1

    async def script(client: Client) -> None:
        await client.welcome()
        await client.select(1)
        assert await client.answer() == b"NOOP"
        assert await client.answer(b"* 3 EXISTS") == b"NOOP"

    async with scripted.session(script) as session:
        assert (await session.next_change(60)).exists == 3


async def test_a_letter_is_filed_with_flags_date_and_a_name_beyond_ascii(scripted: Scripted) -> None:
    content = b"Subject: x\r\n\r\n" + b"y" * 300_000

    async def script(client: Client) -> None:
        await client.welcome(b"UIDPLUS")
        await client.select()
        tag, _, command = (await client.line()).partition(b" ")
        assert command == b'APPEND "Entw&APw-rfe" (\\Draft \\Seen) "02-Jan-2026 03:04:05 +0000" {%d}' % len(content)
        await client.send(b"+ go")
        assert await client.reader.readexactly(len(content) + 2) == content + b"\r\n"
        await client.send(tag + b" OK [APPENDUID 7 42] filed")

    letter = Letter(
        content=content, flags=frozenset({"\\Seen", "\\Draft"}), when=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    )
    async with scripted.session(script) as session:
        assert await session.append("Entw&APw-rfe", letter) == 42


async def test_a_refused_upload_is_not_sent(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.answer(status=b"NO [OVERQUOTA] full")
        assert await client.answer() == b"LOGOUT"

    async with scripted.session(script) as session:
        with pytest.raises(MailboxRefused, match="full"):
            await session.append("Sent", Letter(content=b"x" * 100_000))


@pytest.mark.parametrize(
    ("capabilities", "commands"),
    [
        ((b"MOVE",), [b"UID MOVE 1:2 Archive"]),
        (
            (b"UIDPLUS",),
            [b"UID COPY 1:2 Archive", b"UID STORE 1:2 +FLAGS.SILENT (\\Deleted)", b"UID EXPUNGE 1:2"],
        ),
        ((), [b"UID COPY 1:2 Archive", b"UID STORE 1:2 +FLAGS.SILENT (\\Deleted)"]),
    ],
)
async def test_moving_takes_nothing_that_was_not_chosen(
    scripted: Scripted, capabilities: tuple[bytes, ...], commands: list[bytes]
) -> None:
    heard: list[bytes] = []

    async def script(client: Client) -> None:
        await client.welcome(*capabilities)
        await client.select()
        heard.extend([await client.answer() for _ in commands])

    async with scripted.session(script) as session:
        await session.move([2, 1], "Archive")
    assert heard == commands


async def test_mailboxes_come_with_their_use_and_a_name_for_people(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.answer(
            b'* LIST (\\HasNoChildren) "/" inbox',
            b'* LIST (\\HasNoChildren \\Sent) "/" "Gesendet &- &APw-ber"',
            b'* LIST (\\Noselect) "/" [Gmail]',
            b'* LIST () "/" {4}\r\n\x1b]0;',
            b'* LIST () NIL "\xff\xfe"',
            b"* LIST broken",
        )

    async with scripted.session(script) as session:
        inbox, sent, parent, odd = await session.mailboxes()
    assert (inbox.wire_name, inbox.name) == ("INBOX", "INBOX")
    assert (sent.name, sent.wire_name) == ("Gesendet & über", "Gesendet &- &APw-ber")
    assert "\\sent" in sent.attributes
    assert not parent.selectable
    assert "\x1b" not in odd.name
    assert odd.wire_name == "\x1b]0;"


async def test_nothing_that_crosses_the_wire_is_logged(scripted: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.answer(b"* 1 FETCH (UID 1 BODY[]<0> {7}\r\nprivate)")

    caplog.set_level(0)
    async with scripted.session(script) as session:
        assert await session.body(1) == b"private"
    assert "secret" not in caplog.text
    assert "private" not in caplog.text
