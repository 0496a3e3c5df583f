"""Textual's pictures of a screen, put right for what draws them: browsers, converters, people who look at a page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from PIL import Image

CELL = 12.2  # width of a character in Textual's SVG
HALF, ASCENT = 12.2, 18.5  # of a cell's height; from its top to the line that its text stands on
COLOURS = 128  # of a PNG: a screen has fewer, and is a third as large

_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # Textual's own lie at a stranger's
_MARK = re.compile(r"terminal-\d+")
_HALVES = re.compile(r'<text (class="[^"]+" x="[\d.]+") y="([\d.]+)" textLength="([\d.]+)"[^>]*>▀+</text>')
_TEXT = re.compile(r'(<text [^>]*?)x="([\d.]+)"([^>]*?)(?: textLength="[\d.]+")?([^>]*>)((?:&#160;)+)')


def tidied(svg: str) -> str:
    """As every program draws it alike, and small."""
    return _spare(_with_halves(_with_blanks(svg)))


def as_png(svg: Path) -> None:
    """Beside it."""
    png = svg.with_suffix(".png")
    subprocess.run(["rsvg-convert", str(svg), "-o", str(png)], check=True)
    with Image.open(png) as picture:
        picture.convert("RGB").quantize(COLOURS).save(png, optimize=True)


def _spare(svg: str) -> str:
    """Without what nobody sees: the fonts of a stranger's server, indentation, long names."""
    short = _MARK.sub("t", _FONTS.sub("", svg))
    return "\n".join(filter(None, map(str.strip, short.splitlines()))) + "\n"


def _with_blanks(svg: str) -> str:
    """Converters drop blanks at the beginning of a text; so the text begins behind them."""

    def moved(match: re.Match[str]) -> str:
        before, x, middle, after, blanks = match.groups()
        return f'{before}x="{float(x) + CELL * (len(blanks) // len("&#160;")):.1f}"{middle}{after}'

    return _TEXT.sub(moved, svg)


def _with_halves(svg: str) -> str:
    """Half blocks as rectangles: they come from another font than the rest, and would be drawn in its width."""

    def drawn(match: re.Match[str]) -> str:
        begin, base, width = match.groups()
        return f'<rect {begin} y="{float(base) - ASCENT:.1f}" width="{width}" height="{HALF}"/>'

    return _HALVES.sub(drawn, svg)
