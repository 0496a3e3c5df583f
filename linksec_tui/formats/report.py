"""Delivery status: the machine-readable part of a report → values (RFC 3464, RFC 6533).

Read by hand: the standard library takes a `message/global-delivery-status` for a message and loses its recipients.
Servers are liberal with this format, and so are we; every text here is visible text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from linksec_tui.model.visible import visible

from .header_text import decode_words
from .mail_date import parse_mail_date
from .xtext import decode_typed_address

MAX_REPORT = 512 * 1024  # octets that are read; as many recipients with long diagnostics fit
MAX_RECIPIENTS = 1000  # the most that a server must take of one letter is 100 (RFC 5321 §4.5.3.1.8); many take 1000
MAX_VALUE = 2000  # characters

_FIELD = re.compile(r"([A-Za-z0-9-]{1,60})[ \t]*:(.*)", re.DOTALL)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_COMMENT = re.compile(r"\((.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientStatus:
    """What a report says about one recipient. `comment` is what stands in parentheses behind the status; `retry_until`
    is when the server means to give up.
    """

    recipient: str
    original_recipient: str = ""
    action: str = ""
    status: str = ""
    comment: str = ""
    remote_mta: str = ""
    diagnostic: str = ""
    retry_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """One report: fields of the message, then of each recipient."""

    recipients: tuple[RecipientStatus, ...]
    envelope_id: str = ""
    reporting_mta: str = ""


def parse_delivery_status(text: str) -> DeliveryStatus:
    """The fields of a delivery-status part; what cannot be read is left out."""
    pieces = re.split(r"\r?\n[ \t]*\r?\n", text[:MAX_REPORT], maxsplit=2 * MAX_RECIPIENTS)
    groups = [group for group in map(_fields, pieces) if group]
    # some servers forget the blank line between the message's fields and those of the first recipient
    about_message = groups[0] if groups else {}
    recipients = [status for status in map(_recipient, groups[: MAX_RECIPIENTS + 1]) if status]
    return DeliveryStatus(
        recipients=tuple(recipients),
        envelope_id=about_message.get("original-envelope-id", "").strip(),
        reporting_mta=_after_type(about_message.get("reporting-mta", "")),
    )


def _fields(group: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in re.split(r"\r?\n(?![ \t])", group.strip("\r\n")):
        match = _FIELD.fullmatch(line)
        if match:
            value = re.sub(r"\s+", " ", match.group(2)[:MAX_VALUE]).strip()
            fields.setdefault(match.group(1).lower(), decode_words(value))
    return fields


def _recipient(fields: dict[str, str]) -> RecipientStatus | None:
    final, original = fields.get("final-recipient", ""), fields.get("original-recipient", "")
    if not (final or original):
        return None
    status = fields.get("status", "")
    code, comment = _STATUS.search(status), _COMMENT.search(status)
    return RecipientStatus(
        recipient=visible(decode_typed_address(final or original)),
        original_recipient=visible(decode_typed_address(original)),
        action=fields.get("action", "").split(" ")[0].lower(),
        status=code.group(1) if code else "",
        comment=comment.group(1).strip() if comment else "",
        remote_mta=_after_type(fields.get("remote-mta", "")),
        diagnostic=_after_type(fields.get("diagnostic-code", "")),
        retry_until=parse_mail_date(fields.get("will-retry-until", "")),
    )


def _after_type(value: str) -> str:
    """`dns; mail.example.org` → the name: only a plain word before the semicolon is a type."""
    kind, separator, rest = value.partition(";")
    return rest.strip() if separator and re.fullmatch(r"[A-Za-z0-9-]{1,30}", kind.strip()) else value.strip()
