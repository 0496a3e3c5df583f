"""`bounce FILE --do ACTION`: the card's actions without the client, in the embedded mail world."""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest

from linksec_tui.world import World
from tests.cli.shell import Ended, Shell

IVAN = "ivan@museum.example"  # its DANE record is wrong: comes back
CAROL = "carol@university.example"


@pytest.fixture
def subject() -> str:
    return f"About the museum {uuid4().hex[:8]}"


@pytest.fixture
def returned(shell: Shell, world: World, tmp_path: Path, subject: str) -> str:
    """The report about a letter to the museum, whose other recipient has it."""
    letter = f"Subject: {subject}\n\nhello\n".encode()
    assert shell("send", IVAN, CAROL, stdin=letter).status == 0
    assert world.settled(120)
    path = tmp_path / "returned.eml"
    path.write_bytes(next(raw for raw in reversed(world.reports()) if subject.encode() in raw))
    return str(path)


def explained(ended: Ended) -> dict[str, Any]:
    return cast("list[dict[str, Any]]", json.loads(ended.out))[0]


def letters(world: World, address: str, subject: str) -> list[bytes]:
    return [raw for raw in world.inbox(address) if message_from_bytes(raw)["Subject"] == subject]


def test_what_can_be_done_is_named(shell: Shell, returned: str) -> None:
    actions = ["notice", "later", "check-again", "edit-and-resend", "even-without-tls"]
    assert explained(shell("bounce", "--json", returned))["actions"] == actions
    assert f"What can be done, with --do: {', '.join(actions)}." in " ".join(shell("bounce", returned).out.split())


def test_the_notice_goes_to_those_whom_the_letter_could_not_reach(shell: Shell, world: World, returned: str) -> None:
    before = len(world.inbox(IVAN))
    assert shell("bounce", returned, "--do", "notice").status == 0
    assert world.settled(120)
    notice = message_from_bytes(world.inbox(IVAN)[-1])
    assert len(world.inbox(IVAN)) == before + 1
    assert notice["TLS-Required"] == "No"


def test_it_is_kept_for_later(shell: Shell, returned: str) -> None:
    ended = shell("bounce", returned, "--do", "later")
    assert (ended.status, ended.out) == (0, f"Kept among the letters begun, for {IVAN}.\n")


def test_it_is_checked_again(shell: Shell, returned: str) -> None:
    ended = shell("bounce", returned, "--do", "check-again")
    assert ended.status == 0
    assert "museum.example" in ended.out
    assert ended.out.startswith("Now: ")


def test_it_is_sent_to_another_address(shell: Shell, world: World, returned: str, subject: str) -> None:
    ended = shell("bounce", returned, "--do", "edit-and-resend", "--to", "bob@bank.example")
    assert (ended.status, ended.err) == (0, "")
    assert world.settled(120)
    assert len(letters(world, "bob@bank.example", subject)) == 1
    assert len(letters(world, CAROL, subject)) == 1, "who has it does not get it again"


def test_to_deliver_it_even_if_tls_fails_wants_a_yes(shell: Shell, world: World, returned: str, subject: str) -> None:
    asked = shell("bounce", returned, "--do", "even-without-tls")
    assert asked.status == 2
    assert "whoever listens on its way may read it" in asked.err
    assert "Add --yes" in asked.err
    assert not letters(world, IVAN, subject)
    ended = shell("bounce", returned, "--do", "even-without-tls", "--yes")
    assert ended.status == 0, ended.err
    assert world.settled(120)
    assert len(letters(world, IVAN, subject)) == 1


def test_what_is_not_offered_is_not_done(shell: Shell, returned: str) -> None:
    ended = shell("bounce", returned, "--do", "without-requirement", "--yes")
    assert (ended.status, ended.err.count("\n")) == (65, 1)
    assert "not offered" in ended.err


@pytest.mark.parametrize("action", ["notice", "later", "check-again", "edit-and-resend", "even-without-tls"])
def test_on_a_forged_word_nothing_is_done(shell: Shell, returned: str, action: str) -> None:
    report = Path(returned).read_bytes()
    forged = re.sub(rb"(?im)^(Original-Envelope-Id|Message-ID): .*$", rb"\1: <guessed@home.example>", report)
    ended = shell("bounce", "-", "--do", action, "--yes", stdin=forged)
    assert (ended.status, ended.err.count("\n")) == (65, 1)
    assert "Do nothing on its word" in ended.err


def test_an_action_that_there_is_not_is_named_with_those_that_there_are(shell: Shell, returned: str) -> None:
    with pytest.raises(SystemExit) as ended:
        shell("bounce", returned, "--do", "resend")
    assert ended.value.code == 2


def test_one_report_is_answered_at_a_time(shell: Shell, returned: str) -> None:
    ended = shell("bounce", returned, returned, "--do", "later")
    assert (ended.status, "one report at a time" in ended.err) == (2, True)


def test_an_ordinary_message_has_nothing_to_be_done_about(shell: Shell) -> None:
    ended = shell("bounce", "-", "--do", "later", stdin=b"From: bob@bank.example\nSubject: hi\n\nhello\n")
    assert (ended.status, ended.err.count("\n")) == (65, 1)
