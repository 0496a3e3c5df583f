"""The line that tells how far a check is: never wider than the terminal, and never on a pipe."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.cli.check_progress import Look, Progress, Standing, render_progress
from linksec_tui.cli.check_tally import Tally
from linksec_tui.cli.output import Output, Style, columns
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.letter import Requirement

RUNGS = Counter({Assurance.VERIFIABLE: 1200, Assurance.ENCRYPTED: 30, Assurance.UNKNOWN: 4})
STANDING = Standing(done=1234, total=10_000, rate=118.4, rungs=RUNGS)


@pytest.fixture(autouse=True)
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the tests themselves run on none."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_count_rate_time_left_and_rungs_fit_eighty_columns() -> None:
    assert render_progress(STANDING, Look(columns=79)) == (
        "━━───────────────────── 1,234 of 10,000 · 118/s · 1:14 left  ◑ 1,200  ◔ 30  ? 4"
    )


def test_an_ascii_terminal_gets_ascii() -> None:
    line = render_progress(STANDING, Look(columns=79, glyphs=Glyphs.ASCII))
    assert line.isascii()
    assert line.startswith("==---")


def test_a_narrow_terminal_keeps_the_count() -> None:
    assert render_progress(STANDING, Look(columns=20)) == "1,234 of 10,000"


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.floats(0, 10**5),
    st.dictionaries(st.sampled_from(Assurance), st.integers(0, 10**6)),
    st.integers(1, 200),
)
def test_it_never_breaks_the_line(done: int, more: int, rate: float, rungs: dict[Assurance, int], width: int) -> None:
    standing = Standing(done=done, total=done + more, rate=rate, rungs=rungs)
    assert columns(render_progress(standing, Look(columns=width))) <= width


def progressing(stderr: io.StringIO, seconds: list[float]) -> tuple[Progress, Tally]:
    tally = Tally(requirement=Requirement.ANY)
    output = Output(io.StringIO(), stderr, Style())
    return Progress(output, tally, 100, lambda: seconds[0]), tally


def test_a_pipe_never_sees_it() -> None:
    stream = io.StringIO()
    progress, _ = progressing(stream, [0.0])
    progress.show()
    assert stream.getvalue() == ""


def test_the_rate_is_that_of_this_run() -> None:
    stream, seconds = Terminal(), [0.0]
    progress, tally = progressing(stream, seconds)
    tally.add("a", Assurance.UNKNOWN, meets=True)
    tally.before = 1
    for _ in range(20):
        tally.add("b", Assurance.UNKNOWN, meets=True)
    seconds[0] = 10.0
    progress.show()
    assert "21 of 100 · 2.0/s · 0:40 left" in stream.getvalue()


@pytest.mark.parametrize("watched", [True, False])
def test_results_stand_above_it_on_the_same_terminal(*, watched: bool) -> None:
    stream = Terminal()
    output = Output(stream if watched else io.StringIO(), stream, Style())
    output.progress("half")
    output.line("a result")
    output.note("a note")
    output.progress("")
    bar, gone = "\r\x1b[Khalf", "\r\x1b[K"
    result = f"{gone}a result\nhalf" if watched else ""
    assert stream.getvalue() == f"{bar}{result}{gone}a note\nhalf{gone}"
