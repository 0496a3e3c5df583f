"""The ids of messages, ordered by received date.

An id is 63 bits: seconds since 1970 (33), mailbox (10), UID (20). IMAP tells the received date in whole seconds, so
within one second the UID decides.
"""

from __future__ import annotations

from datetime import datetime

from linksec_tui.model.message import Header

_UID_BITS = 20
_MAILBOX_BITS = 10
_SECOND_BITS = _UID_BITS + _MAILBOX_BITS
_LAST_SECOND = (1 << 33) - 1


def first_id_of(when: datetime) -> int:
    """Every message that was received then or later has this id or a higher one."""
    return min(max(int(when.timestamp()), 0), _LAST_SECOND) << _SECOND_BITS


def wanted_id(header: Header) -> int:
    second = min(max(int(header.received_at.timestamp()), 0), _LAST_SECOND)
    mailbox = header.mailbox & ((1 << _MAILBOX_BITS) - 1)
    uid = header.uid & ((1 << _UID_BITS) - 1)
    return second << _SECOND_BITS | mailbox << _UID_BITS | uid
