"""What was seen of each domain before: link's promises to itself, kept in desk.db."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from linksec_tui.link.memory import evidence_of
from linksec_tui.link.source import Sighting
from linksec_tui.model.evidence import CachedPolicy, Observation, Promise, Recollection
from linksec_tui.store import sightings
from linksec_tui.store.connection import Connection
from linksec_tui.store.vault import Vault

DOWNGRADE = "downgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMemory:
    """Memory and policy cache that survive the program."""

    vault: Vault
    clock: Callable[[], datetime]

    async def recall(self, domain: str) -> Recollection:
        return await self.vault.run(_recall, domain, self.clock())

    async def remember(self, domain: str, sighting: Sighting) -> None:
        await self.vault.run(_remember, domain, sighting)

    async def probed(self, host: str) -> Observation | None:
        return await self.vault.run(sightings.read_probe, host, self.clock())

    async def read_policy(self, domain: str) -> CachedPolicy | None:
        return await self.vault.run(sightings.read_policy, domain, self.clock())

    async def write_policy(self, policy: CachedPolicy) -> None:
        await self.vault.run(sightings.write_policy, policy)

    async def acknowledge(self, domain: str) -> None:
        """The person has read that the domain is weaker than remembered: of exactly these promises."""
        await self.vault.run(_acknowledge, domain, self.clock())


def _recall(connection: Connection, domain: str, now: datetime) -> Recollection:
    read = sightings.acknowledged(connection, domain)
    return Recollection(
        promises=tuple(
            replace(promise, acknowledged=_acknowledgement(promise) in read)
            for promise in sightings.read_promises(connection, domain, now)
        ),
        observations=sightings.read_observations(connection, domain, now),
    )


def _remember(connection: Connection, domain: str, sighting: Sighting) -> None:
    with connection.transaction():
        for mechanism, promises in sighting.promises.items():
            sightings.replace_promises(connection, domain, mechanism, promises)
        for observation in (*sighting.observations, *sighting.spent):
            sightings.write_observation(connection, observation)


def _acknowledge(connection: Connection, domain: str, now: datetime) -> None:
    with connection.transaction():
        for promise in sightings.read_promises(connection, domain, now):
            sightings.acknowledge(connection, domain, _acknowledgement(promise), now)


def _acknowledgement(promise: Promise) -> sightings.Acknowledgement:
    """Of exactly this evidence: a later, other promise asks again."""
    return sightings.Acknowledgement(warning=DOWNGRADE, evidence=evidence_of(promise))
