"""Responses out of bytes, however the bytes arrive."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.wire.imap_framer import MAX_LINE, MAX_LITERAL, MAX_PIECES, Framer, Garbage
from linksec_tui.wire.imap_tokens import Response

WIRE = (
    b"* OK ready {5}\r\n"
    b'* 1 FETCH (FLAGS (\\Seen) X "((" BODY[] {12}\r\n* star\r\nA1 x)\r\n'
    b"* 2 FETCH (BODY[] {0}\r\n RFC822 {3}\r\nabc)\r\n"
    b"A1 OK done {7}\r\n"
    b"+ {1}\r\n"
)
RESPONSES: list[Response] = [
    [b"* OK ready {5}"],
    [b'* 1 FETCH (FLAGS (\\Seen) X "((" BODY[] {12}', b"* star\r\nA1 x", b")"],
    [b"* 2 FETCH (BODY[] {0}", b"", b" RFC822 {3}", b"abc", b")"],
    [b"A1 OK done {7}"],
    [b"+ {1}"],
]


def frame(wire: bytes, step: int) -> list[Response]:
    framer = Framer()
    return [response for at in range(0, len(wire), step) for response in framer.feed(wire[at : at + step])]


def test_byte_by_byte_the_responses_are_the_same() -> None:
    assert frame(WIRE, 1) == RESPONSES


@given(st.lists(st.integers(0, len(WIRE)), max_size=10))
def test_wherever_it_is_cut_the_responses_are_the_same(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(WIRE)]
    framer = Framer()
    chunks = [WIRE[start:end] for start, end in pairwise(places)]
    assert [response for chunk in chunks for response in framer.feed(chunk)] == RESPONSES


@given(st.lists(st.binary(max_size=30) | st.sampled_from([b"\r\n", b"{3}\r\n", b"* 1 FETCH {", b"}"]), max_size=20))
def test_hostile_bytes_fail_in_one_way_only(chunks: list[bytes]) -> None:
    framer = Framer()
    with suppress(Garbage):
        for chunk in chunks:
            list(framer.feed(chunk))


@pytest.mark.parametrize(
    "hostile",
    [
        b"x" * (MAX_LINE + 1),
        b"* 1 FETCH {%d}\r\n" % (MAX_LITERAL + 1),
        b"* 1 FETCH {99999999999999999999}\r\n",
        b"* 1 FETCH {%d}\r\n" % (MAX_LITERAL - 10) + b"x" * (MAX_LITERAL - 10) + b" {11}\r\n",
        b"* 1 FETCH " + b"{0}\r\n" * (MAX_PIECES + 1),
    ],
    ids=["line", "literal", "number", "sum", "pieces"],
)
def test_too_much_of_anything_is_refused(hostile: bytes) -> None:
    with pytest.raises(Garbage):
        frame(hostile, 1 << 18)


@pytest.mark.timeout(120)
def test_an_endless_line_in_small_pieces_takes_no_time() -> None:
    with pytest.raises(Garbage, match="endless line"):
        frame(b"x" * (MAX_LINE + 65), 64)
