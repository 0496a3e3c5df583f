"""The lab's certificates: a CA that everybody in the lab trusts, one that nobody knows, a file for each host."""

from __future__ import annotations

import hashlib
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.lab import topology
from tests.lab.topology import Certificate, Domain, Tlsa


class Certificates:
    """One PEM file a host: key and certificate, as the servers want them."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self._directory = directory
        self._trusted = trustme.CA(organization_name="linksec-tui lab")
        self._unknown = trustme.CA(organization_name="a CA that nobody knows")
        self._leaves: dict[str, bytes] = {}
        self._trusted.cert_pem.write_to_path(str(self.ca_file))
        for host in topology.HOME_HOSTS:
            self._issue(f"{host}.{topology.HOME}", self._trusted)
        for domain in topology.RECEIVING:
            self._issue_for(domain)

    @property
    def ca_file(self) -> Path:
        return self._directory / "ca.pem"

    def file(self, host: str) -> Path:
        return self._directory / f"{host}.pem"

    def tlsa(self, host: str, what: Tlsa = Tlsa.MATCHING) -> str:
        """A TLSA record 3 1 1: the hash of the host's public key (RFC 7671 §5.1)."""
        key = x509.load_pem_x509_certificate(self._leaves[host]).public_key()
        content = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        spoilt = b"" if what is Tlsa.MATCHING else b"another key"
        return f"TLSA 3 1 1 {hashlib.sha256(content + spoilt).hexdigest()}"

    def _issue_for(self, domain: Domain) -> None:
        own = self._unknown if domain.certificate is Certificate.SELF_MADE else self._trusted
        self._issue(domain.exchanger, own)
        if domain.policy_exchanger:
            self._issue(f"mta-sts.{domain.name}", self._trusted)

    def _issue(self, host: str, authority: trustme.CA) -> None:
        leaf = authority.issue_cert(host)
        self._leaves[host] = leaf.cert_chain_pems[0].bytes()
        leaf.private_key_and_cert_chain_pem.write_to_path(str(self.file(host)))
