"""ctrl+c before the program is loaded, and after it is done: no traceback, and the status that shells expect."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import signal, sys, types

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background ignores it

def start():
    {while_it_runs}

class Loading(types.ModuleType):
    def __getattr__(self, name):
        if name != "main":
            raise AttributeError(name)
        print(signal.getsignal(signal.SIGINT).name)  # the system's own way ends the process without a word
        return start

sys.modules["linksec_tui.start"] = Loading("linksec_tui.start")
from linksec_tui.__main__ import main
{before}
status = main()
print(signal.getsignal(signal.SIGINT).name)
sys.exit(status)
"""


def run(while_it_runs: str, before: str = "") -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(while_it_runs=while_it_runs, before=before)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=240, check=False)


def test_while_it_is_loaded_and_when_it_is_done_the_system_ends_it() -> None:
    ended = run("return 7")
    assert (ended.returncode, ended.stdout.split(), ended.stderr) == (7, ["SIG_DFL"] * 2, "")


def test_what_nobody_caught_is_no_traceback() -> None:
    ended = run("raise KeyboardInterrupt")
    assert (ended.returncode, ended.stderr) == (130, "")


def test_while_it_runs_it_can_be_caught() -> None:
    assert run("return 5 if signal.getsignal(signal.SIGINT) is signal.default_int_handler else 6").returncode == 5


def test_whoever_had_it_ignored_is_heeded() -> None:
    ended = run("return 3", before="signal.signal(signal.SIGINT, signal.SIG_IGN)")
    assert (ended.returncode, ended.stdout.split()) == (3, ["SIG_IGN"] * 2)
