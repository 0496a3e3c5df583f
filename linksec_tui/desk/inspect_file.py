"""A file → the way its message came, and who sent it, without any mailbox or store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from linksec_tui.config import Config
from linksec_tui.desk.opening import utc_now
from linksec_tui.desk.sender_lookup import SenderLookup
from linksec_tui.formats.mime import MAX_MESSAGE, parse_message
from linksec_tui.incoming.hops import trust_in
from linksec_tui.incoming.sender import Grounds, inspect_message
from linksec_tui.model.errors import BadInput
from linksec_tui.model.sender import Inspection
from linksec_tui.model.visible import visible
from linksec_tui.wire.resolver import open_resolver


def check_is_message(raw: bytes, name: str) -> None:
    """Raises BadInput for what is no message at all."""
    if len(raw) > MAX_MESSAGE:
        raise BadInput(f"{visible(name)} is too large for a message.", "Check the path.")
    if not parse_message(raw).headers:
        raise BadInput(f"{visible(name)} is not a mail message.", "Save the message with its header lines.")


async def inspect_file(
    config: Config, raw: bytes, authserv_ids: Iterable[str] = (), *, lookups: bool = False
) -> Inspection:
    """As `Inspecting.inspect_file`, where nothing is known of the people that the person writes to."""
    message = await asyncio.to_thread(parse_message, raw)
    own = None
    if lookups:
        resolver = open_resolver(config.network, utc_now)
        try:
            own = await SenderLookup(resolver=resolver, timeout=config.network.timeout).check(message, utc_now())
        finally:
            await resolver.close()
    grounds = Grounds(trust=trust_in(config.accounts, authserv_ids), own=own)
    return await asyncio.to_thread(inspect_message, message, grounds)
