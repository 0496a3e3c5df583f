"""The configuration's reference names every key that the program reads, with its default, and no other."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import cast

import pytest

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.config_entry import Section
from linksec_tui.config_reference import redrawn
from linksec_tui.config_table import Table
from linksec_tui.config_words import SECTIONS

DOCUMENT = Path(__file__).parents[1] / "docs" / "configuration.md"
NOWHERE = Path("/nowhere/config.toml")
BARE = """
[paths]
state = "state"
[oauth.google]
client_id = "id"
[[account]]
address = "alice@example.org"
"""
FULL = (  # each table is looked into only where it is
    BARE
    + """
identities = [{ address = "office@example.org" }]
imap = { host = "imap.example.org" }
submission = { host = "smtp.example.org" }
"""
)
_NAMES = {"oauth.google", "network.lookups"}  # a name of the person's own; a place where `lookups` is forgiven
_WHOLE = {"network", "paths", "store", "oauth", "account", "compose", "notify", "mail", "theme", "keys", "audit"}


def read(text: str) -> Config:
    return config_file.parse(text.encode(), path=NOWHERE, explicit=True)


def asked_for(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The full names of all keys that are read."""
    names: set[str] = set()
    take, has = Table.take, Table.has

    def noting_take(self: Table, key: str) -> object:
        names.add(self.name(key))
        return take(self, key)

    def noting_has(self: Table, key: str) -> bool:
        names.add(self.name(key))
        return has(self, key)

    monkeypatch.setattr(Table, "take", noting_take)
    monkeypatch.setattr(Table, "has", noting_has)
    read(FULL)
    return names


def test_every_key_that_is_read_is_described_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    described = {f"{section.where}.{entry.name}".lstrip(".") for section in SECTIONS for entry in section.entries}
    described |= {name.replace(".imap.", ".submission.") for name in described}
    assert described == asked_for(monkeypatch) - _WHOLE - _NAMES


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_a_default_that_is_a_value_is_the_one_that_counts(section: Section) -> None:
    values = {entry.name: entry.default for entry in section.entries if re.fullmatch(r"`[^`$]+`", entry.default)}
    told = tomllib.loads("".join(f"{name} = {value.strip('`')}\n" for name, value in values.items()))
    config = read(BARE)
    tables = {"": config, "account[1]": config.accounts[0], "oauth.google": config.oauth["google"], "audit": config}
    table = tables.get(section.where) or getattr(config, section.where, None)
    counted = {name: _plain(getattr(table, name)) for name in told if table is not None}
    assert counted == {name: told[name] for name in counted}


def test_the_document_has_the_tables_as_they_are() -> None:
    written = DOCUMENT.read_text("utf-8")
    assert written == redrawn(written), "python -m linksec_tui.config_reference docs/configuration.md"


def test_a_section_without_its_heading_is_told() -> None:
    with pytest.raises(ValueError, match="network"):
        redrawn(DOCUMENT.read_text("utf-8").replace("## `[network]`", "## The network"))


def test_the_example_is_valid_and_says_what_it_says() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)[:1]
    assert [account.name for account in read(f'{example}\n[paths]\nstate = "s"\n').accounts] == ["home"]


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case tuple() | frozenset():
            return sorted(map(str, cast("Iterable[object]", value)))
        case _:
            return value
