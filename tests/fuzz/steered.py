"""The same targets, searched by which lines of the program an input reaches (libFuzzer, through atheris).

Optional: `pip install atheris` (Linux, Python 3.11 and newer), then for each target
`python -m tests.fuzz.steered parser -max_total_time=120`; targets are parser, renderer, calendar, received, results.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

atheris = importlib.import_module("atheris")  # optional, and not among the development tools

with atheris.instrument_imports(include=["linksec_tui.formats", "linksec_tui.incoming"]):
    from tests.fuzz import targets


def as_text(target: Callable[[str], None]) -> Callable[[bytes], None]:
    return lambda raw: target(raw.decode("utf-8", "replace"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "parser": targets.parser,
    "renderer": as_text(targets.renderer),
    "calendar": as_text(targets.calendar),
    "received": as_text(targets.received),
    "results": as_text(targets.results),
}


def main() -> None:
    name, *others = sys.argv[1:]
    atheris.Setup([sys.argv[0], "-timeout=10", "-max_len=4096", *others], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
