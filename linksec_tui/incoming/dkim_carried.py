"""The DKIM signatures that a message carries (RFC 6376 §3.5), before anybody has verified one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linksec_tui.formats.dkim_signature import DkimSignature, parse_dkim_signature
from linksec_tui.incoming.alignment import aligned
from linksec_tui.model.sender import DkimCheck

if TYPE_CHECKING:
    from linksec_tui.formats.mime import MimePart

MAX_SIGNATURES = 5  # of one message that are verified; each hashes the whole text


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAnswer:
    """What is published where a key should be. `failure`: nobody could tell."""

    texts: tuple[str, ...] = ()
    failure: str = ""


def signatures_of(message: MimePart, sender_domain: str) -> tuple[tuple[int, DkimSignature], ...]:
    """The signatures that are worth verifying, with their place among all: the sender's own domain's first."""
    fields = message.header_values("DKIM-Signature")
    found = [(place, parse_dkim_signature(value)) for place, value in enumerate(fields[: 4 * MAX_SIGNATURES])]
    return tuple(sorted(found, key=lambda each: not aligned(each[1].domain, sender_domain))[:MAX_SIGNATURES])


def unchecked(message: MimePart, sender_domain: str) -> tuple[DkimCheck, ...]:
    """What a message carries, before anybody has looked at it."""
    return tuple(
        _said(signature, sender_domain, "unchecked", signature.problem)
        for _, signature in signatures_of(message, sender_domain)
    )


def key_names(message: MimePart, sender_domain: str) -> tuple[str, ...]:
    """Where the keys are published that `verify` needs."""
    sound = (signature for _, signature in signatures_of(message, sender_domain) if not signature.problem)
    return tuple(dict.fromkeys(signature.key_name for signature in sound))


def _said(signature: DkimSignature, sender_domain: str, result: str, why: str) -> DkimCheck:
    return DkimCheck(
        domain=signature.domain,
        selector=signature.selector,
        result=result,
        aligned=aligned(signature.domain, sender_domain),
        why=why,
    )
