"""Who sent it: whose word counts, whose does not, and what is to be looked at twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.hops import Trust
from linksec_tui.incoming.sender import Grounds, inspect_message
from linksec_tui.model.sender import (
    Acquaintance,
    DkimCheck,
    DmarcPolicy,
    DomainWish,
    Examiner,
    Inspection,
    OwnCheck,
    SenderCheck,
    SenderState,
)
from linksec_tui.model.visible import visible, visible_name

OURS = Trust(
    hosts=frozenset({"imap.home.example", "mx.home.example"}),
    domains=frozenset({"home.example"}),
    authserv_ids=frozenset({"mx.home.example"}),
)
INTO_THE_STORE = "Received: from mx.home.example (mx.home.example [10.0.0.2]) by imap.home.example with LMTPS id 3; x"
HANDED_OVER = "Received: from out.shop.example (out.shop.example [192.0.2.7]) by mx.home.example with ESMTPS id 2; x"
CLAIMED = "Received: from mx.home.example (mx.home.example [10.0.0.2]) by mx.home.example with ESMTPS id 1; x"
FROM = "From: Shop <news@shop.example>"
PASS = "Authentication-Results: mx.home.example; dmarc=pass header.from=shop.example"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def inspected(*lines: str, trust: Trust = OURS, own: OwnCheck | None = None, **known: object) -> Inspection:
    message = parse_message("\r\n".join([*lines, "", "Hello."]).encode())
    acquaintance = Acquaintance(**known)  # pyright: ignore[reportArgumentType]  # each test names a field and its type
    return inspect_message(message, Grounds(trust=trust, own=own, acquaintance=acquaintance))


def judged(*lines: str, trust: Trust = OURS, own: OwnCheck | None = None) -> SenderCheck:
    return inspected(*lines, trust=trust, own=own).sender


def told(results: str, sender: str = FROM) -> SenderCheck:
    """By the provider, in its place."""
    return judged(INTO_THE_STORE, f"Authentication-Results: mx.home.example; {results}", HANDED_OVER, CLAIMED, sender)


# Whose results count


def test_the_providers_result_above_the_boundary_is_believed() -> None:
    found = judged(INTO_THE_STORE, PASS, HANDED_OVER, CLAIMED, FROM)
    assert (found.state, found.dmarc, found.authserv_id) == (SenderState.VERIFIED, "pass", "mx.home.example")
    assert found.headline == "shop.example vouches for it; your provider checked it."


@pytest.mark.parametrize(
    "lines",
    [
        (INTO_THE_STORE, HANDED_OVER, PASS, CLAIMED, FROM),
        (INTO_THE_STORE, HANDED_OVER, CLAIMED, PASS, FROM),
        (INTO_THE_STORE, HANDED_OVER, PASS, FROM),
        (PASS, FROM),
        (PASS, HANDED_OVER.replace("by mx.home.example", "by mx.evil.example"), FROM),
    ],
    ids=["below the boundary", "far below", "with nothing after it", "without any hop", "above a strangers hop"],
)
def test_the_same_words_where_the_sender_could_have_written_them_are_not(lines: tuple[str, ...]) -> None:
    found = judged(*lines)
    assert (found.state, found.dmarc, found.authserv_id) == (SenderState.UNVERIFIED, "", "")
    assert "where the sender could have written it" in found.headline


@pytest.mark.parametrize("authserv_id", ["mx.evil.example", "mx.home.example.evil.example", "home.example", ""])
def test_a_field_in_the_right_place_with_another_name_is_not_the_providers(authserv_id: str) -> None:
    field = PASS.replace("mx.home.example", authserv_id)
    assert judged(INTO_THE_STORE, field, HANDED_OVER, FROM).state is SenderState.UNVERIFIED


def test_without_a_confirmed_name_nothing_is_believed() -> None:
    trust = Trust(hosts=OURS.hosts, domains=OURS.domains)
    assert judged(INTO_THE_STORE, PASS, HANDED_OVER, FROM, trust=trust).state is SenderState.UNVERIFIED


def test_the_copy_that_arc_keeps_counts_in_the_right_place_and_no_other() -> None:
    copy = PASS.replace("Authentication-Results: ", "ARC-Authentication-Results: i=1; ")
    assert judged(copy, HANDED_OVER, FROM).state is SenderState.VERIFIED
    assert judged(HANDED_OVER, copy, FROM).state is SenderState.UNVERIFIED


def test_a_providers_word_that_stands_twice_counts_by_the_worse() -> None:
    fail = PASS.replace("pass", "fail")
    assert judged(fail, PASS, HANDED_OVER, FROM).state is SenderState.FAILED
    assert judged(PASS, fail, HANDED_OVER, FROM).state is SenderState.FAILED


# What the results say


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ("dmarc=pass header.from=shop.example", SenderState.VERIFIED),
        ("dmarc=pass header.from=SHOP.example", SenderState.VERIFIED),
        ("dmarc=pass header.from=news@shop.example", SenderState.VERIFIED),
        ("dmarc=pass header.from=evil.example", SenderState.UNVERIFIED),
        ("dmarc=pass", SenderState.UNVERIFIED),
        ("dmarc=bestguesspass header.from=shop.example", SenderState.UNVERIFIED),
        ("dmarc=fail header.from=shop.example", SenderState.FAILED),
        ("dkim=pass header.d=shop.example; dmarc=fail header.from=shop.example", SenderState.FAILED),
        ("dkim=pass header.d=shop.example", SenderState.VERIFIED),
        ("dkim=pass header.d=mail.shop.example", SenderState.VERIFIED),
        ("dkim=pass header.i=@shop.example", SenderState.VERIFIED),
        ("dkim=pass header.d=evil.example", SenderState.UNVERIFIED),
        ("dkim=pass header.d=example", SenderState.UNVERIFIED),
        ("dkim=fail header.d=shop.example", SenderState.UNVERIFIED),
        ("dkim=fail header.d=shop.example; dkim=pass header.d=shop.example", SenderState.VERIFIED),
        ("spf=pass smtp.mailfrom=bounce@shop.example", SenderState.VERIFIED),
        ("spf=pass smtp.mailfrom=bounce@evil.example", SenderState.UNVERIFIED),
        ("spf=pass smtp.helo=shop.example", SenderState.UNVERIFIED),
        ("spf=softfail smtp.mailfrom=shop.example", SenderState.UNVERIFIED),
        ("dmarc=none header.from=shop.example", SenderState.UNVERIFIED),
    ],
)
def test_only_what_stands_for_the_visible_domain_counts(results: str, state: SenderState) -> None:
    assert told(results).state is state


@pytest.mark.parametrize(
    "sender",
    [
        "From: Shop <news@shop.example>, Bank <a@bank.example>",
        "From: Shop <news@shop.example>\r\nFrom: Bank <a@bank.example>",
    ],
)
def test_a_message_of_several_senders_is_nobodys(sender: str) -> None:
    found = told("dmarc=pass header.from=shop.example", sender)
    assert found.state is SenderState.UNVERIFIED
    assert [warning.code for warning in found.warnings] == ["several-senders"]


@pytest.mark.parametrize("sender", ["Subject: nobody", "From: ", "From: undisclosed", "From: a@", "From: <a@b c>"])
def test_without_a_domain_nothing_is_verified(sender: str) -> None:
    found = told("dmarc=pass header.from=shop.example; dkim=pass header.d=shop.example; spf=pass", sender)
    assert (found.state, found.domain) == (SenderState.UNVERIFIED, "")


def test_an_internationalised_domain_is_the_same_in_both_forms() -> None:
    found = told("dmarc=pass header.from=xn--mller-kva.example", "From: M <a@müller.example>")
    assert (found.state, found.domain) == (SenderState.VERIFIED, "xn--mller-kva.example")
    assert found.headline.startswith("müller.example vouches")


# What was looked up from here


def own(*, result: str = "pass", domain: str = "shop.example", wish: DomainWish | None = None) -> OwnCheck:
    check = DkimCheck(
        domain=domain, result=result, by=Examiner.HERE, aligned=domain == "shop.example", broken=result == "fail"
    )
    return OwnCheck(checked_at=NOW, dkim=(check,), wish=wish or DomainWish(policy=DmarcPolicy.ABSENT))


REJECT = DomainWish(policy=DmarcPolicy.REJECT)


@pytest.mark.parametrize(
    ("check", "state", "dmarc"),
    [
        (own(), SenderState.VERIFIED, "none"),
        (own(wish=REJECT), SenderState.VERIFIED, "pass"),
        (own(domain="mail.shop.example"), SenderState.VERIFIED, "none"),
        (own(domain="mail.shop.example", wish=DomainWish(strict_dkim=True)), SenderState.UNVERIFIED, ""),
        (own(domain="evil.example"), SenderState.UNVERIFIED, "none"),
        (own(domain="evil.example", wish=REJECT), SenderState.UNVERIFIED, ""),  # SPF may have passed
        (own(result="fail"), SenderState.UNVERIFIED, "none"),
        (own(result="fail", wish=REJECT), SenderState.FAILED, "fail"),
        (own(result="fail", wish=DomainWish(policy=DmarcPolicy.NONE)), SenderState.UNVERIFIED, ""),
        (own(result="temperror", wish=REJECT), SenderState.UNVERIFIED, ""),
        (own(result="neutral", wish=REJECT), SenderState.UNVERIFIED, ""),
    ],
)
def test_a_signature_checked_here_counts_by_the_domains_own_rule(
    check: OwnCheck, state: SenderState, dmarc: str
) -> None:
    found = judged(HANDED_OVER, FROM, own=check)
    assert (found.state, found.dmarc) == (state, dmarc)
    assert found.checked_at == NOW


def test_the_day_of_the_verdict_is_said() -> None:
    assert judged(HANDED_OVER, FROM, own=own()).headline.endswith("checked here on 1 March 2026.")


def test_what_the_provider_says_of_spf_completes_what_the_domain_asks() -> None:
    field = "Authentication-Results: mx.home.example; spf=fail smtp.mailfrom=shop.example"
    neutral = own(result="neutral", wish=REJECT)
    assert judged(field, HANDED_OVER, FROM, own=neutral).state is SenderState.FAILED
    passed = field.replace("spf=fail", "spf=pass")
    assert judged(passed, HANDED_OVER, FROM, own=neutral).state is SenderState.VERIFIED


# What is to be looked at twice


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ((FROM,), []),
        (("From: service@bank.example <news@shop.example>",), ["name-names-address"]),
        (('From: "service@bank.example" <news@shop.example>',), ["name-names-address"]),
        (("From: =?utf-8?b?c2VydmljZUBiYW5rLmV4YW1wbGU=?= <news@shop.example>",), ["name-names-address"]),
        (('From: "service＠bank.example" <news@shop.example>',), ["name-names-address"]),
        (("From: News@Shop.example <news@shop.example>",), []),
        ((FROM, "Reply-To: a@evil.example"), ["reply-to-differs"]),
        ((FROM, "Reply-To: a@mail.shop.example"), []),
        ((FROM, "Reply-To: news@shop.example, a@evil.example"), ["reply-to-differs"]),
        (("From: Bank <a@bаnk.example>",), ["mixed-scripts"]),  # with a Cyrillic а
    ],
)
def test_a_name_that_says_something_else_than_the_address_is_pointed_out(
    lines: tuple[str, ...], codes: list[str]
) -> None:
    assert [warning.code for warning in judged(HANDED_OVER, *lines).warnings] == codes


def test_what_is_known_of_people_is_pointed_out_also_of_a_verified_sender() -> None:
    found = inspected(
        PASS, HANDED_OVER, FROM, first=True, namesake="anna@bank.example", looks_like="shop.example"
    ).sender
    assert found.state is SenderState.VERIFIED
    assert [warning.code for warning in found.warnings] == ["look-alike", "name-of-contact", "first-message"]
    assert found.warned


def test_a_first_message_alone_is_nothing_grave() -> None:
    assert not inspected(HANDED_OVER, FROM, first=True).sender.warned


# Anything at all

LINES = st.lists(
    st.sampled_from([INTO_THE_STORE, HANDED_OVER, CLAIMED, FROM, PASS, "From: \x1b]0;x\x07 <a\x9b@b>", "Reply-To: ✓"])
    | st.text(max_size=80).map(lambda text: f"Authentication-Results: mx.home.example; {text}")
    | st.text(max_size=80),
    max_size=12,
)


@given(LINES)
def test_nothing_breaks_the_judge_or_gets_through_it(lines: list[str]) -> None:
    message = parse_message("\r\n".join([*lines, "", ""]).encode("utf-8", "replace"))
    found = inspect_message(message, Grounds(trust=OURS, own=own()))
    sender = found.sender
    assert all(each == visible_name(each) for each in (sender.name, sender.address, sender.spf, sender.dmarc))
    texts = [sender.headline, *(warning.text for warning in sender.warnings), *(check.why for check in sender.dkim)]
    assert all(each == visible(each) for each in (*texts, found.way.trusted_headline, found.way.claimed_headline))


@given(LINES)
def test_no_line_of_the_senders_own_verifies_it(lines: list[str]) -> None:
    """Whatever stands below the field with which it was handed over."""
    message = parse_message("\r\n".join([INTO_THE_STORE, HANDED_OVER, *lines, "", ""]).encode("utf-8", "replace"))
    assert inspect_message(message, Grounds(trust=OURS)).sender.state is not SenderState.VERIFIED
