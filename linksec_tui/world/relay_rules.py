"""What the provider's relay demands of a hop, and in which words it gives up (RFC 7672, 8461, 8689).

Judgements only: the asking and the sending are done elsewhere. The texts follow Postfix where the cause is the same,
so that a client which knows the common server's words knows these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from .lookups import Association, Found, Host, Hosts, Policy
from .pki import DANE_EE, public_key

FIRST_ADDRESS = "127.0.0.1"  # named in texts where a host has no address


class Demand(Enum):
    """What a hop must withstand."""

    NOTHING = "nothing"  # opportunistic: TLS where it works, in clear where it does not
    ENCRYPTION = "encryption"  # RFC 7672 §2.2: TLSA there, but none that can be used
    DANE = "dane"
    AUTHORITY = "authority"  # a certificate for this host from an authority that we know


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the message itself asks for. REQUIRETLS takes precedence over `TLS-Required: No` (RFC 8689 §4.1)."""

    requiretls: bool = False
    tls_optional: bool = False
    require: str = ""  # of the field Link-Security, where the provider heeds it
    deaf: frozenset[str] = frozenset()  # what this provider does not insist on: dane, mta-sts, requiretls


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The demands on one hop."""

    host: Host
    demand: Demand
    requiretls: bool = False
    require: str = ""

    @property
    def place(self) -> str:
        return f"{self.host.name}[{self.host.addresses[0] if self.host.addresses else FIRST_ADDRESS}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a message cannot go this way. `again`: worth another try before the sender is told."""

    status: str
    text: str
    remote: str = ""  # the host that said so, where it was not we
    again: bool = False
    insecure: bool = False  # there is a way, but not as the message asks (docs/protocol.md §2.2)


def route_failure(domain: str, hosts: Hosts) -> Failure | None:
    """Why there is no way to `domain` at all; None where there is one."""
    lookup = "Host or domain name not found. Name service error for name"
    if hosts.found is Found.FAILED:
        return Failure(status="4.4.3", text=f"{lookup}={domain} type=MX: Host not found, try again", again=True)
    if hosts.null:
        return Failure(status="5.1.0", text=f"Domain {domain} does not accept mail (nullMX)")
    if hosts.found is not Found.RECORDS:
        return Failure(status="5.4.4", text=f"{lookup}={domain} type=A: Host not found")
    return None


def rule(host: Host, policy: Policy | None, wishes: Wishes) -> Rule | Failure:
    """What must hold on the hop to `host`: by what its domain publishes, and by what the message asks."""
    hop = _published(host, policy, wishes)
    if isinstance(hop, Failure) or not wishes.require:
        return hop
    if hop.demand in (Demand.DANE, Demand.AUTHORITY):
        return replace(hop, require=wishes.require)
    if wishes.require == "encrypted":
        return replace(hop, demand=Demand.ENCRYPTION, require=wishes.require)
    text = f"LINKSEC tls-unverified: {host.name} proves its name neither with DANE nor with MTA-STS"
    return Failure(status="5.7.10", text=text, insecure=True)


def _published(host: Host, policy: Policy | None, wishes: Wishes) -> Rule | Failure:
    """DANE comes before MTA-STS, never the other way round (RFC 8461 §2)."""
    if wishes.tls_optional and not (wishes.requiretls or wishes.require):
        return Rule(host=host, demand=Demand.NOTHING)
    if "dane" in wishes.deaf:
        host = replace(host, associations=())
    if "mta-sts" in wishes.deaf:
        policy = None
    if host.associations is None:
        return Failure(status="4.7.5", text=f"TLSA lookup error for {host.name}:25", again=True)
    if any(association.usable for association in host.associations):
        return Rule(host=host, demand=Demand.DANE, requiretls=wishes.requiretls)
    if host.associations and not wishes.requiretls:
        return Rule(host=host, demand=Demand.ENCRYPTION)
    if policy is not None:
        if policy.admits(host.name):
            return Rule(host=host, demand=Demand.AUTHORITY, requiretls=wishes.requiretls)
        listed = ",".join(policy.patterns)
        text = f"mx host {host.name} does not match enforced mta-sts policy with hosts {listed}"
        return Failure(status="5.7.10" if wishes.requiretls else "5.7.5", text=text)
    if not wishes.requiretls:
        return Rule(host=host, demand=Demand.NOTHING)
    if host.secure:  # RFC 8689 §4.2.1: a name that DNSSEC vouches for will do, with a certificate that verifies
        return Rule(host=host, demand=Demand.AUTHORITY, requiretls=True)
    text = f"my configured TLS security level 'may' disables certificate matching. {_last(host.name)}"
    return Failure(status="5.7.10", text=f"Sender requested REQUIRETLS, but {text}")


