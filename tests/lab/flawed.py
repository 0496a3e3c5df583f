"""Certificates with exactly one thing wrong: the authorities behind them, and a file's content for each flaw."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.lab.hostile import Flaw

ANOTHER_NAME = "another-name.test"
_DAY = timedelta(days=1)
_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issuer:
    """An authority's name and key."""

    name: x509.Name
    key: _Key


@dataclass
class Flawed:
    """`trusted` is the authority that the client knows."""

    trusted: trustme.CA
    unknown: trustme.CA = field(default_factory=lambda: trustme.CA(organization_name="a CA that nobody knows"))
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self._below = self.trusted.create_child_ca()

    def pem(self, host: str, flaw: Flaw) -> bytes:
        """Key and certificates, as a server wants them."""
        key = _new_key(flaw)
        name = _named(host if flaw is not Flaw.WRONG_NAME else ANOTHER_NAME)
        issuer = Issuer(name, key) if flaw is Flaw.SELF_SIGNED else _issuer(self._authority(flaw))
        leaf = self._built(host, flaw, name, key).issuer_name(issuer.name).sign(issuer.key, SHA256())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        rest = self.unknown.cert_pem.bytes() if flaw is Flaw.UNKNOWN_CA else b""
        return private + leaf.public_bytes(Encoding.PEM) + rest

    def _authority(self, flaw: Flaw) -> trustme.CA:
        return {Flaw.UNKNOWN_CA: self.unknown, Flaw.NO_INTERMEDIATE: self._below}.get(flaw, self.trusted)

    def _built(self, host: str, flaw: Flaw, name: x509.Name, key: _Key) -> x509.CertificateBuilder:
        before, after = _validity(flaw, self.now)
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if flaw is Flaw.CLIENT_ONLY else ExtendedKeyUsageOID.SERVER_AUTH
        builder = x509.CertificateBuilder(subject_name=name, public_key=key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(before).not_valid_after(after)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        if flaw is Flaw.CN_ONLY:
            return builder
        names = [x509.DNSName(ANOTHER_NAME if flaw is Flaw.WRONG_NAME else host)]
        return builder.add_extension(x509.SubjectAlternativeName(names), critical=False)


def _validity(flaw: Flaw, now: datetime) -> tuple[datetime, datetime]:
    match flaw:
        case Flaw.EXPIRED:
            return now - 30 * _DAY, now - _DAY
        case Flaw.NOT_YET:
            return now + 7 * _DAY, now + 90 * _DAY
        case _:
            return now - _DAY, now + 90 * _DAY


def _new_key(flaw: Flaw) -> _Key:
    if flaw is Flaw.WEAK:
        return rsa.generate_private_key(65537, 1024)
    return ec.generate_private_key(ec.SECP256R1())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _issuer(authority: trustme.CA) -> Issuer:
    key = load_pem_private_key(authority.private_key_pem.bytes(), None)
    assert isinstance(key, _Key)
    return Issuer(x509.load_pem_x509_certificate(authority.cert_pem.bytes()).subject, key)
