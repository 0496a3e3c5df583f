"""Themes are files: ours come with the package, a person's own stand in `themes/` beside their configuration.

Each of ours names every colour that a badge needs. A theme that does not (one of Textual's, the terminal's own
palette, a person's that changes three colours) gets what is missing from a theme of its kind: dark, light, or ANSI.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast

from textual.color import Color, ColorParseError
from textual.theme import Theme

from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.visible import visible

DARK, LIGHT = "linksec-dark", "linksec-light"
MAX_FILE = 1 << 16  # octets; a theme has forty lines
MAX_FILES = 100
OURS = (
    "assurance-undeliverable", "assurance-exposed", "assurance-unknown", "assurance-encrypted", "assurance-verifiable",
    "assurance-enforced", "assurance-link-secure", "muted", "hairline", "chip", "chip-cursor", "cursor-row",
    "cursor-row-away", "to-them", "from-them", "noise",
)  # fmt: skip

# In the sixteen colours that the person's terminal has; glyph and word say what they mean.
_ANSI: Mapping[str, str] = {
    "assurance-undeliverable": "ansi_magenta",
    "assurance-exposed": "ansi_red",
    "assurance-unknown": "ansi_default",
    "assurance-encrypted": "ansi_yellow",
    "assurance-verifiable": "ansi_cyan",
    "assurance-enforced": "ansi_green",
    "assurance-link-secure": "ansi_green",
    "muted": "ansi_default",
    "hairline": "ansi_default",
    "chip": "ansi_default",
    "chip-cursor": "ansi_default",
    "cursor-row": "ansi_default",
    "cursor-row-away": "ansi_default",
    "to-them": "ansi_blue",
    "from-them": "ansi_magenta",
    "noise": "ansi_default",
}
_SWITCHES = frozenset({"dark", "ansi"})
_NUMBERS = frozenset({"luminosity_spread", "text_alpha"})
_KEYS = frozenset(each.name for each in fields(Theme))


@cache
def ours() -> tuple[Theme, ...]:
    """The themes that the program brings along."""
    found = sorted(_directory().iterdir(), key=lambda each: each.name)
    return tuple(parse_theme(file.read_text("utf-8"), file.name) for file in found if file.name.endswith(".toml"))


def theirs(directory: Path) -> tuple[list[Theme], list[ConfigurationError]]:
    """A person's own, and what is wrong with those that cannot be used."""
    found: list[Theme] = []
    wrong: list[ConfigurationError] = []
    taken = {theme.name for theme in ours()}
    for file in sorted(directory.glob("*.toml"))[:MAX_FILES]:
        try:
            theme = _read(file)
            if theme.name in taken:
                raise _wrong(
                    file.name, f"there is a theme called {visible(theme.name)} already", "Give it another name."
                )
        except ConfigurationError as problem:
            wrong.append(problem)
        else:
            taken.add(theme.name)
            found.append(theme)
    return found, wrong


def defaults(theme: Theme) -> dict[str, str]:
    """What our own names mean where `theme` does not say."""
    return dict(_ANSI) if theme.ansi else dict(_of_kind(dark=theme.dark))


def parse_theme(text: str, file: str) -> Theme:
    """A theme from its TOML text; the names are those of Textual's `Theme`. Raises ConfigurationError."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(file, f"it is not TOML ({error})", "Look at that line.") from error
    for name in given:
        if name not in _KEYS:
            raise _wrong(file, f"there is nothing called {visible(name)}", _nearest(name))
    for name in ("name", "primary"):
        if not isinstance(given.get(name), str):
            raise _wrong(file, f"it has no {name}", f'Write {name} = "…".')
    variables = given.pop("variables", {})
    if not isinstance(variables, dict):
        raise _wrong(file, "variables is not a table", "Write [variables], and a colour in each line below.")
    for name, value in given.items():
        _check(file, name, value)
    colours = cast("dict[str, object]", variables)
    for name, value in colours.items():
        if not isinstance(value, str) or (name in OURS and not _is_colour(value)):
            raise _wrong(file, f"{visible(name)} is not a colour", "Write one as #rrggbb.")
    return Theme(**given, variables=cast("dict[str, str]", colours))


def _read(file: Path) -> Theme:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_FILE + 1)
        if len(content) > MAX_FILE:
            raise _wrong(file.name, "it is too large for a theme", "Take out what is not a colour.")
        return parse_theme(content.decode("utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(file.name, "it cannot be read", "Check the file.") from error


def _check(file: str, name: str, value: object) -> None:
    if name in _SWITCHES:
        fits = isinstance(value, bool)
    elif name in _NUMBERS:
        fits = isinstance(value, float) and 0 <= value <= 1
    else:
        fits = isinstance(value, str) and (name == "name" or _is_colour(value))
    if not fits:
        wanted = "true or false" if name in _SWITCHES else "0.0 to 1.0" if name in _NUMBERS else "#rrggbb"
        raise _wrong(file, f"{name} does not fit", f"Write it as {wanted}.")


def _is_colour(value: str) -> bool:
    try:
        Color.parse(value)
    except ColorParseError:
        return False
    return True


def _nearest(name: str) -> str:
    near = get_close_matches(name, _KEYS, n=1)
    return f"Did you mean {near[0]}?" if near else "docs/themes.md lists what there is."


def _wrong(file: str, what: str, next_step: str) -> ConfigurationError:
    return ConfigurationError(f"The theme {visible(file)} cannot be used: {what}.", next_step)


@cache
def _of_kind(*, dark: bool) -> Mapping[str, str]:
    theme = next(theme for theme in ours() if theme.name == (DARK if dark else LIGHT))
    return {name: theme.variables[name] for name in OURS}


def _directory() -> Traversable:
    packaged = files("linksec_tui") / "themes"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "themes"  # a source checkout
