"""The assessment as a library: the same sources and the same judgement as the client's, without a store.

`assess` answers for one recipient. An `Assessor` is for many: its connections and answers are shared, and a bounded
number of domains is asked about at a time. What was seen is remembered for as long as the program runs, so that a
policy is fetched once and a downgrade is noticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import UTC, datetime
from types import TracebackType

from linksec_tui.config import Network
from linksec_tui.formats.domain_name import parse_recipient_text, to_ascii
from linksec_tui.link.brief_memory import BriefMemory, BriefPolicies
from linksec_tui.link.gather import Asked, Gatherer, Wiring
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.errors import BadInput
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.resolver import open_resolver

AT_ONCE = 32  # domains under way: enough to hide slow ones
_WAITING = 256  # results that wait for a slow reader


def _now() -> datetime:
    return datetime.now(UTC)


_memory = BriefMemory(clock=_now)
_policies = BriefPolicies(clock=_now)


async def assess(recipient: str, *, network: Network | None = None, probe: bool = False) -> Assessment:
    """Who could read a letter to this address or domain on its way? Raises BadInput, ConfigurationError.

    The system's resolver is asked unless `network` names another. With `probe` the servers themselves are asked
    whether they take TLS. A failed lookup raises nothing: it is part of the answer.
    """
    async with Assessor(network) as assessor:
        return await assessor.assess(recipient, probe=probe)


class Assessor:
    """Asks about many recipients: `async with Assessor() as assessor: …`.

    `provider` is what the sender's own provider does with outgoing mail; without it the ladder ends at Verifiable.
    """

    def __init__(self, network: Network | None = None, provider: ProviderFacts | None = None) -> None:
        self._network = network or Network()
        self._provider = provider
        self._resolver = open_resolver(self._network, _now)
        dialler = Dialler(
            addresses_of=self._resolver.addresses,
            connect_to=self._network.connect_to,
            private_addresses=self._network.private_addresses,
        )
        self._gatherer = Gatherer(
            Wiring(
                network=self._network,
                resolver=self._resolver,
                dialler=dialler,
                policies=_policies,
                memory=_memory,
                clock=_now,
            )
        )

    async def __aenter__(self) -> Assessor:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._resolver.close()

    async def assess(self, recipient: str, *, fresh: bool = False, probe: bool = False) -> Assessment:
        """The judgement when every source has answered, or the time for one check is over. Raises BadInput.

        What was found in the last ten minutes is not asked again, unless `fresh`.
        """
        asked = Asked(provider=self._provider, probe=probe, fresh=fresh)
        return await self._gatherer.assessment(_domain_of(recipient), asked)

    async def assess_many(
        self, recipients: Iterable[str], *, probe: bool = False
    ) -> AsyncGenerator[tuple[str, Assessment]]:
        """Each recipient with its judgement, in the order of arrival. Raises BadInput at one that is none.

        `recipients` is read as far as there is work, so it may be as long as it likes.
        """
        found: asyncio.Queue[tuple[str, Assessment] | None] = asyncio.Queue(_WAITING)
        lanes = asyncio.create_task(self._in_lanes(iter(recipients), found, probe=probe))
        try:
            while (one := await found.get()) is not None:
                yield one
            await lanes
        finally:
            lanes.cancel()
            await asyncio.wait([lanes])

    async def _in_lanes(
        self, recipients: Iterator[str], found: asyncio.Queue[tuple[str, Assessment] | None], *, probe: bool
    ) -> None:
        async def ask_one_after_the_other() -> None:
            for recipient in recipients:  # all of them draw from the same list
                await found.put((recipient, await self.assess(recipient, probe=probe)))

        failure: Exception | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(ask_one_after_the_other())
        except ExceptionGroup as several:
            failure = several.exceptions[0]
        await found.put(None)
        if failure is not None:
            raise failure


def _domain_of(recipient: str) -> str:
    if "@" not in recipient:
        return to_ascii(recipient)
    found = parse_recipient_text(recipient)
    if len(found) != 1:
        raise BadInput("Write one address here.", "As name@domain, or Name <name@domain>.")
    return found[0].address.domain
