"""Envelopes are read strictly, whatever comes, and nothing else than a refusal comes of the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.world.envelope import EnvelopeRecipient, Notify, Refused, Return, parse_mail, parse_rcpt
from linksec_tui.world.trace import without_return_path

OFFERED = frozenset({"SIZE", "8BITMIME", "SMTPUTF8", "DSN", "REQUIRETLS"})
PIECES = st.sampled_from(
    ["FROM:", "TO:", "<", ">", "a@b.example", "bob", "@", " ", "SIZE=1", "NOTIFY=", "NEVER", ",", "ENVID=x", "+",
     "\\x{F8}", "ORCPT=", "rfc822;", "utf-8;", "RET=HDRS", "REQUIRETLS", "=", '"', "\\", "ø", "\x7f"]
)  # fmt: skip


def test_everything_that_mail_may_ask_for_is_read() -> None:
    words = "SIZE=120 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=run+2B1 REQUIRETLS"
    envelope = parse_mail(f"FROM:<alice@home.example> {words}", OFFERED)
    assert (envelope.sender, envelope.size, envelope.envid) == ("alice@home.example", 120, "run+1")
    assert (envelope.eight_bit, envelope.smtputf8, envelope.requiretls) == (True, True, True)
    assert envelope.returns is Return.HEADERS


@pytest.mark.parametrize("keyword", ["SIZE=1", "BODY=8BITMIME", "SMTPUTF8", "RET=FULL", "ENVID=x", "REQUIRETLS"])
def test_what_is_not_offered_may_not_be_asked_for(keyword: str) -> None:
    with pytest.raises(Refused, match=r"555 5\.5\.4"):
        parse_mail(f"FROM:<alice@home.example> {keyword}", frozenset())


def test_a_quoted_local_part_may_hold_almost_anything() -> None:
    recipient = parse_rcpt(r'TO:<"a \"b\" > c"@bank.example>', OFFERED, utf8=False)
    assert recipient.address == r'"a \"b\" > c"@bank.example'
    assert recipient.domain == "bank.example"


@pytest.mark.parametrize(
    ("notify", "wanted"),
    [(None, {Notify.FAILURE, Notify.DELAY}), (frozenset[Notify](), set[Notify]()), (frozenset(Notify), set(Notify))],
)
def test_who_says_nothing_wants_to_hear_of_failure(notify: frozenset[Notify] | None, wanted: set[Notify]) -> None:
    recipient = EnvelopeRecipient(address="a@b.example", notify=notify)
    assert {event for event in Notify if recipient.wants(event)} == wanted


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join)))
def test_anything_is_read_or_refused(argument: str) -> None:
    for parse in (lambda: parse_mail(argument, OFFERED), lambda: parse_rcpt(argument, OFFERED, utf8=True)):
        refusal = ""
        try:
            parse()
        except Refused as refused:
            refusal = refused.reply
        assert not refusal or (refusal[:3].isdecimal() and "\n" not in refusal)


def test_only_the_delivering_server_says_where_a_message_came_from() -> None:
    message = b"Subject: x\r\nReturn-Path: <>\r\n\tand more\r\nTo: y\r\n\r\nReturn-Path: <stays>\r\n"
    assert without_return_path(message) == b"Subject: x\r\nTo: y\r\n\r\nReturn-Path: <stays>\r\n"
    assert without_return_path(b"return-path: <>\r\n\r\n") == b"\r\n"
