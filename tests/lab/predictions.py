"""What the client says of every domain of the lab: looked at once, then judged for several kinds of provider."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.link.assess import assess
from linksec_tui.link.gather import Asked
from linksec_tui.link.provider import provider_facts
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.evidence import Evidence, Mechanism, ProviderFacts
from tests.lab import domains
from tests.world.asking import clock, open_gatherer

_SECONDS = 20.0  # of a whole check: one domain's name server never answers


@dataclass(frozen=True, slots=True)
class Enforces:
    """What a configuration would say of a provider: its `enforces`, None where it says nothing."""

    mechanisms: tuple[Mechanism, ...] | None

    def __str__(self) -> str:
        if self.mechanisms is None:
            return "not known"
        return f"[{', '.join(json.dumps(mechanism) for mechanism in self.mechanisms)}]"


DANE_AND_STS = Enforces((Mechanism.DANE, Mechanism.MTA_STS))
DANE = Enforces((Mechanism.DANE,))
REQUIRETLS = Enforces((Mechanism.REQUIRETLS,))
STARTTLS = Enforces((Mechanism.STARTTLS,))
NOTHING = Enforces(())
UNKNOWN = Enforces(None)


@dataclass(frozen=True, slots=True)
class Predictions:
    """The evidence on each domain, from which any provider's assessment follows."""

    config: Config
    evidence: Mapping[str, Evidence]

    def of(self, domain: str, enforces: Enforces) -> Assessment:
        evidence = replace(self.evidence[domain], provider=self._provider(enforces))
        return assess(evidence, clock())

    def without_probe(self) -> Predictions:
        """The same, had nobody looked at an exchanger."""
        return replace(self, evidence={name: replace(one, observations={}) for name, one in self.evidence.items()})

    def _provider(self, enforces: Enforces) -> ProviderFacts:
        insists = None if enforces.mechanisms is None else frozenset(enforces.mechanisms)
        facts = provider_facts(replace(self.config.accounts[0], insists=insists))
        return replace(facts, requiretls_offered=enforces == REQUIRETLS)


def predict(configuration: Path) -> Predictions:
    """Looks every domain up and every exchanger in the eye."""
    config = config_file.load(configuration)
    config = replace(config, network=replace(config.network, timeout=_SECONDS))
    return Predictions(config, asyncio.run(_gather(config)))


async def _gather(config: Config) -> Mapping[str, Evidence]:
    asked = Asked(provider=provider_facts(config.accounts[0]), probe=True)
    async with open_gatherer(config) as gatherer:
        found = await asyncio.gather(*(gatherer.assessment(one.name, asked) for one in domains.DOMAINS))
    return {assessment.domain: assessment.evidence for assessment in found}
