"""Every hostile server is refused by the real program, in time and in one sentence, and its trap stays empty.

Bad certificates and old TLS are stunnel's, before Dovecot and Postfix; STARTTLS that is missing or refused is Postfix'.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from linksec_tui.model.account import Tls
from tests.cli.shell import Shell
from tests.lab import hostile_stage, lab, topology
from tests.lab.hostile import HONEST, IMAPS, MEETINGS, REFUSED_WITHIN, Hostile, Trick, server
from tests.lab.trap import caught

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

PASSWORD = topology.PASSWORDS[topology.SENDER]
PLACES = ("door", "cellar")
SPEAKS_FIRST = (Trick.SILENT, Trick.ENDLESS)  # on 587 the client waits for a greeting that never ends, or never comes
NAMES = [f"{one.name}-{port}" for one, port in MEETINGS]


@dataclass
class Trap:
    """What one server has heard since this began."""

    one: Hostile
    port: int

    def __post_init__(self) -> None:
        self._before = {place: len(self._all(place)) for place in PLACES}

    def heard(self, place: str) -> bytes:
        return self._all(place)[self._before[place] :]

    def caught(self) -> list[str]:
        return [word for place in PLACES for word in caught(self.heard(place), topology.SENDER, PASSWORD)]

    def _all(self, place: str) -> bytes:
        file = hostile_stage.record_of(self.one, self.port, place)
        return file.read_bytes() if file.exists() else b""


def only(directory: Path, one: Hostile, port: int) -> Shell:
    """alice's account, with this server and no other."""
    text = lab.configuration(directory / "state").partition("imap = ")[0]
    where = server(one, port)
    tls = "" if where.tls is Tls.IMPLICIT else ', tls = "starttls"'
    kind = "imap" if port == IMAPS else "submission"
    file = directory / "linksec-tui.toml"
    file.write_text(f'{text}{kind} = {{ host = "{one.host}", port = {port}{tls} }}\n')
    return Shell(file)


def met(shell: Shell, port: int) -> dict[str, Any]:
    """The server in what `account test` tells."""
    (account,) = json.loads(shell("account", "test", "--json").out)["accounts"]
    return account["servers"][0 if port == IMAPS else 1]


@pytest.mark.timeout(REFUSED_WITHIN, func_only=True)
@pytest.mark.parametrize(("one", "port"), MEETINGS, ids=NAMES)
def test_a_hostile_server_is_refused_and_its_trap_stays_empty(tmp_path: Path, one: Hostile, port: int) -> None:
    trap = Trap(one, port)
    seen = met(only(tmp_path, one, port), port)
    *_, last = seen["steps"]
    assert not seen["well"]
    assert last["state"] == "failed"
    assert one.says in last["text"]
    assert "not sent" in last["text"]
    assert last["next_step"]
    assert "\x1b" not in last["text"]
    assert trap.heard("door") or one.trick in SPEAKS_FIRST
    assert not trap.caught()


@pytest.mark.parametrize("port", HONEST.ports)
def test_the_trap_would_have_caught_a_login(tmp_path: Path, port: int) -> None:
    trap = Trap(HONEST, port)
    assert met(only(tmp_path, HONEST, port), port)["well"]
    assert "AUTH" in caught(trap.heard("cellar"), topology.SENDER, PASSWORD)
    assert not caught(trap.heard("door"), topology.SENDER, PASSWORD)  # encrypted, that is


def test_port_143_is_never_dialled(tmp_path: Path) -> None:
    shell = only(tmp_path, HONEST, IMAPS).changed("port = 993", "port = 143")
    ended = shell("account", "test")
    assert ended.status == 78
    assert "143 is never used" in ended.err
