"""The house stands as drawn: imports point down, libraries stay in their rooms, the command starts without a screen."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "linksec_tui"
# Pure by design: they judge or render what others asked.
JUDGES = {
    "linksec_tui.link.assess",
    "linksec_tui.link.explain",
    "linksec_tui.outgoing.decide",
    "linksec_tui.outgoing.tag",
    "linksec_tui.outgoing.notice",
    "linksec_tui.outgoing.render",
    "linksec_tui.outgoing.reply",
    "linksec_tui.outgoing.bounce",
    "linksec_tui.outgoing.match",
    "linksec_tui.outgoing.card",
    "linksec_tui.incoming.text",
    "linksec_tui.incoming.plain",
    "linksec_tui.incoming.hops",
    "linksec_tui.incoming.sender",
    "linksec_tui.incoming.threads",
}
_SCREEN_LIBRARIES = ("textual", "rich")


def _contracts() -> dict[str, dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def test_the_import_contracts_hold() -> None:
    lint_imports = Path(sysconfig.get_path("scripts")) / "lint-imports"
    checked = subprocess.run((lint_imports, "--no-logo"), cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("module", ["linksec_tui", "linksec_tui.cli", "linksec_tui.start", "linksec_tui.desk"])
def test_importing_what_is_not_the_screen_leaves_textual_unloaded(module: str) -> None:
    question = f"import sys, {module}; print([name for name in {_SCREEN_LIBRARIES!r} if name in sys.modules])"
    answer = subprocess.run((sys.executable, "-c", question), cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_package_itself_costs_nothing_to_import() -> None:
    question = "import sys; known = set(sys.modules); import linksec_tui; print(sorted(set(sys.modules) - known))"
    answer = subprocess.run((sys.executable, "-c", question), cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "['linksec_tui']"


def test_whatever_judges_is_held_to_be_pure() -> None:
    held = set(_contracts()["pure"]["source_modules"])
    standing = {name for name in JUDGES if (ROOT / f"{name.replace('.', '/')}.py").exists()}
    assert standing <= held


def test_a_pure_module_does_not_keep_its_own_time() -> None:
    """What import-linter cannot see: `datetime.now` needs no import that a contract could forbid."""
    for module in _contracts()["pure"]["source_modules"]:
        place = ROOT / module.replace(".", "/")
        for file in place.glob("**/*.py") if place.is_dir() else [place.with_suffix(".py")]:
            source = file.read_text()
            assert "datetime.now(" not in source, file
            assert "random." not in source, file
