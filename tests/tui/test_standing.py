"""The status line at any width: the most important first, whole words only, and quiet while a mailbox is read."""

from __future__ import annotations

import pytest

from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.events import ConnectionChanged, Link, Progress
from linksec_tui.model.ladder import Glyphs
from linksec_tui.tui.marks import marks
from linksec_tui.tui.standing import Standing, progress_words, status_words

ASCII = marks(Glyphs.ASCII)
FACTS = TlsFacts(host="imap.university.example", port=993, version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384")
BUSY = Standing(
    opened=True,
    connection=ConnectionChanged(account="university", link=Link.ONLINE, facts=FACTS),
    elsewhere=("home",),
    unread=12_345,
    waiting=3,
    to_servers=2,
    attention=1,
    progress="reading Inbox 43 %",
)


@pytest.mark.parametrize("room", range(20, 200, 6))
def test_what_has_no_room_is_left_out_whole_from_the_end(room: int) -> None:
    whole, shown = status_words(BUSY, ASCII).plain, status_words(BUSY, ASCII, room).plain
    assert whole.startswith(shown)
    rest = whole.removeprefix(shown)
    assert not rest or rest.startswith(f" {ASCII.bullet} ")
    assert len(shown) <= room or f" {ASCII.bullet} " not in shown


def test_at_eighty_columns_the_warning_the_connection_and_who_is_away_are_there() -> None:
    shown = status_words(BUSY, ASCII, 78).plain
    assert "outbox: look at 1" in shown
    assert "TLS 1.3 to imap.university.example" in shown


@pytest.mark.parametrize(
    ("count", "words"), [(0, ""), (1, "1 change waits for the server"), (3, "3 changes wait for the server")]
)
def test_what_the_server_does_not_know_of_yet_is_said_in_few_words(count: int, words: str) -> None:
    assert status_words(Standing(opened=True, to_servers=count), ASCII).plain.partition(" - ")[2] == words


def test_where_there_is_no_room_for_both_what_waits_goes_before_why_nobody_can_be_reached() -> None:
    offline = ConnectionChanged(account="home", link=Link.OFFLINE, detail="The network is unreachable. " * 3)
    standing = Standing(opened=True, connection=offline, to_servers=2, unread=14)
    assert status_words(standing, ASCII, 78).plain == "home offline - 2 changes wait for the server - 14 unread"
    assert "unreachable" in status_words(standing, ASCII, 158).plain


def test_a_second_client_says_who_fetches_the_mail() -> None:
    beside = Standing(opened=True, connection=ConnectionChanged(account="home", link=Link.ELSEWHERE), unread=14)
    assert status_words(beside, ASCII, 78).plain == "home kept up by another linksec-tui - 14 unread"


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [
        (200, 100_000, "reading Inbox 0 %"),
        (43_999, 100_000, "reading Inbox 43 %"),
        (100_000, 100_000, ""),
        (50, 900, ""),
    ],
)
def test_reading_a_mailbox_is_told_in_parts_of_a_hundred_and_a_small_one_not_at_all(
    done: int, total: int, words: str
) -> None:
    assert progress_words(Progress(what="Inbox", done=done, total=total)) == words


def test_a_large_letter_on_its_way_tells_how_far_it_is() -> None:
    assert "sending 40 %" in status_words(Standing(opened=True, sending=40, waiting=1), ASCII).plain
