"""gnome-keyring as a person's session has it: unlocked, locked, and not there at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from linksec_tui.world import World
from tests.lab import lab

pytestmark = pytest.mark.lab

_REPOSITORY = Path(__file__).resolve().parents[2]
_UNLOCK = "printf opensesame | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
_VISIT = f"{sys.executable} -m tests.lab.keyring_visit"


class Session:
    """Somebody's home, where sessions come and go, each with a D-Bus of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        (home / "run").mkdir(mode=0o700)

    def run(self, *commands: str, bus: bool = True) -> subprocess.CompletedProcess[str]:
        """Shell commands in a new session, and how the last one ended."""
        shell = ("sh", "-c", "; ".join(commands))
        return subprocess.run(
            ("dbus-run-session", "--", *shell) if bus else shell,
            env=self._environment(),
            cwd=_REPOSITORY,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def visit(self, *before: str, bus: bool = True) -> dict[str, object]:
        ended = self.run(*before, _VISIT, bus=bus)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self._home),
            "XDG_RUNTIME_DIR": str(self._home / "run"),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
        }


@pytest.fixture
def session(tmp_path: Path) -> Session:
    if reason := lab.missing():
        pytest.skip(reason)
    (tmp_path / "home").mkdir()
    return Session(tmp_path / "home")


@pytest.fixture
def configuration(world: World, tmp_path: Path) -> Path:
    """The world's, with the store's key in the keyring."""
    text = world.config_path.read_text()
    begin = text.index("[store]")
    end = text.index("\n\n", begin)
    path = tmp_path / "config.toml"
    state = f'[paths]\nstate = "{tmp_path / "state"}"'
    paths = text.index("[paths]")
    text = text[:begin] + '[store]\nkey = "keyring"' + text[end:]
    path.write_text(text[:paths] + state + text[text.index("\n\n", paths) :])
    return path


def test_an_unlocked_keyring_keeps_a_secret_and_gives_it_back(session: Session) -> None:
    told = session.visit(_UNLOCK)
    assert told["state"] == {"usable": True, "backend": "Secret Service", "refused": [], "problem": ""}
    assert (told.get("kept"), told.get("gone"), told.get("problem")) == (True, True, None)


def test_a_locked_keyring_says_that_it_is_locked(session: Session) -> None:
    session.visit(_UNLOCK)
    told = session.visit("gnome-keyring-daemon --start --components=secrets >/dev/null")
    assert told["problem"] == "The keyring is locked, and was not unlocked. Unlock it, and try again."
    assert isinstance(told["state"], dict)
    assert told["state"]["usable"] is False


def test_without_a_session_bus_there_is_no_keyring_and_that_is_said(session: Session) -> None:
    told = session.visit(bus=False)
    assert isinstance(told["state"], dict)
    assert told["state"]["usable"] is False
    assert str(told["problem"]).startswith("No keyring is usable here")


def test_the_stores_key_is_found_again_in_the_next_session(session: Session, configuration: Path) -> None:
    outbox = f"{sys.executable} -m linksec_tui --config {configuration} outbox list --json"
    for _ in range(2):
        ended = session.run(_UNLOCK, outbox)
        assert (ended.returncode, json.loads(ended.stdout)) == (0, {"outbox": []}), ended.stderr


@pytest.mark.parametrize("bus", [True, False], ids=["locked", "none at all"])
def test_without_a_key_nothing_is_written_and_one_sentence_said(
    session: Session, configuration: Path, tmp_path: Path, *, bus: bool
) -> None:
    if bus:
        session.visit(_UNLOCK)
    ended = session.run(f"{sys.executable} -m linksec_tui --config {configuration} outbox list", bus=bus)
    assert ended.returncode == 78
    assert "No key for the store." in ended.stderr
    assert len([line for line in ended.stderr.splitlines() if line.startswith("linksec-tui: ")]) == 1
    assert not (tmp_path / "state").exists()
