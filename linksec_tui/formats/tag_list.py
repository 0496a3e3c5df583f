"""`v=DKIM1; k=rsa; p=…` → names and values: the form of DKIM signatures, their keys, and DMARC (RFC 6376 §3.2)."""

from __future__ import annotations

import re

MAX_LIST = 8 * 1024  # characters; a key of 4096 bits and a long list of header fields stay below 2,000
MAX_TAGS = 50

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


def parse_tag_list(text: str) -> dict[str, str] | None:
    """Names as they stand, values without outer blanks; None for what is no such list, or names something twice."""
    if len(text) > MAX_LIST:
        return None
    pieces = text.split(";")
    if not pieces[-1].strip():
        pieces.pop()
    if len(pieces) > MAX_TAGS:
        return None
    tags: dict[str, str] = {}
    for piece in pieces:
        name, equals, value = piece.partition("=")
        name = name.strip()
        if not equals or name in tags or not _NAME.fullmatch(name):
            return None
        tags[name] = value.strip()
    return tags


def without_blanks(value: str) -> str:
    """Folding inside base64, which means nothing there."""
    return re.sub(r"\s+", "", value)
