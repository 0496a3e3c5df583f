"""The lab's DNS: a signed root of our own, `test.` below it, a zone for each domain; NSD serves, Unbound validates.

Keys and signatures are made by ldns, not by the library that the client asks with. A bogus zone is a signed one with
a character of its signatures changed.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tests.lab import domains, hostile, topology
from tests.lab.certificates import Certificates
from tests.lab.domains import Domain, Signing, Way

TTL = 30
# Every zone that has servers of its own, and no recipients.
HOSTS = {
    **topology.HOSTS,
    hostile.ZONE: {one.name: one.address for one in (*hostile.HOSTILE, hostile.HONEST)},
}
_AUTHORITY = ("@ IN SOA ns.test. hostmaster.test. 1 60 60 86400 30", "@ IN NS ns.test.")
_GLUE = f"ns.test. IN A {topology.NAMESERVER}"
_SIGNATURES = {
    Signing.BOGUS: re.compile(r"^(\S+\s+\d+\s+IN\s+RRSIG\s+(?!DNSKEY)\S+\s.*\s)(\S{80,})\s*$", re.MULTILINE),
    Signing.BOGUS_TLSA: re.compile(r"^(\S+\s+\d+\s+IN\s+RRSIG\s+TLSA\s.*\s)(\S{80,})\s*$", re.MULTILINE),
}

_NSD = """server:
  ip-address: {address}
  username: ""
  chroot: ""
  zonesdir: "{directory}"
  database: ""
  zonelistfile: "{directory}/zone.list"
  xfrdfile: "{directory}/xfrd.state"
  xfrdir: "{directory}"
  pidfile: ""
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
"""

_UNBOUND = """server:
  interface: {resolver}
  outgoing-interface: {resolver}
  access-control: 127.0.0.0/8 allow
  username: ""
  chroot: ""
  directory: "{directory}"
  pidfile: ""
  logfile: ""
  use-syslog: no
  num-threads: 1
  do-ip6: no
  do-not-query-localhost: no # or it would never ask our name server
  module-config: "validator iterator"
  root-hints: "{directory}/root.hints"
  trust-anchor-file: "{directory}/root.anchor"
  local-zone: "test." nodefault
  cache-max-ttl: {ttl}
  cache-max-negative-ttl: 5
  val-bogus-ttl: 5
remote-control:
  control-enable: no
