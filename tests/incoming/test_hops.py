"""The way a message came: who is believed, and where belief ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.hops import Trust, made_inside, trust_in, way_of
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import Address
from linksec_tui.model.hop import Protection

OURS = frozenset({"imap.home.example", "smtp.home.example", "mx.home.example"})

TRUST = Trust(hosts=OURS)

INTO_THE_STORE = (
    "from mx.home.example (mx.home.example [10.0.0.2]) by imap.home.example with LMTPS id 3;"
    " Sat, 21 Nov 2026 10:00:07 +0000"
)
HANDED_OVER = (
    "from out.shop.example (out.shop.example [192.0.2.7])"
    " (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))"
    " by mx.home.example (Postfix) with ESMTPS id 2; Sat, 21 Nov 2026 10:00:05 +0000"
)
IN_CLEAR = "from out.shop.example (out.shop.example [192.0.2.7]) by mx.home.example with ESMTP id 2; x"
CLAIMED = "from desk (desk [192.0.2.8]) by out.shop.example with ESMTP id 1; Sat, 21 Nov 2026 10:00:00 +0000"
FORGED = "by mx.home.example (Postfix) id 0; Sat, 21 Nov 2026 09:00:00 +0000"
MADE_HERE = "by smtp.home.example (Postfix) id 1; Sat, 21 Nov 2026 10:00:00 +0000"
FROM_SUBMISSION = "from smtp.home.example (localhost [127.0.0.1]) by imap.home.example with LMTPS id 2; x"


def test_the_run_ends_with_the_field_in_which_somebody_outside_hands_over() -> None:
    way = way_of([INTO_THE_STORE, HANDED_OVER, CLAIMED, FORGED], TRUST)
    assert [hop.trusted for hop in way.hops] == [True, True, False, False]
    assert [hop.internal for hop in way.hops] == [True, False, False, True]
    assert [hop.delay for hop in way.hops] == [2, 5, 3600, None]
    assert way.weakest_trusted is not None
    assert way.weakest_trusted.protection is Protection.ENCRYPTED
    assert way.weakest_trusted.tls_version == "TLSv1.3"
    assert way.weakest_claimed is not None
    assert way.weakest_claimed.protection is Protection.CLEAR


def test_the_weakest_hop_is_the_one_in_clear_and_never_an_internal_one() -> None:
    weakest = way_of([INTO_THE_STORE, IN_CLEAR], TRUST).weakest_trusted
    assert weakest is not None
    assert (weakest.protection, weakest.sent_by) == (Protection.CLEAR, "out.shop.example")
    assert way_of([INTO_THE_STORE, MADE_HERE], TRUST).weakest_trusted is None


def test_without_trusted_hosts_everything_is_claimed() -> None:
    assert not any(hop.trusted for hop in way_of([INTO_THE_STORE, HANDED_OVER], Trust()).hops)


def test_old_tls_is_weaker_than_tls() -> None:
    old = HANDED_OVER.replace("TLSv1.3", "TLSv1")
    assert way_of([old], TRUST).hops[0].protection is Protection.OLD_TLS


def test_a_filter_on_the_same_machine_does_not_end_the_run() -> None:
    fields = [
        "from localhost (localhost [127.0.0.1]) by mx.home.example (Postfix) with ESMTP id 3; x",
        "from mx.home.example ([127.0.0.1]) by localhost (mx.home.example [127.0.0.1]) (amavis) with ESMTP; x",
        HANDED_OVER,
        CLAIMED,
    ]
    assert [hop.trusted for hop in way_of(fields, TRUST).hops] == [True, True, True, False]


# What is learnt from an account's own servers

ACCOUNT = Account(
    name="home",
    address=Address("alice", "home.example"),
    imap=Server(host="imap.home.example", port=993),
    submission=Server(host="SMTP.home.example", port=465),
)


def test_whom_to_believe_is_learnt_from_the_accounts_own_servers() -> None:
    trust = trust_in([replace(ACCOUNT, trusted_hosts=frozenset({"mx.hoster.example"}), authserv_id="mx.home.example")])
    assert trust.hosts == {"imap.home.example", "smtp.home.example", "mx.hoster.example"}
    assert trust.domains == {"home.example", "hoster.example", "mx.home.example"}
    assert trust.authserv_ids == {"mx.home.example"}
    assert trust_in([ACCOUNT]).authserv_ids == frozenset()
    assert trust_in([ACCOUNT], ["mx.other.example"]).authserv_ids == {"mx.other.example"}


def test_any_host_of_the_providers_domain_may_have_written_a_field_but_not_have_handed_it_over() -> None:
    by_another = HANDED_OVER.replace("by mx.home", "by mx7.home")
    customer = "from vps9.home.example (vps9.home.example [192.0.2.9]) by mx7.home.example with ESMTPS id 2; x"
    trust = trust_in([ACCOUNT])
    assert [hop.trusted for hop in way_of([by_another, FORGED], trust).hops] == [True, False]
    assert [hop.trusted for hop in way_of([customer, FORGED], trust).hops] == [True, False]


def test_a_public_suffix_is_nobodys_domain() -> None:
    account = replace(ACCOUNT, imap=Server(host="imap.co.uk", port=993), submission=Server(host="co.uk", port=465))
    assert trust_in([account]).domains == {"imap.co.uk"}


def test_a_provider_that_names_no_host_inside_is_followed_from_the_very_top_alone() -> None:
    inside = "by 2002:a05:6830:12d5:: with SMTP id r189; Sat, 21 Nov 2026 10:00:07 +0000"
    way = way_of([inside, HANDED_OVER, CLAIMED], TRUST)
    assert [(hop.trusted, hop.internal) for hop in way.hops] == [(True, True), (True, False), (False, False)]
    assert [hop.trusted for hop in way_of([inside, inside, HANDED_OVER], TRUST).hops] == [False] * 3
    assert not made_inside([inside, MADE_HERE], OURS)


# In sentences


@pytest.mark.parametrize(
    ("fields", "trusted", "claimed"),
    [
        (
            [HANDED_OVER, CLAIMED],
            "took it from out.shop.example over TLS 1.3: someone tapping the wire saw noise.",
            "desk to out.shop.example, without encryption: anybody on that stretch could read it.",
        ),
        ([IN_CLEAR], "took it from out.shop.example without encryption", ""),
        ([HANDED_OVER.replace("TLSv1.3", "TLSv1")], "over TLS 1.0, which is old and can be broken.", ""),
        ([HANDED_OVER, "by x with UUCP id 1; x"], "over TLS 1.3", "nothing tells whether it was encrypted."),
        ([HANDED_OVER, "from a ([10.0.0.1]) by b with SMTP; x"], "over TLS 1.3", "it never left one network."),
        ([INTO_THE_STORE, MADE_HERE], "it never left your provider's own network.", ""),
        ([CLAIMED], "all of it is only a claim.", "without encryption"),
        ([], "all of it is only a claim.", ""),
    ],
)
def test_the_headlines_say_what_somebody_on_the_way_could_do(fields: list[str], trusted: str, claimed: str) -> None:
    way = way_of(fields, TRUST)
    assert trusted in way.trusted_headline
    assert claimed in way.claimed_headline
    assert bool(claimed) is bool(way.claimed_headline)


def test_a_way_without_end_is_cut_and_that_is_said() -> None:
    way = way_of([CLAIMED] * 130, TRUST)
    assert (len(way.hops), way.left_out) == (100, 30)


INTO_A_STORE_WITHOUT_A_NAME = "from smtp.home.example ([127.0.0.1]) by vm with LMTP id 3; x"


@pytest.mark.parametrize(
    "fields",
    [
        [MADE_HERE],
        [INTO_A_STORE_WITHOUT_A_NAME, MADE_HERE],
        [FROM_SUBMISSION, MADE_HERE],
        [
            INTO_THE_STORE,
            "from smtp.home.example (smtp.home.example [203.0.113.9]) by mx.home.example with ESMTPS; x",
            MADE_HERE,
        ],
    ],
)
def test_a_report_that_our_provider_wrote_was_made_inside(fields: list[str]) -> None:
    assert made_inside(fields, OURS)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ([], "no field tells anything"),
        ([HANDED_OVER], "it was handed over from outside"),
        ([INTO_THE_STORE, HANDED_OVER, MADE_HERE], "the last field is the sender's invention"),
        ([MADE_HERE, CLAIMED], "a server that is not ours had it before"),
        (["from mx.home.example (unknown [192.0.2.66]) by mx.home.example with ESMTP; x"], "a greeting proves nothing"),
        (["from mx.home.example ([192.0.2.66]) by mx.home.example with ESMTP; x"], "a greeting proves nothing"),
        (
            ["from [127.0.0.1] (unknown [192.0.2.66]) by mx.home.example with ESMTP; x"],
            "an address in a greeting neither",
        ),
        (
            ["from [192.0.2.66] (helo=[127.0.0.1]) by mx.home.example with esmtp (Exim 4.96); x"],
            "nor does Exim check it",
        ),
        (
            ["from [192.0.2.66] (port=9 helo=[10.0.0.1]) by mx.home.example with esmtp (Exim 4.96); x"],
            "nor an inner one",
        ),
        (["from mallory.example (localhost [127.0.0.1]) by mx.home.example with ESMTP; x"], "an address translator"),
        (["from desk (localhost [127.0.0.1]) by smtp.home.example with ESMTPSA; x"], "a user signed in and wrote it"),
        (["from [10.0.0.9] (helo=x) by smtp.home.example with HTTP; x"], "a user wrote it in the web mail"),
        ([MADE_HERE.replace("smtp.home", "smtp.evil")], "another provider made it"),
        ([MADE_HERE, INTO_A_STORE_WITHOUT_A_NAME, MADE_HERE], "only the top is the provider's for certain"),
        ([INTO_A_STORE_WITHOUT_A_NAME.replace("127.0.0.1", "192.0.2.6"), MADE_HERE], "it came from elsewhere"),
        ([INTO_A_STORE_WITHOUT_A_NAME.replace("by vm", "by vm.evil.example"), MADE_HERE], "that has a foreign name"),
        (["by smtp.home.example (Postfix, from userid 33) id 1; x"], "a web site on the server wrote it"),
        ([MADE_HERE] * 101, "nobody reads so many fields"),
    ],
)
def test_a_report_from_outside_is_never_taken_for_our_providers(fields: list[str], why: str) -> None:
    assert not made_inside(fields, OURS), why


# A report that a recipient's server sent after delivery; the others were made by the sender's own provider.
FROM_OUTSIDE = "requiretls-notify-success"
REPORTS = sorted(
    path
    for server in ("postfix", "postfix311", "exim")
    for path in (Path(__file__).parent.parent / "cases" / "bounces" / server).glob("*.eml")
)


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_reports_of_real_servers_are_placed_rightly(path: Path) -> None:
    fields = parse_message(path.read_bytes()).header_values("Received")
    assert made_inside(fields, {"home.test"}) is (path.stem != FROM_OUTSIDE)
    assert not made_inside(fields, OURS)
