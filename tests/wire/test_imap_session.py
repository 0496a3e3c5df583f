"""The IMAP session against scripted servers over real TLS: what they may do to us, and what they may not."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime

import pytest
import trustme

from linksec_tui.model.account import Server, Tls
from linksec_tui.model.credentials import BearerToken, Password
from linksec_tui.model.errors import (
    ConfigurationError,
    CredentialsRefused,
    ProtocolBroken,
    Unreachable,
    Unverifiable,
)
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_bulk import read_headers
from tests.passing_time import pass_time
from tests.wire.imap_script import HOST, SERVER, Client, Scripted


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


ANONYMOUS, SIGNED_IN = b"IMAP4rev1 AUTH=PLAIN SASL-IR", b"IMAP4rev1 IDLE"


@pytest.mark.parametrize(
    ("untagged", "status"),
    [
        ([], b"OK [CAPABILITY " + SIGNED_IN + b"] welcome"),
        ([b"* CAPABILITY " + SIGNED_IN], b"OK welcome"),
        ([b"* CAPABILITY " + ANONYMOUS], b"OK [capability " + SIGNED_IN + b"] welcome"),
    ],
)
async def test_what_a_server_offers_is_not_asked_where_it_says_so_by_itself(
    scripted: Scripted, untagged: list[bytes], status: bytes
) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK [CAPABILITY " + ANONYMOUS + b"] ready")
        assert (await client.answer(*untagged, status=status)).startswith(b"AUTHENTICATE PLAIN ")
        assert await client.answer() == b"LOGOUT"

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        await session.login(Password(user="alice", password="secret"))
        assert session.capabilities == {"IMAP4REV1", "IDLE"}
        await session.close()


@pytest.mark.parametrize("code", [b"", b"[CAPABILITY] ", b"[CAPABILITY IDLE] ", b"[ALERT] "])
async def test_what_a_server_does_not_say_completely_is_asked(scripted: Scripted, code: bytes) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK " + code + b"ready")
        await client.capability(b"AUTH=PLAIN", b"SASL-IR")
        await client.answer(status=b"OK " + code + b"welcome")
        await client.capability(b"IDLE")

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        await session.login(Password(user="alice", password="secret"))
        assert session.capabilities == {"IMAP4REV1", "IDLE"}
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
    scripted.open_within = 0.2

    async def script(client: Client) -> None:
        await client.reader.read()

    async with scripted.plays(script) as means:
        with pytest.raises(Unreachable, match="nothing that was expected came within"):
            await ImapSession.connect(SERVER, means)


async def test_login_is_never_sent_where_it_is_forbidden(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability(b"LOGINDISABLED", b"AUTH=XOAUTH2")
        assert await client.answer() == b"LOGOUT"

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        with pytest.raises(CredentialsRefused, match="not sent"):
            await session.login(Password(user="alice", password="secret"))
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
            await session.login(Password(user="alice", password="se cret"))
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
            await session.login(Password(user="alice", password="secret"))
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
        await session.login(Password(user="alice", password="pässwö"))
        await session.close()


@pytest.mark.parametrize(("mechanism", "farewell"), [(b"XOAUTH2", b""), (b"OAUTHBEARER", b"AQ==")])
@pytest.mark.parametrize("at_once", [True, False])
async def test_the_question_that_follows_a_bad_token_is_answered(
    scripted: Scripted, mechanism: bytes, farewell: bytes, *, at_once: bool
) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability(b"AUTH=" + mechanism, *([b"SASL-IR"] if at_once else []))
        words = (await client.line()).split()
        assert words[1:3] == [b"AUTHENTICATE", mechanism]
        if not at_once:
            await client.send(b"+ ")
            words.append(await client.line())
        assert b"auth=Bearer token\x01\x01" in base64.b64decode(words[3])
        await client.send(b"+ eyJzdGF0dXMiOiI0MDEifQ==")
        assert await client.line() == farewell
        await client.send(words[0] + b" NO [AUTHENTICATIONFAILED] no")

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        with pytest.raises(CredentialsRefused, match="expired or was withdrawn"):
            await session.login(BearerToken(user="alice", token="token"))
        await session.close()


async def test_a_server_that_asks_on_and_on_is_not_answered_for_ever(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability(b"AUTH=XOAUTH2", b"SASL-IR")
        await client.line()
        await client.send(*[b"+ eyJzdGF0dXMiOiI0MDEifQ=="] * 1000)
        assert await client.line() == b""
        assert await client.reader.read() == b""

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        with pytest.raises(ProtocolBroken):
            await session.login(BearerToken(user="alice", token="token"))


async def test_a_server_that_quotes_our_secret_is_not_quoted(scripted: Scripted) -> None:
    async def script(client: Client) -> None:
        await client.send(b"* OK ready")
        await client.capability(b"AUTH=PLAIN", b"SASL-IR")
        tag, _, command = (await client.line()).partition(b" ")
        await client.send(tag + b" NO cannot read: " + command)

    async with scripted.plays(script) as means:
        session = await ImapSession.connect(SERVER, means)
        with pytest.raises(CredentialsRefused, match="cannot read: AUTHENTICATE PLAIN …"):
            await session.login(Password(user="alice", password="hunter2"))
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
        found = read_headers(await session.header_responses([5, 4, 3, 2, 1])).headers
    assert [found[uid].header_bytes[9:-4] for uid in range(1, 6)] == subjects
    assert found[5].internaldate == datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert found[5].flags == {"\\Seen"}


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
    asked = asyncio.Event()

    async def script(client: Client) -> None:
        await client.welcome()
        await client.select()
        await client.line()
        asked.set()

    async with scripted.session(script) as session:
        asking = asyncio.create_task(session.body(1))
        await asked.wait()
        pass_time(scripted.timeout)
        with pytest.raises(Unreachable, match="stopped answering"):
            await asking
