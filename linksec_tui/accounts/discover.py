"""From an address to its provider's servers: every source at once, under one deadline, the best vouched first.

A source that fails or is late leaves a value behind and takes nothing else with it. Which answer came first means
nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from linksec_tui.accounts import by_exchanger, by_pacc, by_srv, pinned, provider_list, published
from linksec_tui.accounts.asking import Answer, Asking
from linksec_tui.accounts.together import together
from linksec_tui.formats.domain_name import domain_name
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.discovery import (
    Candidate,
    Discovery,
    Found,
    Origin,
    Service,
    SourceReport,
    Unusable,
    Vouching,
)
from linksec_tui.model.evidence import DaneStatus

SECONDS = 3.0  # for everything, so that with the start of the program it stays under 5: somebody sits there and waits
SHARE_OF_THE_SOURCES = 0.85  # the rest is for the facts about what they named
MAX_CANDIDATES = 6  # of one service: real ones have one or two

Ask = Callable[[Asking], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    origin: Origin
    ask: Ask


def _published(place: Callable[[str], published.Place], origin: Origin) -> Ask:
    vouching = Vouching(origin=origin, authenticated=True)  # by the certificate of a host of the domain's own

    async def ask(asking: Asking) -> Answer:
        return await published.ask(asking, place(asking.domain), vouching)

    return ask


_SOURCES = (
    _Source(origin=Origin.PACC, ask=by_pacc.ask),
    _Source(origin=Origin.AUTOCONFIG, ask=_published(published.autoconfig_host, Origin.AUTOCONFIG)),
    _Source(origin=Origin.WELL_KNOWN, ask=_published(published.well_known, Origin.WELL_KNOWN)),
    _Source(origin=Origin.SRV, ask=by_srv.ask),
    _Source(origin=Origin.LIST, ask=provider_list.ask),
    _Source(origin=Origin.MX_AUTOCONFIG, ask=by_exchanger.ask_published),
    _Source(origin=Origin.MX_LIST, ask=by_exchanger.ask_list),
)


async def discover(asking: Asking, told: Callable[[SourceReport], None] | None = None) -> Discovery:
    """Everything that can be found within `asking.seconds`; `told` hears of each source. Never raises for the world."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    seconds = asking.seconds * SHARE_OF_THE_SOURCES
    within = replace(asking, seconds=seconds)
    answers = await together(_told(told, _in_time(source, within)) for source in _SOURCES)
    offers = [offer for answer in answers for offer in answer.offers]
    candidates = merge([offer for offer in offers if isinstance(offer, Candidate)])
    left = asking.seconds - (loop.time() - started)
    candidates = await _with_dane(asking, candidates, left)
    return Discovery(
        address=asking.address,
        shown_domain=domain_name(asking.domain).shown,
        candidates=candidates,
        unusable=_once([offer for offer in offers if isinstance(offer, Unusable)]),
        sources=tuple(answer.report for answer in answers),
        provider=_provider(answers, candidates),
        help=_help(answers, candidates),
        no_such_domain=any(answer.no_such_domain for answer in answers),
        elapsed_ms=round((loop.time() - started) * 1000),
    )


def merge(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The same server said by several is one candidate, by whoever is believed most; the best vouched stand first."""
    ordered = sorted(candidates, key=_place)  # stable: a source's own order of preference stays
    merged: dict[tuple[Service, Server], Candidate] = {}
    for candidate in ordered:
        key = (candidate.service, candidate.server)
        merged[key] = _joined(merged[key], candidate) if key in merged else candidate
    by_service = ([each for each in merged.values() if each.service is service] for service in Service)
    return tuple(each for some in by_service for each in some[:MAX_CANDIDATES])


def _place(candidate: Candidate) -> tuple[tuple[bool, bool, int], bool]:
    """How well it is vouched for, then TLS from the first byte (RFC 8314 §3)."""
    return candidate.vouching.rank, candidate.server.tls is not Tls.IMPLICIT


def _joined(best: Candidate, other: Candidate) -> Candidate:
    """What the best source leaves open is taken from another only if that one is believed as much.

    Otherwise an unsigned answer could put its own login page beside a server that nobody could have forged.
    """
    also = best.also
    if other.source not in (best.source, *(each.origin for each in also)):
        also = (*also, other.vouching)
    joined = replace(best, also=also)
    if other.vouching.rank[:2] > best.vouching.rank[:2]:
        return joined
    if not joined.user_told and other.user_told:
        joined = replace(joined, user=other.user, user_told=True)
    if not joined.auth and other.auth:
        joined = replace(joined, auth=other.auth, oauth=other.oauth)
    return joined


async def _in_time(source: _Source, asking: Asking) -> Answer:
    try:
        async with asyncio.timeout(asking.seconds):
            return await source.ask(asking)
    except TimeoutError:
        report = SourceReport(source=source.origin, found=Found.CANNOT_TELL, detail="no answer in time")
        return Answer(report=report)


async def _told(told: Callable[[SourceReport], None] | None, answering: Awaitable[Answer]) -> Answer:
    answer = await answering
    if told is not None:
        told(answer.report)
    return answer


async def _with_dane(asking: Asking, candidates: tuple[Candidate, ...], seconds: float) -> tuple[Candidate, ...]:
    """The candidates with what signed DNS says of their keys; one that is late is simply not known."""

    async def state(server: Server) -> DaneStatus | None:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                return await pinned.ask(asking.resolver, server)
        except TimeoutError:
            return None

    states = await together(state(candidate.server) for candidate in candidates)
    return tuple(replace(each, dane=dane) for each, dane in zip(candidates, states, strict=True))


def _once(offers: Sequence[Unusable]) -> tuple[Unusable, ...]:
    """The first to say so is enough."""
    seen = {(offer.service, offer.host, offer.port, offer.reason): offer for offer in reversed(offers)}
    return tuple(offer for offer in offers if seen.get((offer.service, offer.host, offer.port, offer.reason)) is offer)[
        :MAX_CANDIDATES
    ]


def _provider(answers: Sequence[Answer], candidates: tuple[Candidate, ...]) -> str:
    """The name that the source of the best candidate gives."""
    names = {answer.report.source: answer.provider for answer in answers}
    return next((names[each.source] for each in candidates if names.get(each.source)), "")


def _help(answers: Sequence[Answer], candidates: tuple[Candidate, ...]) -> tuple[str, ...]:
    """The pages of those whose candidates stand first: a stranger's instructions would only lead astray."""
    best = {next((each.source for each in candidates if each.service is service), None) for service in Service}
    return tuple(dict.fromkeys(page for answer in answers if answer.report.source in best for page in answer.help))
