"""Looks at exchangers where that is allowed: at most once a day and host (link-security.md §2.5).

That a host takes no TLS is believed only if this network was seen to let STARTTLS through from another host: on many
networks something removes it. Facts about a host are shared by the domains that use it; what verified is not.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from linksec_tui.formats.declaration_record import DeclarationRecord, parse_linksec_keyword
from linksec_tui.link import mx
from linksec_tui.link.memory import expiry_of
from linksec_tui.link.source import Inquiry
from linksec_tui.model.evidence import (
    CertificateState,
    Dane,
    DaneStatus,
    Exchanger,
    Mechanism,
    Observation,
    Source,
    StarttlsStatus,
    Sts,
    StsStatus,
)
from linksec_tui.wire.once import Once
from linksec_tui.wire.resolver import Resolver
from linksec_tui.wire.starttls_probe import Exchange, Seen, StarttlsProbe

ONCE_A_DAY = timedelta(hours=24)
PAUSE_UNREACHED = timedelta(minutes=5)  # where no connection stood, nobody was bothered
CONTROL_COUNTS = timedelta(hours=1)  # people carry their computers from one network into another
CONTROL_HOSTS = 2  # of each control domain
_HOSTS_REMEMBERED = 10_000
_CHAIN_KEPT = 10  # certificates; real chains have two to four
_CERTIFICATE_KEPT = 16 * 1024  # octets of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen of a host, and when."""

    seen: Seen
    at: datetime


@dataclass(slots=True, kw_only=True)
class Prober:
    """Remembers in the process whom it looked at. `controls` are domains whose exchangers surely take STARTTLS."""

    probe: StarttlsProbe
    resolver: Resolver
    clock: Callable[[], datetime]
    controls: Sequence[str] = ()
    seconds: float = 10.0
    _looks: OrderedDict[str, Look] = field(default_factory=OrderedDict, init=False)
    _once: Once[str, Look] = field(default_factory=Once, init=False)
    _control: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _under_way: set[asyncio.Event] = field(default_factory=set, init=False)
    _let_through_at: datetime | None = field(default=None, init=False)

    async def look(self, exchanger: Exchanger) -> Look:
        """What the exchanger shows, or showed today."""
        known = self._looks.get(exchanger.host)
        if known is not None and self.clock() - known.at < (ONCE_A_DAY if known.seen.spoke else PAUSE_UNREACHED):
            return known
        return await self._once.ask(exchanger.host, lambda: self._look(exchanger))

    async def lets_starttls_through(self) -> bool:
        """Did this network, a while ago or now, let STARTTLS through from some host? (the control)"""
        while not self._is_let_through() and self._under_way:
            await next(iter(self._under_way)).wait()
        async with self._control:
            for domain in self.controls:
                if self._is_let_through():
                    break
                await self._look_at_control(domain)
        return self._is_let_through()

    def _is_let_through(self) -> bool:
        return self._let_through_at is not None and self.clock() - self._let_through_at < CONTROL_COUNTS

    async def _look(self, exchanger: Exchanger) -> Look:
        finished = asyncio.Event()
        self._under_way.add(finished)
        try:
            exchange = Exchange(host=exchanger.host, addresses=exchanger.addresses, seconds=self.seconds)
            look = Look(seen=await self.probe.look(exchange), at=self.clock())
        finally:
            self._under_way.discard(finished)
            finished.set()
        if look.seen.starttls is StarttlsStatus.OFFERED:
            self._let_through_at = look.at
        self._looks[exchanger.host] = look
        self._looks.move_to_end(exchanger.host)
        if len(self._looks) > _HOSTS_REMEMBERED:
            self._looks.popitem(last=False)
        return look

    async def _look_at_control(self, domain: str) -> None:
        inquiry = Inquiry(domain=domain, at=self.clock())
        route = await mx.ask(self.resolver, inquiry)
        for exchanger in route.exchangers[:CONTROL_HOSTS]:
            located = await mx.locate(self.resolver, inquiry, exchanger)
            if located.exchanger.exists:
                await self.look(located.exchanger)
            if self._is_let_through():
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What the domain lets its exchanger be verified by."""

    domain: str
    dane: Dane | None
    sts: Sts


def observe(look: Look, host: str, published: Published) -> Observation:
    """What a look at a host means for one domain."""
    seen = look.seen
    level = parse_linksec_keyword(seen.linksec) if seen.linksec is not None else None
    declared = level if isinstance(level, DeclarationRecord) else DeclarationRecord(level=0, max_age=0)
    observation = Observation(
        domain=published.domain,
        host=host,
        starttls=seen.starttls,
        source=Source.PROBE,
        observed_at=look.at,
        expires_at=expiry_of(seen.starttls, look.at),
        version=seen.version,
        cipher=seen.cipher,
        certificate=seen.certificate,
        chain=tuple(der for der in seen.chain[:_CHAIN_KEPT] if len(der) <= _CERTIFICATE_KEPT),
        requiretls=seen.requiretls,
        linksec_level=declared.level,
        linksec_max_age=declared.max_age,
        old_tls=seen.old_tls,
        detail=seen.detail,
    )
    return verify(observation, published)


def verify(observation: Observation, published: Published) -> Observation:
    """The mechanisms of today under which that handshake verifies, or does not."""
    if observation.starttls is not StarttlsStatus.OFFERED or observation.source is not Source.PROBE:
        return observation
    results = dict(_verdicts(observation, published))
    return replace(
        observation,
        verified_under=frozenset(mechanism for mechanism, verified in results.items() if verified),
        failed_under=frozenset(mechanism for mechanism, verified in results.items() if not verified),
    )


def _verdicts(observation: Observation, published: Published) -> list[tuple[Mechanism, bool]]:
    verdicts: list[tuple[Mechanism, bool]] = []
    dane, sts = published.dane, published.sts
    modern = not observation.old_tls
    if dane is not None and dane.status is DaneStatus.SECURE:
        verdicts.append((Mechanism.DANE, modern and _matches_dane(observation, published, dane)))
    if sts.status is StsStatus.ENFORCE and sts.names(observation.host):
        verdicts.append((Mechanism.MTA_STS, modern and observation.certificate is CertificateState.VALID))
    return verdicts


def _matches_dane(observation: Observation, published: Published, dane: Dane) -> bool:
    from linksec_tui.formats.tlsa_match import Shown, match_tlsa  # deferred: 25 ms, only after a probe

    # RFC 7672 §3.2.2: the name at which TLSA stands, and the mail domain; not an alias that led there
    names = frozenset({dane.base or observation.host, published.domain})
    shown = Shown(chain=observation.chain, names=names, at=observation.observed_at)
    return match_tlsa(shown, dane.records)


def is_of_today(observation: Observation, now: datetime) -> bool:
    """A look that another process made: it counts as this day's."""
    return observation.source is Source.PROBE and now - observation.observed_at < ONCE_A_DAY
