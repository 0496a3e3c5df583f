"""Where copies landed, as servers tell it (RFC 4315 §3, RFC 6851 §4.3), and what a hostile one may say."""

from __future__ import annotations

import pytest

from linksec_tui.wire.imap_filing import parse_copied

TOLD: dict[str, tuple[list[bytes], dict[int, int]]] = {
    "RFC 4315 §3": ([b"OK [COPYUID 38505 304,319:320 3956:3958] Done"], {304: 3956, 319: 3957, 320: 3958}),
    "RFC 6851 §4.3": ([b"* OK [COPYUID 432432 42:69 1202:1229]", b"OK Done"], {n: n + 1160 for n in range(42, 70)}),
    "the other way round": ([b"OK [COPYUID 7 3:1 9,8,7]"], {1: 9, 2: 8, 3: 7}),
    "nothing was copied": ([b"OK nothing to do"], {}),
    "no number": ([b"OK [COPYUID 7 x 1]"], {}),
    "half of it": ([b"OK [COPYUID 7 1:3]"], {}),
}


@pytest.mark.parametrize(("lines", "uids"), TOLD.values(), ids=TOLD.keys())
def test_a_copys_place_is_read_as_the_standard_writes_it(lines: list[bytes], uids: dict[int, int]) -> None:
    assert parse_copied(lines, 100).uids == uids


def test_a_range_of_half_of_all_numbers_costs_what_was_asked_for() -> None:
    told = parse_copied([b"OK [COPYUID 7 1:4294967295 1:4294967295]"], 3)
    assert told.uids == {1: 1, 2: 2, 3: 3}
