"""Which resolver is asked, and whether its word on DNSSEC may be believed (link-security.md §2.1).

The AD bit is a claim by whoever sent the packet. It counts only where nobody on the network could have set it:
over verified TLS, from a loopback address, or where the user says so (RFC 4035 §4.9.3).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from linksec_tui.config import Network
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.visible import visible

_RESOLVED_STUBS = frozenset({"127.0.0.53", "127.0.0.54"})
_RESOLVED_FIXED_IN = (256, 6)
_MAX_SERVERS = 3  # as the C library


class Transport(StrEnum):
    UDP = "udp"
    TLS = "tls"  # RFC 7858
    HTTPS = "https"  # RFC 8484


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Where questions go. `why` says in a sentence why its DNSSEC verdict is or is not believed."""

    transport: Transport
    servers: tuple[tuple[str, int], ...] = ()
    name: str = ""  # the name in the certificate
    url: str = ""
    believed: bool = False
    why: str = ""
    system: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFiles:
    """What the system says of its resolver; both are asked only for `resolver = "system"`."""

    resolv_conf: Callable[[], str]
    resolved_version: Callable[[], str]  # "systemd 255 (255.4-1)", or empty


def choose_upstream(network: Network, system: SystemFiles) -> Upstream:
    """`network.resolver` read. Raises ConfigurationError."""
    text = network.resolver.strip()
    if text == "system":
        return _system(network, system)
    if text.startswith("tls://"):
        return _dns_over_tls(text)
    if text.startswith("https://"):
        return _dns_over_https(text)
    return _address(text, trusted=network.trusted)


def _address(text: str, *, trusted: bool) -> Upstream:
    host, port = _host_and_port(text, 53)
    loopback = ipaddress.ip_address(host.partition("%")[0]).is_loopback
    if trusted:
        why = "The configuration says that this resolver is trusted."
    elif loopback:
        why = "The configuration names a resolver on this machine."
    else:
        why = (
            f"{host} answers over a network that could change the answers; "
            'use a "tls://" resolver or one on this machine, or set trusted = true.'
        )
    return Upstream(transport=Transport.UDP, servers=((host, port),), believed=trusted or loopback, why=why)


def _dns_over_tls(text: str) -> Upstream:
    where, _, name = text.removeprefix("tls://").partition("#")
    host, port = _host_and_port(where, 853)
    return Upstream(
        transport=Transport.TLS,
        servers=((host, port),),
        name=name or host,
        believed=True,
        why=f"{name or host} is asked over TLS, and its certificate is verified.",
    )


def _dns_over_https(text: str) -> Upstream:
    try:
        parts = urlsplit(text)
    except ValueError as error:  # a bracket that is never closed
        raise _unusable(text) from error
    if not parts.hostname or parts.username or parts.fragment:
        raise _unusable(text)
    return Upstream(
        transport=Transport.HTTPS,
        url=text,
        name=parts.hostname,
        believed=True,
        why=f"{parts.hostname} is asked over HTTPS, and its certificate is verified.",
    )


def _host_and_port(text: str, default: int) -> tuple[str, int]:
    match = re.fullmatch(r"\[(?P<v6>[^\]]+)\](?::(?P<p6>\d{1,5}))?|(?P<v4>[^:]+)(?::(?P<p4>\d{1,5}))?", text)
    host = (match["v6"] or match["v4"]) if match else text
    port = int((match["p6"] or match["p4"] or default) if match else default)
    try:
        ipaddress.ip_address(host)
    except ValueError as error:
        raise _unusable(text) from error
    if not 0 < port < 65536:
        raise _unusable(text)
    return host, port


def _unusable(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"network.resolver = “{visible(text)[:80]}” is not a resolver.",
        'Use "system", an address such as "127.0.0.1" or "127.0.0.1:5353", "tls://9.9.9.9#dns.quad9.net" or '
        '"https://dns.quad9.net/dns-query".',
    )


def _system(network: Network, system: SystemFiles) -> Upstream:
    text = system.resolv_conf()
    servers = _nameservers(text)
    if network.trusted:
        believed, why = True, "The configuration says that the system's resolver is trusted."
    else:
        believed, why = _believe_system(text, servers, system)
    return Upstream(
        transport=Transport.UDP,
        servers=tuple((server, 53) for server in servers[:_MAX_SERVERS]),
        believed=believed,
        why=why,
        system=True,
    )


def _nameservers(resolv_conf: str) -> list[str]:
    """Addresses of the `nameserver` lines; without any it is this machine (resolv.conf(5))."""
    found: list[str] = []
    for address in re.findall(r"(?m)^[ \t]*nameserver[ \t]+(\S+)", resolv_conf):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            continue
        found.append(address)
    return found or ["127.0.0.1"]


def _believe_system(resolv_conf: str, servers: list[str], system: SystemFiles) -> tuple[bool, str]:
    hint = 'one line of configuration helps: resolver = "tls://9.9.9.9#dns.quad9.net"'
    if not all(ipaddress.ip_address(server.partition("%")[0]).is_loopback for server in servers):
        return False, f"The system's resolver answers over a network that could change the answers; {hint}."
    options = " ".join(re.findall(r"(?m)^[ \t]*options[ \t]+(.*)$", resolv_conf)).split()
    if "trust-ad" not in options:
        return False, f"resolv.conf does not say “options trust-ad”; {hint}."
    if not _RESOLVED_STUBS.isdisjoint(servers) or "systemd-resolved" in resolv_conf:
        version = system.resolved_version()
        if _version(version) < _RESOLVED_FIXED_IN:
            return False, f"this systemd-resolved may set the AD bit wrongly (256.6 is the first sound one); {hint}."
    return True, "The system's resolver is on this machine, and resolv.conf vouches for it (trust-ad)."


def _version(text: str) -> tuple[int, int]:
    """`systemd 255 (255.4-1ubuntu8)` → (255, 4); (0, 0) where it cannot be told."""
    match = re.search(r"\((\d{1,4})(?:[.~](\d{1,4}))?", text) or re.search(r"systemd (\d{1,4})(?:\.(\d{1,4}))?", text)
    return (int(match[1]), int(match[2] or 0)) if match else (0, 0)
