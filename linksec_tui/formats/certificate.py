"""A certificate read for people: whom it names, who issued it, until when, with which key (RFC 5280).

Costs the import of cryptography.x509 (25 ms). What a stranger shows may be nonsense: then there is nothing to read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import NameOID

from linksec_tui.model.visible import visible

MAX_NAME = 200  # characters of a name that are shown
MAX_NAMES = 100  # of one certificate; a few belong to hundreds of domains
MAX_CHAIN = 10  # certificates looked at; real chains have two to four
_LEAST_BITS = {"RSA": 2048, "EC": 224}  # what OpenSSL takes at its usual level (112 bits of security)

_UNREADABLE = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateText:
    """One certificate in visible text. `weak`: nobody should rely on its key any more."""

    subject: str = ""
    names: tuple[str, ...] = ()
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    key: str = ""
    weak: bool = False
    fingerprint: str = ""


def read_certificate(der: bytes) -> CertificateText:
    """What stands in it; only the fingerprint where it cannot be read."""
    fingerprint = hashlib.sha256(der).hexdigest()
    try:
        certificate = x509.load_der_x509_certificate(der)
        kind, bits, key = _key(certificate)
        return CertificateText(
            subject=_name(certificate.subject),
            names=_names(certificate),
            issuer=_name(certificate.issuer),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            key=key,
            weak=bits < _LEAST_BITS.get(kind, 0),
            fingerprint=fingerprint,
        )
    except _UNREADABLE:
        return CertificateText(fingerprint=fingerprint)


def matched_name(names: Sequence[str], host: str) -> str:
    """The name that stands for `host`: itself, or `*` for its leftmost label (RFC 9525 §6.3); empty for none."""
    wanted = host.lower().rstrip(".")
    parent = wanted.partition(".")[2]
    fitting = (name for name in names if name.lower() in (wanted, f"*.{parent}"))
    return next(fitting, "")


def signed_by_itself(chain: Sequence[bytes]) -> bool:
    """Does the leaf vouch for itself?"""
    loaded = _loaded(chain[:1])
    return bool(loaded) and _signed(loaded[0], loaded[0])


def ends_in_a_root(chain: Sequence[bytes]) -> bool:
    """Does each certificate vouch for the one before, the last for itself? An authority of somebody's own then."""
    loaded = _loaded(chain[:MAX_CHAIN])
    if not loaded:
        return False
    return all(_signed(lower, upper) for lower, upper in zip(loaded, [*loaded[1:], loaded[-1]], strict=True))


def _loaded(chain: Sequence[bytes]) -> list[x509.Certificate]:
    try:
        return [x509.load_der_x509_certificate(der) for der in chain]
    except _UNREADABLE:
        return []


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except _UNREADABLE:
        return False
    return True


def _key(certificate: x509.Certificate) -> tuple[str, int, str]:
    """Its kind, its size, and both in a word."""
    match certificate.public_key():
        case rsa.RSAPublicKey() as key:
            return "RSA", key.key_size, f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey() as key:
            return "EC", key.key_size, f"EC {key.curve.name}"
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 256, "Ed25519"
        case ed448.Ed448PublicKey():
            return "Ed448", 448, "Ed448"
        case other:
            return "", 0, type(other).__name__.removesuffix("PublicKey")


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Only those that count: a name in CN alone is no name (RFC 7817 §3)."""
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except _UNREADABLE:
        return ()
    found = [*alternative.get_values_for_type(x509.DNSName)]
    found += map(str, alternative.get_values_for_type(x509.IPAddress))
    return tuple(visible(name)[:MAX_NAME] for name in found[:MAX_NAMES])


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME) or name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    text = str(common[0].value) if common else name.rfc4514_string()
    return visible(text)[:MAX_NAME]
