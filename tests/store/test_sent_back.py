"""What came back is on record as long as the letter that it is about."""

from __future__ import annotations

from datetime import timedelta

from linksec_tui.store import sent
from linksec_tui.store.vault import Vault
from tests.store.letters import BOB, CAROL, NOW, a_notice, a_submission


def test_whose_copies_came_back_is_told_of_the_whole_letter_and_not_of_its_notices(desk: Vault) -> None:
    for submission in (a_submission("s1", BOB), a_submission("s2", CAROL), a_notice()):
        desk.do(sent.write_record, sent.record_of(submission, NOW))
    desk.do(sent.note_back, "s2", [CAROL])
    desk.do(sent.note_back, "s2", [CAROL])  # reported twice
    desk.do(sent.note_back, "n1", [BOB])
    assert desk.do(sent.back, a_submission().letter) == {CAROL}
    desk.do(sent.forget_records, NOW + timedelta(seconds=1))
    assert desk.do(lambda connection: connection.number("SELECT count(*) FROM sent_back")) == 0
