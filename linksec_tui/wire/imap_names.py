"""Mailbox names: modified UTF-7 ↔ text (RFC 3501 §5.1.3). Python has no codec for it."""

from __future__ import annotations

import binascii
import re

_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_BEYOND = re.compile(r"[^\x20-\x7e]+|&")


def decode_name(wire: str) -> str:
    """The name that people see. What is not modified UTF-7 stays as it is; the caller makes it visible."""
    return _SHIFTED.sub(_unshift, wire)


def encode_name(name: str) -> str:
    """The name as the server knows it."""
    return _BEYOND.sub(_shift, name)


def _unshift(found: re.Match[str]) -> str:
    coded = found[1]
    if not coded:
        return "&"
    try:
        raw = binascii.a2b_base64(coded.replace(",", "/") + "=" * (-len(coded) % 4))
        return raw.decode("utf-16-be")
    except ValueError:  # binascii.Error and UnicodeDecodeError are both of it
        return found[0]


def _shift(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    raw = found[0].encode("utf-16-be", "replace")
    return "&" + binascii.b2a_base64(raw, newline=False).decode().rstrip("=").replace("/", ",") + "-"
