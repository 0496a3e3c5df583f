"""What servers write on top of a letter that passes through them: Received and Return-Path (RFC 5321 §4.4)."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from .streams import LOOPBACK, TlsState

_RETURN_PATH = re.compile(rb"^return-path:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.IGNORECASE | re.MULTILINE)
_ID_LETTERS = "0123456789BCDFGHJKLMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One hop as the receiving server saw it. `protocol` is the `with` keyword (RFC 3848, RFC 6531 §4.3)."""

    by: str
    at: datetime
    id: str
    protocol: str = ""
    said: str = ""  # the name that the other side gave with EHLO
    tls: TlsState | None = None
    sender: str | None = None
    recipient: str = ""


def queue_id() -> str:
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(11))


def protocol(*, tls: bool, authenticated: bool, utf8: bool) -> str:
    return f"{'UTF8SMTP' if utf8 else 'ESMTP'}{'S' if tls else ''}{'A' if authenticated else ''}"


def received(hop: Hop) -> bytes:
    """The field, folded as Postfix folds it."""
    lines: list[str] = []
    if hop.said:
        lines.append(f"Received: from {hop.said} (localhost [{LOOPBACK}])")
        if hop.tls is not None:
            bits = f"{hop.tls.bits}/{hop.tls.bits} bits"
            lines.append(f"\t(using {hop.tls.version} with cipher {hop.tls.cipher} ({bits}))")
        lines.append(f"\tby {hop.by} with {hop.protocol} id {hop.id}")
    else:
        lines.append(f"Received: by {hop.by} (Postbox)")
        lines.append(f"\tid {hop.id}")
    if hop.sender is not None:
        lines.append(f"\t(envelope-from <{hop.sender}>)")
    if hop.recipient:
        lines.append(f"\tfor <{hop.recipient}>")
    lines[-1] += f"; {format_datetime(hop.at)}"
    return "".join(f"{line}\r\n" for line in lines).encode()


def without_return_path(content: bytes) -> bytes:
    """RFC 5321 §4.4: only the server that delivers says where a message came from; a sender's own word goes."""
    fields, separator, body = content.partition(b"\r\n\r\n")
    return _RETURN_PATH.sub(b"", fields + b"\r\n") + separator[2:] + body


def return_path(sender: str) -> bytes:
    return f"Return-Path: <{sender}>\r\n".encode()
