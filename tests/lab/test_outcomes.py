"""Prediction beside outcome: no badge promises what real mail servers were seen not to keep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lab import claims, deliveries, domains, outcomes
from tests.lab.claims import CLAIMS, Claim, Outcomes
from tests.lab.outcomes import DOCUMENT, SENDERS, Comparison
from tests.lab.predictions import UNKNOWN
from tests.lab.recorded import Sending, read_outcomes

RECORDED = read_outcomes()
_EXCEPTED = frozenset[str]().union(*(one.claims for one in claims.read_exceptions().values()))
live = pytest.mark.lab


@pytest.fixture(scope="module")
def comparison(running_lab: None) -> Comparison:
    """The running lab, asked once: predictions, and a letter to every domain from each of three people."""
    return outcomes.compare()


def test_every_domain_of_the_record_stands_in_the_lab_and_in_the_document() -> None:
    recorded = {name for found in RECORDED.values() for name in found}
    assert recorded <= {domain.name for domain in domains.DOMAINS}
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    for domain in domains.DOMAINS:
        assert any(line.startswith(f"| {domain.name} | {domain.what} |") for line in lines), domain.name


@live
@pytest.mark.parametrize("sending", SENDERS, ids=lambda sending: sending.request)
def test_postfix_does_here_what_was_recorded_of_it(comparison: Comparison, sending: Sending) -> None:
    recorded = RECORDED[sending]
    assert {name: did for name, did in comparison.outcomes[sending].items() if name in recorded} == recorded


def both(comparison: Comparison) -> Outcomes:
    """What was recorded, and what the lab's own Postfix has just done."""
    return {sending: {**done, **comparison.outcomes.get(sending, {})} for sending, done in RECORDED.items()}


@live
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_what_is_claimed_holds_but_for_the_exceptions(comparison: Comparison, claim: Claim) -> None:
    found = list(claims.broken(claim, comparison.predictions, both(comparison)))
    excepted = {domain for domain, exception in claims.read_exceptions().items() if claim.name in exception.claims}
    assert {one.domain for one in found} == excepted, found


@live
@pytest.mark.parametrize("claim", [claim for claim in CLAIMS if claim.promise], ids=lambda claim: claim.name)
def test_what_is_promised_holds_though_nobody_looked_at_an_exchanger(comparison: Comparison, claim: Claim) -> None:
    # of a provider that is not known the headline itself says "if your provider uses it"
    known = replace(claim, pairs=tuple(pair for pair in claim.pairs if pair[0] != UNKNOWN))
    assert list(claims.broken(known, comparison.predictions.without_probe(), both(comparison))) == []


@live
def test_the_document_is_what_the_lab_shows(comparison: Comparison) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == outcomes.render(comparison)


@pytest.mark.parametrize("name", sorted(_EXCEPTED))
def test_an_exception_names_a_claim(name: str) -> None:
    assert name in {claim.name for claim in CLAIMS}


LOG = """\
Nov 22 02:00:00 smtp postfix/cleanup[10]: A1: message-id=<one.test/r1@home.test>
Nov 22 02:00:00 smtp postfix/cleanup[10]: A2: message-id=<two.test/r1@home.test>
Nov 22 02:00:00 smtp postfix/cleanup[10]: A3: message-id=<three.test/r1@home.test>
Nov 22 02:00:00 smtp postfix/cleanup[10]: A4: message-id=<one.test/r0@home.test>
Nov 22 02:00:00 smtp postfix/smtp[20]: Verified TLS connection established to mx.one.test[127.0.0.1]:25: TLSv1.3
Nov 22 02:00:00 smtp postfix/smtp[21]: Untrusted TLS connection established to mx.two.test[127.0.0.1]:25: TLSv1.3
Nov 22 02:00:00 smtp postfix/smtp[20]: A1: to=<user@one.test>, relay=mx.one.test[127.0.0.1]:25, delay=0.1, \
delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as B1)
Nov 22 02:00:00 smtp postfix/smtp[20]: A4: to=<user@one.test>, relay=mx.one.test[127.0.0.1]:25, delay=0.1, \
delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as B4)
Nov 22 02:00:00 smtp postfix/smtp[21]: A2: to=<user@two.test>, relay=mx.two.test[127.0.0.1]:25, delay=0.1, \
delays=0/0/0/0, dsn=4.7.5, status=deferred (Server certificate not verified)
Nov 22 02:00:00 smtp postfix/smtp[20]: A3: to=<user@three.test>, relay=mx.three.test[127.0.0.1]:25, delay=0.1, \
delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as B3)
"""


def test_the_log_is_read_letter_by_letter() -> None:
    found = deliveries.outcomes(LOG.splitlines(), "r1")
    assert {name: str(outcome) for name, outcome in found.items()} == {
        "one.test": "delivered, verified",
        "two.test": "came back, 4.7.5",
        "three.test": "delivered in clear",
    }
