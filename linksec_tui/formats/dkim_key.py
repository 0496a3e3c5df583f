"""A DKIM key record → a public key, or why it is none (RFC 6376 §3.6.1, RFC 8301 §3.2, RFC 8463 §4)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import load_der_public_key

from linksec_tui.formats.tag_list import parse_tag_list, without_blanks

SHORTEST = 1024  # bits, RFC 8301 §3.2
LONGEST = 8192  # more costs the verifier, and fits into no record that anybody publishes
LARGEST_EXPONENT = 1 << 32

PublicKey = RSAPublicNumbers | Ed25519PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """`key` is None where `problem` says why. `exact`: the identity must be the domain itself, not one below it."""

    key: PublicKey | None = None
    exact: bool = False
    problem: str = ""


def parse_dkim_key(text: str, key_type: str) -> DkimKey:
    """The key for signatures of `key_type` (rsa or ed25519). Never raises."""
    tags = parse_tag_list(text)
    if tags is None or "p" not in tags or tags.get("v", "DKIM1") != "DKIM1":
        return DkimKey(problem="The key that the domain publishes is not one.")
    if not without_blanks(tags["p"]):
        return DkimKey(problem="The domain has withdrawn the key.")
    if tags.get("k", "rsa").lower() != key_type or not _serves(tags):
        return DkimKey(problem="The key that the domain publishes is for something else.")
    try:
        octets = b64decode(without_blanks(tags["p"]), validate=True)
        key = Ed25519PublicKey.from_public_bytes(octets) if key_type == "ed25519" else _rsa(octets)
    except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm):
        return DkimKey(problem="The key that the domain publishes is not one.")
    if key is None:
        return DkimKey(problem="The domain's key is too weak to prove anything.")
    return DkimKey(key=key, exact="s" in _flags(tags.get("t", "")))


def _serves(tags: dict[str, str]) -> bool:
    """For mail, and for SHA-256, which is the only hash that counts."""
    services, hashes = _flags(tags.get("s", "*")), _flags(tags.get("h", "sha256"))
    return bool(services & {"*", "email"}) and "sha256" in hashes


def _flags(text: str) -> set[str]:
    return {flag.strip().lower() for flag in text.split(":")}


def _rsa(octets: bytes) -> RSAPublicNumbers | None:
    """None where it is too weak, or would cost too much. Raises ValueError, TypeError."""
    key = load_der_public_key(octets)  # a bare RSAPublicKey (RFC 8017) is read too
    if not isinstance(key, RSAPublicKey):
        raise TypeError
    numbers = key.public_numbers()
    return numbers if SHORTEST <= key.key_size <= LONGEST and numbers.e < LARGEST_EXPONENT else None
