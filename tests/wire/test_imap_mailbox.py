"""What a session does with a mailbox: look, wait, file, move; against scripted servers over real TLS."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from linksec_tui.model.errors import MailboxRefused
from linksec_tui.wire import imap
from linksec_tui.wire.imap_filing import Letter
from tests.wire.imap_script import Client, Scripted


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
    async def script(client: Client) -> None:
        await client.welcome()
        await client.select(1)
        assert await client.answer() == b"NOOP"
        assert await client.answer(b"* 3 EXISTS") == b"NOOP"

    async with scripted.session(script) as session:
        assert (await session.next_change(3)).exists == 3


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
        # Without UIDPLUS an EXPUNGE would take what somebody else has marked: message 3 stays, and so do they.
        ((), [b"UID COPY 1:2 Archive", b"UID STORE 1:2 +FLAGS.SILENT (\\Deleted)", b"UID SEARCH DELETED"]),
    ],
)
async def test_moving_takes_nothing_that_was_not_chosen(
    scripted: Scripted, capabilities: tuple[bytes, ...], commands: list[bytes]
) -> None:
    heard: list[bytes] = []

    async def script(client: Client) -> None:
        await client.welcome(*capabilities)
        await client.select()
        heard.extend([await client.answer(b"* SEARCH 1 2 3") for _ in commands])

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
