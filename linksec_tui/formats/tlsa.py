"""TLSA records for mail: which of them a sender can use (RFC 7672 §3, RFC 7671 §4).

For SMTP only DANE-TA(2) and DANE-EE(3) exist; a record of another kind proves nothing and forbids nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from linksec_tui.model.evidence import Tlsa

TRUST_ANCHOR = 2
END_ENTITY = 3
_DIGEST_LENGTH = {1: 32, 2: 64}


def usable(records: Iterable[Tlsa]) -> tuple[Tlsa, ...]:
    """The records that a sender can use; order and duplicates mean nothing (RFC 7672 §3.1)."""
    return tuple(sorted({record for record in records if _is_usable(record)}, key=str))


def _is_usable(record: Tlsa) -> bool:
    if record.usage not in (TRUST_ANCHOR, END_ENTITY) or record.selector not in (0, 1):
        return False
    if record.matching == 0:
        return _is_der_sequence(record.association)
    return _DIGEST_LENGTH.get(record.matching) == len(record.association)


def _is_der_sequence(octets: bytes) -> bool:
    """A whole certificate or key is one DER sequence, no shorter and no longer."""
    if len(octets) < 4 or octets[0] != 0x30:
        return False
    if octets[1] < 0x80:
        return len(octets) == 2 + octets[1]
    width = octets[1] & 0x7F
    return 0 < width <= 3 and len(octets) == 2 + width + int.from_bytes(octets[2 : 2 + width], "big")
