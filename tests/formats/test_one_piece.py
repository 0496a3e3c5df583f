from __future__ import annotations

import tracemalloc

import pytest

from linksec_tui.formats.one_piece import one_piece

MEGABYTE = 1 << 20


@pytest.mark.parametrize("octets", [0, 1, 6, 7, 100])
def test_the_pieces_follow_each_other_whatever_room_was_thought_of(octets: int) -> None:
    assert one_piece([b"abc", b"", b"def"], octets) == b"abcdef"


def test_of_a_large_whole_there_is_never_a_second_one() -> None:
    tracemalloc.start()
    whole = one_piece((bytes(MEGABYTE) for _ in range(20)), 20 * MEGABYTE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(whole) == 20 * MEGABYTE
    assert peak < 23 * MEGABYTE
