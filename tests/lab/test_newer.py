"""Side roots: only what Debian has signed is unpacked, and what cannot be had costs little and is said aloud."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab import newer, newer_apt
from tests.lab.newer import DOVECOT, SideRoot
from tests.lab.newer_apt import Apt, NotHadError
from tests.lab.servers import until

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

_REPOSITORY = Path(__file__).resolve().parents[2]
_UNSIGNED = "Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: trixie\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SideRoot:
    """One that nobody has fetched yet."""
    monkeypatch.setattr(newer, "CACHE", tmp_path)
    return replace(DOVECOT, what="It")


def test_what_debian_has_not_signed_is_not_unpacked(
    root: SideRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "mirror" / "dists" / root.release / "InRelease"
    index.parent.mkdir(parents=True)
    index.write_text(_UNSIGNED)
    monkeypatch.setattr(newer_apt, "_mirror", lambda: f"file:{tmp_path}/mirror")
    root.fetch(time.monotonic() + 50)
    assert not root.directory.exists()
    assert root.missing.startswith("It is not tested: apt-get refused (")
    assert "sign" in root.missing


def test_what_takes_too_long_is_ended_with_all_that_it_has_started(tmp_path: Path) -> None:
    apt, started = Apt(tmp_path, "trixie", time.monotonic() + 3), tmp_path / "started"
    with pytest.raises(NotHadError, match="sh was not done in time"):
        apt.run("sh", "-c", f"sleep 1000 & echo $! >{started}; wait")
    child = started.read_text().strip() if started.exists() else ""  # a very slow machine may not have come so far
    assert until(lambda: not child or _has_ended(child), 30)


def _has_ended(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_who_runs_the_tests_is_told_at_the_end_what_was_not_tested(tmp_path: Path) -> None:
    tests = ("tests/lab/test_newer_postfix.py", "tests/lab/test_search.py")
    command = (
        sys.executable,
        "-m",
        "pytest",
        "-m",
        "lab",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "postfix or dovecot24",
    )
    environment = os.environ | {"LAB_CACHE": str(tmp_path / "nothing")}
    ran = subprocess.run(
        (*command, *tests), cwd=_REPOSITORY, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout
    assert "passed" not in ran.stdout
    assert "= NOT TESTED =" in ran.stdout
    for what in ("Postfix 3.11 with REQUIRETLS", "Dovecot 2.4"):
        said = f"WARNING: {what} is not tested: nobody has fetched it yet (make test-lab). Tests skipped: "
        assert said in ran.stdout
