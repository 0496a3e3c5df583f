"""Themes are files: ours come with the package, and each names every colour that a badge needs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast

from textual.theme import Theme

# For themes that know nothing of us (Textual's own, the terminal's palette): what each of our names falls back to.
DEFAULTS: Mapping[str, str] = {
    "assurance-undeliverable": "#c9a6dd",
    "assurance-exposed": "#ff7d73",
    "assurance-unknown": "#a9b3bf",
    "assurance-encrypted": "#e3b04b",
    "assurance-verifiable": "#58c7dd",
    "assurance-enforced": "#6fc27a",
    "assurance-link-secure": "#a5f2a0",
    "muted": "#8a97a7",
    "hairline": "#3a4656",
    "chip": "#1f2937",
    "chip-cursor": "#30445e",
    "cursor-row": "#25364c",
    "cursor-row-away": "#1b2530",
    "to-them": "#8fb6e6",
    "from-them": "#c9a6dd",
    "noise": "#5f6d7e",
}


def ours() -> Iterator[Theme]:
    """The themes that the program brings along."""
    for file in sorted(_directory().iterdir(), key=lambda found: found.name):
        if file.name.endswith(".toml"):
            yield parse_theme(file.read_text("utf-8"))


def parse_theme(text: str) -> Theme:
    """A theme from its TOML text; the names are those of Textual's `Theme`."""
    given = tomllib.loads(text)
    variables = {name: str(value) for name, value in cast("Mapping[str, str]", given.get("variables", {})).items()}
    colours = {name: str(value) for name, value in given.items() if name not in {"dark", "variables"}}
    return Theme(**colours, dark=bool(given.get("dark", True)), variables=variables)  # pyright: ignore[reportArgumentType]  # the rest of the fields are strings


def _directory() -> Traversable:
    packaged = files("linksec_tui") / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "themes"  # a source checkout
