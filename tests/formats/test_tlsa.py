"""TLSA records and the chains that match them; the chains are OpenSSL's own (tests/cases/NOTICE.md)."""

from __future__ import annotations

import hashlib
import json
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.tlsa import strongest, usable
from linksec_tui.formats.tlsa_match import Shown, match_tlsa
from linksec_tui.model.evidence import Tlsa

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "dane-openssl.json").read_text(encoding="utf-8")
)["cases"]
AT = datetime(2020, 1, 1, tzinfo=UTC)
NAMES = frozenset({"example.com"})
SHA256 = bytes(32)

# Where OpenSSL's expectation is that of a web client, RFC 7672 decides, with its section.
RFC_DECIDES = {
    54: True,  # §3.1.1: with DANE-EE(3) the names of the leaf are not looked at
}


def records(case: dict[str, Any]) -> list[Tlsa]:
    return [
        Tlsa(usage=r["usage"], selector=r["selector"], matching=r["mtype"], association=bytes.fromhex(r["data"]))
        for r in case["tlsa"]
    ]


def shown(case: dict[str, Any], at: datetime = AT) -> Shown:
    return Shown(chain=[ssl.PEM_cert_to_DER_cert(pem) for pem in case["chain"]], names=NAMES, at=at)


def case_of(number: int) -> dict[str, Any]:
    return next(case for case in CASES if case["n"] == number)


def expected(case: dict[str, Any]) -> bool:
    """OpenSSL's word; for mail a record of usage 0 or 1 is unusable, and alone it verifies nothing (§3.1.3)."""
    if all(record["usage"] in (0, 1) for record in case["tlsa"]):
        return False
    return RFC_DECIDES.get(case["n"], bool(case["verify_result"] == 0))


def test_all_of_openssls_cases_are_here() -> None:
    assert len(CASES) == 54


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["n"]))
def test_a_chain_matches_as_openssl_says(case: dict[str, Any]) -> None:
    assert match_tlsa(shown(case), records(case)) == expected(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["n"]))
def test_records_that_lean_on_public_authorities_are_unusable_and_forbid_nothing(case: dict[str, Any]) -> None:
    pkix = [record for record in records(case) if record.usage in (0, 1)]
    assert usable(pkix) == ()
    without = [record for record in records(case) if record not in pkix]
    assert match_tlsa(shown(case), without) == match_tlsa(shown(case), records(case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["n"]))
def test_the_order_of_the_records_does_not_matter(case: dict[str, Any]) -> None:
    assert match_tlsa(shown(case), records(case)[::-1]) == match_tlsa(shown(case), records(case))


@pytest.mark.parametrize("case", [case for case in CASES if case["n"] in range(1, 23)], ids=lambda case: str(case["n"]))
def test_another_certificate_never_matches(case: dict[str, Any]) -> None:
    """A leaf from an authority that none of the records names."""
    ca = trustme.CA()
    leaf = ca.issue_cert("example.com")
    chain = [ssl.PEM_cert_to_DER_cert(pem.bytes().decode()) for pem in leaf.cert_chain_pems]
    stranger = Shown(chain=[*chain, *shown(case).chain], names=NAMES, at=datetime.now(UTC))
    assert not match_tlsa(stranger, records(case))


def digests(case: dict[str, Any]) -> tuple[Tlsa, Tlsa]:
    """DANE-EE records of the leaf's key, by SHA-256 and by SHA-512."""
    key = x509.load_der_x509_certificate(shown(case).chain[0]).public_key()
    content = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return (
        Tlsa(usage=3, selector=1, matching=1, association=hashlib.sha256(content).digest()),
        Tlsa(usage=3, selector=1, matching=2, association=hashlib.sha512(content).digest()),
    )


def test_of_two_digests_the_stronger_counts() -> None:
    """RFC 7671 §9: else whoever can forge the weaker one has won."""
    weak, strong = digests(case_of(12))
    assert match_tlsa(shown(case_of(12)), [weak, strong])
    assert not match_tlsa(shown(case_of(12)), [weak, replace(strong, association=bytes(64))])
    assert match_tlsa(shown(case_of(12)), [replace(weak, association=bytes(32)), strong])


def test_the_stronger_digest_rules_only_its_own_usage_and_selector() -> None:
    weak, strong = digests(case_of(12))
    elsewhere = replace(strong, selector=0, association=bytes(64))
    assert match_tlsa(shown(case_of(12)), [weak, elsewhere])
    assert strongest([weak, elsewhere]) == (weak, elsewhere)


def test_whole_contents_count_beside_any_digest() -> None:
    whole = records(case_of(2))[0]
    assert match_tlsa(shown(case_of(2)), [whole, Tlsa(usage=3, selector=1, matching=2, association=bytes(64))])


def test_a_digest_that_cannot_be_used_rules_nothing() -> None:
    weak, strong = digests(case_of(12))
    assert match_tlsa(shown(case_of(12)), [weak, replace(strong, association=bytes(63))])


