"""A check that goes on where an earlier one was stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from linksec_tui.cli.check_earlier import read_earlier
from linksec_tui.world import World
from tests.cli.shell import Shell


@pytest.fixture
def done(shell: Shell, tmp_path: Path) -> Path:
    """What a run over two recipients wrote, cut off in the middle of a third."""
    file = tmp_path / "results.jsonl"
    ended = shell("check", "--jsonl", "bob@bank.example", "grace@oldserver.example", "--require", "encrypted")
    file.write_text(ended.out + '{"address": "erin@club.example", "dom')
    return file


def addresses(text: str) -> list[str]:
    return [json.loads(line)["address"] for line in text.splitlines()]


def test_those_in_the_file_are_not_asked_again(shell: Shell, done: Path) -> None:
    people = ("bob@bank.example", "erin@club.example", "grace@oldserver.example")
    ended = shell("check", "--jsonl", "--resume", str(done), *people)
    assert addresses(ended.out) == ["erin@club.example"]
    assert (ended.status, ended.err) == (0, "")


def test_the_exit_status_covers_all_for_what_is_demanded_today(shell: Shell, done: Path) -> None:
    people = ("bob@bank.example", "erin@club.example", "grace@oldserver.example")
    assert shell("check", "--jsonl", "--resume", str(done), "--require", "encrypted", *people).status == 1
    assert shell("check", "--jsonl", "--resume", str(done), "--require", "encrypted", *people[:2]).status == 0


def test_a_document_has_them_all_in_the_order_asked(shell: Shell, done: Path) -> None:
    people = ("grace@oldserver.example", "erin@club.example", "bob@bank.example")
    ended = shell("check", "--json", "--resume", str(done), "--require", "verifiable", *people)
    document: dict[str, Any] = json.loads(ended.out)
    assert [each["address"] for each in document["results"]] == list(people)
    assert [each["meets"] for each in document["results"]] == [False, False, True]
    assert {each["required"] for each in document["results"]} == {"verifiable"}
    assert (document["summary"]["total"], document["summary"]["meet"]) == (3, 1)


def test_the_table_says_who_was_checked_before(shell: Shell, done: Path) -> None:
    ended = shell("check", "--resume", str(done), "bob@bank.example", "erin@club.example")
    first, before, second = ended.out.splitlines()
    assert first.startswith("● Link-secure")
    assert before.startswith("    Checked before, at 2")
    assert second.startswith("◔ Encrypted")
    assert ended.err == "2 of 2 can be written to\n"


def test_a_result_for_another_account_is_asked_again(shell: Shell, done: Path) -> None:
    alone = shell.without_account()
    ended = alone("check", "--jsonl", "--resume", str(done), "bob@bank.example")
    assert addresses(ended.out) == ["bob@bank.example"]
    assert "2 results there failed, or were for another account" in ended.err


def test_a_lookup_that_failed_is_asked_again(shell: Shell, done: Path) -> None:
    lines = done.read_text().splitlines()
    failed = json.loads(lines[0])
    failed["route"]["status"] = "failed"
    done.write_text(f"{json.dumps(failed)}\n")
    ended = shell("check", "--jsonl", "--resume", str(done), "bob@bank.example")
    assert addresses(ended.out) == ["bob@bank.example"]


@pytest.mark.parametrize(
    "line",
    [
        "nonsense", "[]", "{}", "null", '{"address": 1}',
        '{"domain": "a.example", "assurance": "good", "warnings": []}',
        '{"domain": "a.example", "assurance": "unknown"}', "[" * 100_000, '{"domain": "a.example", "assurance": []}',
    ],
    ids=lambda line: line[:40],
)  # fmt: skip
def test_a_line_that_is_no_result_is_counted_and_passed_over(tmp_path: Path, line: str, done: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    file.write_text(f"{line}\n{done.read_text()}")
    earlier = read_earlier(file, "home")
    assert earlier.unreadable == 1
    assert set(earlier.results) == {"bob@bank.example", "grace@oldserver.example"}
    earlier.close()


def test_a_line_without_end_is_passed_over_in_pieces(tmp_path: Path, done: Path) -> None:
    file = tmp_path / "long.jsonl"
    file.write_text("x" * (5 << 19) + "\n" + done.read_text())
    earlier = read_earlier(file, "home")
    assert earlier.unreadable == 3
    assert set(earlier.results) == {"bob@bank.example", "grace@oldserver.example"}
    earlier.close()


def test_a_file_that_is_not_there_is_a_usage_error(shell: Shell) -> None:
    ended = shell("check", "--resume", "/nowhere/results.jsonl", "bob@bank.example")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("linksec-tui: /nowhere/results.jsonl cannot be read")


def test_everybody_in_the_file_leaves_nothing_to_ask(shell: Shell, world: World, tmp_path: Path) -> None:
    everybody = [each.address for each in world.recipients]
    file = tmp_path / "all.jsonl"
    file.write_text(shell("check", "--jsonl", *everybody).out)
    cut_off = shell.changed('resolver = "127.0.0.1:', 'resolver = "127.0.0.1:1" # ')
    ended = cut_off("check", "--jsonl", "--resume", str(file), *everybody)
    assert (ended.out, ended.status) == ("", 1)