"""


def write_dns(directory: Path, certificates: Certificates) -> None:
    """Everything that nsd.conf and unbound.conf in this directory need."""
    directory.mkdir()
    names = (*(domain.name for domain in domains.ZONES), *HOSTS, "test", "")
    with ThreadPoolExecutor() as pool:  # each key and each zone is a program run
        signers = {signer.name: signer for signer in pool.map(partial(_Signer, directory), names)}
        list(pool.map(partial(_write_domain, signers, certificates), domains.ZONES))
    for zone, hosts in HOSTS.items():
        lines = [f"{host} IN A {address}" for host, address in hosts.items()]
        signers[zone].write((*lines, *(_home_lines(certificates) if zone == topology.HOME else ())), Signing.SIGNED)
    signers["test"].write(_test_lines(signers), Signing.SIGNED)
    signers[""].write(("test. IN NS ns.test.", _GLUE, signers["test"].delegation), Signing.SIGNED)
    _write_configurations(directory, signers)


def _write_domain(signers: dict[str, _Signer], certificates: Certificates, domain: Domain) -> None:
    signers[domain.name].write(_domain_lines(domain, certificates), domain.signing)


def _domain_lines(domain: Domain, certificates: Certificates) -> Iterator[str]:
    if domain.way is Way.NULL_MX:
        yield "@ IN MX 0 ."
        return
    if domain.way is Way.MX:
        yield f"@ IN MX 10 {domain.exchanger}."
    yield f"{domain.exchanger}. IN A {domain.address}"
    for record in certificates.tlsa(domain):
        yield f"_25._tcp.{domain.exchanger}. IN TLSA {record}"
    if domain.fallback:
        yield f"@ IN MX 20 {domain.fallback_exchanger}."
        yield f"{domain.fallback_exchanger}. IN A {domain.fallback_address}"
    if domain.policy:
        yield '_mta-sts IN TXT "v=STSv1; id=1"'
        yield f"mta-sts IN A {topology.POLICY_HOST}"
    if domain.declared_level:
        yield f'_linksec IN TXT "v=LINKSEC1; level={domain.declared_level}; max-age=604800; id=1"'


def _home_lines(certificates: Certificates) -> Iterator[str]:
    yield f"@ IN MX 10 mx.{topology.HOME}."
    yield "_submissions._tcp IN SRV 0 1 465 smtp"
    yield "_imaps._tcp IN SRV 0 1 993 imap"
    yield "_imap._tcp IN SRV 0 0 0 ."
    yield f"_25._tcp.mx IN TLSA {certificates.home_tlsa()}"


def _test_lines(signers: dict[str, _Signer]) -> Iterator[str]:
    yield f"ns IN A {topology.NAMESERVER}"
    unsigned = {domain.name for domain in domains.DOMAINS if domain.signing is Signing.UNSIGNED}
    for name, signer in signers.items():
        if name.endswith(".test"):
            yield f"{name}. IN NS ns.test."
            if name not in unsigned:
                yield signer.delegation
    for domain in domains.DOMAINS:
        if domain.signing is Signing.LAME:
            yield f"{domain.name}. IN NS ns.{domain.name}."
            yield f"ns.{domain.name}. IN A {topology.NOBODY}"


class _Signer:
    """One zone: its key, the DS record that its parent publishes, and its file."""

    def __init__(self, directory: Path, name: str) -> None:
        self.name = name
        self._directory = directory
        self.file = directory / f"{name or 'root'}.zone"
        self._key = self._ldns("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", f"{name}.").strip()
        self.delegation = (directory / f"{self._key}.ds").read_text().strip()

    def write(self, lines: Iterator[str] | tuple[str, ...], signing: Signing) -> None:
        content = (f"$ORIGIN {self.name}.", f"$TTL {TTL}", *_AUTHORITY, *lines)
        self.file.write_text("\n".join(content) + "\n")
        if signing is Signing.UNSIGNED:
            return
        valid = _in_the_past() if signing is Signing.EXPIRED else ()
        self._ldns("ldns-signzone", *valid, "-o", f"{self.name}.", "-f", self.file.name, self.file.name, self._key)
        if signing in _SIGNATURES:
            self.file.write_text(_SIGNATURES[signing].sub(_spoil, self.file.read_text()))

    def _ldns(self, *command: str) -> str:
        done = subprocess.run(command, cwd=self._directory, check=True, capture_output=True, text=True)
        return done.stdout


def _in_the_past() -> tuple[str, ...]:
    """Inception and expiration, as ldns-signzone wants them."""
    now = datetime.now(UTC)
    return ("-i", f"{now - timedelta(days=40):%Y%m%d%H%M%S}", "-e", f"{now - timedelta(days=1):%Y%m%d%H%M%S}")


def _spoil(found: re.Match[str]) -> str:
    signature = found[2]
    return f"{found[1]}{signature[:10]}{'A' if signature[10] != 'A' else 'B'}{signature[11:]}"


def _write_configurations(directory: Path, signers: dict[str, _Signer]) -> None:
    nsd = _NSD.format(address=topology.NAMESERVER, directory=directory)
    for name, signer in signers.items():
        nsd += f'zone:\n  name: "{name or "."}"\n  zonefile: "{signer.file.name}"\n'
    (directory / "nsd.conf").write_text(nsd)
    (directory / "root.hints").write_text(f". 3600 IN NS ns.test.\n{_GLUE}\n")
    (directory / "root.anchor").write_text(signers[""].delegation + "\n")
    unbound = _UNBOUND.format(resolver=topology.RESOLVER, directory=directory, ttl=TTL)
    (directory / "unbound.conf").write_text(unbound)
