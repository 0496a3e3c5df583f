"""Drafts here and their copies elsewhere: whatever order things happen in, nobody's words are lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linksec_tui.model.draft_version import DraftCopy
from linksec_tui.model.letter import Draft
from linksec_tui.store import drafts, drafts_filed
from linksec_tui.store.codec import micros
from linksec_tui.store.connection import Connection
from linksec_tui.store.drafts_filed import Taken
from linksec_tui.store.vault import Vault, open_vault
from tests.store.letters import NOW, a_draft

LATER = NOW + timedelta(minutes=1)
MINUTE = timedelta(minutes=1)
THEIRS = "abcdef"


def copy_of(draft: Draft, revision: str, versions: Mapping[str, int]) -> DraftCopy:
    return DraftCopy(draft=draft, revision=f"<{revision}@home.example>", versions=versions)


def file(desk: Vault) -> DraftCopy:
    """What waits is at the server now; the copy that is there."""
    [what] = desk.do(drafts_filed.to_file, "home", LATER)
    copy = copy_of(what.draft, f"ours{sum(what.versions.values())}", what.versions)
    desk.do(drafts_filed.filed, what, copy.revision)
    assert desk.do(drafts_filed.to_file, "home", LATER) == ()
    return copy


def bodies(desk: Vault) -> list[str]:
    return sorted(draft.body for draft in desk.do(drafts.read_all))


def test_what_is_typed_after_filing_is_filed_again(desk: Vault) -> None:
    desk.do(drafts.save, a_draft(), NOW)
    first = file(desk)
    desk.do(drafts.save, replace(a_draft(), body="more"), NOW + timedelta(seconds=1))
    second = file(desk)
    [machine] = second.versions
    assert (first.versions[machine], second.versions[machine]) == (1, 2)


def test_what_is_being_typed_waits(desk: Vault) -> None:
    desk.do(drafts.save, a_draft(), NOW)
    assert desk.do(drafts_filed.to_file, "home", NOW - timedelta(seconds=1)) == ()
    assert desk.do(drafts_filed.next_to_file, "home")


def test_a_draft_from_another_machine_is_here_and_continued_there_again(desk: Vault) -> None:
    begun = copy_of(replace(a_draft(), body="begun"), "r1", {THEIRS: 1})
    assert desk.do(drafts_filed.take, begun, NOW) is Taken.NEW
    assert desk.do(drafts_filed.take, begun, NOW) is Taken.KNOWN
    continued = copy_of(replace(a_draft(), body="begun, continued"), "r2", {THEIRS: 2})
    assert desk.do(drafts_filed.take, continued, LATER) is Taken.CONTINUED
    assert bodies(desk) == ["begun, continued"]
    assert desk.do(drafts_filed.take, begun, LATER) is Taken.OLDER


def test_words_of_two_machines_at_once_are_both_kept(desk: Vault) -> None:
    desk.do(drafts_filed.take, copy_of(replace(a_draft(), body="begun"), "r1", {THEIRS: 1}), NOW)
    [mine] = desk.do(drafts.read_all)
    desk.do(drafts.save, replace(mine, body="begun, mine"), NOW + timedelta(seconds=1))
    theirs = copy_of(replace(a_draft(), body="begun, theirs"), "r2", {THEIRS: 2})
    assert desk.do(drafts_filed.take, theirs, NOW + timedelta(seconds=2)) is Taken.BESIDE
    assert bodies(desk) == ["begun, mine", "begun, theirs"]
    assert len(desk.do(drafts_filed.to_file, "home", LATER)) == 2
    assert desk.do(drafts_filed.take, theirs, LATER) is Taken.OLDER


def test_copies_filed_at_the_same_moment_are_both_kept_though_nothing_waits_here(desk: Vault) -> None:
    desk.do(drafts.save, replace(a_draft(), body="mine"), NOW)
    file(desk)
    theirs = copy_of(replace(a_draft(), body="theirs"), "r9", {THEIRS: 1})
    assert desk.do(drafts_filed.take, theirs, LATER) is Taken.BESIDE
    assert bodies(desk) == ["mine", "theirs"]


def test_an_editor_that_has_not_seen_what_came_in_does_not_write_over_it(desk: Vault) -> None:
    desk.do(drafts_filed.take, copy_of(replace(a_draft(), body="begun"), "r1", {THEIRS: 1}), NOW)
    [open_in_the_editor] = desk.do(drafts.read_all)
    continued = copy_of(replace(a_draft(), body="begun, theirs"), "r2", {THEIRS: 2})
    assert desk.do(drafts_filed.take, continued, NOW + MINUTE / 2) is Taken.CONTINUED
    for body in ("begun, m", "begun, mi", "begun, mine"):
        desk.do(drafts.save, replace(open_in_the_editor, body=body), LATER)
    assert bodies(desk) == ["begun, mine", "begun, theirs"]


def test_what_was_thrown_away_elsewhere_goes_here_too_unless_it_was_written_on(desk: Vault) -> None:
    for ident in ("one", "two"):
        desk.do(drafts_filed.take, copy_of(replace(a_draft(ident), body=ident), ident, {THEIRS: 1}), NOW)
    two = desk.do(drafts.read, "two")
    assert two is not None
    desk.do(drafts.save, replace(two, body="two, and more"), LATER)
    assert desk.do(drafts_filed.missing, "home", ()) == ("one",)
    assert bodies(desk) == ["two, and more"]
    assert desk.do(drafts_filed.missing, "home", ()) == ()
    assert [what.draft.id for what in desk.do(drafts_filed.to_file, "home", LATER)] == ["two"]


def test_what_is_thrown_away_or_sent_here_is_known_to_have_a_copy_on_the_server(desk: Vault) -> None:
    desk.do(drafts.save, a_draft("thrown"), NOW)
    thrown = file(desk)
    desk.do(drafts.delete, "thrown", LATER)
    desk.do(drafts.save, a_draft("sent"), NOW)
    sent = file(desk)
    desk.do(drafts.hand_on, a_draft("sent"), LATER)
    assert desk.do(drafts_filed.gone, "home") == {"thrown": thrown.revision, "sent": sent.revision}
    desk.do(drafts.take_back, "sent")
    assert set(desk.do(drafts_filed.gone, "home")) == {"thrown"}
    assert [what.draft.id for what in desk.do(drafts_filed.to_file, "home", LATER)] == ["sent"]


def test_what_was_written_elsewhere_on_a_letter_that_is_out_is_kept_as_a_draft(desk: Vault) -> None:
    desk.do(drafts.save, a_draft(), NOW)
    file(desk)
    desk.do(drafts.hand_on, a_draft(), NOW)
    theirs = copy_of(replace(a_draft(), body="and one more thing"), "r2", {THEIRS: 1})
    assert desk.do(drafts_filed.take, theirs, LATER) is Taken.BESIDE
    assert bodies(desk) == ["and one more thing"]


def test_files_that_lie_here_stay_attached_when_the_letter_was_continued_elsewhere(desk: Vault) -> None:
    begun = copy_of(replace(a_draft(), elsewhere=("plan.pdf",)), "r1", {THEIRS: 1})
    desk.do(drafts_filed.take, begun, NOW)
    [draft] = desk.do(drafts.read_all)
    assert draft.elsewhere == ("plan.pdf",)


ACTIONS = st.lists(st.tuples(st.sampled_from((0, 1)), st.sampled_from(("type", "file", "look"))), max_size=14)
AT_LAST = [(0, "look"), (1, "look"), (0, "file"), (1, "file"), (0, "look"), (1, "look")]
IDENT = "letter"


@pytest.fixture
def two_desks(tmp_path: Path, key: bytes) -> Iterator[tuple[Vault, Vault]]:
    with (
        open_vault(tmp_path / "one.db", key, schema="desk") as one,
        open_vault(tmp_path / "two.db", key, schema="desk") as two,
    ):
        yield one, two


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(actions=ACTIONS)
def test_whatever_two_machines_do_in_whatever_order_every_sentence_survives(
    two_desks: tuple[Vault, Vault], actions: list[tuple[int, str]]
) -> None:
    """The server is a dict: revision → copy; each machine types on what it shows, files, and looks."""
    for desk in two_desks:
        desk.do(_forget_everything)
    server: dict[str, DraftCopy] = {}
    written: list[str] = []
    now = NOW
    for machine, action in [*actions, *AT_LAST]:
        desk, now = two_desks[machine], now + timedelta(seconds=5)
        if action == "type":
            written.append(f"[{machine}:{len(written)}]")
            shown = desk.do(drafts.read, IDENT) or replace(a_draft(IDENT), body="")
            desk.do(drafts.save, replace(shown, body=shown.body + written[-1]), now)
            continue
        _look(desk, server, now)
        if action == "file":
            _file(desk, server, now)
    for desk in two_desks:
        kept = "".join(draft.body for draft in desk.do(drafts.read_all))
        assert all(sentence in kept for sentence in written)


def _forget_everything(connection: Connection) -> None:
    connection.execute("DELETE FROM drafts")


def _look(desk: Vault, server: dict[str, DraftCopy], now: datetime) -> None:
    found = {revision: desk.do(drafts_filed.take, copy, now) for revision, copy in server.items()}
    newest = {server[r].draft.id for r, taken in found.items() if taken not in (Taken.OLDER, Taken.BESIDE)}
    for revision, taken in found.items():
        if taken is Taken.OLDER and server[revision].draft.id in newest:
            del server[revision]
    desk.do(drafts_filed.missing, "home", {copy.draft.id for copy in server.values()})


def _file(desk: Vault, server: dict[str, DraftCopy], now: datetime) -> None:
    for what in desk.do(drafts_filed.to_file, "home", now):
        before = [revision for revision, copy in server.items() if copy.draft.id == what.draft.id]
        count = sum(what.versions.values())
        revision = f"<{what.draft.id}.{count}.{micros(now)}@home.example>"
        server[revision] = DraftCopy(draft=what.draft, revision=revision, versions=what.versions)
        desk.do(drafts_filed.filed, what, revision)
        for old in before:
            del server[old]
