"""What is said of new mail outside of the client, where anybody may look over the shoulder (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from linksec_tui.model.message import Header
from linksec_tui.model.visible import visible_name

TITLE = "linksec-tui"
LONGEST = 120  # characters: a line in a corner of the screen


def notice_text(account: str, headers: Sequence[Header], *, subject: bool) -> str:
    """One line for any number of messages; who wrote, and about what, only where `subject` allows it."""
    if subject and len(headers) == 1:
        only = headers[0]
        text = f"{only.sender_name or only.sender_address}: {only.subject}"
    else:
        text = f"{len(headers)} new message{'' if len(headers) == 1 else 's'}"
    return visible_name(f"{text} ({account})")[:LONGEST]
