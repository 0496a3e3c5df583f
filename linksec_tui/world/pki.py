"""The world's certificate authority, the certificates of its servers, and TLSA records made from them (RFC 6698)."""

from __future__ import annotations

import hashlib
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .story import Certificate

PKIX_TA, DANE_TA, DANE_EE = 0, 2, 3
FULL_CERTIFICATE, PUBLIC_KEY = 0, 1
SHA_256 = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A server's certificate, ready to be shown. `chain` is DER, leaf first, the authority's own last.

    `pem` is its key, and the same chain.
    """

    context: ssl.SSLContext
    chain: tuple[bytes, ...]
    pem: bytes

    def tlsa(self, usage: int) -> str:
        """The record that vouches for this certificate: its own key (usage 3), or its authority's (usage 2)."""
        certificate = x509.load_der_x509_certificate(self.chain[0 if usage == DANE_EE else -1])
        return f"{usage} {PUBLIC_KEY} {SHA_256} {hashlib.sha256(public_key(certificate)).hexdigest()}"

    def with_old_tls(self) -> ssl.SSLContext:
        """The same certificate shown by a server that has learnt nothing since 2006 (TLS 1.0 and 1.1)."""
        context = _showing(self.pem)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # OpenSSL 3 has neither above that level
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that they are old is the point
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context


class Authority:
    """A certificate authority; servers that are not its own get certificates that it did not sign."""

    def __init__(self, name: str, *, now: datetime) -> None:
        self._name = name
        self._now = now
        self._root = trustme.CA(organization_name=name, organization_unit_name=f"{name} root")

    @property
    def pem(self) -> str:
        return self._root.cert_pem.bytes().decode("ascii")

    def issue(self, *hosts: str, kind: Certificate = Certificate.TRUSTED) -> Identity:
        """A certificate for all `hosts`, in a context that shows it."""
        root = self._root if kind is not Certificate.SELF_SIGNED else _own_root(hosts[0])
        expired = kind is Certificate.EXPIRED
        leaf = root.issue_cert(
            *hosts,
            organization_name=self._name if root is self._root else hosts[0],
            organization_unit_name="mail",
            not_before=self._now - timedelta(days=400 if expired else 30),
            not_after=self._now + timedelta(days=-9 if expired else 90),
        )
        # RFC 7671 §5.2.2: the authority's own certificate goes with the chain, so that usage 2 can be checked
        pem = leaf.private_key_and_cert_chain_pem.bytes() + root.cert_pem.bytes()
        pems = (leaf.cert_chain_pems[0], root.cert_pem)
        return Identity(context=_showing(pem), chain=tuple(map(_der, pems)), pem=pem)

    def verifying(self) -> ssl.SSLContext:
        """For a client that insists on this authority and on the name."""
        context = ssl.create_default_context(cadata=self.pem)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.hostname_checks_common_name = False
        return context


def unverifying() -> ssl.SSLContext:
    """For a client that takes any certificate, because DANE checks it afterwards by itself."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def opportunistic() -> ssl.SSLContext:
    """For a client that takes what it gets, any certificate and any version of TLS: as Postfix does at level `may`."""
    context = unverifying()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def public_key(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def clock() -> datetime:
    """The world's servers live in real time."""
    return datetime.now(UTC)


def _showing(pem: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with trustme.Blob(pem).tempfile() as path:
        context.load_cert_chain(path)
    return context


def _own_root(host: str) -> trustme.CA:
    """What a self-signed server is to others: signed by somebody whom nobody knows."""
    return trustme.CA(organization_name=host, organization_unit_name="self-made")


def _der(pem: trustme.Blob) -> bytes:
    return x509.load_pem_x509_certificate(pem.bytes()).public_bytes(Encoding.DER)
