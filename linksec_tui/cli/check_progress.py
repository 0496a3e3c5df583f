"""How far a long check is, on one line of the terminal: count, rate, time left, how many on each rung.

Drawn for somebody who watches; a pipe never sees it. It says less on a narrow terminal, and never breaks the line.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from linksec_tui.cli.badge import coloured
from linksec_tui.cli.check_tally import Tally
from linksec_tui.cli.output import Output
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.ladder import Glyphs, glyph_of

PACE = 0.1  # seconds between two drawings: more often nobody can read it
_WINDOW = 15.0  # seconds over which the rate is taken: what comes next is like what came last
_BAR = 24
_NARROWEST_BAR = 6
_SLOWEST = 1e-3  # recipients a second; below that nobody can tell when it ends
_BLOCKS = {Glyphs.UNICODE: ("━", "─"), Glyphs.ASCII: ("=", "-")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a check stands: `done` of `total`, so many a second, so many on each rung."""

    done: int
    total: int
    rate: float
    rungs: Mapping[Assurance, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the terminal can show of it."""

    columns: int
    glyphs: Glyphs = Glyphs.UNICODE
    colour: bool = False


def render_progress(standing: Standing, look: Look) -> str:
    """One line of at most `look.columns` columns: what is least needed goes first."""
    words = [f"{standing.done:,} of {standing.total:,}", *_pace(standing)]
    rungs = [
        (f"{glyph_of(assurance, look.glyphs)} {standing.rungs[assurance]:,}", assurance)
        for assurance in reversed(Assurance)
        if standing.rungs.get(assurance)
    ]
    while rungs and _wide(words, rungs) > look.columns:
        rungs.pop()
    while len(words) > 1 and _wide(words, rungs) > look.columns:
        words.pop()
    room = look.columns - _wide(words, rungs) - 1
    drawn = [coloured(text, assurance) if look.colour else text for text, assurance in rungs]
    line = "  ".join([_separator(look).join(words), *drawn])
    return f"{_bar(standing, min(room, _BAR), look)} {line}" if room >= _NARROWEST_BAR else line[: look.columns]


def _pace(standing: Standing) -> Iterator[str]:
    if standing.rate < _SLOWEST:
        return
    yield f"{standing.rate:.0f}/s" if standing.rate >= 10 else f"{standing.rate:.1f}/s"
    if left := standing.total - standing.done:
        yield f"{_clock_time(left / standing.rate)} left"


def _clock_time(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _separator(look: Look) -> str:
    return " · " if look.glyphs is Glyphs.UNICODE else " - "


def _wide(words: list[str], rungs: list[tuple[str, Assurance]]) -> int:
    return sum(map(len, words)) + 3 * (len(words) - 1) + sum(2 + len(text) for text, _ in rungs)


def _bar(standing: Standing, width: int, look: Look) -> str:
    full, empty = _BLOCKS[look.glyphs]
    filled = width * standing.done // standing.total if standing.total else width
    return full * filled + empty * (width - filled)


class Progress:
    """Draws where a check stands, no more often than somebody can read."""

    def __init__(self, output: Output, tally: Tally, total: int, seconds: Callable[[], float]) -> None:
        self._output = output
        self._tally = tally
        self._total = total
        self._seconds = seconds
        self._drawn_at = float("-inf")
        self._seen: deque[tuple[float, int]] = deque([(seconds(), 0)])

    def show(self) -> None:
        now = self._seconds()
        if not self._output.shows_progress or now - self._drawn_at < PACE:
            return
        self._drawn_at = now
        standing = Standing(done=self._tally.total, total=self._total, rate=self._rate(now), rungs=self._tally.rungs)
        self._output.progress(render_progress(standing, self._look()))

    def _rate(self, now: float) -> float:
        """Of this run: what an earlier one did was done in no time."""
        self._seen.append((now, self._tally.asked))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW:
            self._seen.popleft()
        since, before = self._seen[0]
        return (self._tally.asked - before) / (now - since) if now > since else 0.0

    def _look(self) -> Look:
        return Look(
            columns=self._output.progress_columns,
            glyphs=self._output.style.glyphs,
            colour=not os.environ.get("NO_COLOR"),
        )
