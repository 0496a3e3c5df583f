"""What servers tell unasked, and answers that come by the hundred thousand: read quickly, and as the long way reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.wire.imap_answers import as_header, parse_fetch, parse_status
from linksec_tui.wire.imap_bulk import read_flags, read_headers
from linksec_tui.wire.imap_changes import MAX_NOTED, Changes
from linksec_tui.wire.imap_uids import MAX_RANGES, parse_uid_ranges

FETCHED = (
    b'* 5 FETCH (UID 9 FLAGS (\\Seen $Forwarded) INTERNALDATE "01-Jan-2026 10:00:00 +0100" RFC822.SIZE 99'
    b" BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {3}"
)


@pytest.mark.parametrize(
    "line",
    [
        FETCHED,
        FETCHED.replace(b"<0>", b""),
        FETCHED.replace(b"\\Seen $Forwarded", b""),
        FETCHED.replace(b"\\Seen", b'\\SEEN "odd"'),
        FETCHED.replace(b"UID 9 FLAGS (\\Seen $Forwarded)", b"FLAGS (\\Seen) UID 9"),
        FETCHED.replace(b"01-Jan", b"99-Xxx"),
        FETCHED.replace(b"UID 9", b"UID 0"),
        FETCHED.replace(b"UID 9", b"UID 99999999999"),
    ],
)
def test_a_header_is_read_as_the_tokenizer_reads_it(line: bytes) -> None:
    response = [line, b"a:b", b")"]
    fetched = parse_fetch(response)
    assert fetched is not None
    expected = {fetched.uid: as_header(fetched)} if fetched.uid else {}
    assert read_headers([response]).headers == expected


@given(
    st.lists(st.sampled_from(["\\Seen", "\\FLAGGED", "$Junk", "work", "\\Recent"]), max_size=4),
    st.sampled_from(["", " MODSEQ (917162500)"]),
)
def test_flags_are_read_as_the_tokenizer_reads_them(flags: list[str], modseq: str) -> None:
    response = [f"* 1 FETCH (UID 7 FLAGS ({' '.join(flags)}){modseq})".encode()]
    fetched = parse_fetch(response)
    assert fetched is not None
    assert read_flags([response]).flags == {7: fetched.flags}
    assert "\\Recent" not in fetched.flags


def test_gmail_numbers_a_message_and_its_answer_begins_with_that() -> None:
    line = (
        b"* 5 FETCH (X-GM-MSGID 1278455344230334865 UID 9 RFC822.SIZE 99"
        b' INTERNALDATE "01-Jan-2026 10:00:00 +0100" FLAGS () BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {3}'
    )
    assert read_headers([[line, b"a:b", b")"]]).headers[9].gmail_id == 1278455344230334865
    beyond = line.replace(b"1278455344230334865", b"18446744073709551615")
    assert read_headers([[beyond, b"a:b", b")"]]).headers[9].gmail_id == 0


def test_what_came_unasked_among_headers_is_told_apart() -> None:
    read = read_headers([[b"* 3 FETCH (FLAGS (\\Seen))"], [b"* 4 FETCH (UID 8 FLAGS ())"], [b"* 5 FETCH broken"]])
    assert read.headers == {}
    assert [fetched.number for fetched in read.unasked] == [3, 4]


@pytest.mark.parametrize(
    ("line", "ranges"),
    [
        (b"* VANISHED (EARLIER) 41,43:116,118", ((41, 41), (43, 116), (118, 118))),
        (b"* VANISHED 405:400", ((400, 405),)),
        (b"* VANISHED 1:4294967295", ((1, 4294967295),)),
        (b"* VANISHED 0:5", ()),
        (b"* VANISHED 1:4294967296", ()),
        (b"* VANISHED 1,,2", ()),
        (b"* VANISHED x", ()),
        (b"* VANISHED " + b"1," * MAX_RANGES + b"1", ()),
    ],
)
def test_who_vanished_is_read_or_nothing_is(line: bytes, ranges: tuple[tuple[int, int], ...]) -> None:
    assert parse_uid_ranges([line]) == ranges


def test_changes_are_noted_by_uid_where_the_server_names_one() -> None:
    changes = Changes()
    assert not changes
    changes.note(b"FETCH", 3, [b"* 3 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (5))"])
    changes.note(b"FETCH", 4, [b"* 4 FETCH (FLAGS ())"])
    changes.note(b"VANISHED", 0, [b"* VANISHED 7:9"])
    assert (changes.told, changes.flags, changes.gone, changes.vanished) == (
        {7: frozenset({"\\Seen"})},
        {4},
        [(7, 9)],
        False,
    )
    changes.note(b"VANISHED", 0, [b"* VANISHED nonsense"])
    assert changes.vanished


def test_more_changes_than_are_noted_mean_that_all_are_looked_at() -> None:
    changes = Changes()
    for uid in range(1, MAX_NOTED + 2):
        changes.note(b"FETCH", uid, [b"* %d FETCH (UID %d FLAGS ())" % (uid, uid)])
    assert len(changes.told) == MAX_NOTED
    assert changes.all_flags


def test_what_happens_in_other_mailboxes_is_noted_by_their_names() -> None:
    changes = Changes()
    changes.note(b"STATUS", 0, [b'* STATUS "Sent Items" (MESSAGES 4 UIDNEXT 9 HIGHESTMODSEQ 77)'])
    assert changes.mailboxes == {"Sent Items"}
    changes.note(b"LIST", 0, [b'* LIST (\\NonExistent) "/" Old'])
    assert changes.list_changed
    changes.note(b"OK", 0, [b"* OK [NOTIFICATIONOVERFLOW] too much"])
    assert changes.overflowed


def test_a_mailboxs_counts_are_read_and_what_is_missing_is_nothing() -> None:
    told = parse_status([b"* STATUS inbox (MESSAGES 4 UNSEEN 2 UIDVALIDITY 7 HIGHESTMODSEQ 9223372036854775807)"])
    assert told is not None
    assert (told.wire_name, told.messages, told.unseen, told.uidnext) == ("INBOX", 4, 2, 0)
    assert told.modseq == (1 << 63) - 1
    assert parse_status([b"* STATUS (MESSAGES 4)"]) is None
