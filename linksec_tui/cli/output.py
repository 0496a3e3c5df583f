"""Where a command speaks: results on standard output, everything else on standard error.

A stream that cannot carry UTF-8 gets plain ASCII signs; nothing that is written can fail for its characters. Nothing
passes here that a terminal would obey, but for our own colours: text is made visible where it is parsed, and a path or
a value of the configuration never was.
"""

from __future__ import annotations

import contextlib
import locale
import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from linksec_tui.cli.badge import coloured
from linksec_tui.model.assurance import Assurance
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.json_text import Json, json_text
from linksec_tui.model.ladder import WIDEST_WORD, Glyphs, glyph_of
from linksec_tui.model.visible import visible_text

PROGRAM = "linksec-tui"
_NARROWEST = 40  # below it, wrapping makes text harder to read than the terminal's own
_BEGIN_LINE_ANEW = "\r\x1b[K"
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
_ASCII = str.maketrans(
    {"“": '"', "”": '"', "’": "'", "–": "-", "—": "-", "…": "...", "→": "->", "←": "<-", "·": "-", "•": "-"}
)


class OutputFailed(LinksecError):
    """Standard output took no more, and not because nobody reads it."""

    exit_status = 74  # EX_IOERR: what was found is not known to whoever asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How to draw. `width` is None where no terminal is: then a line is never broken."""

    glyphs: Glyphs = Glyphs.UNICODE
    colour: bool = False
    width: int | None = None


