"""Lines of a list: messages one by one, or conversations folded to one line each."""

from __future__ import annotations

from array import array
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.listing import Spine
from linksec_tui.tui.folding import Folded, Folds, Lines


def conversations(*groups: tuple[int, ...], unread: tuple[int, ...] = ()) -> Spine:
    """Conversations of these ids; the first id names the conversation."""
    ids = [one for group in groups for one in group]
    starts = [0, *accumulate(len(group) for group in groups)][:-1]
    return Spine(
        ids=array("q", ids),
        starts=array("I", starts),
        newest=array("I", (start + group.index(max(group)) for start, group in zip(starts, groups, strict=True))),
        threads=array("q", (group[0] for group in groups)),
        depths=bytes(min(at, 255) for group in groups for at in range(len(group))),
        unread=bytes(one in unread for one in ids),
    )


THREE = conversations((1, 7, 9), (8,), (2, 3, 4, 5), unread=(3, 4, 8))


def shown(lines: Lines) -> list[int]:
    return [lines.message(line) for line in range(len(lines))]


def test_a_folded_conversation_is_its_newest_message_with_what_it_holds() -> None:
    lines = Lines(THREE, Folds())
    assert shown(lines) == [9, 8, 5]
    assert [lines.folded(line) for line in range(3)] == [Folded(3, 0), None, Folded(4, 2)]
    assert list(lines.meant(2)) == [2, 3, 4, 5]
    assert list(lines.meant(1)) == [8]


def test_one_is_unfolded_and_the_line_is_its_first() -> None:
    lines = Lines(THREE, Folds())
    assert lines.turn(2) == 2
    assert shown(lines) == [9, 8, 2, 3, 4, 5]
    assert lines.depth(5) == 3
    assert lines.folded(5) is None
    assert list(lines.meant(4)) == [4]
    assert lines.turn(3) == 2, "on any line of it"
    assert shown(lines) == [9, 8, 5]


def test_all_are_unfolded_and_folded() -> None:
    lines = Lines(THREE, Folds())
    assert lines.turn_all(2) == 7
    assert shown(lines) == [1, 7, 9, 8, 2, 3, 4, 5]
    assert lines.turn_all(5) == 2
    assert shown(lines) == [9, 8, 5]


def test_new_mail_unfolds_nothing() -> None:
    folds = Folds()
    lines = Lines(THREE, folds)
    lines.turn(0)
    later = conversations((1, 7, 9, 11), (2, 3, 4, 5, 10), (8,))
    assert shown(Lines(later, folds)) == [1, 7, 9, 11, 10, 8]


def test_a_message_in_a_folded_conversation_is_found_on_its_line_and_revealed() -> None:
    lines = Lines(THREE, Folds())
    assert lines.line_of(3) == 2
    assert lines.line_of(99) is None
    at = THREE.find(3)
    assert at is not None
    assert lines.message(lines.reveal(at)) == 3


def test_without_conversations_every_message_has_a_line() -> None:
    lines = Lines(Spine(ids=array("q", [5, 4, 3])), Folds())
    assert shown(lines) == [5, 4, 3]
    assert (lines.folded(0), lines.depth(0), list(lines.conversation(1))) == (None, 0, [4])


_GROUPS = st.lists(st.integers(1, 4), min_size=1, max_size=8)


@given(_GROUPS, st.sets(st.integers(1, 32)), st.sets(st.integers(0, 31)), st.booleans())
def test_what_goes_is_gone_and_the_rest_stays_in_order(
    sizes: list[int],
    gone: set[int],
    turned: set[int],
    opened: bool,
) -> None:
    ids = iter(range(1, 33))
    spine = conversations(*(tuple(next(ids) for _ in range(size)) for size in sizes))
    left = spine.without(gone)
    assert list(left.ids) == [one for one in spine.ids if one not in gone]
    assert len(left.depths) == len(left.unread) == len(left.ids)
    assert len(left.starts) == len(left.newest) == len(left.threads)
    folds = Folds(opened=opened, exceptions={thread for thread in spine.threads if thread in turned})
    lines = Lines(left, folds)
    for conversation in range(len(left.starts)):
        first, last = left.bounds(conversation)
        assert left.ids[left.newest[conversation]] == max(left.ids[first:last])
    for at, ident in enumerate(left.ids):
        line = lines.line_of(ident)
        assert line is not None
        assert ident in lines.conversation(line)
        assert lines.folded(line) or lines.place(line) == at
