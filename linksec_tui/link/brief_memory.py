"""Memory and policies without a store: what was seen since the program was started, kept in tables.

For those who look up recipients and keep no files: the library. It forgets what has expired, and of a long list the
domains that were seen longest ago.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from linksec_tui.link.source import Sighting
from linksec_tui.model.evidence import CachedPolicy, Observation, Recollection, Source

DOMAINS = 10_000  # of a large list; a few hundred octets each


@dataclass(slots=True, kw_only=True)
class BriefMemory:
    """What was seen of each domain; `source.Memory` says what is promised."""

    clock: Callable[[], datetime]
    _domains: dict[str, Recollection] = field(default_factory=dict, init=False)
    _probes: dict[str, Observation] = field(default_factory=dict, init=False)  # the newest of each exchanger

    async def recall(self, domain: str) -> Recollection:
        known, now = self._domains.get(domain, Recollection()), self.clock()
        return Recollection(
            promises=tuple(promise for promise in known.promises if promise.expires_at > now),
            observations=tuple(seen for seen in known.observations if seen.expires_at > now),
        )

    async def remember(self, domain: str, sighting: Sighting) -> None:
        known = self._domains.pop(domain, Recollection())
        kept = tuple(promise for promise in known.promises if promise.mechanism not in sighting.promises)
        new = tuple(promise for promises in sighting.promises.values() for promise in promises)
        replaced = {seen.host for seen in sighting.observations}
        older = tuple(seen for seen in known.observations if seen.host not in replaced)
        self._domains[domain] = Recollection(promises=kept + new, observations=older + sighting.observations)
        if len(self._domains) > DOMAINS:
            del self._domains[next(iter(self._domains))]
        for seen in (*sighting.observations, *sighting.spent):
            if seen.source is Source.PROBE:
                self._probes.pop(seen.host, None)
                self._probes[seen.host] = seen
        while len(self._probes) > DOMAINS:
            del self._probes[next(iter(self._probes))]

    async def probed(self, host: str) -> Observation | None:
        seen = self._probes.get(host)
        return seen if seen is not None and seen.expires_at > self.clock() else None


@dataclass(slots=True, kw_only=True)
class BriefPolicies:
    """Policies that were fetched; `source.PolicyCache` says what is promised."""

    clock: Callable[[], datetime]
    _policies: dict[str, CachedPolicy] = field(default_factory=dict, init=False)

    async def read_policy(self, domain: str) -> CachedPolicy | None:
        policy = self._policies.get(domain)
        return policy if policy is not None and policy.expires_at > self.clock() else None

    async def write_policy(self, policy: CachedPolicy) -> None:
        self._policies.pop(policy.domain, None)
        self._policies[policy.domain] = policy
        if len(self._policies) > DOMAINS:
            del self._policies[next(iter(self._policies))]
