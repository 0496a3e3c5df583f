"""Does a domain that was verified speak for the visible From? (RFC 7489 §3.1)"""

from __future__ import annotations

from linksec_tui.formats.domain_name import to_ascii
from linksec_tui.formats.suffix import base_domain
from linksec_tui.model.errors import BadInput


def aligned(verified: str, visible_from: str, *, strict: bool = False) -> bool:
    """Both lower-case A-labels. Relaxed: one registered domain; strict: the very same."""
    if not verified or not visible_from:
        return False
    return verified == visible_from or (not strict and same_owner(verified, visible_from))


def same_owner(one: str, other: str) -> bool:
    """Do two names lie below the same registered domain?"""
    registered = base_domain(one)
    return registered is not None and registered == base_domain(other)


def domain_of(text: str) -> str:
    """The domain of an address, of `@domain` or of a bare one, as A-labels; empty where it is none."""
    try:
        return to_ascii(text.rpartition("@")[2].strip("<> ").rstrip("."))
    except BadInput:
        return ""
