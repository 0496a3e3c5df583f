"""The outbox: one transaction from draft to letter, one worker a letter, and no doubt that is not told."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from linksec_tui.model.errors import BadInput, StoreError
from linksec_tui.model.letter import Draft, OutboxItem, OutboxState, Outcome, SentRecord, Submission
from linksec_tui.store import drafts, outbox, sent
from linksec_tui.store.connection import Connection
from linksec_tui.store.outbox import Claim, Ending, Handover
from linksec_tui.store.vault import Vault, open_vault
from tests.store.letters import BOB, CAROL, NOW, a_draft, a_notice, a_submission

MINE = Claim(submission="s1", worker="worker-1")


def the_copy() -> sent.SentCopy:
    submission = a_submission()
    return sent.SentCopy(
        message_id=submission.message_id,
        letter=submission.letter,
        account="home",
        created_at=NOW,
        head=b"Bcc: dave@home.example\r\n" + submission.head,
        body=submission.body,
    )


def hand_over(desk: Vault, *submissions: Submission, draft: Draft | None = None) -> None:
    desk.do(outbox.add, Handover(submissions=submissions or (a_submission(),), draft=draft, copies=(the_copy(),)), NOW)


def state_of(desk: Vault, ident: str = "s1") -> OutboxState:
    item = desk.do(outbox.item, ident)
    assert item is not None
    return item.state


def end(desk: Vault, state: OutboxState, **more: object) -> None:
    desk.do(outbox.finish, MINE, Ending(state=state, **more), NOW)  # pyright: ignore[reportArgumentType]  # as named by each test


def accepted(*recipients: object, code: int = 250) -> tuple[Outcome, ...]:
    return tuple(Outcome(recipient=one, accepted=code == 250, code=code) for one in recipients)  # pyright: ignore[reportArgumentType]


def test_what_was_handed_over_comes_back_whole_and_the_draft_is_gone(desk: Vault) -> None:
    desk.do(drafts.save, a_draft(), NOW)
    hand_over(desk, a_submission("s1", BOB), a_submission("s2", CAROL), a_notice(), draft=a_draft())
    assert [item.id for item in desk.do(outbox.items)] == ["s1", "s2", "n1"]
    assert desk.do(outbox.read, "s2") == a_submission("s2", CAROL)
    assert desk.do(drafts.read_all) == ()


def test_handing_over_is_all_or_nothing(desk: Vault) -> None:
    desk.do(drafts.save, a_draft(), NOW)
    with pytest.raises(BadInput):
        hand_over(desk, a_submission("s1"), a_submission("s1"), draft=a_draft())
    assert desk.do(outbox.items) == ()
    assert desk.do(drafts.read_all) == (a_draft(),)


def test_the_same_draft_is_never_handed_over_twice(desk: Vault) -> None:
    hand_over(desk, a_submission("s1"), draft=a_draft())
    with pytest.raises(BadInput, match="already been handed to the outbox"):
        hand_over(desk, a_submission("s2"), draft=a_draft())
    assert not desk.do(drafts.save, a_draft(), NOW), "nor brought back by the editor's belated save"
    assert desk.do(drafts.read_all) == ()


def test_those_left_out_keep_a_draft_of_their_own(desk: Vault) -> None:
    rest = replace(a_draft("draft-2"), recipients=a_draft().recipients[:1])
    desk.do(outbox.add, Handover(submissions=(a_submission(),), draft=a_draft(), left_out=rest), NOW)
    assert desk.do(drafts.read_all) == (rest,)


def test_only_what_waits_and_whose_time_has_come_is_due(desk: Vault) -> None:
    later = NOW + timedelta(seconds=10)
    desk.do(outbox.add, Handover(submissions=(a_submission("s1"),), not_before=later), NOW)
    hand_over(desk, a_submission("s2"))
    assert desk.do(outbox.due, "home", NOW) == ("s2",)
    assert desk.do(outbox.due, "home", later) == ("s1", "s2")
    assert desk.do(outbox.due, "work", later) == ()
    desk.do(outbox.claim, Claim(submission="s2", worker="w"), NOW)
    assert desk.do(outbox.due, "home", later) == ("s1",)
    assert desk.do(outbox.next_due, "home") == later
    assert desk.do(outbox.next_due, "work") is None


def test_a_claim_is_won_once(desk: Vault) -> None:
    hand_over(desk)
    assert desk.do(outbox.claim, MINE, NOW) == a_submission()
    assert desk.do(outbox.claim, MINE, NOW) is None
    assert desk.do(outbox.claim, replace(MINE, worker="worker-2"), NOW) is None
    assert desk.do(outbox.claim, replace(MINE, submission="no such"), NOW) is None
    assert state_of(desk) is OutboxState.SUBMITTING


def test_only_the_worker_that_claimed_it_goes_on(desk: Vault) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    stranger = replace(MINE, worker="worker-2")
    with pytest.raises(StoreError, match="not being sent from here"):
        desk.do(outbox.start_data, stranger, NOW)
    with pytest.raises(StoreError, match="not being sent from here"):
        desk.do(outbox.finish, stranger, Ending(state=OutboxState.SUBMITTED), NOW)
    end(desk, OutboxState.SUBMITTED)
    with pytest.raises(StoreError, match="not being sent from here"):
        end(desk, OutboxState.WAITING)


def test_what_cannot_have_gone_out_waits_again_and_what_may_have_is_told(desk: Vault) -> None:
    hand_over(desk, a_submission("s1"), a_submission("s2"), a_submission("s3"))
    for ident in ("s1", "s2"):
        desk.do(outbox.claim, Claim(submission=ident, worker="dead"), NOW)
    desk.do(outbox.start_data, Claim(submission="s2", worker="dead"), NOW)
    recovered = desk.do(outbox.recover, NOW)
    assert [(item.id, item.state) for item in recovered] == [
        ("s1", OutboxState.WAITING),
        ("s2", OutboxState.MAYBE_SENT),
    ]
    assert recovered[1].detail.endswith("it may have gone out.")
    assert desk.do(outbox.due, "home", NOW) == ("s1", "s3"), "what may have gone out is never sent by itself"


def test_a_bounce_to_what_may_have_gone_out_finds_its_letter(desk: Vault) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    assert desk.do(sent.with_envid, "envid-s1") is None
    desk.do(outbox.start_data, MINE, NOW)
    desk.do(outbox.recover, NOW)
    record = desk.do(sent.with_envid, "envid-s1")
    assert record is not None
    assert [one.recipient.address for one in record.recipients] == [BOB, CAROL]


def test_what_went_out_is_recorded_without_those_who_were_refused(desk: Vault) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    desk.do(outbox.start_data, MINE, NOW)
    outcomes = accepted(BOB) + accepted(CAROL, code=550)
    end(desk, OutboxState.SUBMITTED, outcomes=outcomes)
    record = desk.do(sent.with_message_id, "<letter-1@home.example>")[0]
    assert [one.recipient.address for one in record.recipients] == [BOB]
    assert record == desk.do(sent.of_letter, "letter-1")[0] == desk.do(sent.with_envid, "envid-s1")
    item = desk.do(outbox.item, "s1")
    assert item is not None
    assert (item.outcomes, item.attempts, item.recipients) == (outcomes, 1, (str(BOB), str(CAROL)))


@pytest.mark.parametrize("state", [OutboxState.REFUSED, OutboxState.WAITING, OutboxState.HELD])
def test_what_did_not_go_out_is_struck_off_the_record(desk: Vault, state: OutboxState) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    desk.do(outbox.start_data, MINE, NOW)
    end(desk, state)
    assert desk.do(sent.with_envid, "envid-s1") is None


def test_a_record_of_what_may_have_gone_out_survives_a_later_refusal(desk: Vault) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    desk.do(outbox.start_data, MINE, NOW)
    end(desk, OutboxState.MAYBE_SENT)
    desk.do(outbox.retry, "s1", NOW)
    desk.do(outbox.claim, MINE, NOW)
    end(desk, OutboxState.REFUSED)
    assert desk.do(sent.with_envid, "envid-s1") is not None


def test_those_to_be_tried_again_follow_in_the_same_step(desk: Vault) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    later = NOW + timedelta(minutes=5)
    end(desk, OutboxState.SUBMITTED, follow_up=(a_submission("s1b", CAROL),), next_attempt_at=later)
    assert desk.do(outbox.due, "home", later) == ("s1b",)
    assert desk.do(outbox.due, "home", NOW) == ()


def test_a_copy_is_filed_once_the_letter_went_out_and_then_nothing_is_left(desk: Vault) -> None:
    hand_over(desk)
    assert desk.do(sent.copies_to_file, "home") == ()
    desk.do(outbox.claim, MINE, NOW)
    end(desk, OutboxState.SUBMITTED, outcomes=accepted(BOB, CAROL))
    assert desk.do(sent.copies_to_file, "home") == (("<letter-1@home.example>", "letter-1"),)
    assert desk.do(sent.read_copy, "<letter-1@home.example>") == the_copy().head + the_copy().body
    assert desk.do(sent.copies_to_file, "work") == ()
    desk.do(outbox.settle, "<letter-1@home.example>", NOW)
    assert desk.do(sent.copies_to_file, "home") == ()
    assert desk.do(sent.read_copy, "<letter-1@home.example>") == b""
    assert state_of(desk) is OutboxState.SETTLED
    assert desk.do(sent.with_envid, "envid-s1") is not None


def test_a_body_is_kept_once_for_all_who_have_it_and_goes_with_the_last(desk: Vault) -> None:
    large = bytes(range(256)) * 20_000  # pieces, the last of them not whole
    first, second = (replace(a_submission(ident), body=large) for ident in ("s1", "s2"))
    desk.do(outbox.add, outbox.Handover(submissions=(first, second), copies=(replace(the_copy(), body=large),)), NOW)
    assert _bodies(desk) == 1
    assert [desk.do(outbox.read, ident) for ident in ("s1", "s2")] == [first, second]
    for ident in ("s1", "s2"):
        claim = outbox.Claim(submission=ident, worker="w")
        desk.do(outbox.claim, claim, NOW)
        desk.do(outbox.finish, claim, outbox.Ending(state=OutboxState.SUBMITTED), NOW)
    desk.do(outbox.settle, "<letter-1@home.example>", NOW)
    assert _bodies(desk) == 0


def _bodies(desk: Vault) -> int:
    return desk.do(lambda connection: connection.number("SELECT count(*) FROM letter_bodies"))


def test_a_cancelled_letter_is_a_draft_again(desk: Vault) -> None:
    hand_over(desk, a_submission("s1", BOB), a_submission("s2", CAROL), draft=a_draft())
    assert desk.do(outbox.cancel, "s1", NOW) is None, "the other half still waits"
    assert desk.do(outbox.cancel, "s2", NOW) == a_draft()
    assert desk.do(drafts.read_all) == (a_draft(),)
    hand_over(desk, a_submission("s3"), draft=a_draft())


def test_a_cancelled_letter_that_never_was_a_draft_leaves_no_copy(desk: Vault) -> None:
    hand_over(desk)
    assert desk.do(outbox.cancel, "s1", NOW) is None
    assert desk.do(lambda connection: connection.number("SELECT count(*) FROM sent_copies")) == 0


def test_a_letter_of_which_a_part_went_out_does_not_become_a_draft_again(desk: Vault) -> None:
    hand_over(desk, a_submission("s1", BOB), a_submission("s2", CAROL), draft=a_draft())
    desk.do(outbox.claim, MINE, NOW)
    end(desk, OutboxState.SUBMITTED)
    assert desk.do(outbox.cancel, "s2", NOW) is None
    assert desk.do(drafts.read_all) == ()


CHANGES: dict[str, Callable[[Connection, str, datetime], OutboxItem | Draft | None]] = {
    "cancel": outbox.cancel,
    "retry": outbox.retry,
}


@pytest.mark.parametrize("state", [OutboxState.SUBMITTING, OutboxState.SUBMITTED])
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_under_way_or_gone_cannot_be_recalled(desk: Vault, change: str, state: OutboxState) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    if state is not OutboxState.SUBMITTING:
        end(desk, state)
    with pytest.raises(BadInput, match=f"in the state “{state}”"):
        desk.do(CHANGES[change], "s1", NOW)


def test_what_is_not_there_is_said(desk: Vault) -> None:
    with pytest.raises(BadInput, match="There is no s9 in the outbox"):
        desk.do(outbox.cancel, "s9", NOW)


def test_a_held_letter_waits_for_a_word(desk: Vault) -> None:
    hand_over(desk)
    assert desk.do(outbox.hold, "s1", "bank.example is worse now", NOW).detail == "bank.example is worse now"
    assert desk.do(outbox.due, "home", NOW) == ()
    assert desk.do(outbox.claim, MINE, NOW) is None
    assert desk.do(outbox.retry, "s1", NOW).state is OutboxState.WAITING
    assert desk.do(outbox.due, "home", NOW) == ("s1",)


def test_settled_letters_and_their_drafts_are_dropped_in_time(desk: Vault) -> None:
    hand_over(desk, draft=a_draft())
    desk.do(outbox.claim, MINE, NOW)
    end(desk, OutboxState.SUBMITTED)
    after = NOW + timedelta(days=31)
    desk.do(outbox.tidy, after)
    assert state_of(desk) is OutboxState.SUBMITTED, "nothing is dropped before its copy is filed"
    desk.do(outbox.settle, "<letter-1@home.example>", NOW)
    desk.do(outbox.tidy, after)
    assert desk.do(outbox.items) == ()
    assert desk.do(lambda connection: connection.number("SELECT count(*) FROM drafts")) == 0


CLAIMING = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from linksec_tui.store import outbox, vault
path, key, worker, count = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), sys.argv[3], int(sys.argv[4])
with vault.open_vault(path, key, schema="desk") as desk:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        claim = outbox.Claim(submission=f"s{number}", worker=worker)
        if desk.do(outbox.claim, claim, datetime.now(UTC)):
            print(claim.submission, flush=True)
"""


