"""Charsets of the real world: labels that are wrong, missing or unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.charset import decode_body, decode_text, is_known


@pytest.mark.parametrize(
    ("content", "label", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("“Grüße” – 5 €".encode("cp1252"), "iso-8859-1", "“Grüße” – 5 €"),  # WHATWG: Latin-1 means Windows-1252
        ("Grüße".encode(), "iso-8859-1", "Grüße"),  # UTF-8 under a wrong label
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("café".encode("latin-1"), "", "café"),
        ("Grüße".encode("latin-1"), "unknown-8bit", "Grüße"),
        ("Grüße".encode("latin-1"), "us-ascii", "Grüße"),
        ("漢字\u3400".encode("gb18030"), "gb2312", "漢字\u3400"),
        ("日本語".encode("iso2022_jp"), "iso-2022-jp", "日本語"),
        ("日本語".encode("iso2022_jp"), "us-ascii", "日本語"),
        ("日本語①".encode("cp932"), "shift_jis", "日本語①"),
        ("한국어".encode("cp949"), "ks_c_5601-1987", "한국어"),
        ("Привет".encode("koi8-r"), "KOI8-R", "Привет"),
        ("ğış".encode("cp1254"), "iso-8859-9", "ğış"),
        (b"\xef\xbb\xbfx", "iso-8859-1", "x"),
        (b"words", "zip", "words"),
        (b"words", "punycode", "words"),
    ],
)
def test_a_text_is_read_as_it_was_meant(content: bytes, label: str, text: str) -> None:
    assert decode_text(content, label) == text


def test_only_a_body_can_begin_with_the_mark_of_utf_16() -> None:
    assert decode_body("x".encode("utf-16"), "utf-8") == "x"
    assert decode_text(b"\xff\xfe <thief@evil.example>", "") == "ÿþ <thief@evil.example>"


def test_a_cut_in_the_last_character_spoils_nothing_before_it() -> None:
    assert decode_text("Grüße, ü".encode()[:-1], "utf-8").startswith("Grüße, ")


@pytest.mark.parametrize(
    ("label", "known"), [("", True), ("UTF-8", True), ("x-sjis", True), ("no-such", False), ("rot13", False)]
)
def test_a_name_that_is_no_charset_is_told_apart(label: str, known: bool) -> None:
    assert is_known(label) is known


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "iso-8859-1", "iso-2022-jp", "gb2312", "utf-16", "utf-7", "hz", "big5"]),
)
def test_any_bytes_are_some_text(content: bytes, label: str) -> None:
    decode_text(content, label)
