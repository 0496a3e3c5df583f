"""The embedded world's own truth: what its table says of each recipient is what the client finds out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest

from linksec_tui.config import Config
from linksec_tui.link.brief_memory import BriefMemory, BriefPolicies
from linksec_tui.link.gather import Asked, Gatherer, Wiring
from linksec_tui.link.provider import provider_facts
from linksec_tui.model.assessment import Assurance
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.resolver import open_resolver
from linksec_tui.world import World


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def gatherer(config: Config) -> AsyncGenerator[Gatherer]:
    resolver = open_resolver(config.network, now)
    dialler = Dialler(
        addresses_of=resolver.addresses,
        connect_to=config.network.connect_to,
        private_addresses=config.network.private_addresses,
    )
    yield Gatherer(
        Wiring(
            network=config.network,
            resolver=resolver,
            dialler=dialler,
            policies=BriefPolicies(clock=now),
            memory=BriefMemory(clock=now),
            clock=now,
            own_domains=[account.address.domain for account in config.accounts],
        )
    )
    await resolver.close()


async def test_every_recipient_is_what_the_world_says(world: World, config: Config, gatherer: Gatherer) -> None:
    asked = Asked(provider=provider_facts(config.accounts[0]), probe=True)
    found = await asyncio.gather(*(gatherer.assessment(one.domain, asked) for one in world.recipients))
    assert {one.domain: one.assurance for one in found} == {one.domain: one.truth for one in world.recipients}
    assert {Assurance.LINK_SECURE, Assurance.ENFORCED, Assurance.ENCRYPTED, Assurance.EXPOSED} <= {
        one.assurance for one in found
    }


@pytest.mark.parametrize("domain", ["oldserver.example", "broken.example"])
async def test_one_domain_alone_finds_its_control(config: Config, gatherer: Gatherer, domain: str) -> None:
    asked = Asked(provider=provider_facts(config.accounts[0]), probe=True)
    assert (await gatherer.assessment(domain, asked)).assurance is Assurance.EXPOSED


async def test_without_an_account_the_ladder_ends_at_verifiable(world: World, gatherer: Gatherer) -> None:
    found = await asyncio.gather(*(gatherer.assessment(one.domain, Asked()) for one in world.recipients))
    assert max(one.assurance for one in found) is Assurance.VERIFIABLE
