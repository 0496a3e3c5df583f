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

from tests.lab import domains, lab, letters, requiretls_front, topology
from tests.lab.domains import Domain, Signing, Tls

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]


def _asked(name: str, kind: str) -> tuple[dns.rcode.Rcode, bool]:
    question = dns.message.make_query(name, kind, want_dnssec=True)
    answer = dns.query.udp(question, topology.RESOLVER, timeout=10)
    return answer.rcode(), bool(answer.flags & dns.flags.AD)


_SERVED = tuple(domain for domain in domains.ZONES if domain.has_exchanger)
_BOGUS = (Signing.BOGUS, Signing.EXPIRED)


@pytest.mark.parametrize("domain", domains.ZONES, ids=lambda domain: domain.name)
def test_the_resolver_vouches_for_signed_zones_alone(domain: Domain) -> None:
    kind = "A" if domain.way is domains.Way.ADDRESS else "MX"
    if domain.signing in _BOGUS:
        assert _asked(domain.name, kind) == (dns.rcode.SERVFAIL, False)
    else:
        assert _asked(domain.name, kind) == (dns.rcode.NOERROR, domain.signing is not Signing.UNSIGNED)


@pytest.mark.parametrize("domain", _SERVED, ids=lambda domain: domain.name)
def test_tlsa_records_are_proved_to_be_there_or_not(domain: Domain) -> None:
    signed = domain.signing is Signing.SIGNED
    spoilt = domain.signing in (*_BOGUS, Signing.BOGUS_TLSA)
    there = dns.rcode.NOERROR if domain.tlsa is not domains.Tlsa.NONE else dns.rcode.NXDOMAIN
    expected = dns.rcode.SERVFAIL if spoilt else there
    assert _asked(f"_25._tcp.{domain.exchanger}", "TLSA") == (expected, signed)


def test_the_resolver_proves_what_is_absent() -> None:
    assert _asked("nodomain.test", "MX") == (dns.rcode.NXDOMAIN, True)
    assert _asked("nomx.test", "MX") == (dns.rcode.NOERROR, True)


@pytest.mark.parametrize("domain", domains.RECEIVING, ids=lambda domain: domain.name)
def test_an_exchanger_offers_starttls_as_its_domain_is_meant_to(domain: Domain) -> None:
    with smtplib.SMTP(domain.address, 25, timeout=10) as session:
        session.ehlo()
        assert session.has_extn("starttls") == (domain.tls not in (Tls.NONE, Tls.STRIPPED))


def test_the_weak_link_s_second_exchanger_has_no_starttls() -> None:
    with smtplib.SMTP(domains.domain("weaklink.test").fallback_address, 25, timeout=10) as session:
        session.ehlo()
        assert not session.has_extn("starttls")


@pytest.mark.parametrize("domain", requiretls_front.DOMAINS, ids=lambda domain: domain.name)
def test_requiretls_is_offered_after_tls_and_taken(domain: Domain) -> None:
    subject = letters.unheard_of(f"only over TLS to {domain.name}")
    with smtplib.SMTP(domain.address, 25, timeout=10) as session:
        session.ehlo()
        assert not session.has_extn("requiretls")
        session._host = domain.exchanger  # pyright: ignore[reportAttributeAccessIssue]  # dialled by address
        session.starttls(context=letters.trusting())
        session.ehlo()
        assert session.has_extn("requiretls")
        letter = f"Subject: {subject}\n\nMAIL stands here as a word only: MAIL FROM:<> REQUIRETLS\n"
        session.sendmail("somebody@elsewhere.test", [domain.recipient], letter, mail_options=["REQUIRETLS"])
    received = letters.arrived(domain.recipient, "SUBJECT", f'"{subject}"')
    assert b"MAIL FROM:<> REQUIRETLS" in received


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


@pytest.mark.parametrize(("host", "status"), [("mta-sts.sts.test", 200), ("mta-sts.sts-404.test", 404)])
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
    domain = domains.domain(name)
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
    recipient = domains.domain(name).recipient
    subject = letters.unheard_of(f"comes back from {name}")
    letters.submit(recipient, subject)
    bounce = letters.arrived(topology.SENDER, "FROM", "MAILER-DAEMON", "TEXT", f'"{subject}"')
    assert b"Status: " + status in bounce
    assert reason in bounce


def test_a_letter_to_plain_goes_out_in_clear() -> None:
    recipient = domains.domain("plain.test").recipient
    subject = letters.unheard_of("readable by anyone")
    letters.submit(recipient, subject)
    received = letters.arrived(recipient, "SUBJECT", f'"{subject}"')
    assert b"with ESMTP id" in received


def test_nothing_of_the_machine_was_touched() -> None:
    assert topology.RESOLVER not in Path("/etc/resolv.conf").read_text()


def _provider_log() -> str:
    return (lab.LOGS / "provider-mail.log").read_text()
