"""What the evidence amounts to: the ladder of one recipient (link-security.md §2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from .assurance import GATE_WARNINGS, Assurance
from .evidence import Evidence, RouteStatus, Source

COMES_BACK = frozenset({"will-come-back", "may-come-back"})  # warnings that the provider insists on proof that fails

_LACKS_TLS = frozenset({"starttls-missing", "starttls-failed"})
_CLAIM_NOTHING = frozenset({
    "address-literal", "being-asked", "dane-bogus", "dane-error", "dnssec-unchecked", "host-failed", "hosts-not-asked",
    "nothing-seen", "route-bogus", "route-failed", "starttls-not-seen", "sts-error", "unreachable",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the assurance is what it is. `text` is a sentence for people, `code` the contract's word.

    `detail` is what a server or resolver said of its failure; `others`: true of so many more exchangers than `host`.
    """

    code: str
    text: str = ""
    host: str = ""
    detail: str = ""
    others: int = 0
    authenticated: bool = False
    source: Source = Source.DNS

    @property
    def claims_nothing(self) -> bool:
        """Does it only say that something is not known, or broken? Then there is nothing to be taken in by."""
        return self.code in _CLAIM_NOTHING or self.code.endswith("-unavailable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:  # noqa: A001 - the contract's word; Python's own is never used here
    """Something that the sender should know beside the assurance (link-security.md §2.4).

    `evidence` says of exactly what a `downgrade` warns: what an acknowledgement names.
    """

    code: str
    text: str = ""
    host: str = ""
    since: datetime | None = None
    evidence: str = ""

    @property
    def opens_gate(self) -> bool:
        return self.code in GATE_WARNINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The judgement of one domain at one moment, with the evidence it rests on.

    `complete` is false while sources are still being asked. `verified_delivery`: a rung that holds only because
    REQUIRETLS will be asked for carries `needs_requiretls`; `offers_requiretls` says that every usable exchanger
    is known to take it.
    """

    domain: str
    assurance: Assurance
    evidence: Evidence
    checked_at: datetime
    headline: str = ""
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Warning, ...] = ()
    dropped_hosts: tuple[str, ...] = ()
    securely_undeliverable: bool = False
    needs_requiretls: bool = False
    offers_requiretls: bool = False
    declared_level: int = 0
    complete: bool = True
    from_cache: bool = False
    elapsed_ms: int = 0

    def warned(self, code: str) -> bool:
        return any(warning.code == code for warning in self.warnings)

    @property
    def gate_warnings(self) -> tuple[Warning, ...]:
        return tuple(warning for warning in self.warnings if warning.opens_gate)

    @property
    def lets_pass(self) -> bool:
        """Does the provider pass on what says `TLS-Required: No`? Who knows REQUIRETLS does (RFC 8689 §3); others were
        seen not to. To a domain whose servers cannot be looked up nobody passes anything."""
        provider = self.evidence.provider
        heeds = provider is not None and provider.requiretls_offered is True
        return heeds and self.evidence.route.status is not RouteStatus.FAILED

    def in_the_clear_too(self) -> Assessment:
        """The same of a letter that says so: no proof is asked for any more, and who lacks TLS gets it in the clear; it
        doesn't come back from a provider that heeds it."""
        lacking = any(reason.code in _LACKS_TLS for reason in self.reasons)
        assurance = min(self.assurance, Assurance.EXPOSED if lacking else Assurance.ENCRYPTED)
        warnings = tuple(each for each in self.warnings if each.code not in COMES_BACK or not self.lets_pass)
        if (assurance, warnings) == (self.assurance, self.warnings):
            return self
        return replace(self, assurance=assurance, warnings=warnings)

    def meets(self, minimum: Assurance) -> bool:
        """Would it pass the gate? Warnings that open it count as falling short (link-security.md §4)."""
        return self.assurance >= minimum and not self.gate_warnings
