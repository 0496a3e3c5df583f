"""One look at one domain: all its sources at once, and what is known of it at any moment.

The order that matters is RFC 7672's: exchangers, then their addresses, then TLSA. Everything else runs beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from linksec_tui.link import dane, declaration, mx
from linksec_tui.link.known import KnownList
from linksec_tui.link.memory import (
    LACKING,
    newest_observations,
    promises_to_remember,
    remembered_declarations,
)
from linksec_tui.link.mta_sts import PolicyReader, fall_back
from linksec_tui.link.probe import ONCE_A_DAY, Look, Prober, Published, is_of_today, observe, verify
from linksec_tui.link.source import Inquiry, Memory, Sighting
from linksec_tui.model.evidence import (
    Dane,
    DaneStatus,
    Declaration,
    Dnssec,
    Evidence,
    Exchanger,
    Failure,
    KnownEntry,
    Observation,
    Recollection,
    Route,
    RouteStatus,
    Source,
    StarttlsStatus,
    Sts,
    StsStatus,
    Unavailable,
)
from linksec_tui.wire.resolver import Resolver

# A domain may name any number of exchangers. Those beyond this many are not asked about: nothing is known of them,
# and so they keep the domain at Unknown unless its policy names them.
EXCHANGERS_ASKED = 20
EXCHANGERS_PROBED = 5

_LATE = "no answer within the time for one check"
_IN_DOUBT = "it showed none, but this network may have removed it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Whom an inquest asks, and for how many seconds altogether."""

    resolver: Resolver
    policies: PolicyReader
    prober: Prober
    memory: Memory
    known: KnownList
    clock: Callable[[], datetime]
    seconds: float


