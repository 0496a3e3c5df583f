"""The base domain of a name, by the public suffix list and by the list's own published cases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linksec_tui.formats.domain_name import to_ascii, to_unicode
from linksec_tui.formats.suffix import base_domain, public_suffix

_CASE = re.compile(r"^checkPublicSuffix\('([^']+)', (?:'([^']+)'|null)\);$", re.MULTILINE)
CASES = _CASE.findall((Path(__file__).parents[1] / "cases" / "public-suffix.txt").read_text(encoding="utf-8"))


def _ascii(name: str) -> str:
    return name.lower() if name.isascii() else to_ascii(name)


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_the_lists_own_cases_hold(name: str, expected: str) -> None:
    assert base_domain(_ascii(name)) == (_ascii(expected) if expected else None)


def test_the_lists_own_cases_were_read() -> None:
    assert len(CASES) > 70


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("mx1.mail.example.co.uk", "co.uk"),
        ("example.com", "com"),
        ("a.b.unheard-of", "unheard-of"),
        ("www.city.kawasaki.jp", "kawasaki.jp"),
        ("com", "com"),
    ],
)
def test_the_suffix_is_what_anybody_may_register_under(name: str, suffix: str) -> None:
    assert public_suffix(name) == suffix


@pytest.mark.parametrize("name", ["", ".", "a..example.com", ".example.com"])
def test_what_is_no_name_has_no_base(name: str) -> None:
    assert base_domain(name) is None


def test_an_internationalised_suffix_is_known_in_its_ascii_form() -> None:
    name = to_ascii("mx.食狮.公司.cn")
    assert to_unicode(base_domain(name) or "") == "食狮.公司.cn"