class Output:
    """The two streams of one call, and how to draw on the first."""

    def __init__(self, stdout: TextIO, stderr: TextIO, style: Style) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self.style = style
        self._shows_progress = stderr.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
        self._bar = ""  # the progress that stands on the terminal's last line right now

    def for_the_ear(self) -> None:
        """From now on no colours, no line that is broken or drawn over: a screen reader tells it as it comes."""
        self.style = replace(self.style, colour=False, width=None)
        self._shows_progress = False

    @property
    def on_terminal(self) -> bool:
        return self._stdout.isatty()

    @property
    def encoding(self) -> str:
        return self._stdout.encoding or "none"

    @property
    def shows_progress(self) -> bool:
        return self._shows_progress

    @property
    def progress_columns(self) -> int:
        """How wide progress may be: a line that fills its terminal would be broken, and stay."""
        try:
            return max(os.get_terminal_size(self._stderr.fileno()).columns - 1, 1)
        except (OSError, ValueError):
            return _NARROWEST

    def writes_to(self, file: Path) -> bool:
        """Is that very file what standard output goes to?"""
        try:
            return os.path.samestat(os.fstat(self._stdout.fileno()), file.stat())
        except (OSError, ValueError):  # no file at all, or not there
            return False

    def line(self, text: str = "") -> None:
        """One line of the result; whoever reads along sees it at once."""
        self._write(self._drawn(text))

    def document(self, value: Json | Sequence[Json]) -> None:
        """One JSON document, indented for people who look at it."""
        self._write(self._json(value, indent=2))

    def object_line(self, value: Json) -> None:
        """One JSON object on a line of its own."""
        self._write(self._json(value))

    def piece(self, before: str, value: Json, after: str = "") -> None:
        """A part of one JSON document that is too long to be kept until its end."""
        self._write(f"{before}{self._json(value, indent=2)}{after}", end="")

    def note(self, text: str) -> None:
        """Something beside the result. That nobody takes it ends nothing: a letter may be half on its way."""
        self._aside(f"{self._without_bar()}{self._drawn(text)}\n{self._bar}")

    def progress(self, text: str) -> None:
        """How far it is, on a line below all others that the next one replaces; only for somebody who watches."""
        if self._shows_progress and text != self._bar:
            self._aside(f"{_BEGIN_LINE_ANEW}{text}")
            self._bar = text

    def error(self, text: str) -> None:
        """What was wrong and what to do, in one line."""
        self.note(f"{PROGRAM}: {' '.join(text.split())}")

    def paragraph(self, text: str, *, indent: str = "") -> None:
        """A paragraph, broken at the terminal's width."""
        for line in self.wrapped(text, indent=indent):
            self.line(line)

    def wrapped(self, text: str, *, indent: str = "") -> list[str]:
        """`text` in lines that fit the terminal, each behind `indent`."""
        if self.style.width is None:
            return [indent + text]
        width = max(self.style.width, _NARROWEST)
        return textwrap.wrap(
            text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
        )

    def badge(self, assurance: Assurance) -> str:
        """Glyph, word padded to the longest, colour where there is any."""
        look = f"{glyph_of(assurance, self.style.glyphs)} {assurance.word:<{WIDEST_WORD}}"
        return coloured(look, assurance) if self.style.colour else look

    def _drawn(self, text: str) -> str:
        """`text` as this stream can show it, and as a terminal may see it."""
        pieces = _COLOUR.split(text) if self.style.colour else [text]
        safe = "".join(piece if number % 2 else visible_text(piece) for number, piece in enumerate(pieces))
        return safe if self.style.glyphs is Glyphs.UNICODE else safe.translate(_ASCII)

    def _json(self, value: Json | Sequence[Json], indent: int | None = None) -> str:
        return json_text(value, indent=indent, ascii_only=self.style.glyphs is not Glyphs.UNICODE)

    def _aside(self, text: str) -> None:
        try:
            print(text, end="", file=self._stderr, flush=True)
        except OSError:
            let_go(self._stderr)

    def _without_bar(self) -> str:
        return _BEGIN_LINE_ANEW if self._bar else ""

    def _write(self, text: str, end: str = "\n") -> None:
        beneath = self._bar if self.on_terminal else ""  # the same terminal: results stand above the progress
        if beneath:
            self._aside(_BEGIN_LINE_ANEW)
        self._print(text, end)
        if beneath:
            self._aside(beneath)

    def _print(self, text: str, end: str) -> None:
        try:
            print(text, end=end, file=self._stdout, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            let_go(self._stdout)
            raise OutputFailed(
                f"The output could not be written ({error.strerror}).", "Check where it goes."
            ) from error


def terminal_output(glyphs: str = "") -> Output:
    """Output on this process's own streams; `glyphs` as configured, empty for what the terminal can do."""
    stdout, stderr = _usable(sys.stdout), _usable(sys.stderr)
    return Output(stdout, stderr, _style(stdout, glyphs))


def let_go(stream: TextIO | None) -> None:
    """Nobody takes any more: what is still buffered goes nowhere, so that the interpreter's last flush is quiet."""
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):  # a stream that has no file behind it
        target = stream.fileno()
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, target)
        os.close(devnull)


def _usable(stream: TextIO | None) -> TextIO:
    """The stream, or the sink where the shell closed it (`>&-`); nothing that is written fails for its characters."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    # a file name or a server's text may hold what the stream's encoding lacks
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors="replace")
    return stream


def _style(stdout: TextIO, glyphs: str) -> Style:
    terminal = stdout.isatty()
    term = os.environ.get("TERM", "")
    utf8 = (stdout.encoding or locale.getencoding()).lower().replace("-", "") == "utf8"
    chosen = glyphs or ("unicode" if utf8 and _locale_is_utf8() and term != "linux" else "ascii")
    return Style(
        glyphs=Glyphs(chosen),
        colour=terminal and not os.environ.get("NO_COLOR") and term not in ("", "dumb"),
        width=shutil.get_terminal_size().columns if terminal else None,
    )


def _locale_is_utf8() -> bool:
    return locale.getencoding().lower().replace("-", "") == "utf8"


def columns(text: str) -> int:
    """How many columns a terminal gives to `text`."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def padded(text: str, width: int) -> str:
    """`text` with blanks behind it up to `width` columns."""
    return text + " " * max(0, width - columns(text))
