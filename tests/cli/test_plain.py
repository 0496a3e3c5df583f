"""`check --plain` and `send --plain`: told for the ear, a fact a line, and the same facts as the table has."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from linksec_tui.cli.output import Output, Style
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.ladder import Glyphs, glyph_of
from linksec_tui.world import World
from tests.cli.shell import Ended, Shell

# Box drawing, blocks, geometric signs, arrows: what a screen reader spells out one by one.
DRAWN = re.compile(r"[\u2190-\u21ff\u2500-\u25ff\x1b]|  ")
DOCUMENT = Path(__file__).parents[2] / "docs" / "accessibility.md"


def assert_plain(ended: Ended) -> None:
    assert not [line for line in (ended.out + ended.err).splitlines() if DRAWN.search(line)]


def test_each_fact_has_a_line_and_its_name(shell: Shell) -> None:
    ended = shell("check", "--plain", "--require", "verifiable", "erin@club.example", "carol@university.example")
    shown = re.search(r"```text\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert shown is not None
    assert ended.out == shown[1]
    assert ended.err.splitlines() == ["1 of 2 meet Verifiable", "erin@club.example is Encrypted, unproven"]
    assert ended.status == 1
    assert_plain(ended)


def test_the_way_is_told_stretch_by_stretch_with_where_each_fact_is_from(shell: Shell) -> None:
    ended = shell("check", "--plain", "--explain", "carol@university.example")
    starts = [line.partition(":")[0] for line in ended.out.splitlines() if line.startswith("Stretch")]
    assert [start.partition(", ")[0] for start in starts] == ["Stretch 1 of 3", "Stretch 2 of 3", "Stretch 3 of 3"]
    assert "Known from: proved by us." in ended.out
    assert "Known from: signed DNS." in ended.out
    assert_plain(ended)


def test_what_an_earlier_run_found_is_told_the_same_way(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(shell("check", "--jsonl", "erin@club.example").out)
    ended = shell("check", "--plain", "--resume", str(file), "erin@club.example")
    assert ended.out.startswith("Recipient: erin@club.example\nBadge: Encrypted, unproven\n")
    assert "Checked before" in ended.out
    assert_plain(ended)


def test_nothing_is_drawn_of_any_rung(shell: Shell) -> None:
    people = ["bob@bank.example", "grace@oldserver.example", "carol@universty.example"]
    ended = shell("check", "--plain", "--explain", *people)
    assert_plain(ended)
    told = [line.removeprefix("Badge: ") for line in ended.out.splitlines() if line.startswith("Badge: ")]
    found = json.loads(shell("check", "--json", *people).out)["results"]
    assert told == [Assurance.__members__[each["assurance"].upper().replace("-", "_")].word for each in found]


def test_a_terminal_gets_no_colour_no_broken_line_and_no_progress() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out, err = Terminal(), Terminal()
    output = Output(out, err, Style(glyphs=Glyphs.UNICODE, colour=True, width=40))
    output.for_the_ear()
    output.progress("1 of 3")
    output.paragraph("word " * 40)
    output.line(output.badge(Assurance.ENFORCED))
    told = [line.rstrip() for line in out.getvalue().splitlines()]
    assert told == [("word " * 40).rstrip(), f"{glyph_of(Assurance.ENFORCED, Glyphs.UNICODE)} Enforced"]
    assert err.getvalue() == ""


LETTER = b"Subject: For the ear\n\nDear all,\nhello.\n"


def test_a_refusal_of_the_gate_is_told_a_fact_a_line(shell: Shell) -> None:
    people = ["carol@university.example", "grace@oldserver.example"]
    ended = shell("send", "--plain", "--require", "verifiable", *people, stdin=LETTER)
    assert ended.status == 77
    assert ended.err.splitlines() == [
        "linksec-tui: Nothing was sent. 1 of 2 recipients needs a decision (you ask for Verifiable):",
        "Recipient 1 of 1: grace@oldserver.example",
        "Badge: Exposed",
        "Why: oldserver.example is Exposed, you ask for Verifiable: anybody on the way can read the letter.",
        "You can ask for less with --require, or let them have a notice with --fallback notice.",
    ]


def test_who_listens_is_told_that_a_letter_went_out(shell: Shell, world: World) -> None:
    ended = shell("send", "--plain", "bob@bank.example", stdin=LETTER)
    assert (ended.status, ended.out, ended.err) == (0, "", "Sent: your provider has it.\n")
    assert world.settled(120)
    assert any(b"For the ear" in message for message in world.inbox("bob@bank.example"))


@pytest.mark.parametrize("other", ["--json", "--jsonl"])
def test_one_shape_excludes_the_others(shell: Shell, other: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        shell("check", "--plain", other, "bob@bank.example")
    assert stopped.value.code == 2
    assert "cannot stand together" in capsys.readouterr().err
