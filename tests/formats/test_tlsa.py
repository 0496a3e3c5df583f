"""TLSA records and the chains that match them; the chains are OpenSSL's own (tests/cases/NOTICE.md)."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.tlsa import usable
from linksec_tui.formats.tlsa_match import Shown, match_tlsa
from linksec_tui.model.evidence import Tlsa

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "dane-openssl.json").read_text(encoding="utf-8")
)["cases"]
AT = datetime(2020, 1, 1, tzinfo=UTC)
NAMES = frozenset({"example.com"})
SHA256 = bytes(32)

# RFC 7672 §3.1.1: with DANE-EE(3) the names of the leaf are not looked at. OpenSSL checks them unless told otherwise.
RFC_DECIDES = {54: True}


def records(case: dict[str, Any]) -> list[Tlsa]:
    return [
        Tlsa(usage=r["usage"], selector=r["selector"], matching=r["mtype"], association=bytes.fromhex(r["data"]))
        for r in case["tlsa"]
    ]


def shown(case: dict[str, Any], at: datetime = AT) -> Shown:
    return Shown(chain=[ssl.PEM_cert_to_DER_cert(pem) for pem in case["chain"]], names=NAMES, at=at)


def for_mail() -> list[dict[str, Any]]:
    """The cases that speak of DANE-TA and DANE-EE alone; for mail there are no others (RFC 7672 §3.1.3)."""
    return [case for case in CASES if all(record["usage"] in (2, 3) for record in case["tlsa"])]


@pytest.mark.parametrize("case", for_mail(), ids=lambda case: str(case["n"]))
def test_a_chain_matches_as_openssl_says(case: dict[str, Any]) -> None:
    assert match_tlsa(shown(case), records(case)) == RFC_DECIDES.get(case["n"], case["verify_result"] == 0)


@pytest.mark.parametrize("case", [case for case in CASES if case not in for_mail()], ids=lambda case: str(case["n"]))
def test_records_that_lean_on_public_authorities_prove_nothing_for_mail(case: dict[str, Any]) -> None:
    pkix_only = [record for record in records(case) if record.usage in (0, 1)]
    assert usable(pkix_only) == ()
    assert not match_tlsa(shown(case), pkix_only)


def test_an_expired_chain_matches_an_end_entity_record_but_no_trust_anchor() -> None:
    late = datetime(9000, 1, 1, tzinfo=UTC)
    end_entity, anchor = (next(c for c in CASES if c["n"] == n) for n in (12, 16))
    assert match_tlsa(shown(end_entity, late), records(end_entity))
    assert not match_tlsa(shown(anchor, late), records(anchor))


def test_the_order_of_the_chain_above_the_leaf_does_not_matter() -> None:
    case = next(c for c in CASES if c["n"] == 20)
    chain = shown(case).chain
    turned = Shown(chain=[chain[0], *chain[:0:-1]], names=NAMES, at=AT)
    assert match_tlsa(turned, records(case))


def test_an_anchor_that_did_not_sign_the_leaf_proves_nothing() -> None:
    case = next(c for c in CASES if c["n"] == 20)
    other = next(c for c in CASES if c["n"] == 1)
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
    ],
    ids=str,
)
def test_a_record_that_cannot_be_used(record: Tlsa) -> None:
    assert usable([record]) == ()


def test_records_are_a_set() -> None:
    one, other = (Tlsa(usage=3, selector=1, matching=1, association=bytes([n]) * 32) for n in (1, 2))
    assert usable([one, other, one]) == usable([other, one])
    assert len(usable([one, other, one])) == 2


@given(st.lists(st.binary(max_size=64), max_size=3), st.binary(max_size=64))
def test_no_octets_break_the_match(chain: list[bytes], association: bytes) -> None:
    anchors = [Tlsa(usage=2, selector=s, matching=0, association=association) for s in (0, 1)]
    assert not match_tlsa(Shown(chain=chain, names=NAMES, at=AT), anchors)
