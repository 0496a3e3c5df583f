"""Asks all sources about a domain at once, under one deadline, and judges what comes in (link-security.md §2.1).

A source that fails or is late leaves a value behind and takes nothing else with it. Identical questions under way are
asked once: the resolver, the policy reader and the prober see to that.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from linksec_tui.config import Network
from linksec_tui.link.assess import assess
from linksec_tui.link.explain import explain
from linksec_tui.link.inquest import Inquest, Sources
from linksec_tui.link.known import KnownList, shipped_list
from linksec_tui.link.mta_sts import PolicyReader
from linksec_tui.link.probe import Prober
from linksec_tui.link.source import Inquiry, Memory, PolicyCache
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.evidence import Dnssec, Evidence, Failure, ProviderFacts, RouteStatus, UserWord
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https import HttpsReader
from linksec_tui.wire.resolver import Resolver
from linksec_tui.wire.starttls_probe import StarttlsProbe

DOMAINS_AT_A_TIME = 16  # a burst of a hundred loses datagrams (measured)
PIECES_REST = 0.5  # seconds between two judgements of what is known so far, where many are asked about
KEPT_FOR = timedelta(minutes=10)  # as old as evidence may be at the moment of sending
KEPT_WITH_GAPS = timedelta(minutes=1)  # where a source failed: what ails it passes sooner
KEPT_DOMAINS = 2_000  # some 4 KiB each
KEPT_EXCHANGERS = 50  # of one domain; a hostile one names thousands
_SHARE_OF_THE_DEADLINE = 0.8  # so that a host that stalls is known as such, and left alone for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What desk hands to this room. `own_domains` are those of the user's own addresses: the control of a probe."""

    network: Network
    resolver: Resolver
    dialler: Dialler
    policies: PolicyCache
    memory: Memory
    clock: Callable[[], datetime]
    own_domains: Sequence[str] = ()
    known: KnownList = field(default_factory=shipped_list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a domain is to be looked at, and for whom."""

    provider: ProviderFacts | None = None
    user: UserWord | None = None
    probe: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    evidence: Evidence
    at: datetime
    probed: bool


class Gatherer:
    """One for the whole program: its caches are what makes the second look at a domain cost nothing."""

    def __init__(self, wiring: Wiring) -> None:
        network, clock = wiring.network, wiring.clock
        self._wiring = wiring
        self._slots = asyncio.Semaphore(DOMAINS_AT_A_TIME)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        https = HttpsReader(dialler=wiring.dialler, ca_file=network.ca_file)
        probe = StarttlsProbe(dialler=wiring.dialler, ca_file=network.ca_file)
        self._sources = Sources(
            resolver=wiring.resolver,
            policies=PolicyReader(
                resolver=wiring.resolver,
                https=https,
                cache=wiring.policies,
                seconds=network.timeout * _SHARE_OF_THE_DEADLINE,
            ),
            prober=Prober(
                probe=probe,
                resolver=wiring.resolver,
                clock=clock,
                controls=(*wiring.own_domains, *wiring.known.controls),
                seconds=network.timeout * _SHARE_OF_THE_DEADLINE,
            ),
            memory=wiring.memory,
            known=wiring.known,
            clock=clock,
            seconds=network.timeout,
        )

    async def assessments(self, domain: str, asked: Asked) -> AsyncIterator[Assessment]:
        """The judgement as it improves: at once from what is kept, then as sources answer; the last is complete."""
        started = asyncio.get_running_loop().time()
        kept = self._still_good(domain, asked)
        if kept is not None:
            yield await self._judge_again(kept, asked, started)
            return
        inquest = self._inquest(domain, asked, waited_for=True)
        running = asyncio.create_task(self._run(inquest))
        running.add_done_callback(lambda _: inquest.news.set())
        shown: Assessment | None = None
        try:
            while not running.done():
                await inquest.news.wait()
                if self._slots.locked():  # others wait for their turn: better the whole judgement soon than each piece
                    await asyncio.wait([running], timeout=PIECES_REST)
                inquest.news.clear()
                so_far = replace(self._judge(inquest.evidence(), asked, started), complete=False)
                if not running.done() and (shown is None or _differs(so_far, shown)):
                    shown = so_far
                    yield so_far
            yield self._judge(self._keep(await running, asked), asked, started)
        finally:
            running.cancel()
            await asyncio.wait([running])

    def keeps(self, domain: str) -> bool:
        """Is there any evidence about it from before, good or too old?"""
        return domain in self._kept

    async def at_hand(self, domain: str, asked: Asked) -> Assessment | None:
        """The judgement of evidence that is still good; nobody is asked, and no turn is waited for."""
        started = asyncio.get_running_loop().time()
        kept = self._still_good(domain, asked)
        return None if kept is None else await self._judge_again(kept, asked, started)

    async def assessment(self, domain: str, asked: Asked) -> Assessment:
        """The complete judgement only: what a long list of recipients wants."""
        started = asyncio.get_running_loop().time()
        kept = self._still_good(domain, asked)
        if kept is not None:
            return await self._judge_again(kept, asked, started)
        evidence = await self._run(self._inquest(domain, asked, waited_for=False))
        return self._judge(self._keep(evidence, asked), asked, started)

    async def resolver_answers(self) -> bool:
        """Does the resolver answer at all? The root is asked: it is there whatever becomes of a domain."""
        answer = await self._wiring.resolver.query(".", "NS", newer_than=self._wiring.clock())
        return not answer.failed

    def use_known(self, known: KnownList) -> None:
        """Another known list from now on: what is kept was gathered with the old one, and is asked about again."""
        self._sources = replace(self._sources, known=known)
        self._kept.clear()

    def judge_anew(self, assessment: Assessment, asked: Asked) -> Assessment:
        """The same evidence for a provider that is known better by now, or for another account."""
        evidence = replace(assessment.evidence, provider=asked.provider, user=asked.user)
        judged = explain(assess(evidence, self._wiring.clock()))
        return replace(
            judged,
            checked_at=assessment.checked_at,
            complete=assessment.complete,
            from_cache=assessment.from_cache,
            elapsed_ms=assessment.elapsed_ms,
        )

    def _inquest(self, domain: str, asked: Asked, *, waited_for: bool) -> Inquest:
        now = self._wiring.clock()
        dialler = self._wiring.dialler
        inquiry = Inquiry(
            domain=domain,
            at=now,
            newer_than=now if asked.fresh else None,
            public_only=not dialler.private_addresses and not dialler.connect_to,
            waited_for=waited_for,
        )
        return Inquest(self._sources, inquiry, probe=asked.probe)

    async def _run(self, inquest: Inquest) -> Evidence:
        async with self._slots:
            try:
                return await inquest.run()
            except ExceptionGroup as several:
                ours, others = several.split(LinksecError)
                if ours is None or others is not None:
                    raise
                raise _first(ours) from several  # a store that cannot be written: one sentence, as everywhere

    def _judge(self, evidence: Evidence, asked: Asked, started: float) -> Assessment:
        whole = replace(evidence, provider=asked.provider, user=asked.user)
        elapsed = asyncio.get_running_loop().time() - started
        return replace(explain(assess(whole, self._wiring.clock())), elapsed_ms=round(elapsed * 1000))

    async def _judge_again(self, kept: _Kept, asked: Asked, started: float) -> Assessment:
        """Evidence that is kept is as old as it is: the moment of its check does not move.

        What is remembered is asked for only where it tells: a downgrade that the person acknowledged a moment ago.
        """
        assessment = self._judge(kept.evidence, asked, started)
        if any(warning.code == "downgrade" for warning in assessment.warnings):
            recalled = await self._wiring.memory.recall(kept.evidence.domain)
            assessment = self._judge(replace(kept.evidence, promises=recalled.promises), asked, started)
        return replace(assessment, from_cache=True, checked_at=kept.at)

    def _keep(self, evidence: Evidence, asked: Asked) -> Evidence:
        if _is_worth_keeping(evidence):
            self._kept[evidence.domain] = _Kept(evidence=evidence, at=self._wiring.clock(), probed=asked.probe)
            self._kept.move_to_end(evidence.domain)
            if len(self._kept) > KEPT_DOMAINS:
                self._kept.popitem(last=False)
        return evidence

    def _still_good(self, domain: str, asked: Asked) -> _Kept | None:
        kept = self._kept.get(domain)
        now = self._wiring.clock()
        if kept is None or asked.fresh or (asked.probe and not kept.probed):
            return None
        if now - kept.at >= (KEPT_WITH_GAPS if _has_gaps(kept.evidence) else KEPT_FOR):
            return None
        expires_at = kept.evidence.route.expires_at
        return None if expires_at is not None and expires_at <= now else kept


def _is_worth_keeping(evidence: Evidence) -> bool:
    """Not where nothing was learnt, nor “no way there” that nobody vouches for: it is not remembered (§2.2, rule 1)."""
    route = evidence.route
    if route.status in (RouteStatus.FOUND, RouteStatus.IMPLICIT, RouteStatus.LITERAL):
        return len(route.exchangers) <= KEPT_EXCHANGERS
    return route.status is not RouteStatus.FAILED and route.dnssec is Dnssec.SECURE


def _has_gaps(evidence: Evidence) -> bool:
    return any(failure.kind is not Failure.INVALID for failure in evidence.unavailable)


def _first(group: ExceptionGroup[LinksecError]) -> LinksecError:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, ExceptionGroup) else inner


def _differs(assessment: Assessment, shown: Assessment) -> bool:
    """Would anybody see the difference?"""
    return (assessment.headline, assessment.reasons, assessment.warnings) != (
        shown.headline,
        shown.reasons,
        shown.warnings,
    )
