"""How much does starting the command cost over a bare interpreter? The floor is `python -c pass`; CPU time, median."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

ROUNDS = 9
QUESTIONS = {
    "python -c pass (the floor)": ("-c", "pass"),
    "import linksec_tui": ("-c", "import linksec_tui"),
    "linksec-tui --version": ("-m", "linksec_tui", "--version"),
}


def main() -> None:
    seconds = {name: statistics.median(_cpu(arguments) for _ in range(ROUNDS)) for name, arguments in QUESTIONS.items()}
    floor = next(iter(seconds.values()))
    for name, spent in seconds.items():
        print(f"{name:28} {spent * 1000:7.1f} ms  {spent / floor:5.1f} x")


def _cpu(arguments: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run((sys.executable, *arguments), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
