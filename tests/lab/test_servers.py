"""The lab is what it says: its DNS, its exchangers, its provider, and what comes back."""

from __future__ import annotations

import smtplib
import socket
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from tests.lab import lab, letters, topology
from tests.lab.topology import Certificate, Domain, Signing

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]


def _asked(name: str, kind: str) -> tuple[dns.rcode.Rcode, bool]:
    question = dns.message.make_query(name, kind, want_dnssec=True)
    answer = dns.query.udp(question, topology.RESOLVER, timeout=10)
    return answer.rcode(), bool(answer.flags & dns.flags.AD)


@pytest.mark.parametrize("domain", topology.DOMAINS, ids=lambda domain: domain.name)
def test_the_resolver_vouches_for_signed_zones_alone(domain: Domain) -> None:
    expected = {
        Signing.SIGNED: (dns.rcode.NOERROR, True),
        Signing.UNSIGNED: (dns.rcode.NOERROR, False),
        Signing.BOGUS: (dns.rcode.SERVFAIL, False),
    }
    assert _asked(domain.name, "MX") == expected[domain.signing]


def test_the_resolver_proves_what_is_absent() -> None:
    assert _asked(topology.ABSENT, "MX") == (dns.rcode.NXDOMAIN, True)
    assert _asked("_25._tcp.mx.plain.test", "TLSA") == (dns.rcode.NXDOMAIN, True)


@pytest.mark.parametrize("domain", topology.RECEIVING, ids=lambda domain: domain.name)
def test_an_exchanger_offers_starttls_as_its_domain_is_meant_to(domain: Domain) -> None:
    with smtplib.SMTP(domain.address, 25, timeout=10) as session:
        session.ehlo()
        assert session.has_extn("starttls") == (domain.certificate is not Certificate.NONE)


def test_the_provider_takes_no_password_before_tls() -> None:
    with smtplib.SMTP(topology.SUBMISSION, 587, timeout=10) as session:
        session.ehlo()
        assert not session.has_extn("auth")
    with letters.submission_session() as session:
        assert session.has_extn("auth")
        assert session.has_extn("dsn")


def test_nobody_listens_for_imap_in_clear() -> None:
    with pytest.raises(ConnectionRefusedError), socket.create_connection((topology.IMAP, 143), timeout=5):
        pass


@pytest.mark.parametrize(("host", "status"), [("mta-sts.sts.test", 200), ("mta-sts.plain.test", 404)])
def test_the_policy_host_serves_the_policies_of_its_names(host: str, status: int) -> None:
    request = f"GET /.well-known/mta-sts.txt HTTP/1.0\r\nHost: {host}\r\n\r\n"
    with (
        socket.create_connection((topology.POLICY_HOST, 443), timeout=10) as plain,
        letters.trusting().wrap_socket(plain, server_hostname="mta-sts.sts.test") as secure,
        secure.makefile("rb") as answer,
    ):
        secure.sendall(request.encode())
        assert answer.readline().split()[1] == str(status).encode()


@pytest.mark.parametrize("name", ["dane.test", "sts.test", "declared.test"])
def test_the_provider_verifies_who_can_be_verified(name: str) -> None:
    domain = topology.domain(name)
    subject = letters.unheard_of(f"verified on its way to {name}")
    letters.submit(domain.recipient, subject)
    assert letters.arrived(domain.recipient, "SUBJECT", f'"{subject}"')
    assert f"Verified TLS connection established to {domain.exchanger}[{domain.address}]:25" in _provider_log()


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("dane-bad.test", b"4.7.5", b"Server certificate not verified"),
        ("sts-mxmismatch.test", b"4.7.5", b"certificate not verified"),
        ("bogus.test", b"4.4.3", b"Name service error"),
    ],
)
def test_a_letter_that_cannot_go_out_verified_comes_back(name: str, status: bytes, reason: bytes) -> None:
    recipient = topology.domain(name).recipient
    subject = letters.unheard_of(f"comes back from {name}")
    letters.submit(recipient, subject)
    bounce = letters.arrived(topology.SENDER, "FROM", "MAILER-DAEMON", "TEXT", f'"{subject}"')
    assert b"Status: " + status in bounce
    assert reason in bounce


def test_a_letter_to_plain_goes_out_in_clear() -> None:
    recipient = topology.domain("plain.test").recipient
    subject = letters.unheard_of("readable by anyone")
    letters.submit(recipient, subject)
    received = letters.arrived(recipient, "SUBJECT", f'"{subject}"')
    assert b"with ESMTP id" in received


def test_nothing_of_the_machine_was_touched() -> None:
    assert topology.RESOLVER not in Path("/etc/resolv.conf").read_text()


def _provider_log() -> str:
    return (lab.LOGS / "provider-mail.log").read_text()