def unreachable(hop: Rule, why: str) -> Failure:
    return Failure(status="4.4.1", text=f"connect to {hop.place}:25: {why}", again=True)


def too_late(seconds: int) -> Failure:
    """RFC 2852 §4.1.5: its time is over."""
    return Failure(status="5.4.7", text=f"delivery time expired: not delivered within {seconds} seconds")


def lost(hop: Rule, doing: str) -> Failure:
    return Failure(status="4.4.2", text=f"lost connection with {hop.place} while {doing}", again=True)


def level_too_low(hop: Rule) -> Failure:
    text = f"LINKSEC level-too-low: {hop.host.name} does not declare level 4"
    return Failure(status="5.7.10", text=text, insecure=True)


def not_offered(hop: Rule) -> Failure:
    if hop.requiretls:
        text = f"Sender requested REQUIRETLS, but TLS service was not offered by host {hop.place}"
        return Failure(status="5.7.30", text=text)
    if hop.require:
        text = f"LINKSEC tls-missing: {hop.host.name} does not offer TLS"
        return Failure(status="5.7.10", text=text, insecure=True)
    return Failure(status="5.7.4", text=f"TLS is required, but was not offered by host {hop.place}")


def not_started(hop: Rule, reply: str) -> Failure:
    if hop.requiretls:
        text = f"Sender requested REQUIRETLS, but host {hop.place} refused to start TLS: {reply}"
        return Failure(status="5.7.10", text=text)
    return Failure(status="5.7.4", text=f"TLS is required, but host {hop.place} refused to start TLS: {reply}")


def handshake_failed(hop: Rule) -> Failure:
    if hop.require:
        text = f"LINKSEC tls-missing: the handshake with {hop.host.name} failed"
        return Failure(status="5.7.10", text=text, insecure=True)
    return Failure(status="5.7.5", text="Cannot start TLS: handshake failure")


def unverified(hop: Rule) -> Failure:
    if hop.requiretls:
        kind = "matching" if hop.demand is Demand.DANE else "trusted"
        text = f"no {kind} server certificate was found. {_last(hop.place)}"
        return Failure(status="5.7.10", text=f"Sender requested REQUIRETLS, but {text}")
    if hop.require:
        text = f"LINKSEC tls-unverified: {hop.host.name} did not prove its name"
        return Failure(status="5.7.10", text=text, insecure=True)
    return Failure(status="5.7.5", text="Server certificate not verified")


def requiretls_missing(hop: Rule) -> Failure:
    text = f"no server was found that supports REQUIRETLS. {_last(hop.place)}"
    return Failure(status="5.7.30", text=f"Sender requested REQUIRETLS, but {text}")


def _last(place: str) -> str:
    return f"The last attempted server was {place}"


def vouched(chain: Sequence[bytes], host: str, associations: Sequence[Association], now: datetime) -> bool:
    """Does DANE accept this chain (DER, leaf first)? RFC 7672 §3.1."""
    certificates = [x509.load_der_x509_certificate(one) for one in chain]
    for association in associations:
        if not association.usable or not certificates:
            continue
        if association.usage == DANE_EE:  # §3.1.1: neither name nor dates matter
            if _matches(certificates[0], association):
                return True
        elif any(
            _matches(anchor, association) and _leads_to(certificates[: place + 1], host, now)
            for place, anchor in enumerate(certificates)
        ):
            return True
    return False


def _matches(certificate: x509.Certificate, association: Association) -> bool:
    content = public_key(certificate) if association.selector else certificate.public_bytes(Encoding.DER)
    match association.matching:
        case 1:
            return hashlib.sha256(content).digest() == association.value
        case 2:
            return hashlib.sha512(content).digest() == association.value
        case _:
            return content == association.value


def _leads_to(path: Sequence[x509.Certificate], host: str, now: datetime) -> bool:
    """§3.1.2: from the leaf each is signed by the next, all are in force, and the leaf bears the host's name."""
    try:
        for certificate, issuer in pairwise(path):
            certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    in_force = all(one.not_valid_before_utc <= now <= one.not_valid_after_utc for one in path)
    return in_force and host in _names(path[0])


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return extension.value.get_values_for_type(x509.DNSName)
