"""From an address to its servers, before there is an account: nothing is opened but the network, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from linksec_tui.accounts import discover as room
from linksec_tui.accounts.asking import Asking
from linksec_tui.config import Config
from linksec_tui.formats import domain_name
from linksec_tui.model.address import Address
from linksec_tui.model.discovery import Discovery, SourceReport, revealed
from linksec_tui.model.errors import BadInput
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https import HttpsReader
from linksec_tui.wire.resolver import open_resolver


def parse_address(text: str) -> Address:
    """An address whose provider can be looked for. Raises BadInput."""
    address = domain_name.parse_mailbox(text)
    if address.domain.startswith("["):
        raise BadInput("An address with a number behind the @ has no provider to find.", "Name its servers yourself.")
    return address


def reveals(address: Address) -> str:
    """What looking tells others, to be said before it is done."""
    return revealed(domain_name.domain_name(address.domain).shown)


async def discover(
    config: Config,
    address: Address,
    clock: Callable[[], datetime],
    told: Callable[[SourceReport], None] | None = None,
) -> Discovery:
    """Everything that can be found, by the configuration's resolver and rules; `told` hears of each source as it
    answers. Raises ConfigurationError."""
    network = config.network
    resolver = open_resolver(network, clock)
    try:
        dialler = Dialler(
            addresses_of=resolver.addresses,
            connect_to=network.connect_to,
            private_addresses=network.private_addresses,
        )
        https = HttpsReader(dialler=dialler, ca_file=network.ca_file)
        seconds = min(room.SECONDS, network.timeout)
        return await room.discover(Asking(address=address, resolver=resolver, https=https, seconds=seconds), told)
    finally:
        await resolver.close()
