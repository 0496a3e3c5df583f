"""Who really sent a message: what others vouch for, weighed against the visible From (link-security.md §8).

VERIFIED is said of a domain, and only where its provider's result or its own signature is known; nothing that the
sender wrote raises it. FAILED is said where the domain itself disowns the message, or asks that what it does not vouch
for be refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linksec_tui.formats.address_list import NamedAddress, parse_address_list
from linksec_tui.formats.mime import MimePart
from linksec_tui.incoming.alignment import aligned, domain_of
from linksec_tui.incoming.dkim_carried import unchecked
from linksec_tui.incoming.hops import Trust, way_of
from linksec_tui.incoming.provider_results import (
    Told,
    dkim_told,
    dmarc_told,
    spf_aligned,
    spf_told,
    told_by_provider,
)
from linksec_tui.incoming.sender_warnings import warnings_about
from linksec_tui.incoming.sender_words import headline
from linksec_tui.model.sender import (
    Acquaintance,
    DkimCheck,
    DmarcPolicy,
    DomainWish,
    Inspection,
    OwnCheck,
    SenderCheck,
    SenderState,
)
from linksec_tui.model.visible import visible_name

MAX_SIGNATURES = 20  # that are listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a judgement rests on beside the message: whom the reader believes, whom they know, what was looked up."""

    trust: Trust
    acquaintance: Acquaintance = field(default_factory=Acquaintance)
    own: OwnCheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleFrom:
    """The From that people see. Without a domain nothing can be said of it; `sole`: there is exactly one."""

    name: str = ""
    address: str = ""
    domain: str = ""
    sole: bool = False


def inspect_message(message: MimePart, grounds: Grounds) -> Inspection:
    """The way it came, and who sent it. Never raises, looks nothing up."""
    way = way_of(message.header_values("Received"), grounds.trust)
    return Inspection(way=way, sender=_sender(message, told_by_provider(message, way, grounds.trust), grounds))


def visible_from(message: MimePart) -> VisibleFrom:
    """What the From line says; of several addresses the first is shown and none is vouched for (RFC 7489 §6.6.1)."""
    fields = message.header_values("From")
    addresses = [address for value in fields[:2] for address in parse_address_list(value)]
    first = addresses[0] if addresses else NamedAddress("", "")
    return VisibleFrom(
        name=first.name,
        address=visible_name(first.address),
        domain=domain_of(first.address) if "@" in first.address else "",
        sole=len(fields) == 1 and len(addresses) == 1,
    )


def _sender(message: MimePart, told: Told, grounds: Grounds) -> SenderCheck:
    sender = visible_from(message)
    own = grounds.own
    dkim = (*dkim_told(told, sender.domain), *(own.dkim if own else ()))[:MAX_SIGNATURES]
    dmarc = dmarc_told(told, sender.domain) if sender.domain else ""
    state = _state(sender, told, dkim, own) if sender.domain and sender.sole else SenderState.UNVERIFIED
    check = SenderCheck(
        name=sender.name,
        address=sender.address,
        domain=sender.domain,
        state=state,
        dkim=dkim or unchecked(message, sender.domain),
        spf=spf_told(told),
        dmarc=dmarc or _own_dmarc(state, own),
        authserv_id=told.authserv_id,
        checked_at=own.checked_at if own else None,
        problem=own.problem if own else "",
        warnings=warnings_about(message, sender.name, sender.address, grounds.acquaintance),
    )
    return headline(check, elsewhere=told.elsewhere)


def _state(sender: VisibleFrom, told: Told, dkim: tuple[DkimCheck, ...], own: OwnCheck | None) -> SenderState:
    dmarc = dmarc_told(told, sender.domain)
    wish = own.wish if own else DomainWish()
    if dmarc == "fail":
        return SenderState.FAILED
    signed = any(
        check.result == "pass" and aligned(check.domain, sender.domain, strict=wish.strict_dkim) for check in dkim
    )
    if dmarc == "pass" or signed or spf_aligned(told, sender.domain, strict=wish.strict_spf):
        return SenderState.VERIFIED
    return SenderState.FAILED if _disowned(told, dkim, wish) else SenderState.UNVERIFIED


def _disowned(told: Told, dkim: tuple[DkimCheck, ...], wish: DomainWish) -> bool:
    """The domain asks to refuse what it does not vouch for, and this is such: not merely unknown."""
    if wish.policy not in (DmarcPolicy.QUARANTINE, DmarcPolicy.REJECT):
        return False
    looked_up = not any(check.result == "temperror" for check in dkim if check.aligned)
    broken = any(check.broken and check.aligned for check in dkim)
    return looked_up and (broken or bool(told.of("spf")))


def _own_dmarc(state: SenderState, own: OwnCheck | None) -> str:
    """Our own word for it, where the domain was asked."""
    if own is None or own.wish.policy is DmarcPolicy.UNKNOWN:
        return ""
    if own.wish.policy is DmarcPolicy.ABSENT:
        return "none"
    return {SenderState.VERIFIED: "pass", SenderState.FAILED: "fail"}.get(state, "")
