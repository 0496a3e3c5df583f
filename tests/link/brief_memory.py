"""Memory and policies without a store: what link asks of desk, kept in tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from linksec_tui.link.source import Sighting
from linksec_tui.model.evidence import CachedPolicy, Recollection

DOMAINS = 10_000  # of a large list; a few hundred octets each


@dataclass(slots=True)
class BriefMemory:
    """What was seen of each domain since the program was started, the oldest out first."""

    _domains: dict[str, Recollection] = field(default_factory=dict)

    async def recall(self, domain: str) -> Recollection:
        return self._domains.get(domain, Recollection())

    async def remember(self, domain: str, sighting: Sighting) -> None:
        known = self._domains.pop(domain, Recollection())
        kept = tuple(promise for promise in known.promises if promise.mechanism not in sighting.promises)
        new = tuple(promise for promises in sighting.promises.values() for promise in promises)
        replaced = {seen.host for seen in sighting.observations}
        older = tuple(seen for seen in known.observations if seen.host not in replaced)
        self._domains[domain] = Recollection(promises=kept + new, observations=older + sighting.observations)
        if len(self._domains) > DOMAINS:
            del self._domains[next(iter(self._domains))]


@dataclass(slots=True)
class BriefPolicies:
    """Policies fetched since the program was started, the oldest out first."""

    _policies: dict[str, CachedPolicy] = field(default_factory=dict)

    async def read_policy(self, domain: str) -> CachedPolicy | None:
        return self._policies.get(domain)

    async def write_policy(self, policy: CachedPolicy) -> None:
        self._policies.pop(policy.domain, None)
        self._policies[policy.domain] = policy
        if len(self._policies) > DOMAINS:
            del self._policies[next(iter(self._policies))]
