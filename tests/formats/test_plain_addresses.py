"""The quick way through an address list finds what the long one finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats import address_list
from linksec_tui.formats.address_list import parse_address_list

_PIECES = st.sampled_from(
    [
        *("Ada", "Ada Lovelace ", '"A. Lovelace"', '"a, b"', "=?utf-8?q?J=C3=B6rg?=", "a@b.example", "<a@b.example>"),
        *("<>", "<a b@c>", "(note)", "friends:", ";", ",", " ", "\t", "\\", '"', "@", "<@x:a@b>", "ö"),
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_both_ways_find_the_same(value: str) -> None:
    assert parse_address_list(value) == address_list._tokenised(value)  # pyright: ignore[reportPrivateUsage]
