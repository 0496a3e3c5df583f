"""What a letter asks of the servers on its way, and what goes out in its place (docs/protocol.md §§4, 5.2).

Written from the protocol's text, not from the client's rules, which it judges.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import format_datetime, getaddresses
from typing import cast

from .story import SUBMISSION_HOST

MAX_NOTICE = 16 * 1024  # octets; a larger first part is not sent on
NOTICE_TYPE = "text/x-link-security-notice"
SUBJECT = "A letter is waiting for you"
_FIELD = re.compile(rb"^link-security:((?:[^\r\n]|\r\n[ \t])*)\r\n", re.IGNORECASE | re.MULTILINE)
_VALUE = re.compile(
    r"\s*require\s*=\s*(encrypted|verifiable|enforced|link-secure)\s*"
    r"((?:;\s*[a-z0-9][a-z0-9_.-]*\s*=\s*[!-:<-~]+\s*)*);?\s*",
    re.IGNORECASE,
)
_STRICTNESS = ("", "encrypted", "verifiable", "enforced", "link-secure")
_CLOSED = ("multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`require` is empty where nothing is asked."""

    require: str = ""
    notice: bool = False


def asked_of(fields: bytes) -> Asked | None:
    """What the field says; None where it cannot be read."""
    require, notices = "", list[bool]()
    for value in _FIELD.findall(fields):
        found = _VALUE.fullmatch(value.replace(b"\r\n", b"").decode("ascii", "replace"))
        if found is None:
            return None
        parameters = [one.partition("=") for one in found[2].lower().split(";") if one.strip()]
        given = {name.strip(): said.strip() for name, _, said in parameters}
        if len(given) < len(parameters) or "require" in given or given.get("fallback", "bounce") not in _FALLBACKS:
            return None
        require = max(require, found[1].lower(), key=_STRICTNESS.index)
        notices.append(given.get("fallback") == "notice")
    return Asked(require=require, notice=bool(notices) and all(notices))


_FALLBACKS = ("bounce", "notice")


def notice_of(content: bytes) -> str | None:
    """The text that may travel in the letter's place; None where the letter has none as it should be."""
    message = email.message_from_bytes(content)
    parts = cast("list[Message]", message.get_payload()) if message.is_multipart() else []
    if message.get_content_type() != "multipart/alternative" or len(parts) < 2:
        return None
    first, *others = parts
    if first.get_content_type() != NOTICE_TYPE or any(part.get_content_type() in _CLOSED for part in others):
        return None
    payload = first.get_payload(decode=True)
    if not isinstance(payload, bytes) or len(payload) > MAX_NOTICE:
        return None
    return payload.decode("utf-8", "replace")


def render_notice(content: bytes, recipient: str, text: str, *, number: str, now: datetime) -> bytes:
    """A message of our own to one recipient. Nothing of the letter's but who wrote it stands in it."""
    sender = getaddresses([str(email.message_from_bytes(content).get("From", ""))])[0][1]
    lines = [
        f"From: {sender}",
        f"To: {recipient}",
        f"Subject: {SUBJECT}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{now:%Y%m%d%H%M%S}.{number}@{SUBMISSION_HOST}>",
        "Auto-Submitted: auto-generated",
        "TLS-Required: No",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        *text.replace("\r\n", "\n").split("\n"),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()
