"""Does a certificate chain match a TLSA record? (RFC 7671 §5, RFC 7672 §3)

Costs the import of cryptography.x509 (25 ms): whoever needs it only after a probe imports it there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509.oid import NameOID

from linksec_tui.formats.tlsa import END_ENTITY, TRUST_ANCHOR, strongest, usable
from linksec_tui.model.evidence import Tlsa

MAX_CHAIN = 10  # certificates looked at; real chains have two to four

# Whatever a stranger's certificate makes the library say: it is not a proof.
_NO_PROOF = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an exchanger showed, and what it must be: `chain` is DER, leaf first; any of `names` will do."""

    chain: Sequence[bytes]
    names: frozenset[str]
    at: datetime


def match_tlsa(shown: Shown, records: Iterable[Tlsa]) -> bool:
    """Would a sender that enforces DANE accept this chain under these records?"""
    wanted = strongest(usable(records))
    try:
        chain = [x509.load_der_x509_certificate(der) for der in shown.chain[:MAX_CHAIN]]
    except _NO_PROOF:
        return False
    if not chain:
        return False
    if any(record.usage == END_ENTITY and _matches(chain[0], record) for record in wanted):
        return True  # RFC 7672 §3.1.1: neither the names nor the dates of the leaf are looked at
    anchors = [record for record in wanted if record.usage == TRUST_ANCHOR]
    return bool(anchors) and _names_one_of(chain[0], shown.names) and _leads_to_anchor(chain, anchors, shown.at)


def _matches(certificate: x509.Certificate, record: Tlsa) -> bool:
    try:
        content = _selected(certificate, record.selector)
    except _NO_PROOF:
        return False
    match record.matching:
        case 1:
            return hashlib.sha256(content).digest() == record.association
        case 2:
            return hashlib.sha512(content).digest() == record.association
        case _:
            return content == record.association


def _selected(certificate: x509.Certificate, selector: int) -> bytes:
    if selector == 0:
        return certificate.public_bytes(Encoding.DER)
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _leads_to_anchor(chain: list[x509.Certificate], anchors: list[Tlsa], at: datetime) -> bool:
    """Walks from the leaf upwards by signatures, not by the order the server chose; each certificate once."""
    candidates = [*chain[1:], *_anchors_carried_whole(anchors)]
    level = [chain[0]]
    for depth in range(len(candidates) + 1):
        level = [c for c in level if _is_current(c, at) and (depth == 0 or _may_sign(c, depth - 1))]
        if any(_matches(c, anchor) or _signed_by_bare_key(c, anchor) for c in level for anchor in anchors):
            return True
        above = [c for c in candidates if any(_signed(lower, c) for lower in level)]
        candidates = [c for c in candidates if c not in above]
        level = above
    return False


def _anchors_carried_whole(anchors: list[Tlsa]) -> list[x509.Certificate]:
    """`2 0 0` carries the anchor's certificate, which need not stand in the chain (RFC 7671 §5.2.2)."""
    certificates: list[x509.Certificate] = []
    for anchor in anchors:
        if (anchor.selector, anchor.matching) == (0, 0):
            try:
                certificates.append(x509.load_der_x509_certificate(anchor.association))
            except _NO_PROOF:
                continue
    return certificates


def _signed_by_bare_key(certificate: x509.Certificate, anchor: Tlsa) -> bool:
    """`2 1 0` carries the anchor's bare key, which need not stand in the chain (RFC 7671 §5.2.3)."""
    digest = certificate.signature_hash_algorithm
    if (anchor.selector, anchor.matching) != (1, 0) or digest is None:
        return False
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    try:
        match load_der_public_key(anchor.association):
            case ec.EllipticCurvePublicKey() as key:
                key.verify(signature, signed, ec.ECDSA(digest))
            case rsa.RSAPublicKey() as key:
                key.verify(signature, signed, padding.PKCS1v15(), digest)
            case _:
                return False
    except _NO_PROOF:
        return False
    return True


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except _NO_PROOF:
        return False
    return True


def _is_current(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _may_sign(certificate: x509.Certificate, below: int) -> bool:
    """Is it an authority, and may `below` authorities stand between it and the leaf? (RFC 5280 §4.2.1.9)"""
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except _NO_PROOF:
        return False
    return basic.ca and (basic.path_length is None or below <= basic.path_length)


def _names_one_of(leaf: x509.Certificate, names: frozenset[str]) -> bool:
    """By a DNS name, or by the common name where it has none; `*` is one whole leftmost label (RFC 7672 §3.2.3)."""
    presented = {name.lower().rstrip(".") for name in _dns_names(leaf) or _common_names(leaf)}
    wanted = {name.lower().rstrip(".") for name in names}
    wildcards = {f"*.{name.partition('.')[2]}" for name in wanted if name.count(".") > 1}
    return not presented.isdisjoint(wanted | wildcards)


def _dns_names(leaf: x509.Certificate) -> list[str]:
    try:
        alternative = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return list(alternative.get_values_for_type(x509.DNSName))
    except _NO_PROOF:
        return []


def _common_names(leaf: x509.Certificate) -> list[str]:
    try:
        return [str(name.value) for name in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except _NO_PROOF:
        return []