def test_an_expired_chain_matches_an_end_entity_record_but_no_trust_anchor() -> None:
    late = datetime(9000, 1, 1, tzinfo=UTC)
    end_entity, anchor = case_of(12), case_of(16)
    assert match_tlsa(shown(end_entity, late), records(end_entity))
    assert not match_tlsa(shown(anchor, late), records(anchor))


def test_the_order_of_the_chain_above_the_leaf_does_not_matter() -> None:
    case = case_of(20)
    chain = shown(case).chain
    turned = Shown(chain=[chain[0], *chain[:0:-1]], names=NAMES, at=AT)
    assert match_tlsa(turned, records(case))


def test_an_anchor_that_did_not_sign_the_leaf_proves_nothing() -> None:
    case = case_of(20)
    other = case_of(1)
    chain = shown(case).chain
    stranger = Shown(chain=[shown(other).chain[0], *chain[1:]], names=NAMES, at=AT)
    assert not match_tlsa(stranger, records(case))


@pytest.mark.parametrize(
    "record",
    [
        Tlsa(usage=0, selector=1, matching=1, association=SHA256),
        Tlsa(usage=1, selector=1, matching=1, association=SHA256),
        Tlsa(usage=255, selector=1, matching=1, association=SHA256),
        Tlsa(usage=3, selector=2, matching=1, association=SHA256),
        Tlsa(usage=3, selector=1, matching=3, association=SHA256),
        Tlsa(usage=3, selector=1, matching=1, association=SHA256[1:]),
        Tlsa(usage=3, selector=1, matching=2, association=SHA256),
        Tlsa(usage=2, selector=0, matching=0, association=b""),
        Tlsa(usage=2, selector=0, matching=0, association=b"\x30\x03\x02\x01"),
        Tlsa(usage=2, selector=0, matching=0, association=b"garbage in a record"),
        Tlsa(usage=3, selector=0, matching=0, association=b"\x30\x02\xff\xff"),
        Tlsa(usage=3, selector=1, matching=0, association=b"\x30\x82\x00\x04\x02\x02\x01\x01"),
        Tlsa(usage=2, selector=0, matching=0, association=b"\x30\x80"),
    ],
    ids=str,
)
def test_a_record_that_cannot_be_used(record: Tlsa) -> None:
    assert usable([record]) == ()


@pytest.mark.parametrize("number", [1, 2, 47, 49])
def test_a_whole_certificate_or_key_is_usable_and_its_mutilation_is_not(number: int) -> None:
    (record,) = records(case_of(number))
    assert usable([record]) == (record,)
    other = replace(record, selector=1 - record.selector)
    assert usable([other]) == ()
    assert usable([replace(record, association=record.association[:-1])]) == ()
    assert usable([replace(record, association=record.association + b"\0")]) == ()


@pytest.mark.parametrize(
    ("subject", "alternatives", "names", "matches"),
    [
        ("mx.a.example", None, {"mx.a.example"}, True),  # RFC 7672 §3.2.3: the common name, where there is no DNS name
        ("mx.a.example", ["other.a.example"], {"mx.a.example"}, False),
        ("other", ["*.a.example"], {"mx.a.example"}, True),
        ("other", ["*.a.example"], {"deep.mx.a.example"}, False),
        ("other", ["mx*.a.example"], {"mx1.a.example"}, False),
        ("other", ["a.example"], {"mx.a.example", "a.example"}, True),
        ("*.a.example", None, {"mx.a.example"}, True),
        ("other", ["MX.A.Example"], {"mx.a.example"}, True),
    ],
)
def test_a_trust_anchor_needs_the_servers_name(
    subject: str, alternatives: list[str] | None, names: set[str], matches: bool
) -> None:
    chain, anchor = issued(subject, alternatives)
    assert match_tlsa(Shown(chain=chain, names=frozenset(names), at=AT), [anchor]) == matches


def issued(subject: str, alternatives: list[str] | None) -> tuple[list[bytes], Tlsa]:
    """A leaf and its authority, and the record that names the authority."""
    authority_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = named("the authority", authority_key, "the authority").add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    leaf = named(subject, leaf_key, "the authority")
    if alternatives is not None:
        leaf = leaf.add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, alternatives))), critical=False)
    chain = [each.sign(authority_key, hashes.SHA256()).public_bytes(Encoding.DER) for each in (leaf, authority)]
    return chain, Tlsa(usage=2, selector=0, matching=1, association=hashlib.sha256(chain[1]).digest())


def named(subject: str, key: ec.EllipticCurvePrivateKey, issuer: str) -> x509.CertificateBuilder:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2019, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
    )


def test_records_are_a_set() -> None:
    one, other = (Tlsa(usage=3, selector=1, matching=1, association=bytes([n]) * 32) for n in (1, 2))
    assert usable([one, other, one]) == usable([other, one])
    assert len(usable([one, other, one])) == 2


@given(st.lists(st.binary(max_size=64), max_size=3), st.binary(max_size=64))
def test_no_octets_break_the_match(chain: list[bytes], association: bytes) -> None:
    anchors = [Tlsa(usage=2, selector=s, matching=0, association=association) for s in (0, 1)]
    assert not match_tlsa(Shown(chain=chain, names=NAMES, at=AT), anchors)
