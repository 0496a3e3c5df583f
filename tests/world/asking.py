"""The client's own eyes: all that it looks a domain up with, wired as a configuration says; nothing is remembered."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from linksec_tui.config import Config
from linksec_tui.link.brief_memory import BriefMemory, BriefPolicies
from linksec_tui.link.gather import Gatherer, Wiring
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.resolver import open_resolver


def clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_gatherer(config: Config) -> AsyncGenerator[Gatherer]:
    resolver = open_resolver(config.network, clock)
    dialler = Dialler(
        addresses_of=resolver.addresses,
        connect_to=config.network.connect_to,
        private_addresses=config.network.private_addresses,
    )
    wiring = Wiring(
        network=config.network,
        resolver=resolver,
        dialler=dialler,
        policies=BriefPolicies(clock=clock),
        memory=BriefMemory(clock=clock),
        clock=clock,
        own_domains=[account.address.domain for account in config.accounts],
    )
    try:
        yield Gatherer(wiring)
    finally:
        await resolver.close()
