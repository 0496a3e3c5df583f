"""The exchangers and the policy host, as somebody who probes them finds them."""

from __future__ import annotations

import http.client
import smtplib
import socket
import ssl
import warnings

import pytest

from linksec_tui.world import World
from tests.world.talk import LOOPBACK, trust


def open_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def legacy() -> ssl.SSLContext:
    context = open_tls()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def dialled(world: World, host: str) -> smtplib.SMTP:
    client = smtplib.SMTP(LOOPBACK, world.port(host, 25), local_hostname="probe.example", timeout=60)
    client._host = host  # pyright: ignore[reportAttributeAccessIssue]  # the name for SNI, which smtplib takes from connect
    client.ehlo()
    return client


@pytest.mark.parametrize("host", ["mx.bank.example", "mx.notary.example", "mx.home.example"])
def test_requiretls_is_offered_once_tls_stands(world: World, host: str) -> None:
    with dialled(world, host) as client:
        assert not client.has_extn("requiretls")
        client.starttls(context=trust(world))
        client.ehlo()
        assert client.has_extn("requiretls")


@pytest.mark.parametrize("host", ["mx1.university.example", "mx.shop.example", "mx.club.example", "mx.office.example"])
def test_others_do_not_offer_requiretls(world: World, host: str) -> None:
    with dialled(world, host) as client:
        client.starttls(context=open_tls())
        client.ehlo()
        assert not client.has_extn("requiretls")


def test_the_bank_declares_its_level_inside_tls_only(world: World) -> None:
    with dialled(world, "mx.bank.example") as client:
        assert not client.has_extn("linksec")
        client.starttls(context=trust(world))
        client.ehlo()
        assert client.esmtp_features["linksec"].split() == ["4", "max-age=604800"]


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("mx.club.example", "unable to get local issuer certificate|self.signed"),
        ("mx.office.example", "certificate has expired"),
    ],
)
def test_a_bad_certificate_is_bad_in_its_own_way(world: World, host: str, reason: str) -> None:
    client = dialled(world, host)
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        client.starttls(context=trust(world))
    client.close()


@pytest.mark.parametrize("modern", [True, False])
def test_the_broken_server_fails_every_handshake(world: World, modern: bool) -> None:
    client = dialled(world, "mx.broken.example")
    assert client.has_extn("starttls")
    with pytest.raises(OSError):
        client.starttls(context=open_tls() if modern else legacy())
    client.close()


def test_the_old_server_neither_offers_nor_takes_starttls(world: World) -> None:
    with dialled(world, "mx.oldserver.example") as client:
        assert not client.has_extn("starttls")
        assert client.docmd("STARTTLS")[0] == 502


def test_nobody_relays_through_an_exchanger(world: World) -> None:
    with dialled(world, "mx.club.example") as client:
        client.mail("x@elsewhere.example")
        code, text = client.rcpt("bob@bank.example")
    assert (code, text[:5]) == (550, b"5.7.1")


def test_what_comes_from_outside_is_marked_by_the_provider_s_own_exchanger(world: World) -> None:
    """A forged report gets no further than this: its return path is ours to write, and so is the topmost trace."""
    forged = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@smtp.home.example\r\nSubject: returned\r\n\r\nforged\r\n"
    with dialled(world, "mx.home.example") as client:
        client.sendmail("mallory@elsewhere.example", ["alice@home.example"], forged)
    arrived = world.inbox("alice@home.example")[-1]
    assert arrived.startswith(b"Return-Path: <mallory@elsewhere.example>\r\nReceived: from probe.example")
    assert arrived.count(b"Return-Path:") == 1


def get(world: World, host: str, path: str, method: str = "GET") -> tuple[int, str | None, str]:
    """Status, media type and text."""
    plain = socket.create_connection((LOOPBACK, world.port("mta-sts.shop.example", 443)), timeout=60)
    client = http.client.HTTPSConnection(host, timeout=60)
    client.sock = trust(world).wrap_socket(plain, server_hostname=host)
    client.request(method, path)
    response = client.getresponse()
    found = response.status, response.getheader("Content-Type"), response.read().decode()
    client.close()
    return found


POLICY = "/.well-known/mta-sts.txt"


def test_the_policy_is_served_under_its_own_name(world: World) -> None:
    status, kind, text = get(world, "mta-sts.shop.example", POLICY)
    assert (status, kind) == (200, "text/plain; charset=utf-8")
    assert text == "version: STSv1\r\nmode: enforce\r\nmx: mx.shop.example\r\nmax_age: 604800\r\n"
    assert "mx: *.notary.example" in get(world, "mta-sts.notary.example", POLICY)[2]


def test_nothing_else_is_served(world: World) -> None:
    assert get(world, "mta-sts.shop.example", "/")[0] == 404
    assert get(world, "mta-sts.shop.example", POLICY, "POST")[0] == 405


def test_a_policy_can_be_changed_and_withdrawn_while_the_world_runs(world: World) -> None:
    original = get(world, "mta-sts.shop.example", POLICY)[2]
    world.publish_policy("shop.example", "version: STSv1\nmode: testing\n")
    assert "testing" in get(world, "mta-sts.shop.example", POLICY)[2]
    world.publish_policy("shop.example", "")
    assert get(world, "mta-sts.shop.example", POLICY)[0] == 404
    world.publish_policy("shop.example", original)


def test_a_name_that_has_no_policy_has_no_certificate_either(world: World) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        get(world, "mta-sts.bank.example", POLICY)
