"""python -m tests.lab packages|up|down|status: the lab by hand, to look at it or to keep it up between test runs."""

from __future__ import annotations

import sys

from tests.lab import lab

_USAGE = "python -m tests.lab packages|up|down|status"


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
        case _:
            print(_USAGE, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
