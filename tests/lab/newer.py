"""Servers of newer Debian releases, in side roots: unpacked into directories of their own and run there, not installed.

What cannot be had is not tested, and that is said; the rest of the lab does without.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.lab.newer_apt import Apt, NotHadError, last_line
from tests.lab.servers import until
from tests.lab.topology import DIRECTORY

CACHE = Path(os.environ.get("LAB_CACHE", Path(tempfile.gettempdir()) / "linksec-lab-newer"))
NOT_TESTED = "is not tested:"  # in every sentence about what could not be had
HAD_WITHIN = 90.0  # all of them together: a mirror that hangs must not hold everything up

# A directory and the devices appear inside, for this process and its children alone.
_ENTER = """
umask 022; shared=$1 root=$2; shift 2
mkdir -p "$root$shared" && mount --bind "$shared" "$root$shared" && mount --bind /dev "$root/dev" || exit 1
exec chroot "$root" "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRoot:
    """What one server needs of a release; `asks` prints its version, which must be `at_least` that."""

    name: str
    what: str
    release: str
    packages: tuple[str, ...]
    asks: tuple[str, ...]
    at_least: tuple[int, int]

    @property
    def directory(self) -> Path:
        return CACHE / self.name

    @property
    def missing(self) -> str:
        """Why it is not here, in one sentence; empty where it is."""
        if _is_ours() and self.directory.exists():
            return ""
        known = _is_ours() and self._reason.exists()
        reason = self._reason.read_text() if known else "nobody has fetched it yet (make test-lab)"
        return f"{self.what} {NOT_TESTED} {reason}."

    def inside(self, *command: str, shared: Path = DIRECTORY) -> tuple[str, ...]:
        """The command that runs a command in it, where only `shared` is as it is outside, and by the same name."""
        entered = ("unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER, "sh")
        return (*entered, str(shared), str(self.directory), *command)

    def fetch(self, end: float) -> None:
        """Made, unless it is here; who is not done at `end` has failed."""
        if not self.missing:
            return
        apt = Apt(CACHE / f"{self.name}.apt", self.release, end)
        beside = replace(self, name=f"{self.name}.part")
        try:
            beside._unpack(apt)
            beside._look()
            beside.directory.rename(self.directory)
        except (NotHadError, OSError) as failure:
            self._reason.write_text(str(failure))
        else:
            apt.forget()

    @property
    def _reason(self) -> Path:
        return CACHE / f"{self.name}.reason"

    def _unpack(self, apt: Apt) -> None:
        packages, root = apt.packages(self.packages), self.directory
        shutil.rmtree(root, ignore_errors=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / "usr" / name).mkdir(parents=True)
            (root / name).symlink_to(f"usr/{name}")
        for package in packages:
            apt.run("dpkg", "-x", str(package), str(root))
        for name in ("etc/default", "dev", "run", "tmp", "var"):
            (root / name).mkdir(parents=True, exist_ok=True)
        for name in ("passwd", "group"):  # the same numbers inside as outside
            shutil.copy(f"/etc/{name}", root / "etc" / name)
        (root / "etc" / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
        # Debian's start of Postfix would want perl, to fill a chroot that is not used here.
        (root / "etc" / "default" / "postfix").write_text("SYNC_CHROOT=\n")
        apt.run("ldconfig", "-r", str(root))

    def _look(self) -> None:
        """It runs here, and is what it is meant to be."""
        asked = subprocess.run(self.inside(*self.asks, shared=CACHE), capture_output=True, text=True, check=False)
        if asked.returncode != 0:
            raise NotHadError(f"it does not run in a root of its own ({last_line(asked.stderr)})")
        found = re.search(r"(\d+)\.(\d+)", asked.stdout)
        if not found or (int(found[1]), int(found[2])) < self.at_least:
            raise NotHadError(f"Debian {self.release} has another version here ({last_line(asked.stdout)})")


DOVECOT = SideRoot(
    name="dovecot",
    what="Dovecot 2.4",
    release="trixie",
    packages=("dovecot-imapd", "dovecot-lmtpd"),
    asks=("/usr/sbin/dovecot", "--version"),
    at_least=(2, 4),
)
POSTFIX = SideRoot(
    name="postfix",
    what="Postfix 3.11 with REQUIRETLS",
    release="forky",
    packages=("postfix", "dash", "coreutils", "diffutils", "sed", "findutils", "grep"),
    asks=("/usr/sbin/postconf", "-d", "mail_version"),
    at_least=(3, 11),
)
ROOTS = (DOVECOT, POSTFIX)


def fetch() -> None:
    """All side roots that are not here yet, at the same time; which could not be had is said."""
    if not any(root.missing for root in ROOTS):
        return
    end = time.monotonic() + HAD_WITHIN
    with _alone(end), ThreadPoolExecutor(len(ROOTS)) as pool:
        for made in [pool.submit(root.fetch, end) for root in ROOTS]:
            made.result()
    for reason in filter(None, (root.missing for root in ROOTS)):
        print(reason, file=sys.stderr)


@contextmanager
def _alone(end: float) -> Generator[None]:
    """In the cache that is nobody else's; a second lab waits for the first."""
    if not _is_ours():
        shutil.rmtree(CACHE, ignore_errors=True)
        CACHE.mkdir(mode=0o755)
    with (CACHE / "lock").open("w") as lock:
        until(lambda: _locked(lock.fileno()), max(0.0, end - time.monotonic()))
        yield


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_ours() -> bool:
    """The directory's name could be guessed, in a place where everybody may write."""
    return CACHE.is_dir() and not CACHE.is_symlink() and CACHE.stat().st_uid == os.geteuid()
