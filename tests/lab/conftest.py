"""The lab for a whole run: started unless it is up already, and ended by whoever started it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.lab import imap_servers, lab, newer, newer_servers
from tests.lab.imap_servers import ImapServer
from tests.lab.newer import SideRoot

_REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def running_lab() -> Iterator[None]:
    """Real servers; skipped, and said so, where they cannot be had."""
    if reason := lab.missing():
        pytest.skip(reason)
    was_up = lab.is_up()
    # In a process of its own: the servers are to be nobody's children here.
    _command("up")
    yield
    if not was_up:
        _command("down")


@pytest.fixture
def newer_dovecot(running_lab: None) -> None:
    """Dovecot 2.4; skipped, and said so aloud, where it cannot be had."""
    _needs(newer.DOVECOT)


@pytest.fixture
def newer_postfix(running_lab: None) -> None:
    """Postfix with REQUIRETLS; skipped, and said so aloud, where it cannot be had."""
    _needs(newer.POSTFIX)


@pytest.fixture(params=imap_servers.SERVERS, ids=lambda server: server.name)
def server(request: pytest.FixtureRequest, running_lab: None) -> ImapServer:
    """Each kind of IMAP server, one after the other."""
    chosen = cast("ImapServer", request.param)
    if chosen is imap_servers.NEWER_DOVECOT:
        _needs(newer.DOVECOT)
    return chosen


def _needs(root: SideRoot) -> None:
    if reason := newer_servers.missing(root):
        pytest.skip(reason)


@pytest.fixture
def configuration(running_lab: None, tmp_path: Path) -> Path:
    """alice's configuration file, its state in a directory of this test."""
    file = tmp_path / "linksec-tui.toml"
    file.write_text(lab.configuration(tmp_path / "state"))
    return file


def _command(word: str) -> None:
    subprocess.run((sys.executable, "-m", "tests.lab", word), cwd=_REPOSITORY, check=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not tested stands at the end, where nobody overlooks it."""
    skipped = Counter(
        _reason(report.longrepr).removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")
    )
    untested = {reason: number for reason, number in skipped.items() if newer.NOT_TESTED in reason}
    if untested:
        terminalreporter.section("NOT TESTED", yellow=True, bold=True)
    for reason, number in untested.items():
        terminalreporter.write_line(f"WARNING: {reason} Tests skipped: {number}.", yellow=True)


def _reason(skipped: object) -> str:
    """pytest tells file, line and reason."""
    return cast("tuple[str, int, str]", skipped)[2] if isinstance(skipped, tuple) else ""
