"""TLSA records for mail: which of them a sender can use (RFC 7672 §3, RFC 7671 §4).

For SMTP only DANE-TA(2) and DANE-EE(3) exist; a record of another kind proves nothing and forbids nothing. Garbage in a
record (another length than its digest has, octets that are neither certificate nor key) makes it unusable.
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


def strongest(records: Iterable[Tlsa]) -> tuple[Tlsa, ...]:
    """Of the digests of one usage and selector only the strongest counts, beside whole contents (RFC 7671 §9).

    So an operator can bring in a new digest, and nobody can hold senders to one that was broken.
    """
    found = tuple(records)
    best: dict[tuple[int, int], int] = {}
    for record in found:
        group = (record.usage, record.selector)
        best[group] = max(record.matching, best.get(group, 0))  # SHA-512(2) before SHA-256(1)
    return tuple(r for r in found if r.matching in (0, best[r.usage, r.selector]))


def _is_usable(record: Tlsa) -> bool:
    if record.usage not in (TRUST_ANCHOR, END_ENTITY) or record.selector not in (0, 1):
        return False
    if record.matching == 0:
        return _is_der_sequence(record.association) and _is_readable(record)
    return _DIGEST_LENGTH.get(record.matching) == len(record.association)


def _is_der_sequence(octets: bytes) -> bool:
    """A whole certificate or key is one DER sequence, no shorter and no longer."""
    if len(octets) < 4 or octets[0] != 0x30:
        return False
    if octets[1] < 0x80:
        return len(octets) == 2 + octets[1]
    width = octets[1] & 0x7F
    return 0 < width <= 3 and len(octets) == 2 + width + int.from_bytes(octets[2 : 2 + width], "big")


def _is_readable(record: Tlsa) -> bool:
    """Does it hold a certificate, or a public key? Senders call any other octets unusable, as OpenSSL does."""
    from cryptography import x509  # deferred: 25 ms, and hardly anybody publishes whole contents
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        if record.selector == 0:
            x509.load_der_x509_certificate(record.association).public_key()
        else:
            load_der_public_key(record.association)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True
