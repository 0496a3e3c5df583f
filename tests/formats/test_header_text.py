"""Header text, both ways; address lists; parameters of the envelope and of content fields."""

from __future__ import annotations

import email.header
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.address_list import parse_address_list
from linksec_tui.formats.charset import decode_text
from linksec_tui.formats.content_type import parse_content_type
from linksec_tui.formats.header_text import decode_words, encode_phrase, encode_text, fold
from linksec_tui.formats.xtext import decode_typed_address, decode_xtext, encode_orcpt, encode_xtext
from linksec_tui.model.address import parse_address

PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn")), max_size=300)


@given(PLAIN)
def test_what_is_encoded_is_decoded_again_by_us_and_by_others(text: str) -> None:
    encoded = encode_text(text)
    unfolded = re.sub(r"\r\n", "", fold("Subject", encoded)).removeprefix("Subject: ")
    others = str(email.header.make_header(email.header.decode_header(unfolded)))
    assert others == text
    assert decode_words(unfolded).replace("\ufffd", "") == decode_words(text).replace("\ufffd", "")


@given(PLAIN)
def test_folded_lines_are_short_ascii_and_never_blank(text: str) -> None:
    lines = fold("Subject", encode_text(text)).split("\r\n")
    assert all(len(line) <= 78 and line.isascii() for line in lines)
    assert all(line.strip() for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])


@given(PLAIN)
def test_a_display_name_survives_the_way(name: str) -> None:
    phrase = encode_phrase(name)
    (found,) = parse_address_list(f"{phrase} <a@x.example>")
    assert found.address == "a@x.example"
    assert "\n" not in phrase


DECODED = {
    "=?utf-8?q?gr=C3=BCn?=": "grün",
    "=?UTF-8?B?Z3LDvG4=?= and =?iso-8859-1?q?gr=FCn?=": "grün and grün",
    "=?utf-8?q?a?= =?utf-8?q?b?=": "ab",
    "=?utf-8?b?w6Q?=": "ä",
    "=?utf-8?b?w6TD?= =?utf-8?b?pA==?=": "ää",
    "=?utf-8*de?q?x_y?=": "x y",
    "=?klingon?q?=C3=BC?=": "ü",
    "=?utf-8?q?a=0Ab=1B?=": "a b\ufffd",
    "=?broken": "=?broken",
    "plain =? text ?=": "plain =? text ?=",
}


@pytest.mark.parametrize("raw", DECODED)
def test_encoded_words(raw: str) -> None:
    assert decode_words(raw) == DECODED[raw]


ADDRESSES = {
    '"A, B" <a@x.example>, c@d.example (Carl)': [("A, B", "a@x.example"), ("Carl", "c@d.example")],
    "friends: a@x.example, B <b@x.example>; c@x.example": [
        ("", "a@x.example"),
        ("B", "b@x.example"),
        ("", "c@x.example"),
    ],
    "=?utf-8?q?=C3=A4?= <ae@x.example>": [("ä", "ae@x.example")],
    "<@relay.example:a@x.example>": [("", "a@x.example")],
    '"● Link-secure" <a@x.example>': [("· Link-secure", "a@x.example")],
    "undisclosed-recipients:;": [],
    "": [],
    '"john doe"@x.example': [("", '"john doe"@x.example')],
}


@pytest.mark.parametrize("raw", ADDRESSES)
def test_address_lists(raw: str) -> None:
    assert [(each.name, each.address) for each in parse_address_list(raw)] == ADDRESSES[raw]


@pytest.mark.parametrize("raw", ["(" * 5000, '"' * 5000, "<" * 16_000, "a@b," * 20_000, "\\" * 9999, ":" * 9999])
def test_hostile_address_lists_are_read_in_part(raw: str) -> None:
    assert len(parse_address_list(raw)) <= 1000


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    decode_words(text)
    parse_address_list(text)
    parse_content_type(text, "text/plain")
    decode_typed_address(text)


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_bytes_are_text_in_any_charset(content: bytes, charset: str) -> None:
    assert isinstance(decode_text(content, charset), str)


def test_a_character_cut_in_two_does_not_change_the_others() -> None:
    assert decode_text("grün, grün".encode()[:-2], "") == "grün, gr\ufffd"


def test_content_types() -> None:
    assert parse_content_type('TEXT/Plain; Charset="utf-8"; format=flowed', "x/y") == (
        "text/plain",
        {"charset": "utf-8", "format": "flowed"},
    )
    assert parse_content_type("nonsense", "text/plain") == ("text/plain", {})
    assert parse_content_type('attachment; filename="=?utf-8?q?=C3=A4?="', "") == ("attachment", {"filename": "ä"})


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=100))
def test_xtext_both_ways(text: str) -> None:
    encoded = encode_xtext(text)
    assert not re.search(r"[ =]|[^\x21-\x7e]", encoded)
    assert decode_xtext(encoded) == text


def test_original_recipients_beyond_ascii_travel_in_ascii() -> None:
    assert encode_orcpt(parse_address("a+b=c@x.example")) == "rfc822;a+2Bb+3Dc@x.example"
    assert encode_orcpt(parse_address("grün@x.example")) == r"utf-8;gr\x{FC}n@x.example"
    assert decode_typed_address(r"utf-8;gr\x{FC}n@x.example") == "grün@x.example"
    assert decode_typed_address("rfc822; <a@x.example>") == "a@x.example"
    assert decode_typed_address("a@x.example") == "a@x.example"
