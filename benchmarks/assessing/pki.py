"""The benchmark world's certificates: a root, an intermediate, and one leaf a name, all leaves with one key."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = timedelta(days=1)
_CA = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class _Signer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@dataclass(slots=True)
class Pki:
    """Issues the certificates of policy hosts and exchangers, as a public authority would: with an intermediate."""

    directory: Path
    _key: ec.EllipticCurvePrivateKey = field(init=False)
    _root: _Signer = field(init=False)
    _middle: _Signer = field(init=False)

    def __post_init__(self) -> None:
        self._key, self._root = _key(), _authority("bench root", None)
        self._middle = _authority("bench intermediate", self._root)
        self.file.write_bytes(_pem(self._root.certificate))

    @property
    def file(self) -> Path:
        return self.directory / "ca.pem"

    @property
    def tlsa(self) -> bytes:
        """The association of `3 1 1`: every leaf has the same key."""
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return hashlib.sha256(self._key.public_key().public_bytes(serialization.Encoding.DER, spki)).digest()

    def context(self, name: str) -> ssl.SSLContext:
        """A server's context that proves `name`."""
        path = self.directory / "leaf.pem"
        private = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(_pem(self._leaf(name)) + _pem(self._middle.certificate) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _leaf(self, name: str) -> x509.Certificate:
        public = self._key.public_key()
        named = x509.SubjectAlternativeName([x509.DNSName(name)])
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._middle.key.public_key())
        builder = _builder(name, public, self._middle.name).add_extension(named, critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return builder.add_extension(by, critical=False).sign(self._middle.key, hashes.SHA256())


def _authority(name: str, above: _Signer | None) -> _Signer:
    key = _key()
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = (above.name, above.key) if above else (own, key)
    builder = _builder(name, key.public_key(), issuer)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_CA, critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.add_extension(identifier, critical=False).add_extension(by, critical=False)
    return _Signer(own, key, builder.sign(signer, hashes.SHA256()))


def _builder(name: str, public: ec.EllipticCurvePublicKey, issuer: x509.Name) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 30 * _DAY)
    )


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
