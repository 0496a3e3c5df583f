"""Letters to every domain at every requirement: what is said before sending is what happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from tests.lab import claims, domains, letter_claims, letter_table, newer, newer_servers, postal_log
from tests.lab.letter_claims import CLAIMS, LetterClaim
from tests.lab.letter_fates import INSISTING, STRICT, Provider, Round, send_round
from tests.lab.postal_log import Copy

live = pytest.mark.lab
PROVIDERS = (INSISTING, STRICT)
EXCEPTIONS = {provider: claims.read_exceptions(provider.exceptions) for provider in PROVIDERS}


@dataclass(frozen=True, slots=True)
class Shown:
    """What letters through one provider showed."""

    provider: Provider
    round: Round

    @property
    def table(self) -> str:
        return letter_table.table(self.round, self.provider)


@pytest.fixture(scope="module", params=PROVIDERS, ids=["insisting", "requiretls"])
def shown(request: pytest.FixtureRequest, running_lab: None, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """All letters, sent once through each provider; skipped, and said so aloud, where one cannot be had."""
    provider = cast("Provider", request.param)
    if provider is STRICT and (reason := newer_servers.missing(newer.POSTFIX)):
        pytest.skip(reason)
    return Shown(provider, send_round(provider, tmp_path_factory.mktemp("letters")))


@live
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_what_is_said_holds_but_for_the_exceptions(shown: Shown, claim: LetterClaim) -> None:
    found = letter_claims.broken(claim, shown.round)
    excepted = {domain for domain, exception in EXCEPTIONS[shown.provider].items() if claim.name in exception.claims}
    assert {fate.domain.name for fate in found} == excepted, [(each.wish, each.choice, each.did) for each in found]


@live
@pytest.mark.timeout(1800)
def test_who_is_left_out_gets_nothing_and_the_letter_is_kept_for_them(shown: Shown) -> None:
    assert letter_claims.wrongly_kept(shown.round) == []


@live
@pytest.mark.timeout(1800)
def test_the_letter_lies_in_the_mailboxes_of_those_who_get_it_and_names_nobody_else(shown: Shown) -> None:
    assert letter_claims.wrongly_there(shown.round) == []
    arrived = {each.sent for each in letter_claims.letters(shown.round) if each.over is not None}
    assert {found.copy for found in shown.round.found} == arrived


@live
@pytest.mark.timeout(1800)
def test_nobody_is_said_to_have_sent_nothing_back_whose_copy_came_back(shown: Shown) -> None:
    assert letter_claims.wrongly_said_to_be_there(shown.round) == []


@live
@pytest.mark.timeout(1800)
def test_the_document_is_what_the_lab_shows(shown: Shown) -> None:
    assert letter_table.standing(shown.provider) == shown.table


def test_the_document_has_a_table_for_each_provider_with_every_domain_in_it() -> None:
    assert letter_table.DOCUMENT.read_text(encoding="utf-8") == letter_table.render({})
    for provider in PROVIDERS:
        lines = letter_table.standing(provider).splitlines()
        for domain in domains.DOMAINS:
            assert any(line.startswith(f"| {domain.name} | {domain.what} |") for line in lines), domain.name


@pytest.mark.parametrize(
    "name", sorted({name for some in EXCEPTIONS.values() for each in some.values() for name in each.claims})
)
def test_an_exception_names_a_claim(name: str) -> None:
    assert name in {claim.name for claim in CLAIMS}


SENDER_LOG = """\
Nov 22 02:00:00 smtp postfix/cleanup[10]: A1: message-id=<m1@home.test>
Nov 22 02:00:00 smtp postfix/smtp[20]: Verified TLS connection established to mx.one.test[127.0.0.1]:25: TLSv1.3
Nov 22 02:00:00 smtp postfix/smtp[20]: A1: to=<user@one.test>, relay=mx.one.test[127.0.0.1]:25, delay=0.1, \
delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as B1)
Nov 22 02:00:00 smtp postfix/error[21]: A1: to=<user@two.test>, relay=none, delay=0.1, delays=0/0/0/0, dsn=4.7.5, \
status=deferred (delivery temporarily suspended: Server certificate not verified)
Nov 22 02:00:00 smtp postfix/cleanup[10]: A2: message-id=<report@smtp.home.test>
Nov 22 02:00:00 smtp postfix/bounce[22]: A1: sender non-delivery notification: A2
Nov 22 02:00:00 smtp postfix/qmgr[23]: A1: removed
"""
REPORT_DELIVERED = """\
Nov 22 02:00:00 smtp postfix/lmtp[24]: A2: to=<alice@home.test>, relay=127.20.3.1[127.20.3.1]:24, delay=0.1, \
delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 <alice@home.test> Saved)
Nov 22 02:00:00 smtp postfix/qmgr[23]: A2: removed
"""
EXCHANGER_LOG = """\
Nov 22 02:00:00 mx postfix/smtpd[30]: connect from unknown[127.20.1.1]
Nov 22 02:00:00 mx postfix/smtpd[30]: Anonymous TLS connection established from unknown[127.20.1.1]: TLSv1.3 with cipher
Nov 22 02:00:00 mx postfix/smtpd[30]: B1: client=unknown[127.20.1.1]
Nov 22 02:00:00 mx postfix/cleanup[31]: B1: message-id=<m1@home.test>
Nov 22 02:00:00 mx postfix/lmtp[32]: B1: to=<user@one.test>, relay=127.20.3.1[127.20.3.1]:24, delay=0.1, \
delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 <user@one.test> Saved)
Nov 22 02:00:00 mx postfix/smtpd[30]: connect from unknown[127.20.1.1]
Nov 22 02:00:00 mx postfix/smtpd[30]: B2: client=unknown[127.20.1.1]
Nov 22 02:00:00 mx postfix/cleanup[31]: B2: message-id=<m1@home.test>
Nov 22 02:00:00 mx postfix/lmtp[32]: B2: to=<user@three.test>, relay=127.20.3.1[127.20.3.1]:24, delay=0.1, \
delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 <user@three.test> Saved)
"""
LETTER = "<m1@home.test>"


def test_a_letter_is_settled_when_what_came_back_of_it_lies_in_the_mailbox() -> None:
    under_way = postal_log.sent(SENDER_LOG.splitlines())
    assert not under_way.settled([LETTER])
    settled = postal_log.sent((SENDER_LOG + REPORT_DELIVERED).splitlines())
    assert settled.settled([LETTER])
    assert settled.reports([LETTER]) == 1
    assert {copy.domain: str(did) for copy, did in settled.outcomes().items() if copy.message_id == LETTER} == {
        "one.test": "delivered, verified",
        "two.test": "came back, 4.7.5",
    }


def test_the_receiving_log_tells_tls_from_none_also_where_something_stands_in_front() -> None:
    assert postal_log.received(EXCHANGER_LOG.splitlines()) == {
        Copy(LETTER, "user@one.test"): "TLSv1.3",
        Copy(LETTER, "user@three.test"): "",
    }
    in_front = ["three.test: message-id=<m1@home.test> over TLSv1.2"]
    assert postal_log.received(EXCHANGER_LOG.splitlines(), in_front)[Copy(LETTER, "user@three.test")] == "TLSv1.2"
