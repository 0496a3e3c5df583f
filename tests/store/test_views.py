"""Lists in every order, narrowed by words; whatever is typed is text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linksec_tui.model.listing import Arrangement, Order, Panes, View
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.store import choices, mailboxes, messages, views
from linksec_tui.store.vault import Vault

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEEN = frozenset({Flag.SEEN.value})


def a_header(mailbox: int, uid: int, **changes: object) -> Header:
    header = Header(
        id=0, account="home", mailbox=mailbox, uid=uid, sender_name="", sender_address=f"s{uid}@x.example",
        recipients="alice@home.example", subject=f"Letter {uid}", flags=SEEN,
        received_at=START + timedelta(minutes=uid),
    )  # fmt: skip
    return replace(header, **changes)  # pyright: ignore[reportArgumentType]  # each test names a field and its type


@pytest.fixture
def inbox(mail: Vault) -> int:
    listed = [Mailbox(id=0, account="home", name="INBOX", wire_name="INBOX", role=Role.INBOX)]
    return mail.do(mailboxes.write_mailboxes, "home", listed)[0].id


@pytest.fixture
def few(mail: Vault, inbox: int) -> int:
    letters = [
        a_header(inbox, 1, sender_name="carol", subject="Re: Bread", size=30),
        a_header(inbox, 2, sender_name="Bob", subject="Apples", size=10, flags=frozenset[str]()),
        a_header(inbox, 3, sender_name="", sender_address="anna@x.example", subject="Cake 100%", size=20),
        a_header(inbox, 4, sender_name="Märta", subject="ÄPFEL", flags=SEEN | {Flag.FLAGGED, "work"}, size=5),
    ]
    mail.do(messages.write_headers, letters)
    return inbox


def shown(mail: Vault, view: View) -> list[int]:
    spine = mail.do(views.spine, view)
    found = mail.do(messages.rows, spine.ids)
    return [found[ident].uid for ident in spine.ids]


@pytest.mark.parametrize(
    ("order", "uids"),
    [
        (Order.DATE, [4, 3, 2, 1]),
        (Order.SENDER, [3, 2, 1, 4]),
        (Order.SUBJECT, [2, 1, 3, 4]),
        (Order.SIZE, [1, 3, 2, 4]),
        (Order.UNREAD, [2, 4, 3, 1]),
    ],
)
def test_a_list_is_in_the_order_that_was_chosen(mail: Vault, few: int, order: Order, uids: list[int]) -> None:
    assert shown(mail, View(mailboxes=(few,), arrangement=Arrangement(order=order))) == uids


def test_the_other_way_round(mail: Vault, few: int) -> None:
    assert shown(mail, View(mailboxes=(few,), arrangement=Arrangement(backwards=True))) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("words", "uids"),
    [
        ("", [4, 3, 2, 1]),
        ("bread", [1]),
        ("b re", [1]),
        ("äpfel", [4]),
        ("MÄRTA", [4]),
        ("märta", [4]),
        ("unread", [2]),
        ("starred", [4]),
        ("is:starred äpf", [4]),
        ("#work", [4]),
        ("100%", [3]),
        ("%", [3]),
        ("_", []),
        ("nothing", []),
        ("x.example", [4, 3, 2, 1]),
    ],
)
def test_words_narrow_a_list(mail: Vault, few: int, words: str, uids: list[int]) -> None:
    assert shown(mail, View(mailboxes=(few,), words=words)) == uids


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(max_size=40))
def test_whatever_is_typed_is_text(mail: Vault, few: int, words: str) -> None:
    assert set(shown(mail, View(mailboxes=(few,), words=words))) <= {1, 2, 3, 4}


def test_several_mailboxes_are_one_list(mail: Vault, few: int) -> None:
    listed = [Mailbox(id=0, account="work", name="INBOX", wire_name="INBOX", role=Role.INBOX)]
    other = mail.do(mailboxes.write_mailboxes, "work", listed)[0].id
    mail.do(messages.write_headers, [a_header(other, 9, received_at=START + timedelta(seconds=90))])
    both = View(mailboxes=(few, other))
    assert shown(mail, both) == [4, 3, 2, 9, 1]
    assert list(mail.do(views.first_ids, both, 3)) == list(mail.do(views.spine, both).ids[:3])


def test_what_is_unread_is_found_in_a_view_and_among_ids(mail: Vault, few: int) -> None:
    view = View(mailboxes=(few,))
    ids = mail.do(views.spine, view).ids
    assert list(mail.do(views.unread, view)) == [ids[2]] == list(mail.do(views.unread_of, ids))


def test_a_choice_is_found_again_and_an_unreadable_one_is_none(desk: Vault) -> None:
    assert desk.do(choices.read_choice, Panes, "panes") is None
    desk.do(choices.write_choice, "panes", Panes(mailboxes=30))
    desk.do(choices.write_choice, "panes", Panes(mailboxes=31, split=40))
    assert desk.do(choices.read_choice, Panes, "panes") == Panes(mailboxes=31, split=40)
    assert desk.do(choices.read_choice, Arrangement, "panes") is None
