"""The lab by hand: started, looked at, kept up between test runs; and the document that is written from it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.lab import lab, newer, newer_servers

_USAGE = "python -m tests.lab packages|up|down|status|outcomes|letters"


def main(words: list[str]) -> int:
    match words:
        case ["packages"]:
            lab.install_packages()
        case ["up"]:
            print("up now" if lab.up() else "up already")
            print(f"a configuration for it: {lab.CONFIGURATION}")
        case ["down"]:
            lab.down()
        case ["status"]:
            running = lab.status()
            for name, alive in running.items():
                print(f"{name:12} {'runs' if alive else 'has ended'}")
            return 0 if lab.is_up() else 1
        case ["outcomes"]:
            _write_outcomes()
        case ["letters"]:
            _write_letters()
        case _:
            print(_USAGE, file=sys.stderr)
            return 2
    return 0


def _write_outcomes() -> None:
    from tests.lab import outcomes  # deferred: the whole client, which no other word needs

    with _running():
        outcomes.DOCUMENT.write_text(outcomes.render(outcomes.compare()), encoding="utf-8")


def _write_letters() -> None:
    from tests.lab import letter_fates, letter_table  # deferred: as above

    shown: dict[letter_fates.Provider, letter_fates.Round] = {}
    with _running():
        for provider in (letter_fates.INSISTING, letter_fates.STRICT):
            reason = newer_servers.missing(newer.POSTFIX) if provider is letter_fates.STRICT else ""
            if reason:
                print(f"{provider.title}: {reason} What is written of it stays.", file=sys.stderr)
                continue
            with tempfile.TemporaryDirectory() as directory:
                shown[provider] = letter_fates.send_round(provider, Path(directory))
    letter_table.DOCUMENT.write_text(letter_table.render(shown), encoding="utf-8")


@contextmanager
def _running() -> Generator[None]:
    was_up = not lab.up()
    try:
        yield
    finally:
        if not was_up:
            lab.down()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
