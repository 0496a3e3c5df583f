"""How easily the words of the interface are read: Flesch's reading ease, over every sentence that the program can say.

R. Flesch, "A new readability yardstick" (Journal of Applied Psychology 32, 1948): 206.835 − 1.015 · words per sentence
− 84.6 · syllables per word; 70 to 80 is "fairly easy". Syllables are counted as I. E. Fang did by computer (Behavioral
Science 13, 1968): a run of vowels is one, a silent final e (also in -es and -ed) is none, and every word has one.

A sentence of the interface is a text in the source that people are shown: several words that begin with a capital and
end as sentences do. What is put into it at run time (addresses, names of servers) is left out; so are docstrings,
patterns, style sheets, and what is written for other programs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1] / "linksec_tui"
SPEAKING = (
    "tui", "cli", "desk", "model", "link", "outgoing", "incoming", "accounts", "people", "store", "wire",
    "config_file.py", "config_writer.py", "config_table.py", "start.py",
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_END = re.compile(r"[.!?](?=\s|$)|:(?=\s|$)")
_SENTENCE = re.compile(r"^[A-Z“][^\n{}\\^$|]*[.?!]$", re.DOTALL)
_SILENT = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouytd]ed$|[^aeiouyscxzgh]es$")
_FOR_A_STORE = re.compile(r"^(SELECT|UPDATE|DELETE|INSERT) ")
_HOLE = "\0"  # where something is put in


@dataclass(frozen=True)
class Sentence:
    """One text of the interface, and where it stands."""

    text: str
    where: str


@dataclass(frozen=True)
class Count:
    """Of many texts."""

    words: int
    sentences: int
    syllables: int

    @property
    def ease(self) -> float:
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words


def syllables(word: str) -> int:
    """A run of vowels each, but for an e that is silent at the end; inside a word it counts (some·body has four)."""
    lower = re.sub(r"['’].*", "", word.lower())
    return max(len(re.findall(r"[aeiouy]+", lower)) - bool(_SILENT.search(lower)), 1)


def count(texts: Iterable[str]) -> Count:
    words = [(text, _WORD.findall(text)) for text in (each.replace(_HOLE, " ") for each in texts)]
    return Count(
        words=sum(len(found) for _, found in words),
        sentences=sum(max(len(_END.findall(text)), 1) for text, _ in words),
        syllables=sum(syllables(word) for _, found in words for word in found),
    )


def interface() -> Iterator[Sentence]:
    """Every text that people are shown."""
    for name in SPEAKING:
        place = ROOT / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield from _spoken(file)


def _spoken(file: Path) -> Iterator[Sentence]:
    tree = ast.parse(file.read_text("utf-8"))
    silent = {id(node) for node in _docstrings(tree)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in silent or (id(node) in inside and not isinstance(node, ast.JoinedStr)):
            continue
        text = _text(node)
        if text is not None and not _FOR_A_STORE.match(text) and _SENTENCE.match(text) and len(_WORD.findall(text)) > 2:
            yield Sentence(text, f"{file.relative_to(ROOT.parent)}:{getattr(node, 'lineno', 0)}")


def _text(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else _HOLE for part in values)
        case _:
            return None


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            yield body[0].value
