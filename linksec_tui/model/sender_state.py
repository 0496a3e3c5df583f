"""What a list says about who sent a message (link-security.md §8)."""

from __future__ import annotations

from enum import StrEnum


class SenderState(StrEnum):
    """About the domain after the @, never about the person before it."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILED = "failed"

    @property
    def word(self) -> str:
        return _WORDS[self]


_WORDS = {
    SenderState.VERIFIED: "Sender verified",
    SenderState.UNVERIFIED: "Sender unverified",
    SenderState.FAILED: "Sender check failed",
}