async def test_of_two_processes_that_claim_only_one_wins_each(desk: Vault, key: bytes) -> None:
    hand_over(desk, *(a_submission(f"s{number}") for number in range(40)))
    workers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", CLAIMING, str(desk.path), key.hex(), f"worker-{number}", "40"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for number in (1, 2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert await worker.stdout.readline() == b"ready\n"
    won = await asyncio.gather(*(worker.communicate(b"go\n") for worker in workers))
    claimed = [line for output, _ in won for line in output.decode().split()]
    assert sorted(claimed) == sorted(f"s{number}" for number in range(40))


def test_a_record_survives_in_another_vault(desk: Vault, key: bytes) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    end(desk, OutboxState.SUBMITTED)
    with open_vault(desk.path, key, schema="desk") as other:
        record: SentRecord | None = other.do(sent.with_envid, "envid-s1")
    assert record == sent.record_of(a_submission(), NOW)


def test_old_records_are_forgotten(desk: Vault) -> None:
    hand_over(desk)
    desk.do(outbox.claim, MINE, NOW)
    end(desk, OutboxState.SUBMITTED)
    desk.do(sent.forget_records, NOW)
    assert desk.do(sent.with_envid, "envid-s1") is not None
    desk.do(sent.forget_records, NOW + timedelta(days=1))
    assert desk.do(sent.with_envid, "envid-s1") is None
