"""The manual page says what the program does today."""

from __future__ import annotations

import re
from pathlib import Path

from linksec_tui.cli.commands import COMMANDS
from linksec_tui.cli.manual import page

WRITTEN = Path(__file__).parents[2] / "docs" / "linksec-tui.1"


def test_the_page_that_is_shipped_is_made_from_the_command_line() -> None:
    assert WRITTEN.read_text("utf-8") == page(), "python -m linksec_tui.cli.manual > docs/linksec-tui.1"


def test_every_command_has_its_place() -> None:
    headings = re.findall(r'^\.SS "([a-z]+)', page(), re.MULTILINE)
    assert set(headings) == {command.name for command in COMMANDS}


def test_no_line_of_text_is_taken_for_a_request() -> None:
    known = {".TH", ".SH", ".SS", ".TP", ".PP", ".B"}
    assert {line.split(" ")[0] for line in page().splitlines() if line.startswith((".", "'"))} <= known
