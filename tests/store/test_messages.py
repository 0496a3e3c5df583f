"""Mailboxes and messages: newest first by one index, known by UID, forgotten when the server says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.model.query import Query, Words
from linksec_tui.store import bodies, mailboxes, messages, reach, search
from linksec_tui.store.mailboxes import Met
from linksec_tui.store.reach import Delta, Written
from linksec_tui.store.search import Search
from linksec_tui.store.vault import Vault

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LETTER = Query((Words("letter"),))


def a_mailbox(wire_name: str = "INBOX", role: Role = Role.INBOX) -> Mailbox:
    return Mailbox(id=0, account="home", name=wire_name, wire_name=wire_name, role=role)


def a_header(mailbox: int, uid: int, **changes: object) -> Header:
    header = Header(
        id=0,
        account="home",
        mailbox=mailbox,
        uid=uid,
        sender_name="Bob",
        sender_address="bob@bank.example",
        recipients="alice@home.example",
        subject=f"Letter {uid}",
        received_at=START + timedelta(minutes=uid),
        message_id=f"<{uid}@bank.example>",
        in_reply_to="<0@bank.example>",
        size=1000 + uid,
    )
    return replace(header, **changes)  # pyright: ignore[reportArgumentType]  # each test names a field and its type


@pytest.fixture
def inbox(mail: Vault) -> int:
    return mail.do(mailboxes.write_mailboxes, "home", [a_mailbox()])[0].id


@pytest.fixture
def other(mail: Vault, inbox: int) -> int:
    listed = [a_mailbox(), a_mailbox("Archiv", Role.ARCHIVE)]
    return next(one.id for one in mail.do(mailboxes.write_mailboxes, "home", listed) if one.id != inbox)


def shown(vault: Vault, mailbox: int) -> list[str]:
    ids = vault.do(messages.spine, mailbox)
    found = vault.do(messages.rows, ids)
    return [found[one].subject for one in ids]


def test_the_spine_is_newest_first_however_the_headers_came(mail: Vault, inbox: int) -> None:
    mail.do(messages.write_headers, [a_header(inbox, uid) for uid in (5, 6, 7)])
    mail.do(messages.write_headers, [a_header(inbox, uid) for uid in (2, 1, 4, 3)])
    assert shown(mail, inbox) == [f"Letter {uid}" for uid in (7, 6, 5, 4, 3, 2, 1)]


def test_within_one_second_the_uid_decides(mail: Vault, inbox: int) -> None:
    mail.do(messages.write_headers, [a_header(inbox, uid, received_at=START) for uid in (9, 8, 10)])
    assert shown(mail, inbox) == ["Letter 10", "Letter 9", "Letter 8"]


def test_a_header_comes_back_as_it_was_written(mail: Vault, inbox: int) -> None:
    written = a_header(inbox, 7, flags=frozenset({Flag.SEEN, "$Phishing"}), is_bounce=True, has_attachment=True)
    (ident,) = mail.do(messages.write_headers, [written])
    assert mail.do(messages.rows, [ident]) == {ident: replace(written, id=ident)}
    assert mail.do(messages.first_rows, inbox, 10) == (replace(written, id=ident),)
    assert mail.do(messages.with_uid, inbox, 7) == replace(written, id=ident)


def test_messages_that_want_the_same_id_both_stay(mail: Vault, inbox: int) -> None:
    far = 1 << 20  # the id keeps 20 bits of the UID
    wanted = [a_header(inbox, uid, received_at=START) for uid in (3, 3 + far, 3 + 2 * far, 4)]
    ids = mail.do(messages.write_headers, wanted)
    assert len(set(ids)) == 4
    assert ids == mail.do(messages.write_headers, wanted), "and keep their ids when they are written again"


@given(st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2240, 1, 1), timezones=st.just(UTC)), min_size=2))  # noqa: DTZ001
def test_ids_follow_the_received_date(dates: list[datetime]) -> None:
    by_id = sorted(dates, key=lambda at: messages.wanted_id(a_header(7, 7, received_at=at)))
    assert [at.replace(microsecond=0) for at in by_id] == sorted(at.replace(microsecond=0) for at in dates)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, 2**32 - 1), st.integers(1, 2**40))
def test_an_id_fits_into_64_bits_whatever_a_server_says(at: datetime, uid: int, mailbox: int) -> None:
    assert 0 <= messages.wanted_id(replace(a_header(mailbox, 1, received_at=at), uid=uid)) < 2**63


def test_writing_a_header_again_renews_its_flags_and_keeps_what_was_found_in_it(mail: Vault, inbox: int) -> None:
    (ident,) = mail.do(messages.write_headers, [a_header(inbox, 1)])
    mail.do(messages.mark_attachment, ident)
    assert mail.do(messages.write_headers, [a_header(inbox, 1, flags=frozenset({Flag.SEEN}))]) == (ident,)
    header = mail.do(messages.rows, [ident])[ident]
    assert (header.unread, header.has_attachment) == (False, True)


def test_flags_are_told_by_uid_and_only_changes_are_reported(mail: Vault, inbox: int) -> None:
    first, second, third = mail.do(messages.write_headers, [a_header(inbox, uid) for uid in (1, 2, 3)])
    seen = frozenset({Flag.SEEN, Flag.FLAGGED})
    assert mail.do(messages.write_flags, inbox, {1: seen, 2: frozenset[str](), 99: seen}) == (first,)
    assert mail.do(messages.write_flags, inbox, {1: seen}) == ()
    found = mail.do(messages.rows, [first, second, third])
    assert [found[ident].unread for ident in (first, second, third)] == [False, True, True]
    assert found[first].flags == seen


def test_flags_of_a_whole_mailbox_are_told_at_once(mail: Vault, inbox: int) -> None:
    ids = mail.do(messages.write_headers, [a_header(inbox, uid) for uid in range(1, 702)])
    told = {uid: frozenset({Flag.SEEN}) if uid % 2 else frozenset[str]() for uid in range(1, 1001)}
    assert set(mail.do(messages.write_flags, inbox, told)) == set(ids[::2])


def test_counts_follow_what_comes_goes_and_is_read(mail: Vault, inbox: int) -> None:
    mail.do(messages.write_headers, [a_header(inbox, uid) for uid in (1, 2, 3)])
    mail.do(messages.write_flags, inbox, {1: frozenset({Flag.SEEN})})
    mail.do(messages.remove, inbox, [2])
    mailbox = mail.do(mailboxes.read_mailbox, inbox)
    assert mailbox is not None
    assert (mailbox.total, mailbox.unread) == (2, 1)


def test_what_is_removed_is_gone_from_list_bodies_and_search(mail: Vault, inbox: int) -> None:
    ids = mail.do(messages.write_headers, [a_header(inbox, uid) for uid in (1, 2)])
    mail.do(bodies.write_body, ids[0], b"text", START)
    assert mail.do(messages.remove, inbox, [1, 77]) == (ids[0],)
    assert shown(mail, inbox) == ["Letter 2"]
    assert mail.do(bodies.read_body, ids[0], START) is None
    assert list(mail.do(search.find, Search(query=LETTER), 10)) == [ids[1]]


def test_known_uids_come_in_order(mail: Vault, inbox: int, other: int) -> None:
    mail.do(messages.write_headers, [a_header(inbox, 30), a_header(inbox, 4), a_header(other, 5)])
    assert list(mail.do(messages.uids, inbox)) == [4, 30]


def test_a_letter_to_oneself_is_found_twice_by_its_message_id(mail: Vault, inbox: int, other: int) -> None:
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(other, 9, message_id="<1@bank.example>")])
    found = mail.do(messages.with_message_id, "<1@bank.example>")
    assert [one.mailbox for one in found] == [other, inbox]
    assert mail.do(messages.with_message_id, "") == ()


def test_a_changed_uidvalidity_forgets_the_mailbox_and_no_other(mail: Vault, inbox: int, other: int) -> None:
    assert mail.do(mailboxes.meet_uidvalidity, inbox, 7) is Met.AS_KNOWN, "the first is no change"
    mail.do(messages.write_headers, [a_header(inbox, 1), a_header(other, 2)])
    mail.do(reach.write_complete, inbox, 7, 2)
    assert mail.do(mailboxes.meet_uidvalidity, inbox, 7) is Met.AS_KNOWN
    assert shown(mail, inbox) == ["Letter 1"]
    assert mail.do(mailboxes.meet_uidvalidity, inbox, 8) is Met.GOES_ON
    assert mail.do(mailboxes.meet_uidvalidity, inbox, 8) is Met.AS_KNOWN
    assert shown(mail, inbox) == []
    assert shown(mail, other) == ["Letter 2"]
    assert list(mail.do(search.find, Search(query=LETTER), 10)) == list(mail.do(messages.spine, other))
    mailbox = mail.do(mailboxes.read_mailbox, inbox)
    assert mailbox is not None
    assert (mailbox.uidvalidity, mailbox.uidnext) == (8, 0)


def test_a_large_mailbox_is_forgotten_in_pieces_and_takes_nothing_new_until_then(mail: Vault, inbox: int) -> None:
    mail.do(mailboxes.meet_uidvalidity, inbox, 7)
    mail.do(messages.write_headers, [a_header(inbox, uid) for uid in range(1, 2 * mailboxes.FORGOTTEN_AT_ONCE + 2)])
    for left in (mailboxes.FORGOTTEN_AT_ONCE + 1, 1, 0):
        assert mail.do(mailboxes.meet_uidvalidity, inbox, 8) is Met.GOES_ON
        assert len(shown(mail, inbox)) == left
        for numbering in (7, 8):
            assert mail.do(messages.add_headers, inbox, numbering, [a_header(inbox, 5_000)]) == ()
    assert mail.do(mailboxes.meet_uidvalidity, inbox, 8) is Met.AS_KNOWN
    assert len(mail.do(messages.add_headers, inbox, 8, [a_header(inbox, 5_000)])) == 1


def test_an_empty_mailbox_can_be_renumbered_too(mail: Vault, inbox: int) -> None:
    mail.do(mailboxes.meet_uidvalidity, inbox, 7)
    assert mail.do(mailboxes.meet_uidvalidity, inbox, 8) is Met.RENUMBERED


def test_the_list_of_mailboxes_follows_the_server_and_keeps_ids(mail: Vault, inbox: int, other: int) -> None:
    mail.do(messages.write_headers, [a_header(other, 2)])
    listed = [a_mailbox("Trash", Role.TRASH), replace(a_mailbox(), name="Eingang")]
    now = mail.do(mailboxes.write_mailboxes, "home", listed)
    assert [(one.name, one.role) for one in now] == [("Eingang", Role.INBOX), ("Trash", Role.TRASH)]
    assert now[0].id == inbox
    assert shown(mail, other) == []
    assert mail.do(mailboxes.read_mailboxes, "work") == ()
    trash = mail.do(mailboxes.mailbox_with_role, "home", Role.TRASH)
    assert trash == now[1]


def test_a_body_comes_back_octet_for_octet(mail: Vault, inbox: int) -> None:
    (ident,) = mail.do(messages.write_headers, [a_header(inbox, 1)])
    raw = bytes(range(256)) * 400
    assert mail.do(bodies.write_body, ident, raw, START)
    assert mail.do(bodies.read_body, ident, START) == raw


def test_a_body_whose_message_is_gone_is_not_kept(mail: Vault, inbox: int) -> None:
    assert not mail.do(bodies.write_body, 12345, b"text", START)
    assert not mail.do(bodies.write_body, 12345, bytes(bodies.LARGEST + 1), START)


def test_the_longest_unused_bodies_go_first(mail: Vault, inbox: int) -> None:
    ids = mail.do(messages.write_headers, [a_header(inbox, uid) for uid in (1, 2, 3)])
    for minute, ident in enumerate(ids):
        mail.do(bodies.write_body, ident, b"text", START + timedelta(minutes=minute))
    one = mail.do(lambda connection: connection.number("SELECT stored FROM bodies LIMIT 1"))
    mail.do(bodies.read_body, ids[0], START + timedelta(hours=1))
    mail.do(bodies.trim_bodies, 2 * one)
    assert [mail.do(bodies.read_body, ident, START) is not None for ident in ids] == [True, False, True]


MANY = 2 * reach.AT_ONCE + 7


@pytest.mark.parametrize(
    "gone",
    [
        [(1, 4_000_000_000)],
        [(uid, uid) for uid in range(1, MANY + 1)],
        [(uid, uid) for uid in range(1, 3 * MANY, 3)],
        [(1, MANY), (1, MANY)],
        [(5, 5), (7, reach.AT_ONCE + 6), (MANY + 1, MANY + 900)],
    ],
    ids=["one range", "a range each", "gaps", "told twice", "some"],
)
def test_what_vanished_goes_in_pieces_that_nobody_waits_for_long(
    mail: Vault, inbox: int, gone: list[tuple[int, int]]
) -> None:
    mail.do(mailboxes.meet_uidvalidity, inbox, 7)
    mail.do(messages.write_headers, [a_header(inbox, uid) for uid in range(1, MANY + 1)])
    left: Delta | None = Delta(gone=gone, flags={})
    here = set(mail.do(messages.uids, inbox))
    while left is not None:
        left = mail.do(reach.write_delta, inbox, 7, left).left
        before, here = here, set(mail.do(messages.uids, inbox))
        assert len(before) - len(here) <= reach.AT_ONCE
    assert here == {uid for uid in range(1, MANY + 1) if not any(first <= uid <= last for first, last in gone)}


def test_flags_of_very_many_are_written_in_pieces(mail: Vault, inbox: int) -> None:
    mail.do(mailboxes.meet_uidvalidity, inbox, 7)
    ids = mail.do(messages.write_headers, [a_header(inbox, uid) for uid in range(1, MANY + 1)])
    left: Delta | None = Delta(flags=dict.fromkeys(range(1, MANY + 1), frozenset({Flag.SEEN})))
    unread = MANY
    while left is not None:
        left = mail.do(reach.write_delta, inbox, 7, left).left
        before, unread = unread, sum(each.unread for each in mail.do(messages.rows, ids).values())
        assert before - unread <= reach.AT_ONCE
    assert unread == 0


def test_what_belongs_to_another_numbering_is_not_written(mail: Vault, inbox: int) -> None:
    mail.do(mailboxes.meet_uidvalidity, inbox, 7)
    mail.do(messages.write_headers, [a_header(inbox, 1)])
    delta = Delta(gone=[(1, 1)], flags={1: frozenset({Flag.SEEN})})
    assert mail.do(reach.write_delta, inbox, 8, delta) == Written(changed=False)
    assert shown(mail, inbox) == ["Letter 1"]


def test_a_large_mailbox_that_is_gone_is_forgotten_in_pieces_and_no_other(mail: Vault) -> None:
    large, small = a_mailbox("Large", Role.NONE), a_mailbox()
    here, kept = (each.id for name in ("Large", "INBOX") for each in _written(mail, small, large) if each.name == name)
    mail.do(messages.write_headers, [*(a_header(here, uid) for uid in range(1, MANY + 1)), a_header(kept, 1)])
    left = MANY
    while mail.do(mailboxes.forget_unlisted, "home", [small]):
        before, left = left, len(shown(mail, here))
        assert 0 < before - left <= mailboxes.FORGOTTEN_AT_ONCE
    assert left == 0
    assert [each.name for each in mail.do(mailboxes.write_mailboxes, "home", [small])] == ["INBOX"]
    assert shown(mail, kept) == ["Letter 1"]


def test_a_large_mailbox_that_is_deleted_here_is_emptied_in_pieces(mail: Vault, inbox: int) -> None:
    mail.do(messages.write_headers, [a_header(inbox, uid) for uid in range(1, MANY + 1)])
    left = MANY
    while mail.do(mailboxes.forget_called, "home", "INBOX"):
        before, left = left, len(shown(mail, inbox))
        assert 0 < before - left <= mailboxes.FORGOTTEN_AT_ONCE
    assert left == 0
    assert not mail.do(mailboxes.forget_called, "home", "Nowhere")


def _written(mail: Vault, *listed: Mailbox) -> tuple[Mailbox, ...]:
    return mail.do(mailboxes.write_mailboxes, "home", listed)
