"""The tables of docs/configuration.md, made from `config_words`; what is written around them is left alone.

`python -m linksec_tui.config_reference docs/configuration.md` draws them anew.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path

from linksec_tui.config_entry import Section
from linksec_tui.config_words import SECTIONS

_HEAD = ("| key | may be | without it | |", "| --- | --- | --- | --- |")


def redrawn(document: str) -> str:
    """`document` with the table below each section's heading as it is today. ValueError where a heading is missing."""
    for section in SECTIONS:
        table = re.compile(rf"(^##+ {re.escape(section.title)}\n(?:(?!#|\|).*\n)*)(?:\|.*\n)+", re.MULTILINE)
        document, found = table.subn(partial(_replaced, table_of(section)), document)
        if found != 1:
            raise ValueError(f"{found} tables below a heading “{section.title}”")
    return document


def table_of(section: Section) -> str:
    """The table of one section."""
    cells = ((f"`{each.name}`", each.kind, each.default, each.meaning) for each in section.entries)
    return "".join(f"{line}\n" for line in (*_HEAD, *(_row(*each) for each in cells)))


def _replaced(table: str, found: re.Match[str]) -> str:
    return found[1] + table


def _row(*cells: str) -> str:
    return "|".join(["", *(f" {cell} " if cell else " " for cell in cells), ""])


if __name__ == "__main__":
    written = Path(sys.argv[1])
    written.write_text(redrawn(written.read_text("utf-8")), "utf-8")
