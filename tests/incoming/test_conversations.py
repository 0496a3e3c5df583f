"""Messages in a store become conversations, in whatever pieces and order they come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linksec_tui.incoming import conversations
from linksec_tui.incoming.threads import MOST_REFERENCES
from linksec_tui.model.listing import Arrangement, Spine, View
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.store import mailboxes, messages, views
from linksec_tui.store.vault import Vault, open_vault

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
THREADED = Arrangement(threaded=True)


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Vault]:
    with opened(tmp_path) as vault:
        yield vault


def opened(directory: Path) -> Vault:
    return open_vault(directory / "mail.db", hashlib.sha256(b"a key for tests").digest(), schema="mail")


def boxes(mail: Vault, account: str = "home") -> tuple[int, int]:
    """Inbox and Sent."""
    listed = [
        Mailbox(id=0, account=account, name=name, wire_name=name, role=role)
        for name, role in (("INBOX", Role.INBOX), ("Sent", Role.SENT))
    ]
    inbox, sent = mail.do(mailboxes.write_mailboxes, account, listed)
    return inbox.id, sent.id


def a_header(mailbox: int, uid: int, *references: str, **changes: object) -> Header:
    header = Header(
        id=0, account="home", mailbox=mailbox, uid=uid, sender_name="Bob", sender_address="bob@bank.example",
        recipients="alice@home.example", subject=f"Letter {uid}", received_at=START + timedelta(minutes=uid),
        message_id=f"<{uid}>", references=references, flags=frozenset({Flag.SEEN}),
    )  # fmt: skip
    return replace(header, **changes)  # pyright: ignore[reportArgumentType]  # each test names a field and its type


def settle(mail: Vault, limit: int = conversations.AT_ONCE) -> None:
    while mail.do(conversations.settle, limit):
        pass


def seen(mail: Vault, *shown: int) -> Spine:
    return mail.do(views.spine, View(mailboxes=shown, arrangement=THREADED))


def drawn(mail: Vault, *shown: int) -> list[list[tuple[int, int]]]:
    """UID and depth of every message, a list a conversation."""
    spine = seen(mail, *shown)
    uids = {ident: header.uid for ident, header in mail.do(messages.rows, spine.ids).items()}
    bounds = [spine.bounds(each) for each in range(len(spine.starts))]
    return [[(uids[spine.ids[at]], spine.depths[at]) for at in range(*each)] for each in bounds]


def test_a_conversation_stands_where_its_newest_message_does(mail: Vault) -> None:
    inbox, _ = boxes(mail)
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(inbox, 2), a_header(inbox, 3, "<1>")])
    settle(mail)
    assert drawn(mail, inbox) == [[(1, 0), (3, 1)], [(2, 0)]]
    spine = seen(mail, inbox)
    assert [spine.ids[at] for at in spine.newest] == [spine.ids[1], spine.ids[2]]


def test_what_nobody_has_looked_at_yet_stands_alone(mail: Vault) -> None:
    inbox, _ = boxes(mail)
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(inbox, 2, "<1>")])
    assert drawn(mail, inbox) == [[(2, 0)], [(1, 0)]]


def test_one_s_own_answer_in_sent_holds_a_conversation_together_and_is_not_shown(mail: Vault) -> None:
    inbox, sent = boxes(mail)
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(sent, 2, "<1>"), a_header(inbox, 3, "<2>")])
    settle(mail)
    assert drawn(mail, inbox) == [[(1, 0), (3, 1)]]
    assert drawn(mail, inbox, sent) == [[(1, 0), (2, 1), (3, 2)]]


def test_an_answer_without_references_names_its_parent(mail: Vault) -> None:
    inbox, _ = boxes(mail)
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(inbox, 2, in_reply_to="<1>")])
    settle(mail)
    assert drawn(mail, inbox) == [[(1, 0), (2, 1)]]


def test_the_same_letter_in_two_accounts_is_two_conversations(mail: Vault) -> None:
    home, _ = boxes(mail)
    work, _ = boxes(mail, "work")
    mail.do(messages.write_headers, [a_header(home, 1), a_header(work, 2, message_id="<1>")])
    settle(mail)
    assert len(drawn(mail, home, work)) == 2


@pytest.mark.parametrize("limit", [1, 400])
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_an_answer_that_names_nobody_finds_the_last_letter_about_the_same(
    mail: Vault, order: tuple[int, int], limit: int
) -> None:
    inbox, _ = boxes(mail)
    both = {1: a_header(inbox, 1, subject="Lunch"), 2: a_header(inbox, 2, subject="Re: Lunch")}
    for uid in order:
        mail.do(messages.write_headers, [both[uid]])
        settle(mail, limit)
    assert drawn(mail, inbox) == [[(1, 0), (2, 1)]]


@pytest.mark.parametrize("limit", [1, 400])
def test_a_letter_that_comes_late_takes_its_answer_from_the_older_letter_about_the_same(
    mail: Vault, limit: int
) -> None:
    inbox, _ = boxes(mail)
    lunches = [a_header(inbox, uid, subject="Lunch") for uid in (1, 3)]
    answers = [a_header(inbox, 4, subject="Re: Lunch"), a_header(inbox, 5, "<4>"), a_header(inbox, 2, "<1>")]
    mail.do(messages.write_headers, [lunches[0], *answers])
    settle(mail, limit)
    assert drawn(mail, inbox) == [[(1, 0), (2, 1), (4, 1), (5, 2)]]
    mail.do(messages.write_headers, [lunches[1]])
    settle(mail, limit)
    assert drawn(mail, inbox) == [[(3, 0), (4, 1), (5, 2)], [(1, 0), (2, 1)]]


def test_the_same_subject_alone_joins_nobody(mail: Vault) -> None:
    inbox, _ = boxes(mail)
    late = a_header(inbox, 3, subject="Re: Lunch", received_at=START + timedelta(days=60))
    named = a_header(inbox, 4, "<elsewhere>", subject="Re: Lunch")
    letters = [a_header(inbox, 1, subject="Lunch"), a_header(inbox, 2, subject="Lunch"), late, named]
    mail.do(messages.write_headers, letters)
    settle(mail)
    assert len(drawn(mail, inbox)) == 4


def test_what_joins_two_conversations_makes_them_one(mail: Vault) -> None:
    inbox, _ = boxes(mail)
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(inbox, 3, "<2>"), a_header(inbox, 4, "<3>")])
    settle(mail)
    assert len(drawn(mail, inbox)) == 2
    mail.do(messages.write_headers, [a_header(inbox, 2, "<1>")])
    settle(mail)
    assert drawn(mail, inbox) == [[(1, 0), (2, 1), (3, 2), (4, 3)]]


def test_a_conversation_that_is_gone_leaves_nothing_behind(mail: Vault) -> None:
    inbox, _ = boxes(mail)
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(inbox, 2, "<1>", "<0>")])
    settle(mail)
    mail.do(messages.remove, inbox, [1])
    assert drawn(mail, inbox) == [[(2, 0)]]
    mail.do(messages.remove, inbox, [2])
    assert mail.do(lambda connection: connection.number("SELECT count(*) FROM thread_names")) == 0


def test_a_sender_that_names_thousands_joins_a_few(mail: Vault) -> None:
    inbox, _ = boxes(mail)
    named = [f"<{number}>" for number in range(1, 200)]
    mail.do(messages.write_headers, [a_header(inbox, uid) for uid in range(1, 200)])
    mail.do(messages.write_headers, [a_header(inbox, 500, *named)])
    settle(mail)
    assert max(map(len, drawn(mail, inbox))) <= MOST_REFERENCES + 1


def test_what_is_unread_of_a_conversation_is_counted(mail: Vault) -> None:
    inbox, _ = boxes(mail)
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(inbox, 2, "<1>", flags=frozenset[str]())])
    settle(mail)
    assert seen(mail, inbox).unread == b"\0\1"


_NAMED = st.lists(st.integers(1, 15), max_size=4)


_ABOUT = st.sampled_from(["", "Lunch", "Re: Lunch"])  # nothing: each letter about something else


@settings(max_examples=25)
@given(st.lists(st.tuples(_NAMED, _ABOUT), min_size=1, max_size=15), st.data())
def test_conversations_are_the_same_however_their_messages_come(
    written: Sequence[tuple[Sequence[int], str]], data: st.DataObject
) -> None:
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as other,
        opened(Path(one)) as at_once,
        opened(Path(other)) as in_pieces,
    ):
        for mail in (at_once, in_pieces):
            boxes(mail)
        letters = [
            a_header(boxes(at_once)[0], uid, *(f"<{each}>" for each in named), subject=about or f"Letter {uid}")
            for uid, (named, about) in enumerate(written, 1)
        ]
        at_once.do(messages.write_headers, letters)
        settle(at_once)
        for letter in data.draw(st.permutations(letters)):
            in_pieces.do(messages.write_headers, [letter])
            settle(in_pieces)
        inbox = boxes(at_once)[0]
        assert drawn(at_once, inbox) == drawn(in_pieces, inbox)
