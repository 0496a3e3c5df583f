"""What a stranger finds: pinned packages, one place for everything, nothing of the machine that it was written on."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "linksec_tui"
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md",
    "benchmarks", "constraints.txt", "docs", "linksec_tui", "pyproject.toml", "screenshots", "tests", "themes",
}  # fmt: skip
_TEXT = {".cfg", ".json", ".md", ".py", ".sql", ".svg", ".tcss", ".toml", ".txt", ""}
# Of a machine: someone's home, a checkout, a mirror. Words in pieces, or this file would find itself.
_PIECES = (r"/ho|me/\w", r"/ro|ot/", r"/wo|rk/", "file:|///", r"\bpypi\.|org", "pythonho|sted")
_OF_A_MACHINE = re.compile("|".join(piece.replace("|", "") for piece in _PIECES))
_EVERYDAY_WORDS = {
    "manager",
    "handler",
    "helper",
    "helpers",
    "utils",
    "util",
    "info",
    "process",
    "data",
    "misc",
    "common",
}


def _files() -> Iterator[Path]:
    """Everything that belongs to the project: what git would track, found without git."""
    for name in sorted(TOP_LEVEL):
        place = ROOT / name
        yield from [place] if place.is_file() else place.glob("**/*")


def _texts() -> Iterator[Path]:
    ours = (file for file in _files() if file.is_file() and "__pycache__" not in file.parts)
    yield from (file for file in ours if file.suffix in _TEXT)


def _modules() -> list[Path]:
    return sorted(PACKAGE.glob("**/*.py"))


def _lines(file: Path) -> int:
    return len(file.read_text().splitlines())


def _settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout has a top level of its own")
    found = {place.name for place in ROOT.iterdir()}
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    assert found - ignored - {".git"} <= TOP_LEVEL


def test_every_dependency_is_pinned_for_development() -> None:
    project = _settings()["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {_normal(line.partition("==")[0]) for line in _pins()}
    assert {_normal(re.split(r"[^A-Za-z0-9._-]", requirement)[0]) for requirement in asked} <= pinned


def test_constraints_are_names_and_releases_only() -> None:
    assert _pins()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line) for line in _pins())
    assert not any(line.startswith("linksec") for line in _pins())


def test_every_dependency_of_the_program_has_an_upper_bound() -> None:
    assert all(re.search(r">=.*,<", requirement) for requirement in _settings()["project"]["dependencies"])


def test_nothing_names_the_machine_that_it_was_written_on() -> None:
    found = {
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in _texts()
        for match in _OF_A_MACHINE.finditer(file.read_text(errors="replace"))
    }
    assert not found


@pytest.mark.parametrize("file", _modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_is_one_idea(file: Path) -> None:
    source = file.read_text()
    assert len(source.splitlines()) <= LONGEST_FILE
    assert not source.strip() or ast.get_docstring(ast.parse(source)), "its first line says the idea"
    assert not set(file.stem.split("_")) & _EVERYDAY_WORDS, "a name that says nothing"


def test_a_test_file_is_no_longer_than_any_other() -> None:
    assert not [str(file) for file in (ROOT / "tests").glob("**/*.py") if _lines(file) > LONGEST_FILE]


@pytest.mark.parametrize("file", _modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_function_does_one_thing(file: Path) -> None:
    long = [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long


def test_most_functions_are_short() -> None:
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for file in _modules()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
    )
    assert lengths[len(lengths) // 2] < 10


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert not [str(file) for file in _texts() if marks.search(file.read_text(errors="replace"))]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]
