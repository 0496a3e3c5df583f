"""What comes compressed is what was sent, in slices, however it was cut on its way."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.wire.imap_framer import Garbage
from linksec_tui.wire.imap_inflow import SLICE, Deflow, Inflow


def drained(inflow: Inflow) -> bytes:
    slices: list[bytes] = []
    while inflow:
        slices.append(inflow.take())
        assert len(slices[-1]) <= SLICE
    return b"".join(slices)


@given(st.lists(st.binary(max_size=2000), max_size=8), st.integers(min_value=1, max_value=500))
def test_what_was_packed_is_unpacked_wherever_it_was_cut(contents: list[bytes], size: int) -> None:
    deflow = Deflow()
    deflow.compress()
    wire = b"".join(map(deflow.packed, contents))
    inflow = Inflow()
    inflow.compressed_from(wire[:size])
    for at in range(size, len(wire), size):
        inflow.add(wire[at : at + size])
    assert drained(inflow) == b"".join(contents)


def test_a_little_that_stands_for_much_comes_in_slices() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    inflow = Inflow()
    inflow.compressed_from(packer.compress(b" " * (8 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))
    assert len(drained(inflow)) == 8 << 20


def test_what_is_not_compressed_is_cut_into_slices() -> None:
    inflow = Inflow()
    inflow.add(b"x" * (3 * SLICE + 1))
    assert not inflow.full
    inflow.add(b"y" * SLICE)
    assert inflow.full
    assert drained(inflow) == b"x" * (3 * SLICE + 1) + b"y" * SLICE
    assert not inflow.full


@pytest.mark.parametrize("wire", [b"\xff\xff\xff\xff", zlib.compressobj(wbits=-15).flush() + b"more"])
def test_what_is_no_endless_compression_is_garbage(wire: bytes) -> None:
    inflow = Inflow()
    inflow.compressed_from(wire)
    with pytest.raises(Garbage):
        drained(inflow)
