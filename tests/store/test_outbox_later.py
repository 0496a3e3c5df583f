"""Taking back within the grace period, sending later, and knowing that something went out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment, Inside, OutboxState
from linksec_tui.store import drafts, finished, outbox, sent
from linksec_tui.store.outbox import Claim, Ending, Handover
from linksec_tui.store.vault import Vault
from tests.store.letters import BOB, CAROL, NOW, a_copy, a_draft, a_submission

GRACE = NOW + timedelta(seconds=5)
OVER = NOW + timedelta(seconds=6)
LETTER = "letter-1"


def hand_over(desk: Vault, *, left_out: bool = False) -> None:
    draft = a_draft(LETTER)
    rest = replace(draft, id=outbox.rest_of(LETTER), recipients=draft.recipients[:1]) if left_out else None
    submissions = (a_submission("s1", BOB), a_submission("s2", CAROL))
    handover = Handover(submissions=submissions, draft=draft, left_out=rest, copies=(a_copy(LETTER),), not_before=GRACE)
    desk.do(outbox.add, handover, NOW)


def test_nothing_is_due_before_the_grace_period_is_over(desk: Vault) -> None:
    hand_over(desk)
    assert desk.do(outbox.due, "home", NOW) == ()
    assert desk.do(outbox.next_due, "home") == GRACE
    assert desk.do(outbox.due, "home", GRACE) == ("s1", "s2")


def test_a_letter_taken_back_in_time_is_the_draft_that_it_was_with_everybody_in_it(desk: Vault) -> None:
    hand_over(desk, left_out=True)
    taken = desk.do(outbox.take_back, LETTER, NOW)
    assert taken is not None
    assert taken.recipients == a_draft().recipients
    assert [each.id for each in desk.do(drafts.read_all)] == [LETTER]
    assert {item.state for item in desk.do(outbox.items)} == {OutboxState.CANCELLED}
    assert desk.do(outbox.due, "home", OVER) == ()


def test_after_the_grace_period_it_is_too_late(desk: Vault) -> None:
    hand_over(desk)
    with pytest.raises(BadInput, match="too late"):
        desk.do(outbox.take_back, LETTER, OVER)


def test_once_one_part_is_under_way_the_whole_letter_stays(desk: Vault) -> None:
    hand_over(desk)
    desk.do(outbox.claim, Claim(submission="s1", worker="w"), GRACE)
    with pytest.raises(BadInput, match="too late"):
        desk.do(outbox.take_back, LETTER, NOW)
    assert desk.do(outbox.item, "s2").state is OutboxState.WAITING  # pyright: ignore[reportOptionalMemberAccess]


def test_a_letter_put_off_waits_until_then_and_goes_at_once_when_somebody_says_so(desk: Vault) -> None:
    hand_over(desk)
    tomorrow = NOW + timedelta(days=1)
    assert desk.do(outbox.put_off, "s1", tomorrow, NOW).not_before == tomorrow
    assert desk.do(outbox.due, "home", OVER) == ("s2",)
    assert desk.do(outbox.retry, "s1", NOW).not_before == NOW
    assert desk.do(outbox.due, "home", OVER) == ("s1", "s2")


def test_who_was_refused_for_now_is_not_bound_to_the_time_of_the_letter(desk: Vault) -> None:
    hand_over(desk)
    claim = Claim(submission="s1", worker="w")
    desk.do(outbox.claim, claim, GRACE)
    rest = replace(a_submission("s3", BOB), letter=LETTER)
    ending = Ending(state=OutboxState.SUBMITTED, follow_up=(rest,), next_attempt_at=OVER)
    desk.do(outbox.start_data, claim, GRACE)
    desk.do(outbox.finish, claim, ending, GRACE)
    item = desk.do(outbox.item, "s3")
    assert item is not None
    assert (item.next_attempt_at, item.not_before) == (OVER, None)


def test_what_may_have_gone_out_can_be_known_to_have(desk: Vault) -> None:
    hand_over(desk)
    with pytest.raises(BadInput):
        desk.do(outbox.went_out, "s1", "", NOW)
    claim = Claim(submission="s1", worker="w")
    desk.do(outbox.claim, claim, GRACE)
    desk.do(outbox.start_data, claim, GRACE)
    desk.do(outbox.finish, claim, Ending(state=OutboxState.MAYBE_SENT), GRACE)
    assert [ident for ident, _ in desk.do(outbox.unsure, "home")] == ["s1"]
    assert desk.do(outbox.went_out, "s1", "You know.", NOW).state is OutboxState.SUBMITTED
    assert desk.do(outbox.unsure, "home") == ()


def went_through(desk: Vault, ident: str, ending: Ending) -> None:
    claim = Claim(submission=ident, worker="w")
    desk.do(outbox.claim, claim, GRACE)
    desk.do(outbox.start_data, claim, GRACE)
    desk.do(outbox.finish, claim, ending, GRACE)


def test_why_a_copy_is_not_in_sent_is_said_beside_who_was_refused_and_until_it_is(desk: Vault) -> None:
    hand_over(desk)
    went_through(desk, "s1", Ending(state=OutboxState.SUBMITTED, detail="Dave was refused."))
    desk.do(sent.note_trouble, a_copy(LETTER).message_id, "Sent is full.")
    assert details(desk) == {"s1": "Dave was refused. Sent is full.", "s2": ""}
    desk.do(outbox.settle, a_copy(LETTER).message_id, NOW)
    assert details(desk) == {"s1": "Dave was refused.", "s2": ""}


def details(desk: Vault) -> dict[str, str]:
    return {item.id: item.detail for item in desk.do(outbox.items)}


def test_a_part_that_goes_out_when_the_copy_is_in_sent_already_leaves_nothing_to_be_done(desk: Vault) -> None:
    hand_over(desk)
    went_through(desk, "s1", Ending(state=OutboxState.SUBMITTED))
    desk.do(outbox.settle, a_copy(LETTER).message_id, NOW)
    went_through(desk, "s2", Ending(state=OutboxState.SUBMITTED))
    assert {item.state for item in desk.do(outbox.items)} == {OutboxState.SETTLED}


def test_a_part_that_is_known_to_have_gone_out_when_the_copy_is_in_sent_leaves_nothing_to_be_done(desk: Vault) -> None:
    hand_over(desk)
    went_through(desk, "s1", Ending(state=OutboxState.SUBMITTED))
    went_through(desk, "s2", Ending(state=OutboxState.MAYBE_SENT))
    desk.do(outbox.settle, a_copy(LETTER).message_id, NOW)
    assert desk.do(outbox.went_out, "s2", "You know.", NOW).state is OutboxState.SETTLED


def test_a_copy_in_sent_proves_nothing_where_another_part_of_the_letter_went_out(desk: Vault) -> None:
    hand_over(desk)
    for ident, state in (("s1", OutboxState.MAYBE_SENT), ("s2", OutboxState.SUBMITTED)):
        claim = Claim(submission=ident, worker="w")
        desk.do(outbox.claim, claim, GRACE)
        desk.do(outbox.start_data, claim, GRACE)
        desk.do(outbox.finish, claim, Ending(state=state), GRACE)
    assert desk.do(outbox.unsure, "home") == ()


def test_a_finished_message_is_kept_for_as_long_as_a_draft_names_parts_of_it(desk: Vault) -> None:
    page = Attachment(name="page", path=Path("page"), inside=Inside(letter=LETTER, part="2"))
    draft = replace(a_draft(LETTER), attachments=(page,))
    kept = a_copy(LETTER)
    handover = Handover(submissions=(a_submission("s1", BOB),), draft=draft, finished=kept, not_before=GRACE)
    desk.do(outbox.add, handover, NOW)
    assert desk.do(outbox.take_back, LETTER, NOW) == draft
    desk.do(outbox.tidy, NOW + timedelta(days=40))
    assert desk.do(finished.read, LETTER) == kept.head + kept.body
    desk.do(drafts.delete, LETTER, NOW)
    desk.do(outbox.tidy, NOW + timedelta(days=40))
    assert desk.do(finished.read, LETTER) == b""
