"""Servers that go away for a while, and a network that does: what happens to every client, on purpose."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.lab import newer, newer_servers, topology
from tests.lab.lab import LOGS
from tests.lab.servers import ENDED_WITHIN, Roster, Server, until, wait_for
from tests.lab.topology import DIRECTORY

DOVECOT = Server(
    name="dovecot",
    command=("dovecot", "-F", "-c", str(DIRECTORY / "dovecot" / "dovecot.conf")),
    listens=tuple((topology.IMAP, port) for port in (993, topology.LMTP_PORT, topology.SASL_PORT)),
)
NEWER_DOVECOT = newer_servers.dovecot()
POSTFIX = Server(
    name="provider",
    command=("/usr/sbin/postfix", "-c", str(DIRECTORY / "provider"), "start"),
    listens=tuple((topology.SUBMISSION, port) for port in (465, 587)),
    pid_file=DIRECTORY / "provider" / "queue" / "pid" / "master.pid",
)


@contextmanager
def outage(*servers: Server) -> Generator[None]:
    """They are down inside, and up again afterwards."""
    for server in servers:
        _end(server)
    try:
        yield
    finally:
        # In a process of its own: the servers are to be nobody's children here.
        again = (sys.executable, "-m", "tests.lab.outage", *(server.name for server in servers))
        subprocess.run(again, cwd=Path(__file__).resolve().parents[2], check=True)


def _start(names: list[str]) -> None:
    """One after the other, and what people read from last: who is online again hands letters in at once."""
    roster = Roster(topology.ROSTER)
    for server in (POSTFIX, DOVECOT, NEWER_DOVECOT):
        if server.name in names:
            roster.start(server, LOGS / f"{server.name}.log")
            wait_for(server)


def _end(server: Server) -> None:
    started = Roster(topology.ROSTER).started(server.name)
    os.kill(started.pid, signal.SIGTERM)
    assert until(lambda: not started.alive, ENDED_WITHIN)


@dataclass(frozen=True)
class Network:
    """A network namespace whose only way out is a link to this machine; `here` is this machine, seen from there."""

    name: str
    here: str
    there: str

    @property
    def inside(self) -> tuple[str, ...]:
        """Before a command that is to run there."""
        return ("ip", "netns", "exec", self.name)

    def down(self) -> None:
        _ip("-n", self.name, "link", "set", "out", "down")

    def up(self) -> None:
        """As whoever plugs the cable in again, and gets the same address."""
        _ip("-n", self.name, "link", "set", "out", "up")
        _ip("-n", self.name, "route", "add", "default", "via", self.here)


@contextmanager
def network(number: int) -> Generator[Network]:
    """Made, and taken away again; `number` is that of nobody else on this machine."""
    made = Network(f"linksec-lab-{number}", f"10.213.{number % 256}.1", f"10.213.{number % 256}.2")
    outer = f"linksec{number}"
    _ip("netns", "add", made.name)
    try:
        _ip("link", "add", outer, "type", "veth", "peer", "name", "out", "netns", made.name)
        _ip("address", "add", f"{made.here}/30", "dev", outer)
        _ip("link", "set", outer, "up")
        _ip("-n", made.name, "address", "add", f"{made.there}/30", "dev", "out")
        _ip("-n", made.name, "link", "set", "lo", "up")
        made.up()
        yield made
    finally:
        for words in (("link", "delete", outer), ("netns", "delete", made.name)):
            with suppress(subprocess.CalledProcessError):
                _ip(*words)


def network_missing() -> str:
    """Why there is none of them here, where the machine grants no namespace; else empty."""
    try:
        with network(os.getpid() % 10_000):
            return ""
    except (OSError, subprocess.CalledProcessError):
        return f"A link that goes down {newer.NOT_TESTED} this machine grants no network namespace."


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True, capture_output=True)


if __name__ == "__main__":
    _start(sys.argv[1:])
