"""A domain with two exchangers and a policy host on loopback, and somebody who asks about it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from linksec_tui.config import ConnectTo, Network
from linksec_tui.link.brief_memory import BriefMemory, BriefPolicies
from linksec_tui.link.gather import Asked, Gatherer, Wiring
from linksec_tui.link.known import KnownList
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.evidence import (
    Answer,
    Mechanism,
    ProviderFacts,
)
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.resolver import Resolver
from tests.link.dns_table import Clock, DnsTable, resolver_over
from tests.link.policy_host import PolicyHost
from tests.wire.strangers import Authority, Exchanger, serve

DOMAIN = "a.example"
TLSA = f"3 1 1 {'ab' * 32}"
INSISTING = ProviderFacts(account="home", insists=MappingProxyType(dict.fromkeys(Mechanism, Answer.YES)))


def signed(table: DnsTable) -> DnsTable:
    """A signed domain with two exchangers, TLSA on both, and a policy."""
    table.secure.add(DOMAIN)
    table.add(DOMAIN, "MX", "10 mx1.a.example.", "20 mx2.a.example.")
    for host in ("mx1.a.example", "mx2.a.example"):
        table.add(host, "A", "192.0.2.1")
        table.add(f"_25._tcp.{host}", "TLSA", TLSA)
    table.add("_mta-sts.a.example", "TXT", '"v=STSv1; id=1"')
    return table


@dataclass(slots=True, kw_only=True)
class Scene:
    """A domain, and somebody who asks about it."""

    table: DnsTable
    clock: Clock
    resolver: Resolver
    gatherer: Gatherer
    host: PolicyHost
    exchangers: dict[str, Exchanger]
    memory: BriefMemory
    policies: BriefPolicies
    authority: Authority
    network: Network
    rules: tuple[ConnectTo, ...] = field(default=())

    async def ask(self, domain: str = DOMAIN, asked: Asked | None = None) -> Assessment:
        return await self.gatherer.assessment(domain, asked or Asked(provider=INSISTING))

    def restart(self, *, seconds: float = 60.0, policies: BriefPolicies | None = None) -> None:
        """The program starts anew: what is on disk remains."""
        self.resolver = resolver_over(self.table, self.clock)
        dialler = Dialler(addresses_of=self.resolver.addresses, connect_to=self.rules, private_addresses=True)
        self.network = Network(ca_file=self.authority.file, timeout=seconds)
        self.gatherer = Gatherer(
            Wiring(
                network=self.network,
                resolver=self.resolver,
                dialler=dialler,
                policies=policies or self.policies,
                memory=self.memory,
                clock=self.clock,
                known=KnownList(),
            )
        )


async def scene_over(table: DnsTable, tmp_path: Path, stack: AsyncExitStack) -> Scene:
    authority, clock = Authority(tmp_path), Clock()
    host = PolicyHost(DOMAIN)
    exchangers = {name: Exchanger(authority.context(name)) for name in ("mx1.a.example", "mx2.a.example")}
    rules = [
        (
            f"mta-sts.{DOMAIN}",
            443,
            await stack.enter_async_context(serve(host.talk, authority.context(f"mta-sts.{DOMAIN}"))),
        )
    ]
    for name, exchanger in exchangers.items():
        rules.append((name, 25, await stack.enter_async_context(serve(exchanger.talk))))
    resolver = resolver_over(table, clock)
    scene = Scene(
        table=table,
        clock=clock,
        resolver=resolver,
        gatherer=None,  # pyright: ignore[reportArgumentType]  # made by restart, one line below
        host=host,
        exchangers=exchangers,
        memory=BriefMemory(clock=clock),
        policies=BriefPolicies(clock=clock),
        authority=authority,
        network=Network(),
        rules=tuple(ConnectTo(host=h, port=p, address="127.0.0.1", to_port=to) for h, p, to in rules),
    )
    scene.restart()
    return scene
