"""Packages of another Debian release, downloaded by apt with a state of its own; nothing is installed for it.

The source is the mirror that this machine's own packages come from, and Debian's keys decide whether it is believed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

_MACHINE = ("bookworm", "oldstable", "stable")  # what a source of this machine's own release may be called
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_ENVIRONMENT = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


class NotHadError(Exception):
    """Why something could not be had, in a few words."""


class Apt:
    """Works in `directory` until `end`, on the clock that never goes back; who is not done then has failed."""

    def __init__(self, directory: Path, release: str, end: float) -> None:
        self._directory = directory
        self._release = release
        self._end = end
        self._log = directory / "log"

    def packages(self, names: Sequence[str]) -> list[Path]:
        """The files of these, and of all that they need."""
        for name in ("lists/partial", "archives/partial"):
            (self._directory / name).mkdir(parents=True, exist_ok=True)
        self._log.unlink(missing_ok=True)
        (self._directory / "status").touch()
        source = f"deb [signed-by={_KEYRING}] {_mirror()} {self._release} main\n"
        (self._directory / "sources.list").write_text(source)
        self._get("update", "--error-on=any")
        self._get("install", "-y", "--download-only", "--no-install-recommends", *names)
        return sorted((self._directory / "archives").glob("*.deb"))

    def forget(self) -> None:
        """What was downloaded is no longer needed."""
        shutil.rmtree(self._directory)

    def run(self, *command: str) -> None:
        """Ended at its time, with all that it has started; what it says is kept. Raises NotHadError."""
        with self._log.open("a") as log:
            begun = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=_ENVIRONMENT
            )
        try:
            status = begun.wait(max(0.0, self._end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(begun.pid, signal.SIGKILL)
            begun.wait()
            raise NotHadError(f"{command[0]} was not done in time") from None
        if status != 0:
            raise NotHadError(f"{command[0]} refused ({last_line(self._log.read_text())})")

    def _get(self, *words: str) -> None:
        here = self._directory
        settings = {
            "Dir::Etc::sourcelist": here / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State": here,
            "Dir::State::status": here / "status",
            "Dir::Cache": here,
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Acquire::Retries": "1",
            # The index of a release that is being made expires, and a mirror may stand still.
            "Acquire::Check-Valid-Until": "false",
        }
        self.run("apt-get", "-q", *(f"-o{name}={value}" for name, value in settings.items()), *words)


def _mirror() -> str:
    asked = ("apt-get", "indextargets", "--format", "$(RELEASE) $(COMPONENT) $(REPO_URI)", "Created-By: Packages")
    for line in subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines():
        release, component, address = line.split(" ", 2)
        if release in _MACHINE and component == "main":
            return address
    raise NotHadError("apt has no source of Debian 12")


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1][:200]
