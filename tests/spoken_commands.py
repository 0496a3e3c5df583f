"""What the documents say on the command line: every `linksec-tui …` of a code block or span, as it would be typed."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linksec_tui.cli.parser_tree import actions_of, words_below

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])

_INDENTED = re.compile(r"^    .*$", re.MULTILINE)
_FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
_STARTS = re.compile(r"^(?:\$ )?(?:\S*/)?(?:linksec-tui|python3? -m linksec_tui)(?= |$)")
_SHELL = re.compile(r"\s(?:[|<>&]|>>|&&|#)\s.*$|\s\(.*$")  # what the shell does with it, or a remark behind it
_REMARK = re.compile(r"(?<=\S) {2,}.*$")  # set apart in a block; a usage line goes on without such a gap
_SYNTAX = re.compile(r"[][…]|\w\|\w|\|-")  # a usage line: what may be left out, repeated, chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One command line as a document has it."""

    document: str
    line: str

    @property
    def words(self) -> list[str]:
        """Without the program's name; the marks of a usage line taken off, of alternatives the first."""
        line = self.line
        if self.is_usage:
            line = re.sub(r"(\S)\|[^\s\]]+", r"\1", re.sub(r"[][…]", "", line))
        return shlex.split(line)

    @property
    def is_usage(self) -> bool:
        return _SYNTAX.search(self.line) is not None


def spoken(document: Path) -> Iterator[Spoken]:
    text = document.read_text("utf-8")
    blocks = [match[1] for match in _FENCED.finditer(text)] + _indented(_FENCED.sub("", text))
    prose = _INDENTED.sub("", _FENCED.sub("", text))
    lines = [line for block in blocks for line in _joined(block)] + _SPAN.findall(prose)
    name = str(document.relative_to(ROOT))
    for line in lines:
        stripped = " ".join(_REMARK.sub("", line.strip()).split()).replace("\\|", "|")
        if _STARTS.match(stripped):
            yield Spoken(document=name, line=_SHELL.sub("", _STARTS.sub("", stripped)).strip())


def _indented(text: str) -> list[str]:
    return ["\n".join(line.removeprefix("    ") for line in _INDENTED.findall(text))]


def _joined(block: str) -> list[str]:
    """Lines that go on below, set further in, are one."""
    return re.sub(r"\n[ ]{4,}", " ", block).splitlines()


def option_names(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in actions_of(parser) for name in action.option_strings}


def leaves(parser: argparse.ArgumentParser, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that has none below it, by its words."""
    below = words_below(parser)
    if not below:
        yield above
    for name, word in below.items():
        yield from leaves(word.parser, (*above, name))


def command_of(words: list[str], parser: argparse.ArgumentParser) -> tuple[tuple[str, ...], argparse.ArgumentParser]:
    """Which command these words name, and its own parser. Options of the program itself are passed over."""
    path: tuple[str, ...] = ()
    rest = list(words)
    while rest:
        if rest[0].startswith("--") and rest[0] in option_names(parser):
            rest = rest[1 if "=" in rest[0] else 2 :]
            continue
        name = rest.pop(0)
        word = words_below(parser).get(name)
        if word is None:
            break
        path, parser = (*path, name), word.parser
    return path, parser
