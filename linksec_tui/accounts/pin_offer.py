"""May a certificate that did not verify be pinned? (link-security.md §10; RFC 8314 §5.4)

Only one that its owner made: signed by itself, or by an authority of the owner's own that the server shows along. One
of an authority that this machine knows is never offered: its owner can mend what is wrong, and an attacker looks so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from linksec_tui.formats.certificate import ends_in_a_root, read_certificate, signed_by_itself
from linksec_tui.model.account import Server
from linksec_tui.model.connection import Fault, TlsFacts
from linksec_tui.model.verification import PinOffer


def pin_offer(server: Server, fault: Fault | None, shown: TlsFacts, now: datetime) -> PinOffer | None:
    """The offer; None where this certificate is never offered. `fault`: why it did not verify."""
    alone = signed_by_itself(shown.chain)
    of_nobody_known = fault in (Fault.SELF_SIGNED, Fault.UNKNOWN_ISSUER)
    cautions = tuple(_cautions(shown, now))
    if not of_nobody_known or not (alone or ends_in_a_root(shown.chain)) or _weak(shown):
        return None
    if cautions and not alone:  # an authority that is public elsewhere, perhaps: then this is its business
        return None
    return PinOffer(server=replace(server, pin=shown.fingerprint), shown=shown, cautions=cautions)


def _weak(shown: TlsFacts) -> bool:
    return read_certificate(shown.chain[0]).weak if shown.chain else True


def _cautions(shown: TlsFacts, now: datetime) -> Iterator[str]:
    if not shown.matched_name:
        yield f"It does not name {shown.host}."
    if shown.not_after and shown.not_after < now:
        yield f"It expired on {shown.not_after.date().isoformat()}."
    if shown.not_before and shown.not_before > now:
        yield f"It is not valid before {shown.not_before.date().isoformat()}."
