"""Mailboxes in the store as the server has them, over a real connection to the embedded world's IMAP server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linksec_tui.incoming.catch_up import CatchUp
from linksec_tui.model.account import SentCopy
from linksec_tui.model.errors import MailboxRefused
from linksec_tui.model.events import (
    ConnectionChanged,
    CredentialsRejected,
    Event,
    Link,
    MailboxChanged,
    MailboxesChanged,
)
from linksec_tui.model.filing import Landing
from linksec_tui.model.mailbox import Role
from linksec_tui.model.message import Flag
from linksec_tui.store import messages
from linksec_tui.store.connection import Connection

from .conftest import Person


def arrived(event: Event) -> bool:
    return isinstance(event, MailboxChanged) and bool(event.arrived)


def changed(event: Event) -> bool:
    return isinstance(event, MailboxChanged) and not event.arrived


def online(event: Event) -> bool:
    return isinstance(event, ConnectionChanged) and event.link is Link.ONLINE


def offline(event: Event) -> bool:
    return isinstance(event, ConnectionChanged) and event.link is Link.OFFLINE


LETTERS = [f"letter {number}" for number in range(60)]


async def test_the_newest_screenful_comes_before_everything_else(person: Person) -> None:
    await person.deliver(*LETTERS)
    await person.sync.once()
    listed, first, *_ = [event for event in person.heard if not isinstance(event, ConnectionChanged)]
    assert isinstance(listed, MailboxesChanged)
    assert isinstance(first, MailboxChanged)
    headers = await person.headers()
    assert [header.subject for header in headers] == LETTERS
    assert set(first.arrived) == {header.id for header in headers[10:]}


async def test_every_mailbox_is_there_with_its_role(person: Person) -> None:
    await person.sync.once()
    assert {Role.INBOX, Role.SENT, Role.DRAFTS, Role.TRASH, Role.ARCHIVE, Role.JUNK} == {
        (await person.mailbox(name)).role for name in ("INBOX", "Sent", "Drafts", "Trash", "Archive", "Junk")
    }


async def test_a_second_look_finds_what_came_what_went_and_what_was_read(person: Person) -> None:
    await person.deliver("kept", "gone", "read")
    await person.sync.once()
    _, gone, read = [header.uid for header in await person.headers()]
    await person.other.select("INBOX")
    await person.other.store_flags([read], add=[Flag.SEEN])
    await person.other.move([gone], "Trash")
    await person.deliver("new")
    await person.sync.once()
    headers = await person.headers()
    assert [header.subject for header in headers] == ["kept", "read", "new"]
    assert [header.unread for header in headers] == [True, False, True]
    assert await person.subjects("Trash") == ["gone"]


async def test_a_renumbered_mailbox_is_read_again_and_its_old_numbers_are_refused(person: Person) -> None:
    await person.deliver("one", "two")
    await person.sync.once()

    def renumber(connection: Connection) -> int:
        return connection.execute("UPDATE mailboxes SET uidvalidity = 1")

    await person.vault.run(renumber)
    first, _ = await person.headers()
    with pytest.raises(MailboxRefused, match="renumbered"):
        await person.acts.body(first)
    await person.sync.once()
    assert await person.subjects() == ["one", "two"]
    assert (await person.mailbox()).uidvalidity > 1


async def test_new_mail_shows_as_soon_as_the_server_tells(person: Person) -> None:
    subjects = [f"hello {number}" for number in range(10)]
    async with person.online():
        await person.hears(online)
        for subject in subjects:  # long before the last of them, nothing but listening is left to do
            await person.deliver(subject)
            event = await person.hears(arrived)
            assert isinstance(event, MailboxChanged)
            *_, last = await person.headers()
            assert (last.subject, event.arrived) == (subject, (last.id,))
        (newest, *_) = reversed(await person.headers())
        assert (await person.acts.body(newest)).endswith(b"\r\n\r\nhello 9")
    assert not any(map(offline, person.diary))


async def test_what_came_just_before_a_message_that_was_moved_there_by_us_is_found_too(person: Person) -> None:
    await person.deliver("old")
    await person.sync.once()
    (old,) = await person.headers()
    await person.deliver("came before", "moved")
    inbox = await person.mailbox()
    moved = replace(old, uid=old.uid + 2, subject="moved")  # its number is known as the move ends
    await person.vault.run(messages.add_headers, inbox.id, inbox.uidvalidity, [moved])
    await person.deliver("next")
    await CatchUp(line=person.sync.line, vault=person.vault, tell=person.tell).arrivals(inbox)
    assert await person.subjects() == ["old", "came before", "moved", "next"]
    await person.sync.close()


async def test_a_message_of_which_the_other_line_was_not_told_yet_is_not_taken_for_gone(person: Person) -> None:
    await person.deliver("one")
    await person.sync.once()
    (one,) = await person.headers()
    await person.acts.body(one)  # this line's INBOX has one message from here on
    await person.deliver("two")
    inbox = await person.mailbox()
    two = replace(one, uid=one.uid + 1, subject="two")
    (ident,) = await person.vault.run(messages.add_headers, inbox.id, inbox.uidvalidity, [two])
    assert (await person.acts.body(replace(two, id=ident))).endswith(b"\r\n\r\ntwo")
    assert await person.subjects() == ["one", "two"]
    await person.sync.close()


async def test_a_message_that_was_read_once_is_read_again_without_the_server(person: Person) -> None:
    await person.deliver("hello")
    await person.sync.once()
    (header,) = await person.headers()
    await person.acts.body(header)
    await person.sync.close()
    person.wire.cut()
    assert (await person.acts.body(header)).endswith(b"hello")


async def test_flags_that_others_set_are_shown(person: Person) -> None:
    await person.deliver("hello")
    async with person.online():
        await person.hears(arrived)
        (header,) = await person.headers()
        await person.other.select("INBOX")
        await person.other.store_flags([header.uid], add=[Flag.SEEN, Flag.FLAGGED])
        while (await person.headers())[0].unread:
            await person.hears(changed)
        await person.other.store_flags([header.uid], remove=[Flag.SEEN])
        while not (await person.headers())[0].unread:
            await person.hears(changed)


async def test_a_message_that_is_gone_says_so_and_leaves_the_list(person: Person) -> None:
    await person.deliver("hello")
    await person.sync.once()
    (header,) = await person.headers()
    await person.other.select("INBOX")
    await person.other.move([header.uid], "Trash")
    with pytest.raises(MailboxRefused, match="not on the server any more"):
        await person.acts.body(header)
    assert await person.headers() == []


async def _unnoted(message_id: str, at: Landing) -> None:
    """Nobody keeps where it is."""


async def test_a_copy_of_a_sent_letter_is_filed_once(person: Person) -> None:
    await person.sync.once()
    letter = b"Message-ID: <sent@home.example>\r\nSubject: sent\r\n\r\nx"
    await person.acts.file_sent(letter, _unnoted)
    await person.acts.file_sent(letter, _unnoted)
    (header,) = await person.headers("Sent")
    assert (header.subject, header.unread) == ("sent", False)
    assert (await person.other.select("Sent")).exists == 1


async def test_a_mailbox_for_sent_letters_is_made_where_there_is_none(person: Person) -> None:
    account = replace(person.account, mailboxes={"sent": "Ausgang für mich"})
    acts = replace(person.acts, account=account)
    await acts.file_sent(b"Message-ID: <sent@home.example>\r\nSubject: sent\r\n\r\nx", _unnoted)
    assert await person.subjects("Ausgang f&APw-r mich") == ["sent"]
    assert (await person.mailbox("Ausgang f&APw-r mich")).role is Role.SENT


async def test_what_the_server_files_itself_is_not_filed_again(person: Person) -> None:
    acts = replace(person.acts, account=replace(person.account, sent=SentCopy.SERVER))
    await acts.file_sent(b"Subject: sent\r\n\r\nx", _unnoted)
    assert (await person.other.select("Sent")).exists == 0


async def test_a_refused_password_is_not_tried_again_until_the_person_says_so(person: Person) -> None:
    right, person.password = person.password, "wrong"
    async with person.online():
        await person.hears(lambda event: isinstance(event, CredentialsRejected))
        person.password = right
        person.sync.wake()
        await person.hears(online)
    assert sum(isinstance(event, CredentialsRejected) for event in person.diary) == 1


async def test_after_a_lost_connection_nothing_is_missing(person: Person) -> None:
    await person.deliver("before")
    async with person.online():
        await person.hears(online)
        person.wire.cut()
        event = await person.hears(offline)
        assert isinstance(event, ConnectionChanged)
        assert event.detail
        await person.deliver("meanwhile")
        person.wire.mend()
        person.sync.wake()
        await person.hears(online)
        assert await person.subjects() == ["before", "meanwhile"]
