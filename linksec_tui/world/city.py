"""Builds the world's servers in their order, and takes them down again."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from .dns_server import DnsServer
from .exchangers import Exchanger, Guises
from .faults import Faults, FaultSwitch
from .home import Home
from .impostor import Meddler
from .letters import furnish
from .lookups import Lookups
from .mailboxes import Mailboxes
from .pki import Authority, Identity, clock
from .policy_host import PolicyHost
from .relay import Relay, Roads
from .roadside import Eavesdroppers, Roadside
from .settings import Ports, write_settings
from .story import DOMAINS, HOME, IMAP_HOST, PARENT, PEOPLE, SUBMISSION_HOST, ExchangerPlan, Existence
from .submission import Submission
from .tap import LineTap
from .tasks import Tasks
from .zones import Zones, build

_MAIL = tuple(domain for domain in DOMAINS if domain.existence is Existence.MAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a world is started with."""

    directory: Path
    password: str
    faults: Faults
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Everything that runs."""

    tasks: Tasks
    zones: Zones
    policies: PolicyHost
    mailboxes: Mailboxes
    relay: Relay
    tap: LineTap
    impostor: Meddler
    faults: FaultSwitch
    exchangers: Mapping[str, Exchanger]
    ports: Ports
    roads: Mapping[str, int]
    config_path: Path

    async def settled(self) -> None:
        """Until no letter is under way, and the last connection that carried one is closed."""
        while not (self.relay.idle.is_set() and self.tap.silent.is_set()):
            await self.relay.idle.wait()
            await self.tap.silent.wait()


@asynccontextmanager
async def city(plan: Plan) -> AsyncGenerator[City]:
    async with AsyncExitStack() as stack:
        yield await _Builder(plan, stack).build()


class _Builder:
    """Opens each server and leaves its closing on the stack."""

    def __init__(self, plan: Plan, stack: AsyncExitStack) -> None:
        self._plan = plan
        self._stack = stack
        self._tasks = Tasks()
        self._tasks.watch(asyncio.get_running_loop())
        stack.push_async_callback(self._tasks.stop)
        self._authority = Authority("Example Trust", now=clock())
        self._places: dict[tuple[str, int], int] = {}
        self._opened: dict[str, Exchanger] = {}

    async def build(self) -> City:
        identities = {one.host: self._authority.issue(one.host, kind=one.certificate) for one in _exchanger_plans()}
        zones = build(identities)
        dns_port = await self._dns(zones)
        policies = self._policies()
        mailboxes = await self._mailboxes()
        tap, impostor = LineTap(), Meddler()
        roads = self._exchangers(mailboxes, identities, Eavesdroppers(tap=tap, impostor=impostor, own=_guise()))
        trust = self._authority.verifying()
        policy_ports = {host: port for (host, number), port in self._places.items() if number == 443}
        lookups = Lookups(dns_port, policy_ports, trust)
        home = Home(mailboxes)
        relay = Relay(Roads(lookups=lookups, ports=roads, verifying=trust), home, self._tasks)
        faults = FaultSwitch(self._plan.faults)
        self._submission(Submission(relay, home, password=self._plan.password, faults=faults))
        ports = Ports(dns=dns_port, places=self._places)
        return City(
            tasks=self._tasks,
            zones=zones,
            policies=policies,
            mailboxes=mailboxes,
            relay=relay,
            tap=tap,
            impostor=impostor,
            faults=faults,
            exchangers=self._opened,
            ports=ports,
            roads=roads,
            config_path=write_settings(self._plan.directory, ports, self._authority.pem),
        )

    async def _dns(self, zones: Zones) -> int:
        server = DnsServer(zones, self._tasks)
        port = await server.open()
        self._stack.callback(server.close)
        return port

    def _policies(self) -> PolicyHost:
        policies = PolicyHost(_MAIL)
        port = policies.open(self._authority.issue(*policies.hosts).context, self._tasks)
        self._stack.callback(policies.close)
        self._places |= {(host, 443): port for host in policies.hosts}
        return policies

    async def _mailboxes(self) -> Mailboxes:
        addresses = (f"{person}@{domain.name}" for domain in _MAIL for person in PEOPLE)
        mailboxes = Mailboxes(addresses, self._plan.password, self._tasks)
        self._places[IMAP_HOST, 993] = await mailboxes.open(self._authority.issue(IMAP_HOST).context)
        self._stack.callback(mailboxes.close)
        await furnish(mailboxes, letters=self._plan.letters, now=clock())
        return mailboxes

    def _exchangers(
        self, mailboxes: Mailboxes, identities: Mapping[str, Identity], ears: Eavesdroppers
    ) -> dict[str, int]:
        """Opens each exchanger, and the door of the eavesdroppers before it; returns the ports that the relay takes."""
        roads: dict[str, int] = {}
        another = self._authority.issue(f"another-name.{PARENT}")
        for domain in _MAIL:
            for plan in domain.exchangers:
                guises = Guises(own=identities[plan.host], another=another)
                self._opened[plan.host] = exchanger = Exchanger(domain, plan, mailboxes, guises)
                port = exchanger.open(self._tasks)
                self._stack.callback(exchanger.close)
                self._places[plan.host, 25] = port
                if domain.name != HOME:  # what stays inside the provider crosses no wire
                    roadside = Roadside(domain.name, plan.host, port, ears)
                    roads[plan.host] = roadside.open(self._tasks)
                    self._stack.callback(roadside.close)
        return roads

    def _submission(self, server: Submission) -> None:
        implicit, starttls = server.open(self._authority.issue(SUBMISSION_HOST).context, self._tasks)
        self._stack.callback(server.close)
        self._places |= {(SUBMISSION_HOST, 465): implicit, (SUBMISSION_HOST, 587): starttls}


def _exchanger_plans() -> list[ExchangerPlan]:
    return [plan for domain in _MAIL for plan in domain.exchangers]


def _guise() -> ssl.SSLContext:
    """The impostor's certificate: all the right names, signed by nobody that anyone trusts."""
    return Authority("Impostor", now=clock()).issue(*(plan.host for plan in _exchanger_plans())).context
