"""The lab's certificates: a CA that everybody in the lab trusts, one that nobody knows, a file for each host."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from tests.lab import domains, hostile, topology
from tests.lab.domains import Certificate, Domain, Served, Tlsa
from tests.lab.flawed import Flawed

_ANOTHER_NAME = "another-name.test"


class Certificates:
    """One PEM file a host: key and certificates, as the servers want them."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self._directory = directory
        self._now = datetime.now(UTC)
        self._trusted = trustme.CA(organization_name="linksec-tui lab")
        self._below = self._trusted.create_child_ca()
        self._unknown = trustme.CA(organization_name="a CA that nobody knows")
        self._leaves: dict[str, x509.Certificate] = {}
        self._trusted.cert_pem.write_to_path(str(self.ca_file))
        for zone, hosts in topology.HOSTS.items():
            for name, address in hosts.items():
                host = f"{name}.{zone}"  # and its address: other people's programs have no other way to get there
                self._keep(host, self._trusted.issue_cert(host, address))
        for domain in domains.DOMAINS:
            if domain.has_exchanger:
                self.issue(domain.exchanger, domain.certificate)
        for host, domain in domains.POLICIES.items():
            served = domain.policy.served if domain.policy else Served.POLICY
            self._keep(host, (self._unknown if served is Served.UNTRUSTED else self._trusted).issue_cert(host))
        flawed = Flawed(trusted=self._trusted, unknown=self._unknown, now=self._now)
        for one in (*hostile.HOSTILE, hostile.HONEST):
            self.file(one.host).write_bytes(flawed.pem(one.host, one.flaw))

    @property
    def ca_file(self) -> Path:
        return self._directory / "ca.pem"

    def file(self, host: str) -> Path:
        return self._directory / f"{host}.pem"

    def issue(self, host: str, kind: Certificate = Certificate.TRUSTED) -> None:
        """A certificate for `host`, good or bad in one way, and its file."""
        match kind:
            case Certificate.TRUSTED:
                self._keep(host, self._trusted.issue_cert(host))
            case Certificate.CHAIN:
                self._keep(host, self._below.issue_cert(host))
            case Certificate.WRONG_NAME:
                self._keep(host, self._trusted.issue_cert(_ANOTHER_NAME))
            case Certificate.EXPIRED:
                before, after = self._now - timedelta(days=30), self._now - timedelta(days=1)
                self._keep(host, self._trusted.issue_cert(host, not_before=before, not_after=after))
            case Certificate.SELF_SIGNED:
                self._sign_itself(host)

    def tlsa(self, domain: Domain) -> tuple[str, ...]:
        """Its exchanger's TLSA records (RFC 6698)."""
        leaf = self._leaves[domain.exchanger]
        own, another = f"3 1 1 {_digest(_key(leaf))}", f"3 1 1 {_digest(b'another key')}"
        match domain.tlsa:
            case Tlsa.NONE:
                return ()
            case Tlsa.KEY:
                return (own,)
            case Tlsa.WRONG:
                return (another,)
            case Tlsa.ROLLED:
                return (another, own)
            case Tlsa.AUTHORITY:
                return (f"2 1 1 {_digest(_key(x509.load_pem_x509_certificate(self._below.cert_pem.bytes())))}",)
            case Tlsa.UNUSABLE:
                # RFC 7672 §3.1.3: mail has no use for certificate usages 0 and 1
                return (f"1 0 1 {_digest(leaf.public_bytes(Encoding.DER))}",)

    def home_tlsa(self) -> str:
        """The TLSA record of the provider's own exchanger."""
        return f"3 1 1 {_digest(_key(self._leaves[f'mx.{topology.HOME}']))}"

    def _keep(self, host: str, leaf: trustme.LeafCert) -> None:
        self._leaves[host] = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
        leaf.private_key_and_cert_chain_pem.write_to_path(str(self.file(host)))

    def _sign_itself(self, host: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        builder = x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(self._now - timedelta(days=1)).not_valid_after(
            self._now + timedelta(days=90)
        )
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        self._leaves[host] = leaf = builder.sign(key, hashes.SHA256())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.file(host).write_bytes(private + leaf.public_bytes(Encoding.PEM))


def _key(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
