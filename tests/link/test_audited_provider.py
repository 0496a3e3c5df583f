"""What an audit told fills only what nobody else knows, and bears its date."""

from __future__ import annotations

from datetime import UTC, datetime

from linksec_tui.link.provider import provider_facts, with_audit
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
from linksec_tui.model.audit import Audit, Breaks, Canary, CanaryLetter, Fate
from linksec_tui.model.evidence import Answer, Mechanism

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FATES = {Breaks.NOTHING: Fate.ARRIVED, Breaks.DANE: Fate.CAME_BACK, Breaks.MTA_STS: Fate.ARRIVED}
AUDIT = Audit(
    account="home",
    letters=tuple(
        CanaryLetter(
            canary=Canary(address=Address("info", f"{breaks.value}.example"), breaks=breaks),
            sent_at=NOW,
            fate=fate,
            fate_at=NOW,
        )
        for breaks, fate in FATES.items()
    ),
)


def account(insists: frozenset[Mechanism] | None) -> Account:
    return Account(name="home", address=Address("alice", "home.example"), insists=insists)


def test_where_nothing_is_known_the_audit_tells_and_is_dated() -> None:
    facts = with_audit(provider_facts(account(None)), AUDIT)
    assert (facts.answer(Mechanism.DANE), facts.answer(Mechanism.MTA_STS)) == (Answer.YES, Answer.NO)
    assert facts.answer(Mechanism.REQUIRETLS) is Answer.UNKNOWN
    assert facts.origin == "audit of 2026-03-01"


def test_the_persons_own_word_counts_for_more() -> None:
    own = provider_facts(account(frozenset({Mechanism.MTA_STS})))
    assert with_audit(own, AUDIT) == own
    assert with_audit(own, None) == own
