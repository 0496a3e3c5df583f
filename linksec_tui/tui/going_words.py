"""When and how a letter goes, beyond what it requires: a few words for its head, a sentence where it is chosen."""

from __future__ import annotations

from datetime import datetime

from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.letter import Draft, Requirement
from linksec_tui.tui.time_words import moment_words, span_words


def going_words(draft: Draft, now: datetime) -> list[str]:
    """What is set, in pieces; nothing where the letter goes as every other does."""
    told: list[str] = []
    if draft.send_at is not None:
        late = draft.send_at <= now
        told.append("when you send it (its time is over)" if late else moment_words(draft.send_at, now))
    if draft.give_up_minutes:
        told.append(f"comes back after {span_words(draft.give_up_minutes)}")
    if draft.notice_inside:
        told.append("the notice inside")
    if draft.pickup:
        told.append("notices with a link")
    if draft.tls_optional:
        told.append("even unprotected")
    return told


def send_words(at: datetime | None, now: datetime) -> str:
    return f"Goes {moment_words(at, now)}, while this program runs." if at else "Goes as soon as you send it."


def give_up_words(minutes: int, provider: ProviderFacts | None) -> str:
    offered = provider.deliver_by_offered if provider else None
    if not minutes:
        return "Your provider tries for as long as it likes."
    if offered is False:
        return "Your provider does not offer that: it tries on."
    perhaps = "" if offered else ", if your provider offers that"
    return f"Back after {span_words(minutes)}{perhaps}."


def can_have_notice(provider: ProviderFacts | None) -> bool:
    """False once it is known that the provider has promised nothing of the kind."""
    return provider is None or provider.observed_at is None or provider.heeds


def notice_words(provider: ProviderFacts | None, requirement: Requirement, *, inside: bool) -> str:
    if not can_have_notice(provider):
        return "Your provider does not say that it does this."
    if not inside:
        return "If the way turns out worse, the letter comes back."
    if requirement is Requirement.ANY:
        return "Only where the letter requires something."
    return "If the way turns out worse, they get the notice."


def pickup_words(link: str) -> str:
    return "A notice says that the letter waits there." if link else "A notice says only that a letter waits."


def optional_words(requirement: Requirement, *, optional: bool) -> str:
    if requirement is not Requirement.ANY:
        return "Only where the letter requires nothing (Any)."
    return "Goes even where anybody can read it." if optional else "Servers may hold it back, or return it."