class Inquest:
    """Collects evidence about one domain. `news` is set whenever something was learnt."""

    def __init__(self, sources: Sources, inquiry: Inquiry, *, probe: bool) -> None:
        self._sources = sources
        self._inquiry = inquiry
        self._probe = probe
        self.news = asyncio.Event()
        self._route = Route(status=RouteStatus.NOT_ASKED, dnssec=Dnssec.UNCHECKED)
        self._located: dict[str, mx.Located] = {}
        self._dane: dict[str, Dane] = {}
        self._sts = Sts(status=StsStatus.ABSENT)
        self._declarations: list[Declaration] = []
        self._looks: dict[str, Look] = {}
        self._earlier: list[Observation] = []
        self._let_through = True
        self._recalled = Recollection()
        self._unavailable: list[Unavailable] = []
        self._pending = {Source.DNS, Source.MTA_STS, Source.MEMORY}  # memory is written last

    async def run(self) -> Evidence:
        """All sources; what they leave behind is remembered."""
        self._recalled = await self._sources.memory.recall(self._inquiry.domain)
        deadline = asyncio.get_running_loop().time() + self._sources.seconds
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ask_route(deadline))
            group.create_task(self._ask_policy(deadline))
        async with self._within(deadline, Source.MTA_STS):
            # RFC 8461 §5: look again before a mismatch is called a violation
            hosts = [exchanger.host for exchanger in self._route.exchangers]
            self._sts = await self._sources.policies.ask_again(self._inquiry, self._sts, hosts)
        self._pending.clear()
        evidence = self.evidence()
        await self._remember(evidence)
        return evidence

    def evidence(self) -> Evidence:
        """What is known so far."""
        now = self._sources.clock()
        route = self._whole_route()
        observations = self._observations(now)
        hosts = [exchanger.host for exchanger in route.exchangers]
        known = self._sources.known.entries(self._inquiry.domain, hosts, now)
        return Evidence(
            domain=self._inquiry.domain,
            route=route,
            dane=MappingProxyType(dict(self._dane)),
            sts=self._sts,
            declarations=self._all_declarations(observations, known),
            observations=MappingProxyType(observations),
            known=known,
            promises=self._recalled.promises,
            strips_starttls=not self._let_through,
            unavailable=tuple(self._unavailable),
            pending=frozenset(self._pending),
        )

    # asking

    async def _ask_route(self, deadline: float) -> None:
        async with self._within(deadline, Source.DNS):
            self._route = await mx.ask(self._sources.resolver, self._inquiry)
        if self._route.status is RouteStatus.NOT_ASKED:
            late = Unavailable(source=Source.DNS, kind=Failure.TIMEOUT, detail=_LATE)
            self._route = Route(status=RouteStatus.FAILED, dnssec=self._failed_dnssec(), failure=late)
        self.news.set()
        async with asyncio.TaskGroup() as group:
            if self._route.dnssec is Dnssec.SECURE:
                group.create_task(self._ask_declaration(self._inquiry.domain, deadline))
            for number, exchanger in enumerate(self._route.exchangers[:EXCHANGERS_ASKED]):
                probe = self._probe and number < EXCHANGERS_PROBED
                group.create_task(self._ask_exchanger(exchanger, deadline, probe=probe))
        self._pending.discard(Source.DNS)
        self.news.set()

    async def _ask_exchanger(self, exchanger: Exchanger, deadline: float, *, probe: bool) -> None:
        async with self._within(deadline, Source.DNS):
            self._located[exchanger.host] = await mx.locate(self._sources.resolver, self._inquiry, exchanger)
        if exchanger.host not in self._located:
            unknown = replace(exchanger, dnssec=self._failed_dnssec())
            self._located[exchanger.host] = mx.Located(exchanger=unknown, canonical=exchanger.host)
        located = self._located[exchanger.host]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ask_dane(located, deadline))
            if located.exchanger.dnssec is Dnssec.SECURE and exchanger.host != self._inquiry.domain:
                group.create_task(self._ask_declaration(exchanger.host, deadline))
            if probe and located.exchanger.exists:
                group.create_task(self._look(located.exchanger, deadline))

    async def _ask_dane(self, located: mx.Located, deadline: float) -> None:
        host = located.exchanger.host
        async with self._within(deadline, Source.DNS):
            self._dane[host] = await dane.ask(self._sources.resolver, self._inquiry, self._route, located)
        self._dane.setdefault(host, Dane(host=host, status=DaneStatus.ERROR))
        self.news.set()

    async def _ask_declaration(self, name: str, deadline: float) -> None:
        async with self._within(deadline, Source.DNS):
            match await declaration.ask(self._sources.resolver, self._inquiry, name):
                case Declaration() as declared:
                    self._declarations.append(declared)
                case Unavailable() as failure:
                    self._unavailable.append(failure)
                case None:
                    return  # as nearly always: no news
        self.news.set()

    async def _ask_policy(self, deadline: float) -> None:
        if not self._inquiry.domain.startswith("["):
            cached = await self._sources.policies.cached(self._inquiry)
            self._sts = fall_back(cached, Sts(status=StsStatus.ERROR, reason=_LATE))  # RFC 8461 §3.3: also if held up
            async with self._within(deadline, Source.MTA_STS):
                self._sts = await self._sources.policies.ask_knowing(self._inquiry, cached)
        if self._sts.failure is not None:
            self._unavailable.append(self._sts.failure)
        self._pending.discard(Source.MTA_STS)
        self.news.set()

    async def _look(self, exchanger: Exchanger, deadline: float) -> None:
        earlier = await self._sources.memory.probed(exchanger.host)
        if earlier is not None and is_of_today(earlier, self._sources.clock()):
            # what a host does is a fact for all whose mail it takes; whether it verifies is seen anew for each
            self._earlier.append(replace(earlier, domain=self._inquiry.domain))
            return
        async with self._within(deadline, Source.PROBE):
            self._looks[exchanger.host] = look = await self._sources.prober.look(exchanger)
            self.news.set()
            if look.seen.starttls in LACKING:
                self._let_through = False  # until the control says otherwise
                self._let_through = await self._sources.prober.lets_starttls_through()
        self.news.set()

    @asynccontextmanager
    async def _within(self, deadline: float, source: Source) -> AsyncGenerator[None]:
        """The one deadline: who is late leaves a value behind."""
        try:
            async with asyncio.timeout_at(deadline):
                yield
        except TimeoutError:
            self._unavailable.append(Unavailable(source=source, kind=Failure.TIMEOUT, detail=_LATE))

    def _failed_dnssec(self) -> Dnssec:
        return Dnssec.ERROR if self._sources.resolver.believed else Dnssec.UNCHECKED

    # what it amounts to

    def _whole_route(self) -> Route:
        """The route with the addresses that are in; a domain none of whose hosts exists has no way there."""
        found = (self._located.get(exchanger.host) for exchanger in self._route.exchangers)
        exchangers = tuple(
            located.exchanger if located else exchanger
            for located, exchanger in zip(found, self._route.exchangers, strict=True)
        )
        return mx.without_exchangers(replace(self._route, exchangers=exchangers))

    def _observations(self, now: datetime) -> dict[str, Observation]:
        """The newest of each exchanger; what could not be reached stands only where nothing else is known."""
        hosts = [exchanger.host for exchanger in self._route.exchangers]
        looked = {host: observe(look, host, self._published(host)) for host, look in self._looks.items()}
        recalled = [*self._recalled.observations, *self._earlier]
        remembered = [*recalled, *_of_unnamed_hosts(recalled, hosts)]
        newest = newest_observations([*remembered, *looked.values()], now)
        counting = {host: verify(newest[host], self._published(host)) for host in hosts if host in newest}
        spent = {seen.host: seen for seen in self._earlier if seen.starttls is StarttlsStatus.UNREACHABLE}
        return spent | looked | counting

    def _published(self, host: str) -> Published:
        return Published(domain=self._inquiry.domain, dane=self._dane.get(host), sts=self._sts)

    def _all_declarations(
        self, observations: dict[str, Observation], known: Iterable[KnownEntry]
    ) -> tuple[Declaration, ...]:
        said = map(declaration.from_observation, observations.values())
        listed = map(declaration.from_known, known)
        live = (*self._declarations, *(one for one in (*said, *listed) if one is not None))
        return (*live, *remembered_declarations(self._recalled.promises))

    async def _remember(self, evidence: Evidence) -> None:
        """Good news of a look, and bad news where the control held; of every other that it was made."""
        looked = [evidence.observations[host] for host in self._looks if host in evidence.observations]
        observations = tuple(seen for seen in looked if self._tells(seen))
        spent = tuple(_spent(seen) for seen in looked if self._looks[seen.host].seen.spoke and not self._tells(seen))
        promises = promises_to_remember(evidence, self._sources.clock()).promises
        if observations or spent or self._recalled.promises or any(promises.values()):
            sighting = Sighting(promises=promises, observations=observations, spent=spent)
            await self._sources.memory.remember(self._inquiry.domain, sighting)

    def _tells(self, seen: Observation) -> bool:
        return seen.starttls is StarttlsStatus.OFFERED or (seen.starttls in LACKING and self._let_through)


def _spent(seen: Observation) -> Observation:
    """That an exchanger was looked at, and nothing more: neither of whom, nor what it did."""
    return Observation(
        domain="",
        host=seen.host,
        starttls=StarttlsStatus.UNREACHABLE,
        source=seen.source,
        observed_at=seen.observed_at,
        expires_at=seen.observed_at + ONCE_A_DAY,
        detail=_IN_DOUBT if seen.starttls in LACKING else seen.detail,
    )


def _of_unnamed_hosts(observations: Iterable[Observation], hosts: Iterable[str]) -> list[Observation]:
    """Bad news of a bounce that did not say which exchanger: any of them may have been it."""
    unnamed = [seen for seen in observations if seen.host == "" and seen.starttls in LACKING]
    return [replace(seen, host=host) for seen in unnamed for host in hosts]
