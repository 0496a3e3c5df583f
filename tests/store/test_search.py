"""Search in the store: a person's words, never a query language; newest first; the index forgets with the mailbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linksec_tui.incoming.query import parse_query
from linksec_tui.model.errors import BadInput
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.model.query import Came, Query
from linksec_tui.store import mailboxes, messages, search
from linksec_tui.store.connection import Connection
from linksec_tui.store.search import Search, Words
from linksec_tui.store.vault import Vault
from tests.store.test_messages import a_header

TODAY = date(2026, 3, 10)


def listed(vault: Vault, account: str, **roles: Role) -> dict[str, int]:
    boxes = [
        Mailbox(id=0, account=account, name=name, wire_name=name, role=role, delimiter="/")
        for name, role in roles.items()
    ]
    return {each.name: each.id for each in vault.do(mailboxes.write_mailboxes, account, boxes)}


@pytest.fixture
def found(mail: Vault) -> dict[int, Header]:
    places = listed(mail, "home", INBOX=Role.INBOX, Sent=Role.SENT, **{"Clubs/Rowing": Role.NONE})
    inbox, sent, rowing = places["INBOX"], places["Sent"], places["Clubs/Rowing"]
    headers = [
        a_header(inbox, 1, subject="The harbour at night", received_at=datetime(2026, 1, 31, 12, tzinfo=UTC)),
        a_header(
            inbox, 2, subject="Über die Brücke", sender_name="Žofie", sender_address="zofie@club.example",
            flags=frozenset({"\\Seen", "\\Flagged", "$Invoice"}), size=3_000_000, has_attachment=True,
            to_words="Alice <alice@home.example>", cc_words="Carol <carol@x.example>",
            received_at=datetime(2026, 2, 15, 12, tzinfo=UTC),
        ),
        a_header(sent, 3, subject="Night train", to_words="Bob <bob@bank.example>", flags=frozenset({"\\Seen"}),
                 received_at=datetime(2026, 3, 9, 12, tzinfo=UTC)),
        a_header(rowing, 4, subject="Boats", is_bounce=True, received_at=datetime(2026, 3, 10, 12, tzinfo=UTC)),
    ]  # fmt: skip
    ids = mail.do(messages.write_headers, headers)
    first = mail.do(messages.rows, ids)[ids[0]]
    said = replace(search.header_words(first), body="boats, and the bridge by night light")
    mail.do(search.write_body, first.id, said, Came.CLEAR)
    return mail.do(messages.rows, ids)


def asked(vault: Vault, text: str, limit: int = 10, mailbox: int | None = None) -> list[int]:
    query = parse_query(text, TODAY)
    return list(vault.do(search.find, Search(query=query, mailbox=mailbox), limit))


@pytest.mark.parametrize(
    ("query", "uids"),
    [
        ("night", [3, 1]),
        ("nigh", [3, 1]),
        ("nig", []),
        ("nig*", [3, 1]),
        ("ight", []),
        ("NIGHT harbour", [1]),
        ('"harbour at"', [1]),
        ('"at harbour"', []),
        ('"harbour at', [1]),
        ("uber brucke", [2]),
        ("from:zofie", [2]),
        ("from:night", []),
        ("subject:boats", [4]),
        ("boats", [4, 1]),
        ("boats -night", [4]),
        ("boats -in:INBOX", [4]),
        ("-night", [4, 2]),
        ("-boats -night", [2]),
        ("body:boats night", [1]),
        ("FROM:club.example", [2]),
        ("letters: night", []),
        ("to:alice@home.example", [2]),
        ("to:carol", [2]),
        ("cc:carol", [2]),
        ("cc:alice", []),
        ("brucke OR train", [3, 2]),
        ("night brucke OR train", [3]),
        ("train OR (is:bounce boats)", [4, 3]),
        ("in:inbox", [2, 1]),
        ("in:sent night", [3]),
        ("in:rowing", [4]),
        ('in:"clubs/rowing"', [4]),
        ("in:anywhere night", [3, 1]),
        ("account:HOME night", [3, 1]),
        ("is:unread", [4, 1]),
        ("is:read", [3, 2]),
        ("is:starred", [2]),
        ("-is:starred is:read", [3]),
        ("is:bounce", [4]),
        ("has:attachment", [2]),
        ("keyword:$INVOICE", [2]),
        ("keyword:invoice", []),
        ("larger:2M", [2]),
        ("smaller:2M night", [3, 1]),
        ("before:2026-02", [1]),
        ("after:2026-02", [4, 3, 2]),
        ("on:2026-02", [2]),
        ("on:yesterday", [3]),
        ("after:1d", [4, 3]),
        ("night before:2026-02", [1]),
        ("before:0001", []),
        ("before:9998", [4, 3, 2, 1]),
        ("came:clear", [1]),
        ("came:encrypted", []),
        ("-came:clear night", [3]),
        ("", []),
        ("  ", []),
        ("* AND OR ( -", []),
    ],
)
def test_what_is_asked_is_what_is_found_the_newest_first(
    mail: Vault, found: dict[int, Header], query: str, uids: list[int]
) -> None:
    assert [found[ident].uid for ident in asked(mail, query)] == uids


def test_the_limit_keeps_the_newest(mail: Vault, found: dict[int, Header]) -> None:
    assert [found[ident].uid for ident in asked(mail, "night", 1)] == [3]


def test_a_search_in_a_mailbox_finds_only_there_unless_it_names_another(mail: Vault, found: dict[int, Header]) -> None:
    inbox = next(header.mailbox for header in found.values() if header.uid == 1)
    assert [found[ident].uid for ident in asked(mail, "night", mailbox=inbox)] == [1]
    assert [found[ident].uid for ident in asked(mail, "night in:sent", mailbox=inbox)] == [3]
    assert asked(mail, "", mailbox=inbox) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("in:rowin", "There is no mailbox called “rowin”. Did you mean “Clubs/Rowing”?"),
        ("account:hom", "There is no account called “hom”. Did you mean “home”?"),
        ("night OR in:xyzzy", "There is no mailbox called “xyzzy”. There are Clubs/Rowing, INBOX, Sent."),
    ],
)
def test_a_place_that_there_is_not_is_said_with_the_nearest_one(
    mail: Vault, found: dict[int, Header], query: str, said: str
) -> None:
    assert found
    with pytest.raises(BadInput) as refused:
        asked(mail, query)
    assert str(refused.value) == said


def test_what_stands_in_all_mail_too_is_found_once(mail: Vault, found: dict[int, Header]) -> None:
    assert found
    places = listed(mail, "gmail", INBOX=Role.INBOX, All=Role.ALL)
    both = [a_header(places[name], 7, subject="Zeppelin", message_id="<z@x>") for name in ("INBOX", "All")]
    archived = a_header(places["All"], 8, subject="Zeppelin", message_id="<archived@x>")
    inbox, everything, alone = mail.do(messages.write_headers, [*both, archived])
    assert set(asked(mail, "zeppelin")) == {inbox, alone}
    assert set(asked(mail, "zeppelin in:All")) == {everything, alone}
    assert set(asked(mail, "zeppelin", mailbox=places["All"])) == {everything, alone}


def test_what_is_under_several_labels_is_found_once_and_the_inbox_shows_it(mail: Vault) -> None:
    places = listed(mail, "gmail", INBOX=Role.INBOX, Work=Role.NONE, Boats=Role.NONE)
    labelled = [
        a_header(places[name], uid, subject="Zeppelin", gmail_id=1 + uid)
        for uid in range(1, 9)
        for name in ("Work", "INBOX", "Boats")
        if name != "INBOX" or uid % 2
    ]
    ids = mail.do(messages.write_headers, labelled)
    headers = mail.do(messages.rows, ids)
    hits = asked(mail, "zeppelin", limit=100)
    assert [headers[each].uid for each in hits] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert all(headers[each].mailbox == places["INBOX"] for each in hits if headers[each].uid % 2)
    assert asked(mail, "zeppelin", limit=5) == hits[:5], "of messages, not of labels"
    assert len(asked(mail, "zeppelin in:Boats")) == 8
    read = max(each.id for each in headers.values() if each.mailbox == places["Boats"])
    mail.do(search.write_body, read, replace(search.header_words(headers[read]), body="helium"), None)
    assert asked(mail, "helium") == [read], "the one of them whose words are known"


def test_equal_numbers_of_two_accounts_are_two_messages(mail: Vault) -> None:
    for account in ("gmail", "other"):
        inbox = listed(mail, account, INBOX=Role.INBOX)["INBOX"]
        mail.do(messages.write_headers, [a_header(inbox, 1, subject="Zeppelin", gmail_id=7)])
    assert len(asked(mail, "zeppelin")) == 2


def test_what_is_on_its_way_out_is_not_found(mail: Vault, found: dict[int, Header]) -> None:
    (ident,) = asked(mail, "train")

    def take_out(connection: Connection) -> None:
        connection.execute("UPDATE messages SET mailbox = 0 WHERE id = ?", ident)

    mail.do(take_out)
    assert asked(mail, "train") == []
    assert len(found) == 4


def test_only_messages_whose_text_is_not_known_are_asked_for_elsewhere(mail: Vault, found: dict[int, Header]) -> None:
    def elsewhere(text: str) -> dict[str, int]:
        names = {each.id: each.name for each in mail.do(mailboxes.read_mailboxes, "home")}
        unread = mail.do(search.unindexed, Search(query=parse_query(text, TODAY)))
        return {names[each.mailbox]: each.count for each in unread}

    assert elsewhere("lighthouse") == {"INBOX": 1, "Sent": 1, "Clubs/Rowing": 1}
    assert elsewhere("lighthouse in:inbox before:2026-02") == {}
    inbox = next(header.mailbox for header in found.values() if header.uid == 1)
    query = Search(query=parse_query("lighthouse is:starred", TODAY))
    assert [found[ident].uid for ident in mail.do(search.found_on_server, query, inbox, [1, 2, 99])] == [2]


@given(st.text(alphabet=st.sampled_from("ab \"*:()-+^{}\0'ä\ud800") | st.characters(), max_size=60))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_nothing_that_is_typed_reaches_the_database_as_language(mail: Vault, text: str) -> None:
    try:
        query = parse_query(text, TODAY)
    except BadInput:
        return
    mail.do(search.find, Search(query=query), 10)


def test_words_of_a_message_that_is_gone_are_not_indexed(mail: Vault, found: dict[int, Header]) -> None:
    header = next(header for header in found.values() if header.uid == 1)
    mail.do(messages.remove, header.mailbox, [header.uid])
    mail.do(search.write_body, header.id, Words(sender="", recipients="", cc="", subject="", body="lamps"), None)
    assert asked(mail, "lamps") == []


def test_nothing_asked_for_is_nothing_found(mail: Vault, found: dict[int, Header]) -> None:
    assert found
    assert list(mail.do(search.find, Search(query=Query()), 10)) == []
