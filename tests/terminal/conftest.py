"""The program on a pseudo-terminal, in a home of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pseudo_terminal import Terminal

Launch = Callable[..., Terminal]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start Python with these arguments, in a home of its own."""
    running: list[Terminal] = []

    def start(*arguments: str, columns: int = 80, lines: int = 24, **environment: str) -> Terminal:
        env = {
            "PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "LANG": "C.UTF-8", "TEXTUAL_ANIMATIONS": "none", "TMPDIR": str(tmp_path), **environment,
        }  # fmt: skip
        running.append(Terminal([sys.executable, *arguments], env, columns, lines))
        return running[-1]

    yield start
    for terminal in running:
        terminal.close()
