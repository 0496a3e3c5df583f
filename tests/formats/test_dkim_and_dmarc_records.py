"""Key and policy records as domains publish them, and as forgers would like them to be read."""

from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.dkim_key import parse_dkim_key
from linksec_tui.formats.dkim_signature import parse_dkim_signature
from linksec_tui.formats.dmarc_record import parse_dmarc
from linksec_tui.formats.tag_list import MAX_LIST, parse_tag_list
from linksec_tui.model.sender import DmarcPolicy, DomainWish


def rsa(bits: int, exponent: int = 65537, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    """A record with a number of that size in it; nobody has to know its factors."""
    key = RSAPublicNumbers(exponent, (1 << (bits - 1)) + 0x10001).public_key()
    return "v=DKIM1; k=rsa; p=" + b64encode(key.public_bytes(Encoding.DER, form)).decode()


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        (rsa(2048), True),
        (rsa(1024), True),
        (rsa(2048, form=PublicFormat.PKCS1), True),  # RFC 6376 §3.6.1 errata 3017
        (rsa(1023), False),
        (rsa(8193), False),
        (rsa(2048, exponent=(1 << 40) + 1), False),
        (rsa(2048).replace("k=rsa; ", ""), True),
        (rsa(2048).replace("v=DKIM1; ", ""), True),
        (rsa(2048).replace("DKIM1", "DKIM2"), False),
        (rsa(2048) + "; h=sha1", False),
        (rsa(2048) + "; h=sha1:sha256", True),
        (rsa(2048) + "; s=email", True),
        (rsa(2048) + "; s=other", False),
        (rsa(2048) + "; n=a note; x=unknown", True),
        (rsa(2048) + "; p=AAAA", False),
        ("v=DKIM1; p=", False),
        ("v=DKIM1; p=AAAA", False),
        ("v=DKIM1; p=!!", False),
        ("v=DKIM1", False),
        ("", False),
    ],
)
def test_a_key_is_usable_or_says_why_not(text: str, *, usable: bool) -> None:
    found = parse_dkim_key(text, "rsa")
    assert (found.key is not None) is usable
    assert bool(found.problem) is not usable


@pytest.mark.parametrize(
    ("texts", "subdomain", "wish"),
    [
        (["v=DMARC1; p=reject"], False, DomainWish(policy=DmarcPolicy.REJECT)),
        (
            ["v=DMARC1;p=none;adkim=s;aspf=s"],
            False,
            DomainWish(policy=DmarcPolicy.NONE, strict_dkim=True, strict_spf=True),
        ),
        (["v=DMARC1; p=reject; sp=none"], True, DomainWish(policy=DmarcPolicy.NONE)),
        (["v=DMARC1; p=reject; sp=none"], False, DomainWish(policy=DmarcPolicy.REJECT)),
        (["v=DMARC1; p=quarantine"], True, DomainWish(policy=DmarcPolicy.QUARANTINE)),
        (["something else", "v=DMARC1; p=reject"], False, DomainWish(policy=DmarcPolicy.REJECT)),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], False, None),  # RFC 7489 §6.6.3
        (["p=reject; v=DMARC1"], False, None),
        (["v=DMARC1; p=odd"], False, None),
        (["v=DMARC1; p=odd; rua=mailto:a@b.example"], False, DomainWish(policy=DmarcPolicy.NONE)),
        (["v=DMARC1"], False, None),
        ([], False, None),
    ],
)
def test_a_domains_wish_is_read_as_it_is_meant(texts: list[str], *, subdomain: bool, wish: DomainWish | None) -> None:
    assert parse_dmarc(texts, subdomain=subdomain) == wish


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a=1; b = 2 ;", {"a": "1", "b": "2"}),
        ("a=1=2", {"a": "1=2"}),
        ("a=", {"a": ""}),
        ("a=1; a=2", None),
        ("a", None),
        ("1=a", None),
        ("a=1;;b=2", None),
        ("a=" + "x" * MAX_LIST, None),
        (";".join(f"t{n}=1" for n in range(51)), None),
        ("", {}),
    ],
)
def test_a_list_of_tags_is_whole_or_none(text: str, tags: dict[str, str] | None) -> None:
    assert parse_tag_list(text) == tags


@given(st.text(alphabet="vabdhsilqxpkt=;:1. \t\r\nDKIMRC@+/-_é\x00", max_size=200))
def test_nothing_breaks_the_readers(text: str) -> None:
    whole = f"v=1; a=rsa-sha256; b=AA==; bh=AA==; d=a.example; s=x; h=from; {text}"
    assert parse_dkim_signature(text).problem
    parse_dkim_signature(whole)
    parse_dkim_key(text, "rsa")
    parse_dkim_key(f"p={text}", "ed25519")
    parse_dmarc([text, f"v=DMARC1; {text}"], subdomain=True)
