"""What is remembered of a domain: with its dates, never green, and gone when it counts no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linksec_tui.link.recollect import recollected
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.evidence import Mechanism, Observation, Promise, Recollection, Source, StarttlsStatus

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DANE = Promise(mechanism=Mechanism.DANE, detail="mx.bank.example", seen_at=NOW - DAY, expires_at=NOW + 29 * DAY)
TOOK = Observation(
    domain="bank.example", host="mx.bank.example", starttls=StarttlsStatus.OFFERED, source=Source.PROBE,
    observed_at=NOW - DAY, expires_at=NOW + 29 * DAY, version="TLSv1.3",
)  # fmt: skip
DID_NOT = replace(TOOK, host="mx2.bank.example", starttls=StarttlsStatus.NOT_OFFERED, expires_at=NOW + DAY)


@pytest.mark.parametrize(
    ("promises", "observations", "assurance"),
    [
        ((), (), None),
        ((DANE,), (), Assurance.VERIFIABLE),
        ((), (TOOK,), Assurance.ENCRYPTED),
        ((DANE,), (TOOK, DID_NOT), Assurance.EXPOSED),
        ((replace(DANE, mechanism="declaration", detail="bank.example 4"),), (), None),
        ((replace(DANE, expires_at=NOW),), (replace(TOOK, expires_at=NOW),), None),
        ((), (replace(TOOK, starttls=StarttlsStatus.UNREACHABLE),), None),
    ],
)
def test_memory_carries_as_far_as_its_weakest_host_and_is_never_green(
    promises: tuple[Promise, ...], observations: tuple[Observation, ...], assurance: Assurance | None
) -> None:
    seen = recollected("bank.example", Recollection(promises=promises, observations=observations), NOW)
    assert seen.assurance is assurance


def test_each_line_says_what_and_when() -> None:
    seen = recollected("bank.example", Recollection(promises=(DANE,), observations=(TOOK, DID_NOT)), NOW)
    assert sorted(line.text for line in seen.lines) == [
        "mx.bank.example could prove itself (DANE)", "mx.bank.example took TLS (TLSv1.3)",
        "mx2.bank.example did not take TLS",
    ]  # fmt: skip
    assert {line.at for line in seen.lines} == {NOW - DAY}
