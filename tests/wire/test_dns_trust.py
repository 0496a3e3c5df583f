"""Whose word on DNSSEC may be believed (link-security.md §2.1)."""

from __future__ import annotations

import pytest

from linksec_tui.config import Network
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.wire.dns_trust import SystemFiles, Transport, Upstream, choose_upstream

LOOPBACK = "nameserver 127.0.0.1\noptions edns0 trust-ad\n"
RESOLVED = "# managed by man:systemd-resolved(8)\nnameserver 127.0.0.53\noptions edns0 trust-ad\n"


def choose(network: Network, resolv_conf: str = "", version: str = "") -> Upstream:
    return choose_upstream(network, SystemFiles(resolv_conf=lambda: resolv_conf, resolved_version=lambda: version))


@pytest.mark.parametrize(
    ("resolv_conf", "version", "believed"),
    [
        (LOOPBACK, "", True),
        ("nameserver ::1\noptions trust-ad\n", "", True),
        ("nameserver 127.0.0.1\nnameserver ::1\noptions trust-ad", "", True),
        ("nameserver 127.0.0.1\n", "", False),
        ("nameserver 192.0.2.53\noptions trust-ad\n", "", False),
        ("nameserver 127.0.0.1\nnameserver 192.0.2.53\noptions trust-ad\n", "", False),
        ("nameserver 127.0.0.1\n# options trust-ad\n", "", False),
        ("options trust-ad\n", "", True),  # no server named: this machine (resolv.conf(5))
        (RESOLVED, "systemd 255 (255.4-1ubuntu8)", False),
        (RESOLVED, "systemd 256 (256.5-1)", False),
        (RESOLVED, "systemd 256 (256.6-1)", True),
        (RESOLVED, "systemd 257 (257~rc1-1)", True),
        (RESOLVED, "systemd 252 (252.39-1~deb12u1)", False),
        (RESOLVED, "", False),
        ("nameserver 127.0.0.54\noptions trust-ad\n", "systemd 255 (255.4)", False),
    ],
)
def test_the_systems_resolver_is_believed_only_where_nobody_can_stand_between(
    resolv_conf: str, version: str, believed: bool
) -> None:
    upstream = choose(Network(), resolv_conf, version)
    assert upstream.believed == believed
    assert upstream.why
    assert believed or 'resolver = "tls://' in upstream.why


@pytest.mark.parametrize(
    ("resolver", "trusted", "servers", "believed"),
    [
        ("127.0.0.1", False, (("127.0.0.1", 53),), True),
        ("127.0.0.1:5353", False, (("127.0.0.1", 5353),), True),
        ("::1", False, (("::1", 53),), True),
        ("[::1]:5353", False, (("::1", 5353),), True),
        ("192.0.2.53", False, (("192.0.2.53", 53),), False),
        ("192.0.2.53", True, (("192.0.2.53", 53),), True),
        ("2001:db8::53", False, (("2001:db8::53", 53),), False),
    ],
)
def test_a_named_address(resolver: str, trusted: bool, servers: tuple[object, ...], believed: bool) -> None:
    upstream = choose(Network(resolver=resolver, trusted=trusted))
    assert (upstream.servers, upstream.believed) == (servers, believed)


def test_a_resolver_over_tls_is_believed_by_its_certificate() -> None:
    upstream = choose(Network(resolver="tls://9.9.9.9#dns.quad9.net"))
    assert upstream.transport is Transport.TLS
    assert (upstream.servers, upstream.name, upstream.believed) == ((("9.9.9.9", 853),), "dns.quad9.net", True)


def test_a_resolver_over_https_is_believed_by_its_certificate() -> None:
    upstream = choose(Network(resolver="https://dns.quad9.net/dns-query"))
    assert (upstream.transport, upstream.name, upstream.believed) == (Transport.HTTPS, "dns.quad9.net", True)


def test_the_user_may_vouch_for_the_systems_resolver() -> None:
    assert choose(Network(trusted=True), "nameserver 192.0.2.53\n").believed


@pytest.mark.parametrize(
    "resolver",
    [
        "",
        "dns.example",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:99999",
        "tls://dns.example",
        "https://",
        "https://[",
        "\x1b[31m",
    ],
)
def test_what_is_not_a_resolver_is_refused_in_one_sentence(resolver: str) -> None:
    with pytest.raises(ConfigurationError, match=r"network\.resolver") as refused:
        choose(Network(resolver=resolver))
    assert "\x1b" not in str(refused.value)
