"""Signatures verified here: what holds, what does not, and what a hostile message may cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.dkim import verify
from linksec_tui.incoming.dkim_carried import MAX_SIGNATURES, KeyAnswer, key_names, unchecked
from linksec_tui.model.sender import DkimCheck
from tests.incoming.signed import DOMAIN, ED25519_KEY, OUR_KEY, RFC8463, RFC8463_KEYS, RSA_KEY, Signing, signed

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BODY = b"Hello.\r\n"
KEYS = {"s1._domainkey.shop.example": KeyAnswer(texts=(OUR_KEY,))}


def checks(raw: bytes, keys: dict[str, KeyAnswer] | None = None, domain: str = "shop.example") -> tuple[DkimCheck, ...]:
    return verify(parse_message(raw), domain, KEYS if keys is None else keys, NOW)


def results(raw: bytes, keys: dict[str, KeyAnswer] | None = None, domain: str = "shop.example") -> list[str]:
    return [check.result for check in checks(raw, keys, domain)]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_the_message_of_rfc_8463_holds_with_both_of_its_signatures(line_end: bytes) -> None:
    found = checks(RFC8463.replace(b"\n", line_end), RFC8463_KEYS, DOMAIN)
    assert [(check.selector, check.result, check.aligned) for check in found] == [
        ("brisbane", "pass", True),
        ("test", "pass", True),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"hungry", b"angry"),
        (b"From: Joe", b"From: Jo"),
        (b"Subject: Is", b"Subject: It's"),
        (b"\nFrom: Joe", b"\nFrom: Mallory <m@evil.example>\nFrom: Joe"),  # h= names From twice
        (b"Subject: Is", b"Subject: Another\nSubject: Is"),
        (b"t=1528637909", b"t=1528637908"),
    ],
)
def test_whatever_is_changed_breaks_both(old: bytes, new: bytes) -> None:
    found = checks(RFC8463.replace(old, new), RFC8463_KEYS, DOMAIN)
    assert [(check.result, check.broken) for check in found] == [("fail", True), ("fail", True)]


def test_blanks_and_field_names_may_change_on_the_way_where_the_signature_allows_it() -> None:
    folded = RFC8463.replace(b"Subject: Is dinner", b"subject:  Is\n   dinner").replace(b"Joe.\n", b"Joe.  \n\n\n")
    assert results(folded, RFC8463_KEYS, DOMAIN) == ["pass", "pass"]


def test_a_signature_made_by_the_words_of_the_standard_holds() -> None:
    assert results(signed(BODY)) == ["pass"]
    assert results(signed(b"")) == ["pass"]
    # RFC 6376 §3.4.5: the example of a relaxed body
    assert results(signed(b" C\r\nD E\r\n").replace(b" C\r\nD E\r\n", b" C \r\nD \t E\r\n\r\n\r\n")) == ["pass"]


@pytest.mark.parametrize(
    ("signing", "why"),
    [
        (Signing(covered="subject"), "does not cover the sender"),
        (Signing(more=" l=8;"), "only the beginning"),
        (Signing(algorithm="rsa-sha1"), "not safe"),
        (Signing(more=" x=1700000000;"), "run out"),
        (Signing(more=" i=a@evil.example;"), "two domains"),
        (Signing(more=" q=dns/other;"), "not known"),
        (Signing(version="2"), "not known"),
    ],
)
def test_what_helps_a_forger_vouches_for_nothing(signing: Signing, why: str) -> None:
    (check,) = checks(signed(BODY, signing))
    assert check.result == "neutral"
    assert why in check.why
    assert not check.broken


@pytest.mark.parametrize(
    ("answer", "result", "why"),
    [
        (KeyAnswer(), "permerror", "no such key"),
        (KeyAnswer(texts=(OUR_KEY, OUR_KEY)), "permerror", "two keys"),
        (KeyAnswer(failure="no answer in time"), "temperror", "no answer in time"),
        (KeyAnswer(texts=("v=DKIM1; k=ed25519; p=",)), "permerror", "withdrawn"),
        (KeyAnswer(texts=(RSA_KEY,)), "permerror", "something else"),
        (KeyAnswer(texts=("v=DKIM1; k=ed25519; s=tlsrpt; p=x",)), "permerror", "something else"),
        (KeyAnswer(texts=("garbage",)), "permerror", "is not one"),
        (KeyAnswer(texts=(ED25519_KEY,)), "fail", "does not fit"),
    ],
)
def test_a_key_that_is_not_the_right_one_is_no_pass(answer: KeyAnswer, result: str, why: str) -> None:
    (check,) = checks(signed(BODY), {"s1._domainkey.shop.example": answer})
    assert check.result == result
    assert why in check.why


def test_a_key_for_the_very_domain_does_not_vouch_below_it() -> None:
    below = signed(BODY, Signing(more=" i=@news.shop.example;"))
    assert results(below) == ["pass"]
    assert results(below, {"s1._domainkey.shop.example": KeyAnswer(texts=(f"{OUR_KEY}; t=s",))}) == ["permerror"]


def test_a_key_that_nobody_asked_for_is_not_looked_for() -> None:
    (check,) = checks(signed(BODY), {})
    assert check.result == "temperror"


def test_only_a_few_signatures_are_verified_and_the_senders_own_domain_comes_first() -> None:
    others = b"".join(
        signed(BODY, replace(Signing(), domain=f"list{n}.example")).partition(b"\r\n")[0] + b"\r\n" for n in range(9)
    )
    message = parse_message(others + signed(BODY))
    names = key_names(message, "shop.example")
    assert len(names) == MAX_SIGNATURES
    assert names[0] == "s1._domainkey.shop.example"
    assert checks(message.source)[0].result == "pass"


def test_before_anybody_looked_it_is_said_what_is_there() -> None:
    (check,) = unchecked(parse_message(signed(BODY)), "shop.example")
    assert (check.domain, check.result, check.aligned, check.by.value) == ("shop.example", "unchecked", True, "")


@pytest.mark.parametrize(
    "body",
    [b" " * (4 << 20), b"\t \r\n" * (1 << 20), b"\r\n" * (2 << 20), b" \r" * (1 << 20)],
    ids=["blanks", "blank lines", "line ends", "bare CR"],
)
def test_a_text_of_blanks_costs_no_more_than_another(body: bytes) -> None:
    """dkimpy alone would be at it for hours: its search for blanks before line ends is quadratic."""
    assert results(signed(BODY).replace(BODY, body)) == ["fail"]


@pytest.mark.parametrize(
    "field",
    [
        b"v=1; a=rsa-sha256; b=" + b" " * 60_000 + b"; bh=x; d=shop.example; h=from; s=s1",
        b"v=1; " * 10_000,
        b";" * 60_000,
        b"v=1; a=rsa-sha256; b=x; bh=x; d=" + b"a." * 5_000 + b"; h=from; s=s1",
        b"v=1; a=rsa-sha256; b=x; bh=x; d=shop.example; h=" + b"from:" * 9_000 + b"; s=s1",
        b"v=1; a=rsa-sha256; b=x; bh=x; d=shop.example; h=from; s=../../x",
    ],
)
def test_a_hostile_signature_is_none(field: bytes) -> None:
    raw = b"DKIM-Signature: " + field + b"\r\nFrom: a@shop.example\r\n\r\nx"
    assert all(check.result == "neutral" for check in checks(raw))


def test_a_header_that_is_not_one_is_not_signed() -> None:
    odd = signed(BODY).replace(b"Subject: A letter", b"Subject: A letter\r\nFrom : x@evil.example")
    assert results(odd) == ["permerror"]


@given(st.binary(max_size=400), st.binary(max_size=200))
def test_nothing_breaks_the_verifier(head: bytes, body: bytes) -> None:
    raw = b"DKIM-Signature: v=1; a=ed25519-sha256; d=shop.example; s=s1; h=from; bh=AA==; b=AA==\r\n" + head + body
    for check in checks(raw):
        assert check.result != "pass"
