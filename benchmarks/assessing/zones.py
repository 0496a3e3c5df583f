"""What the benchmark world's name server knows, and its answers as octets: quick enough not to be what is measured.

A *signed* domain has real signatures (a peer that validates shall find them), two exchangers with TLSA, and MTA-STS
in force. A *plain* domain has two exchangers, and MTA-STS where it is `sts`. Zones are written when first asked for.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec
from dns.dnssectypes import Algorithm

TTL = 300
SIGNED, STS, PLAIN = "s", "m", "p"  # first letter of the domain: directly below the top, as a peer expects
POLICY = "version: STSv1\r\nmode: enforce\r\nmx: *.{domain}\r\nmax_age: 604800\r\n"

_AD, _DO, _NXDOMAIN = 0x0020, 0x8000, 3
_OPT = struct.pack("!BHHIH", 0, 41, 1232, 0, 0)
_SIGNED_FOR = 7 * 86_400  # seconds
_dnssec: Any = dns.dnssec  # its types say Never, since cryptography is optional to it

Key = tuple[bytes, int]


def domains(kind: str, count: int, first: int = 0) -> list[str]:
    return [f"{kind}{number:05d}.test" for number in range(first, first + count)]


@dataclass(slots=True)
class Zones:
    """Records by name and type, as rdata on the wire. `counted`: questions by type; a declaration counts as one."""

    tlsa: bytes
    counted: Counter[str] = field(default_factory=Counter)
    _records: dict[Key, list[bytes]] = field(default_factory=dict)
    _signatures: dict[Key, bytes] = field(default_factory=dict)
    _names: set[bytes] = field(default_factory=set)
    _written: set[str] = field(default_factory=set)
    _signer: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def answer(self, query: bytes) -> bytes:
        """The reply to one question."""
        end = query.index(b"\0", 12) + 1
        name, (kind,) = query[12:end].lower(), struct.unpack("!H", query[end : end + 2])
        self._count(name, kind)
        domain = _domain_of(name)
        self.write(domain)
        records = self._records.get((name, kind), [])
        wants_signatures = query[10:12] != b"\0\0" and bool(struct.unpack("!H", query[-4:-2])[0] & _DO)
        answers = [(kind, rdata) for rdata in records]
        signature = self._signatures.get((name, kind))
        if wants_signatures and signature is not None:
            answers.append((dns.rdatatype.RRSIG, signature))
        flags = 0x8180 if name in self._names else 0x8180 | _NXDOMAIN
        verdict_wanted = wants_signatures or bool(query[3] & _AD)
        if verdict_wanted and domain.startswith(SIGNED):
            flags |= _AD
        start = self._records.get((_labels(domain), int(dns.rdatatype.SOA)), [b""])[0]
        return _message(query[: end + 4], flags, answers, start)

    def write(self, domain: str) -> None:
        """The zone of a domain, once."""
        if not domain or domain in self._written:
            return
        self._written.add(domain)
        number = int(domain[1:6])
        self._add(domain, "SOA", f"ns1.{domain}. host.{domain}. 1 3600 600 86400 300")
        self._add(domain, "NS", f"ns1.{domain}.", f"ns2.{domain}.")
        self._add(domain, "MX", f"10 mx1.{domain}.", f"20 mx2.{domain}.")
        for subnet, host in enumerate(("ns1", "ns2", "mx1", "mx2", "mta-sts")):
            self._add_host(f"{host}.{domain}", f"127.{10 + subnet}.{number // 250}.{1 + number % 250}")
        if not domain.startswith(PLAIN):
            self._add(f"_mta-sts.{domain}", "TXT", '"v=STSv1; id=20260101T000000"')
        if domain.startswith(SIGNED):
            for host in ("mx1", "mx2"):
                self._add(f"_25._tcp.{host}.{domain}", "TLSA", f"3 1 1 {self.tlsa.hex()}")
            self._sign(domain)

    def _add_host(self, host: str, address: str) -> None:
        # all services listen on one address; the number in between only makes the reverse names differ
        self._add(host, "A", "127.0.0.1" if host.startswith("mta-sts.") else address)
        self._add(".".join(reversed(address.split("."))) + ".in-addr.arpa", "PTR", f"{host}.")

    def _add(self, name: str, kind: str, *texts: str) -> None:
        rrset: Any = dns.rrset.from_text_list(f"{name}.", TTL, dns.rdataclass.IN, kind, texts)
        self._records[_labels(name), int(rrset.rdtype)] = [rdata.to_wire() for rdata in rrset]
        labels = name.split(".")
        self._names.update(_labels(".".join(labels[start:])) for start in range(len(labels)))

    def _sign(self, domain: str) -> None:
        origin = dns.name.from_text(domain)
        key = _dnssec.make_dnskey(self._signer.public_key(), Algorithm.ECDSAP256SHA256, flags=257)
        own = _labels(domain)
        self._records[own, int(dns.rdatatype.DNSKEY)] = [key.to_wire()]
        self._records[own, int(dns.rdatatype.DS)] = [_dnssec.make_ds(origin, key, "SHA256").to_wire()]
        for (name, kind), rdatas in list(self._records.items()):
            if name.endswith(own) and kind != dns.rdatatype.DS:
                signature = _dnssec.sign(_rrset(name, kind, rdatas), self._signer, origin, key, lifetime=_SIGNED_FOR)
                self._signatures[name, kind] = signature.to_wire()

    def _count(self, name: bytes, kind: int) -> None:
        declared = name.startswith(b"\x08_linksec")
        self.counted["declaration" if declared else dns.rdatatype.to_text(dns.rdatatype.RdataType(kind))] += 1


def _rrset(name: bytes, kind: int, rdatas: list[bytes]) -> dns.rrset.RRset:
    owner, _ = dns.name.from_wire(name, 0)
    read = partial(dns.rdata.from_wire, dns.rdataclass.IN, dns.rdatatype.RdataType(kind))
    return dns.rrset.from_rdata_list(owner, TTL, [read(rdata, 0, len(rdata)) for rdata in rdatas])


def _labels(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def _domain_of(name: bytes) -> str:
    """`s00001.test` of any name below it; empty for everything else."""
    known = re.search(rb"\x06([smp][0-9]{5})\x04test\x00$", name)
    return f"{known[1].decode()}.test" if known else ""


def _message(question: bytes, flags: int, answers: list[tuple[int, bytes]], start: bytes) -> bytes:
    """`start` is the zone's SOA: it comes with an absence (RFC 2308 §3)."""
    absence = [(int(dns.rdatatype.SOA), start)] if start and not answers else []
    with_opt = question[10:12] != b"\0\0"
    header = question[:2] + struct.pack("!HHHHH", flags, 1, len(answers), len(absence), int(with_opt))
    records = b"".join(
        b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, TTL, len(rdata)) + rdata for kind, rdata in (*answers, *absence)
    )
    return header + question[12:] + records + (_OPT if with_opt else b"")
