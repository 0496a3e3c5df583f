"""One worker a state directory; the lock goes with its process, however that ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from linksec_tui.store.lock import WorkerLock

HOLDING = """
import sys
from pathlib import Path
from linksec_tui.store.lock import WorkerLock
print("worker" if WorkerLock.try_take(Path(sys.argv[1])) else "not worker", flush=True)
sys.stdin.read()
"""


def a_process(state: Path) -> tuple[subprocess.Popen[str], str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    return child, child.stdout.readline().strip()


def test_there_is_one_worker_until_it_lets_go(tmp_path: Path) -> None:
    first = WorkerLock.try_take(tmp_path / "state")
    assert first is not None
    assert WorkerLock.try_take(tmp_path / "state") is None
    elsewhere = WorkerLock.try_take(tmp_path / "another state")
    assert elsewhere is not None
    elsewhere.release()
    first.release()
    with WorkerLock.try_take(tmp_path / "state") or first as again:
        assert again is not first


def test_a_killed_worker_leaves_its_place_to_the_next(tmp_path: Path) -> None:
    child, said = a_process(tmp_path)
    assert said == "worker"
    assert WorkerLock.try_take(tmp_path) is None
    child.kill()
    child.communicate()
    lock = WorkerLock.try_take(tmp_path)
    assert lock is not None
    other, said = a_process(tmp_path)
    other.communicate()
    assert said == "not worker"
    lock.release()
