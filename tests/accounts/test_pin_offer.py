"""Which certificates may be pinned at set-up: those that their owner made, and no other (link-security.md §10)."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import pytest
import trustme

from linksec_tui.accounts.pin_offer import pin_offer
from linksec_tui.formats.certificate import matched_name, read_certificate
from linksec_tui.model.account import Server
from linksec_tui.model.connection import Fault, TlsFacts, Trust
from tests.lab.flawed import Flawed
from tests.lab.hostile import Flaw

HOST = "mail.my-own.example"
SERVER = Server(host=HOST, port=993)
# How OpenSSL calls each flaw first; the tests of the hostile servers hold that it does.
FAULTS = {
    Flaw.SELF_SIGNED: Fault.SELF_SIGNED,
    Flaw.EXPIRED: Fault.EXPIRED,
    Flaw.NOT_YET: Fault.NOT_YET_VALID,
    Flaw.WRONG_NAME: Fault.WRONG_NAME,
    Flaw.CN_ONLY: Fault.WRONG_NAME,
    Flaw.UNKNOWN_CA: Fault.UNKNOWN_ISSUER,
    Flaw.NO_INTERMEDIATE: Fault.UNKNOWN_ISSUER,
    Flaw.WEAK: Fault.WEAK,
    Flaw.CLIENT_ONLY: Fault.WRONG_PURPOSE,
}


@pytest.fixture(scope="module")
def flawed() -> Flawed:
    return Flawed(trusted=trustme.CA())


def now() -> datetime:
    return datetime.now(UTC)


def shown(chain: tuple[bytes, ...], host: str = HOST) -> TlsFacts:
    told = read_certificate(chain[0])
    return TlsFacts(
        host=host,
        port=993,
        version="TLSv1.3",
        cipher="c",
        names=told.names,
        matched_name=matched_name(told.names, host),
        not_before=told.not_before,
        not_after=told.not_after,
        fingerprint=told.fingerprint,
        trust=Trust.NOBODY,
        chain=chain,
    )


def chain_of(pem: bytes) -> tuple[bytes, ...]:
    mark = "-----BEGIN CERTIFICATE-----"
    return tuple(ssl.PEM_cert_to_DER_cert(mark + part) for part in pem.decode().split(mark)[1:])


@pytest.mark.parametrize("flaw", list(FAULTS))
def test_only_what_its_owner_made_is_offered(flawed: Flawed, flaw: Flaw) -> None:
    offer = pin_offer(SERVER, FAULTS[flaw], shown(chain_of(flawed.pem(HOST, flaw))), now())
    assert (offer is not None) is (flaw in (Flaw.SELF_SIGNED, Flaw.UNKNOWN_CA))


def test_the_offer_pins_exactly_what_was_shown(flawed: Flawed) -> None:
    seen = shown(chain_of(flawed.pem(HOST, Flaw.SELF_SIGNED)))
    offer = pin_offer(SERVER, Fault.SELF_SIGNED, seen, now())
    assert offer is not None
    assert offer.server == Server(host=HOST, port=993, pin=seen.fingerprint)
    assert offer.cautions == ()


def test_what_speaks_against_it_is_said(flawed: Flawed) -> None:
    offer = pin_offer(SERVER, Fault.SELF_SIGNED, shown(chain_of(flawed.pem("other.example", Flaw.SELF_SIGNED))), now())
    assert offer is not None
    assert offer.cautions == (f"It does not name {HOST}.",)


def test_an_unknown_authority_with_a_wrong_name_may_be_a_public_one_elsewhere(flawed: Flawed) -> None:
    seen = shown(chain_of(flawed.pem("other.example", Flaw.UNKNOWN_CA)))
    assert pin_offer(SERVER, Fault.UNKNOWN_ISSUER, seen, now()) is None


@pytest.mark.parametrize("chain", [(b"nonsense",), ()])
def test_nonsense_is_never_offered(chain: tuple[bytes, ...]) -> None:
    seen = TlsFacts(host=HOST, port=993, version="", cipher="", chain=chain)
    assert pin_offer(SERVER, Fault.SELF_SIGNED, seen, now()) is None


@pytest.mark.parametrize(
    ("names", "host", "matched"),
    [
        (("mail.example.org",), "MAIL.example.org", "mail.example.org"),
        (("*.example.org",), "mail.example.org", "*.example.org"),
        (("*.example.org",), "a.mail.example.org", ""),
        (("*.example.org",), "example.org", ""),
        (("example.org", "127.0.0.1"), "127.0.0.1", "127.0.0.1"),
        ((), "example.org", ""),
    ],
)
def test_a_name_stands_for_a_host_as_the_standard_says(names: tuple[str, ...], host: str, matched: str) -> None:
    assert matched_name(names, host) == matched  # RFC 9525 §6.3


def test_a_certificate_that_cannot_be_read_has_a_fingerprint_and_nothing_else() -> None:
    told = read_certificate(b"nonsense")
    assert (len(told.fingerprint), told.subject, told.names) == (64, "", ())
