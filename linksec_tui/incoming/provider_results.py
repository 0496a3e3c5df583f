"""What the reader's provider found out about a sender, and nothing that the sender could have written there.

A field is the provider's where it names the authserv-id that the person confirmed *and* stands above the Received
field with which somebody outside handed the message over (RFC 8601 §5, link-security.md §8). Many servers write theirs
below that one: there the sender's own field would stand as well. ARC's copy (RFC 8617 §4.1.1) stands above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from linksec_tui.formats.authentication_results import (
    AuthenticationResults,
    MethodResult,
    parse_arc_authentication_results,
    parse_authentication_results,
)
from linksec_tui.formats.mime import MimePart
from linksec_tui.incoming.alignment import aligned, domain_of
from linksec_tui.incoming.hops import Trust
from linksec_tui.model.hop import Way
from linksec_tui.model.sender import DkimCheck, Examiner

MAX_FIELDS = 20  # of one message

_PARSERS = {
    "authentication-results": parse_authentication_results,
    "arc-authentication-results": parse_arc_authentication_results,
}
_WORST_FIRST = ("fail", "hardfail", "permerror", "temperror", "softfail", "policy", "neutral", "none", "pass")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was believed. `elsewhere`: the provider's name stands on a field that the sender could have written."""

    authserv_id: str = ""
    results: tuple[MethodResult, ...] = ()
    elsewhere: bool = False

    def of(self, method: str) -> tuple[MethodResult, ...]:
        return tuple(result for result in self.results if result.method == method)


def told_by_provider(message: MimePart, way: Way, trust: Trust) -> Told:
    """The provider's results, of all its fields together."""
    end = boundary(message, way.trusted)
    believed = list(_ours(message.headers[:end], trust))
    if believed:
        results = tuple(result for field in believed for result in field.results)
        return Told(authserv_id=believed[0].authserv_id, results=results)
    return Told(elsewhere=any(_ours(message.headers[end:], trust)))


def dmarc_told(told: Told, domain: str) -> str:
    """The result for this visible From; the worst where there are several, empty where it is not told."""
    found = {result.result for result in told.of("dmarc") if domain_of(result.value("header", "from")) == domain}
    return _worst(found)


def spf_told(told: Told) -> str:
    return _worst({result.result for result in told.of("spf")})


def spf_aligned(told: Told, domain: str, *, strict: bool = False) -> bool:
    """Did the servers of the visible domain hand it over, by the envelope's sender? (RFC 7489 §3.1.2)"""
    results = told.of("spf")
    return (
        bool(results)
        and _worst({result.result for result in results}) == "pass"
        and all(aligned(domain_of(result.value("smtp", "mailfrom")), domain, strict=strict) for result in results)
    )


def dkim_told(told: Told, domain: str) -> tuple[DkimCheck, ...]:
    return tuple(
        DkimCheck(
            domain=signer,
            selector=result.value("header", "s"),
            result=result.result,
            by=Examiner.PROVIDER,
            aligned=aligned(signer, domain),
            broken=result.result in ("fail", "hardfail"),
            why=result.reason,
        )
        for result in told.of("dkim")
        for signer in [domain_of(result.value("header", "d") or result.value("header", "i"))]
    )


def boundary(message: MimePart, trusted: int) -> int:
    """The place of the last Received field that is believed: what stands above it is the provider's."""
    places = [place for place, (name, _) in enumerate(message.headers) if name.lower() == "received"]
    return places[trusted - 1] if trusted else 0


def results_in(headers: Sequence[tuple[str, str]]) -> Iterator[AuthenticationResults]:
    """Whoever wrote them."""
    fields = ((_PARSERS[name.lower()], value) for name, value in headers if name.lower() in _PARSERS)
    for parser, value in list(fields)[:MAX_FIELDS]:
        if (found := parser(value)) is not None:
            yield found


def _ours(headers: Sequence[tuple[str, str]], trust: Trust) -> Iterator[AuthenticationResults]:
    return (found for found in results_in(headers) if found.authserv_id in trust.authserv_ids)


def _worst(results: Iterable[str]) -> str:
    """What is no word of the standard is worth nothing, and better than no word."""
    ranked = sorted(results, key=lambda each: _WORST_FIRST.index(each) if each in _WORST_FIRST else 0)
    return ranked[0] if ranked else ""
