"""Search: a person's words, never a query language; newest first; the index forgets with the mailbox."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.store import mailboxes, messages, search
from linksec_tui.store.vault import Vault
from tests.store.test_messages import a_header


@pytest.fixture
def found(mail: Vault) -> dict[int, Header]:
    (inbox,) = mail.do(
        mailboxes.write_mailboxes,
        "home",
        [Mailbox(id=0, account="home", name="INBOX", wire_name="INBOX", role=Role.INBOX)],
    )
    headers = [
        a_header(inbox.id, 1, subject="The harbour at night"),
        a_header(inbox.id, 2, subject="Über die Brücke", sender_name="Žofie", sender_address="zofie@club.example"),
        a_header(inbox.id, 3, subject="Night train"),
    ]
    ids = mail.do(messages.write_headers, headers)
    mail.do(search.write_body_words, mail.do(messages.rows, ids)[ids[0]], "boats, and the bridge by night light")
    return mail.do(messages.rows, ids)


@pytest.mark.parametrize(
    ("query", "uids"),
    [
        ("night", [3, 1]),
        ("nig", [3, 1]),
        ("ight", []),
        ("NIGHT harbour", [1]),
        ('"harbour at"', [1]),
        ('"at harbour"', []),
        ('"harbour at', [1]),
        ("uber brucke", [2]),
        ("from:zofie", [2]),
        ("from:night", []),
        ("subject:boats", []),
        ("body:boats night", [1]),
        ("FROM:club.example", [2]),
        ("letters: night", []),
        ("", []),
        ("  ", []),
        ("* AND OR ( -", []),
        ("night OR harbour", []),
    ],
)
def test_all_words_must_occur_and_the_newest_comes_first(
    mail: Vault, found: dict[int, Header], query: str, uids: list[int]
) -> None:
    assert [found[ident].uid for ident in mail.do(search.find, query, 10)] == uids


def test_the_limit_keeps_the_newest(mail: Vault, found: dict[int, Header]) -> None:
    assert [found[ident].uid for ident in mail.do(search.find, "night", 1)] == [3]


def test_a_search_in_a_mailbox_finds_only_there(mail: Vault, found: dict[int, Header]) -> None:
    (header, *_) = found.values()
    assert len(mail.do(search.find_in, header.mailbox, "night", 10)) == 2
    assert list(mail.do(search.find_in, header.mailbox + 1, "night", 10)) == []
    assert list(mail.do(search.find_in, header.mailbox, "", 10)) == []


@given(st.text(alphabet=st.sampled_from("ab \"*:()-+^{}\0'ä\ud800") | st.characters(), max_size=60))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_is_an_error(mail: Vault, query: str) -> None:
    mail.do(search.find, query, 10)


def test_words_of_a_message_that_is_gone_are_not_indexed(mail: Vault, found: dict[int, Header]) -> None:
    (header, *_) = found.values()
    mail.do(messages.remove, header.mailbox, [header.uid])
    mail.do(search.write_body_words, header, "boats")
    assert list(mail.do(search.find, "boats", 10)) == []
