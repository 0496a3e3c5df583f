"""The documents agree with the program: the drawn tree, the links, the change log, the words of the ladder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from linksec_tui.cli.commands import COMMANDS
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.letter import BounceClass
from tests import tree

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.glob("**/*.md")])
_REFERENCE = re.compile(r"((?:link-security|experience)\.md) §§?([0-9.]+(?:(?:, ?§?|–| and §?)[0-9.]+)*)")
_ELSEWHERE = ("http:", "https:", "mailto:")


def test_the_drawn_tree_is_the_one_that_stands() -> None:
    drawn, standing = tree.drawn(), tree.standing()
    difference = f"only drawn: {sorted(drawn - standing)}; not drawn: {sorted(standing - drawn)}"
    assert drawn == standing, f"{difference}; python -m tests.tree draws it anew"


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_a_link_inside_the_project_leads_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    for target in _LINK.findall(text):
        path, _, fragment = target.partition("#")
        if target.startswith(_ELSEWHERE):
            continue
        place = (document.parent / path).resolve() if path else document
        assert place.exists(), target
        if fragment:
            assert fragment in _anchors(place), target


def test_the_change_log_has_a_place_for_the_next_change() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", heading) for heading in headings[1:])


def test_a_section_that_the_code_names_is_there() -> None:
    named = {
        (document, section)
        for file in (ROOT / "linksec_tui").glob("**/*.py")
        for document, sections in _REFERENCE.findall(file.read_text())
        for section in re.findall(r"[0-9]+(?:\.[0-9]+)*", sections)
    }
    assert not {(document, section) for document, section in named if section not in _sections(DOCS / document)}


def test_every_command_is_documented() -> None:
    text = (DOCS / "experience.md").read_text()
    assert not [command.name for command in COMMANDS if f"| [`{command.name}`](" not in text]


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(file.name[:4]) for file in sorted((DOCS / "decisions").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_is_in_their_list() -> None:
    text = (DOCS / "decisions" / "README.md").read_text()
    assert not [file.name for file in (DOCS / "decisions").glob("[0-9]*.md") if f"({file.name})" not in text]


def test_the_site_is_built_without_a_warning_and_fetches_nothing_from_elsewhere(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(ROOT / ".ci" / "site.yml")]
    done = subprocess.run(
        [*build, "--site-dir", str(tmp_path)], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    pages = "".join(page.read_text() for page in tmp_path.glob("**/*.html"))
    assert not re.findall(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)=["']?(?:https?:)?//[^>]*>""", pages)


@pytest.mark.parametrize("rung", list(Assurance), ids=lambda rung: rung.value)
def test_the_readme_explains_every_rung_in_the_words_of_the_screen(rung: Assurance) -> None:
    assert rung.word in (ROOT / "README.md").read_text()


def test_every_kind_of_bounce_is_documented() -> None:
    text = (DOCS / "experience.md").read_text()
    assert not [kind.value for kind in BounceClass if f"`{kind.value}`" not in text]


def _sections(document: Path) -> set[str]:
    return set(re.findall(r"^#+ ([0-9]+(?:\.[0-9]+)*)[. ]", document.read_text(), re.MULTILINE))


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
