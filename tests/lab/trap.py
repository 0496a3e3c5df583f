"""The credential trap: does what a hostile server received hold a secret, or the word for handing one over?"""

from __future__ import annotations

import base64
from collections.abc import Iterator

_COMMANDS = ("AUTH", "LOGIN")  # AUTHENTICATE begins so too


def caught(heard: bytes, user: str, secret: str) -> list[str]:
    """What stands in it that should not."""
    return [word for word in _never(user, secret) if word.encode() in heard]


def _never(user: str, secret: str) -> Iterator[str]:
    yield from (user, secret, *_COMMANDS)
    yield from map(_coded, (user, secret, f"\0{user}\0{secret}"))
    yield _coded(f"user={user}\x01auth=Bearer {secret}\x01\x01")


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode().rstrip("=")
