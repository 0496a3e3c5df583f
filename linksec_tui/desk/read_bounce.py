"""A file → the bounce that it holds, without any mailbox or store (RFC 3464)."""

from __future__ import annotations

from linksec_tui.formats.mime import MAX_MESSAGE, parse_message
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Bounce
from linksec_tui.model.visible import visible
from linksec_tui.outgoing.bounce import parse_bounce


def read_bounce(raw: bytes, name: str) -> Bounce | None:
    """What a report says; None for a message that is none. Raises BadInput for what is no message at all."""
    if len(raw) > MAX_MESSAGE:
        raise BadInput(f"{visible(name)} is too large for a message.", "Check the path.")
    if not parse_message(raw).headers:
        raise BadInput(f"{visible(name)} is not a mail message.", "Save the returned letter with its header lines.")
    return parse_bounce(raw)
