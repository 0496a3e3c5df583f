"""What the sender's own provider insists on and offers (link-security.md §2.1).

The user's word is exhaustive: what is not listed is *no*. Without it the shipped list may know, and what the
submission server itself said after TLS fills what is left; everything else is *unknown*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from linksec_tui.link.known import KnownList, shipped_list
from linksec_tui.model.account import Account
from linksec_tui.model.audit import Audit
from linksec_tui.model.evidence import INSISTS_FROM_LEVEL, Answer, Mechanism, ProviderFacts
from linksec_tui.wire.smtp_offers import Offers


def provider_facts(account: Account, known: KnownList | None = None) -> ProviderFacts:
    """What is known before the submission server has been met."""
    listed = (known or shipped_list()).provider(account.submission.host) if account.submission else None
    if account.insists is not None:
        insists, origin = _exhaustive(account.insists), "configuration"
    elif listed is not None:
        insists = listed.insists
        origin = f"{'your own word' if listed.own else 'shipped list'}, {listed.dated}"
    else:
        insists, origin = MappingProxyType[Mechanism, Answer]({}), ""
    return ProviderFacts(
        account=account.name,
        insists=insists,
        origin=origin,
        local_domains=frozenset(domain.lower() for domain in account.local_domains),
    )


def with_audit(facts: ProviderFacts, audit: Audit | None) -> ProviderFacts:
    """What letters to broken domains told, where nothing else is known, while it is not old."""
    if audit is None or audit.dated is None:
        return facts
    new = {each: answer for each, answer in audit.answers.items() if facts.answer(each) is Answer.UNKNOWN}
    if not new:
        return facts
    origin = ", ".join(filter(None, (facts.origin, f"audit of {audit.dated:%Y-%m-%d}")))
    return replace(facts, insists=MappingProxyType({**facts.insists, **new}), origin=origin)


def _exhaustive(insists: frozenset[Mechanism]) -> Mapping[Mechanism, Answer]:
    """Who insists on anything uses STARTTLS; an empty list says that this provider does not even do that."""
    answers = {mechanism: Answer.YES if mechanism in insists else Answer.NO for mechanism in Mechanism}
    answers[Mechanism.STARTTLS] = Answer.YES if insists else Answer.NO
    return MappingProxyType(answers)


def with_offers(facts: ProviderFacts, offers: Offers, now: datetime) -> ProviderFacts:
    """The same, after the submission server's EHLO answer over TLS."""
    told: dict[Mechanism, Answer] = {}
    if offers.linksec_level >= 1:
        told[Mechanism.STARTTLS] = Answer.YES
    if offers.linksec_level >= INSISTS_FROM_LEVEL:
        told |= dict.fromkeys((Mechanism.DANE, Mechanism.MTA_STS, Mechanism.REQUIRETLS), Answer.YES)
    adds = any(facts.answer(mechanism) is Answer.UNKNOWN for mechanism in told)
    return replace(
        facts,
        insists=MappingProxyType({**told, **facts.insists}),
        origin=", ".join(filter(None, (facts.origin, "EHLO"))) if adds else facts.origin,
        requiretls_offered=offers.requiretls,
        dsn_offered=offers.dsn,
        smtputf8_offered=offers.smtputf8,
        size_limit=offers.size or None,
        deliver_by_offered=offers.deliver_by is not None,
        linksec_level=offers.linksec_level,
        observed_at=now,
    )
