"""`bounce`: a report about a letter that was sent from here, one that was not, and what is no report at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from linksec_tui.world import World
from tests.cli.shell import Ended, Shell

SUBJECT = "About the museum"


def explained(ended: Ended) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", json.loads(ended.out))


@pytest.fixture
def returned(shell: Shell, world: World, tmp_path: Path) -> Path:
    """The report about a letter to the museum, whose DANE record is wrong."""
    letter = f"Subject: {SUBJECT}\n\nhello\n".encode()
    assert shell("send", "ivan@museum.example", stdin=letter).status == 0
    assert world.settled(120)
    path = tmp_path / "returned.eml"
    path.write_bytes(world.reports()[-1])
    return path


def test_a_returned_letter_of_ours_is_explained(shell: Shell, returned: Path) -> None:
    ended = shell("bounce", "--json", str(returned))
    (one,) = explained(ended)
    (recipient,) = one["recipients"]
    assert ended.status == 1
    assert (one["file"], one["is_bounce"], one["matched"], one["ours"]) == (str(returned), True, True, True)
    assert one["envelope_id"]
    assert one["original_message_id"]
    assert one["reporting_mta"] == "smtp.home.example"
    assert (recipient["recipient"], recipient["action"]) == ("ivan@museum.example", "failed")
    # as Postfix says it: one sentence for five causes
    assert (recipient["class"], recipient["downgrade"]) == ("certificate-unverified", True)
    assert recipient["status"].startswith(("4.7.", "5.7."))
    assert recipient["confidence"] in ("structured", "pattern")
    assert "ivan@museum.example" in one["explanation"]
    assert "did not send the letter" in one["explanation"]


def test_people_read_what_happened_and_what_did_not(shell: Shell, returned: Path) -> None:
    ended = shell("bounce", str(returned))
    assert "came back" in ended.out
    assert "did not send the letter over that link" in ended.out


def test_without_an_account_nothing_is_known_of_what_was_sent(shell: Shell, returned: Path) -> None:
    ended = shell.without_account()("bounce", "--json", str(returned))
    (one,) = explained(ended)
    assert (one["matched"], one["ours"]) == (None, None)
    assert one["recipients"][0]["class"] == "certificate-unverified"
    assert ended.status == 1


def test_a_report_about_somebody_elses_letter_is_not_matched(shell: Shell, returned: Path) -> None:
    forged = returned.read_bytes()
    (one,) = explained(shell("bounce", "--json", str(returned)))
    for reference in (one["envelope_id"], one["original_message_id"].strip("<>")):
        forged = forged.replace(reference.encode(), b"x" * len(reference))
    ended = shell("bounce", "--json", "-", stdin=forged)
    (other,) = explained(ended)
    assert (other["file"], other["matched"], other["ours"]) == ("-", False, False)
    assert "not about anything that you sent" in other["explanation"]


def test_an_ordinary_message_is_none(shell: Shell) -> None:
    ended = shell("bounce", "--json", "-", stdin=b"From: bob@bank.example\nSubject: hi\n\nhello\n")
    (one,) = explained(ended)
    assert (one["is_bounce"], one["recipients"], ended.status) == (False, [], 0)
    told = (one["matched"], one["ours"], one["original_message_id"], one["envelope_id"], one["reporting_mta"])
    assert told == (None,) * 5
    assert "not a report" in one["explanation"]


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"no header at all\n"])
def test_what_is_no_message_is_bad_input(shell: Shell, raw: bytes) -> None:
    ended = shell("bounce", "-", stdin=raw)
    assert (ended.status, ended.err.count("\n")) == (65, 1)
    assert "is not a mail message" in ended.err


def test_the_others_are_explained_where_one_is_missing(shell: Shell, returned: Path) -> None:
    ended = shell("bounce", "--json", "/nowhere/x.eml", str(returned))
    assert [one["file"] for one in explained(ended)] == [str(returned)]
    assert ended.status == 65
