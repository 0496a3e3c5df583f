"""Gmail's number for a message, the same under each of its labels (X-GM-EXT-1), asked for by itself."""

from __future__ import annotations

from collections.abc import Sequence

from linksec_tui.wire.imap_channel import FETCH, Channel
from linksec_tui.wire.imap_exchange import Request
from linksec_tui.wire.imap_reading import GMAIL, GMAIL_ID
from linksec_tui.wire.imap_tokens import uid_set


def has_labels(session: Channel) -> bool:
    """Does the server number its messages so?"""
    return GMAIL in session.capabilities


async def gmail_ids(session: Channel, uids: Sequence[int]) -> dict[int, int]:
    """The numbers of those that are in the selected mailbox still. Raises ConnectionProblem."""
    arguments = (uid_set(uids), f"(UID {GMAIL_ID})")
    request = Request(name="FETCH", prefix="UID", arguments=arguments, wanted=FETCH)
    asked = set(uids)
    told = {fetched.uid: fetched.gmail_id async for fetched in session.fetch(request, GMAIL_ID.encode())}
    return {uid: number for uid, number in told.items() if uid in asked and number}
