"""The policy that the domain publishes (RFC 8461).

A cached policy stays in force until its max_age runs out, whatever becomes of the record or the host: that memory is
what keeps an attacker from stripping it. The policy host is asked once, again when the id changes, and before a
mismatch is called a violation; a failed fetch is not repeated for five minutes.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from linksec_tui.formats.sts_policy import Invalid, StsPolicy, StsRecord, parse_sts_policy, parse_sts_record
from linksec_tui.link.source import Inquiry, PolicyCache
from linksec_tui.model.evidence import (
    CachedPolicy,
    Failure,
    Source,
    Sts,
    StsStatus,
    Unavailable,
)
from linksec_tui.model.visible import visible
from linksec_tui.wire.https import Bounds, HttpsReader, Page
from linksec_tui.wire.once import Once
from linksec_tui.wire.resolver import Resolver

PATH = "/.well-known/mta-sts.txt"
PAUSE_AFTER_FETCH = timedelta(minutes=5)  # §3.3, for a failed one; one that succeeded needs no repetition either
_FETCHES_REMEMBERED = 10_000  # domains of a large list; some 100 octets each


@dataclass(slots=True, kw_only=True)
class PolicyReader:
    """Asks for policies, and remembers in the process which hosts failed a moment ago."""

    resolver: Resolver
    https: HttpsReader
    cache: PolicyCache
    seconds: float = 10.0
    _fetched: OrderedDict[str, tuple[datetime, Sts]] = field(default_factory=OrderedDict, init=False)
    _once: Once[str, Sts] = field(default_factory=Once, init=False)

    async def ask(self, inquiry: Inquiry) -> Sts:
        """The policy in force."""
        return await self.ask_knowing(inquiry, await self.cached(inquiry))

    async def cached(self, inquiry: Inquiry) -> CachedPolicy | None:
        """The policy that stands whatever becomes of this look, however it may be held up."""
        cached = await self.cache.read_policy(inquiry.domain)
        return cached if cached is not None and cached.expires_at > inquiry.at else None

    async def ask_knowing(self, inquiry: Inquiry, cached: CachedPolicy | None) -> Sts:
        """The policy in force, where the cached one was read before."""
        async with self._looking_ahead(inquiry, cached):
            return await self._ask(inquiry, cached)

    @asynccontextmanager
    async def _looking_ahead(self, inquiry: Inquiry, cached: CachedPolicy | None) -> AsyncGenerator[None]:
        """The policy host's addresses beside its record, not after it, where a fetch is likely and somebody waits."""
        if cached is not None or not inquiry.waited_for:
            yield
            return
        looking = asyncio.create_task(self.https.look_ahead(f"mta-sts.{inquiry.domain}"))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.wait([looking])

    async def _ask(self, inquiry: Inquiry, cached: CachedPolicy | None) -> Sts:
        answer = await self.resolver.query(f"_mta-sts.{inquiry.domain}", "TXT", newer_than=inquiry.newer_than)
        if answer.failed:
            failure = replace(answer.failure, source=Source.MTA_STS) if answer.failure else None
            return fall_back(cached, Sts(status=StsStatus.ERROR, failure=failure, reason="the record was not had"))
        match parse_sts_record(answer.texts):
            case None:
                return fall_back(cached, Sts(status=StsStatus.ABSENT))
            case Invalid(reason=reason):
                return fall_back(cached, Sts(status=StsStatus.INVALID, reason=reason))
            case StsRecord(id=policy_id):
                if cached is not None and cached.id == policy_id:
                    return replace(_in_force(cached), confirmed=True)
                return fall_back(cached, await self._fetch(inquiry, policy_id))

    async def ask_again(self, inquiry: Inquiry, sts: Sts, hosts: Iterable[str]) -> Sts:
        """Before a mismatch is called a violation: the record and the policy as they are now (RFC 8461 §5)."""
        mismatch = any(not sts.names(host) for host in hosts)
        if sts.status is not StsStatus.ENFORCE or not sts.cached or not mismatch:
            return sts
        answer = await self.resolver.query(f"_mta-sts.{inquiry.domain}", "TXT", newer_than=inquiry.at)
        record = parse_sts_record(answer.texts)
        if not isinstance(record, StsRecord):
            return sts
        fetched = await self._fetch(inquiry, record.id)
        return fetched if fetched.confirmed else sts

    async def _fetch(self, inquiry: Inquiry, policy_id: str) -> Sts:
        """The policy from its host, unless that was tried with the same id a moment ago."""
        key = f"{inquiry.domain} {policy_id}"
        tried = self._fetched.get(key)
        if tried is not None and _is_fresh(*tried, inquiry.at):
            return tried[1]
        fetched = await self._once.ask(key, lambda: self._fetch_now(inquiry, policy_id))
        self._fetched[key] = (inquiry.at, fetched)
        self._fetched.move_to_end(key)
        if len(self._fetched) > _FETCHES_REMEMBERED:
            self._fetched.popitem(last=False)
        return fetched

    async def _fetch_now(self, inquiry: Inquiry, policy_id: str) -> Sts:
        page = await self.https.get(f"mta-sts.{inquiry.domain}", PATH, Bounds(seconds=self.seconds))
        policy = _read(page)
        if isinstance(policy, Sts):
            return policy
        kept = CachedPolicy(
            domain=inquiry.domain,
            id=policy_id,
            status=StsStatus(policy.mode.value),
            max_age=policy.max_age,
            mx=policy.mx,
            fetched_at=inquiry.at,
            expires_at=inquiry.at + timedelta(seconds=policy.max_age),
        )
        await self.cache.write_policy(kept)
        return replace(_in_force(kept), cached=False, confirmed=True)


def _is_fresh(tried_at: datetime, fetched: Sts, now: datetime) -> bool:
    return now - tried_at < PAUSE_AFTER_FETCH and (fetched.expires_at is None or fetched.expires_at > now)


def _read(page: Page | Unavailable) -> StsPolicy | Sts:
    if isinstance(page, Unavailable):
        return Sts(status=StsStatus.ERROR, failure=page, reason=page.detail)
    if page.status != 200:
        return _http_error(f"the policy host answered {page.status}")  # a redirect is an error too (§3.3)
    if page.media_type != "text/plain":
        return _http_error(f"the policy host sent {page.media_type[:40] or 'no type'} instead of text/plain")
    try:
        policy = parse_sts_policy(page.body.decode("utf-8"))
    except UnicodeDecodeError:
        return Sts(status=StsStatus.INVALID, reason="the policy is not UTF-8 text")
    if isinstance(policy, Invalid):
        return Sts(status=StsStatus.INVALID, reason=policy.reason)
    return policy


def _http_error(detail: str) -> Sts:
    failure = Unavailable(source=Source.MTA_STS, kind=Failure.HTTP, detail=visible(detail))
    return Sts(status=StsStatus.ERROR, failure=failure, reason=failure.detail)


def fall_back(cached: CachedPolicy | None, today: Sts) -> Sts:
    """Today's answer, or the cached policy where today's is no policy (§3.3)."""
    if cached is None or today.confirmed:
        return today
    return replace(_in_force(cached), reason=today.reason or "its record has vanished", failure=today.failure)


def _in_force(policy: CachedPolicy) -> Sts:
    return Sts(
        status=policy.status,
        id=policy.id,
        max_age=policy.max_age,
        mx=policy.mx,
        cached=True,
        expires_at=policy.expires_at,
    )
