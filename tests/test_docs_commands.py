"""Whatever a document names on the command line or the keyboard is there: parsed and bound as the program has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from linksec_tui.cli.arguments import build_parser, parse
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import KEYS, shown
from tests.spoken_commands import DOCUMENTS, ROOT, Spoken, command_of, leaves, option_names, spoken

PARSER = build_parser()
SPOKEN = [each for document in DOCUMENTS for each in spoken(document)]
EXAMPLES = [each for each in SPOKEN if not each.is_usage]
_LONG = re.compile(r"`(--[a-z][a-z-]+)[^`]*`")
_KEY_COLUMN = {"press", "key"}
_KEYS_OF_TEXTUAL = {"tab", "shift+tab", "escape", "→", "←"}
# Which places a section of everyday.md speaks of; a key that holds everywhere may stand in each.
PLACES = {
    "Looking around": (Place.MAILBOX, Place.LIST),
    "Reading": (Place.MAILBOX, Place.READING),
    "Putting away": (Place.MAILBOX, Place.LIST),
    "Writing": (Place.COMPOSE, Place.RECIPIENTS, Place.MAILBOX),
    "What the gate asks": (Place.GATE,),
    "What comes back": (Place.CARD,),
}


def test_every_command_line_of_a_document_names_a_command_and_options_that_there_are() -> None:
    wrong: list[str] = []
    for each in SPOKEN:
        path, parser = command_of(each.words, PARSER)
        known = option_names(parser) | option_names(PARSER)
        options = {word.partition("=")[0] for word in each.words if word.startswith("--") and word != "--"}
        if options - known or (each.words and not path and not each.words[0].startswith(("-", "mailto:"))):
            wrong.append(f"{each.document}: {each.line}")
    assert not wrong


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each.document}: {each.line}")
def test_an_example_of_a_document_is_understood(example: Spoken) -> None:
    path, _ = command_of(example.words, PARSER)
    if list(path) != example.words:  # a command that is only named is no example of it
        parse(example.words)


def test_every_command_has_an_example_in_some_document() -> None:
    shown_somewhere = {command_of(each.words, PARSER)[0] for each in EXAMPLES}
    assert not [path for path in leaves(PARSER) if path not in shown_somewhere]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_an_option_that_is_named_alone_belongs_to_some_command(document: Path) -> None:
    every = {name for path in leaves(PARSER) for name in option_names(command_of(list(path), PARSER)[1])}
    named = set(_LONG.findall(document.read_text("utf-8")))
    assert not named - every - option_names(PARSER)


def tables_of_keys(document: Path) -> Iterator[tuple[str, str]]:
    """Heading and cell of every table column that says it holds keys."""
    heading, column = "", -1
    for line in document.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        cells = [cell.strip() for cell in line.replace(r"\|", "\0").split("|")[1:-1]]
        if not cells:
            column = -1
        elif column < 0:
            column = next((at for at, cell in enumerate(cells) if cell in _KEY_COLUMN), len(cells))
        elif column < len(cells):
            yield heading, cells[column].replace("\0", "|")


@pytest.mark.parametrize("name", ["everyday.md", "mailbox.md", "reading.md"])
def test_every_key_in_a_table_of_keys_is_bound_where_the_document_says(name: str) -> None:
    found = list(tables_of_keys(ROOT / "docs" / name))
    assert found
    wrong = [
        (heading, key)
        for heading, cell in found
        for key in re.findall(r"`([^`]+)`", cell)
        if key not in _bound_at(heading) | _KEYS_OF_TEXTUAL
    ]
    assert not wrong


def test_every_key_that_everyday_use_names_in_its_sentences_is_bound_somewhere() -> None:
    text = re.sub(r"^(?:    |```).*$", "", (ROOT / "docs" / "everyday.md").read_text("utf-8"), flags=re.MULTILINE)
    keys = set(re.findall(r"`((?:ctrl|shift)\+\w+|f\d|\S)`", text))
    everywhere = {key for each in KEYS for key in shown(each.keys)} | _KEYS_OF_TEXTUAL
    assert keys - everywhere <= {"↶"}  # a mark, no key


def _bound_at(heading: str) -> set[str]:
    places = {*PLACES[heading], Place.EVERYWHERE} if heading in PLACES else set(Place)
    return {key for each in KEYS if each.place in places for key in shown(each.keys)} | (
        {"enter"} if Place.RECIPIENTS in places else set()
    )
