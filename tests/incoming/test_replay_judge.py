"""Whose change stands, and which of the newcomers are ours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.incoming.replay_judge import flag_change, told_apart
from linksec_tui.model.filing import Doing, Piece, Step

FLAGS = st.frozensets(st.sampled_from(["\\Seen", "\\Flagged", "$Junk"]))


def marking(add: frozenset[str], remove: frozenset[str]) -> Step:
    return Step(doing=Doing.MARK, account="own", mailbox="INBOX", add=add, remove=remove)


@given(add=FLAGS, remove=FLAGS, before=FLAGS)
def test_where_nobody_else_did_anything_the_flags_become_what_was_wanted(
    add: frozenset[str], remove: frozenset[str], before: frozenset[str]
) -> None:
    remove -= add
    change = flag_change(marking(add, remove), Piece(uid=1, flags=before), before)
    assert (before | change.add) - change.remove == (before | add) - remove
    assert not change.elsewhere


@given(add=FLAGS, remove=FLAGS, before=FLAGS, now=FLAGS)
def test_what_is_asked_for_is_never_more_than_was_done_here(
    add: frozenset[str], remove: frozenset[str], before: frozenset[str], now: frozenset[str]
) -> None:
    remove -= add
    change = flag_change(marking(add, remove), Piece(uid=1, flags=before), now)
    assert change.add <= add - now
    assert change.remove <= remove & now
    assert not (change.elsewhere and (change.add or change.remove))


def test_of_two_equal_messages_each_is_found_once() -> None:
    twins = (Piece(uid=1, message_id="<a@x>", size=10), Piece(uid=2, message_id="<a@x>", size=10))
    found = told_apart(twins, {("<a@x>", 10): [7]})
    assert list(found.values()) == [7]
    assert set(told_apart(twins, {("<a@x>", 10): [7, 8]}).values()) == {7, 8}
    assert told_apart(twins, {("<a@x>", 11): [7]}) == {}


def test_a_server_may_spell_a_keyword_as_it_saw_it_first() -> None:
    seen = Piece(uid=1, flags=frozenset())
    assert flag_change(marking(frozenset({"Work"}), frozenset()), seen, frozenset({"work"})).add == frozenset()
    back = Piece(uid=1, flags=frozenset({"Work"}))
    change = flag_change(marking(frozenset(), frozenset({"Work"})), back, frozenset({"work"}))
    assert (change.remove, change.elsewhere) == ({"work"}, False)
