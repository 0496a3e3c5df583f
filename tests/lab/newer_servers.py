"""The lab's newer servers, beside the machine's own: which they are, and that nothing else falls with one of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from tests.lab import newer, topology
from tests.lab.certificates import Certificates
from tests.lab.newer import SideRoot
from tests.lab.newer_dovecot import write_dovecot
from tests.lab.postfix import Postfix
from tests.lab.provider import submission
from tests.lab.servers import Roster, Server, wait_for
from tests.lab.topology import DIRECTORY, ROSTER

NAMES: Mapping[SideRoot, str] = {newer.DOVECOT: "dovecot24", newer.POSTFIX: "postfix311"}
POSTFIX_LOG = topology.LOGS / "postfix311-mail.log"


def missing(root: SideRoot) -> str:
    """Why nothing can be tested against it, in one sentence; empty where it runs."""
    if root.missing or Roster(ROSTER).running.get(NAMES[root]):
        return root.missing
    return f"{root.what} {newer.NOT_TESTED} it did not start; {topology.LOGS}/{NAMES[root]}*.log say why."


def start(roster: Roster, certificates: Certificates) -> None:
    """Those that are here. Their releases change without us: one that no longer starts is told, and done without."""
    for server in _servers(certificates):
        try:
            roster.start(server, topology.LOGS / f"{server.name}.log")
            wait_for(server)
        except SystemExit as failure:
            roster.drop(server.name)
            print(failure, file=sys.stderr)


def dovecot() -> Server:
    """As it is started, also again by itself."""
    command = newer.DOVECOT.inside("/usr/sbin/dovecot", "-F", "-c", str(DIRECTORY / "dovecot24" / "dovecot.conf"))
    listens = tuple((topology.NEWER_IMAP, port) for port in (993, topology.LMTP_PORT))
    return Server(name=NAMES[newer.DOVECOT], command=command, listens=listens)


def postfix(certificates: Certificates) -> Postfix:
    """smtp311.home.test: what smtp.home.test is, and REQUIRETLS, which it keeps strictly unless told otherwise."""
    newest = Postfix(DIRECTORY / "postfix311", POSTFIX_LOG, newer.POSTFIX)
    submission(newest, "smtp311", certificates)
    newest.write()
    return newest


def _servers(certificates: Certificates) -> Iterator[Server]:
    if not newer.DOVECOT.missing:
        write_dovecot(DIRECTORY / "dovecot24", topology.LOGS / "dovecot24.log", certificates)
        yield dovecot()
    if not newer.POSTFIX.missing:
        newest = postfix(certificates)
        name = NAMES[newer.POSTFIX]
        yield Server(name=name, command=newest.command, listens=newest.listens, pid_file=newest.pid_file)
