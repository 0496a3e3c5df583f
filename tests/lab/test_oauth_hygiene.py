"""A token stays where it is kept: not in a log, a file, what a command says, a process list or an environment."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab import lab, people, topology
from tests.lab.authorization_server import CLIENT_ID, CLIENT_SECRET, SCOPE

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Every command that this configuration runs writes down what it was given, and what it sees of others."""
    spy = tmp_path / "spy"
    spy.write_text(
        "#!/bin/sh\n"
        f"{{ env; for one in /proc/[0-9]*; do tr '\\0' ' ' < $one/cmdline; tr '\\0' ' ' < $one/environ; done; }}"
        f" >> {tmp_path}/seen 2>/dev/null\n"
        "printf %064d 1\n"
    )
    spy.chmod(0o755)
    text = lab.configuration(tmp_path / "state").replace("printf %064d 1", str(spy))
    text = text.replace(f'password_command = "echo {topology.PASSWORDS[topology.SENDER]}"', 'oauth = "lab"')
    path = tmp_path / "config.toml"
    path.write_text(
        text.replace("[store]", '[store]\nsecrets = "store"')
        + f"""
[oauth.lab]
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
token_endpoint = "https://auth.{topology.HOME}/token"
device_endpoint = "https://auth.{topology.HOME}/device"
scopes = ["{SCOPE}"]
"""
    )
    return path


def test_tokens_show_nowhere(config: Path, tmp_path: Path) -> None:
    program = (sys.executable, "-m", "linksec_tui", "--config", str(config), "--log", str(tmp_path / "log"))
    said = _sign_in((*program, "account", "sign-in", "--code"))
    letter = b"Subject: quiet\n\nNothing to see.\n"
    recipient = f"bob@{topology.HOME}"
    people.at_the_provider(end_access=topology.SENDER)  # so that it is refused once, and renewed
    for words, status in (
        (("send", "--require", "any", recipient), 0),
        (("account", "sign-in", "--browser"), 78),
        (("config", "show"), 0),
        (("doctor", "--json"), None),
    ):
        ended = subprocess.run((*program, *words), input=letter, capture_output=True, check=False, timeout=50)
        assert status in (None, ended.returncode), ended.stderr
        said += ended.stdout + ended.stderr
    seen = (tmp_path / "seen").read_bytes()
    assert b"PATH=" in seen
    assert b"linksec_tui" in seen
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} | {Path("said"): said}
    assert {"log", "desk.db"} <= {path.name for path in written}
    for path, content in written.items():
        assert not [secret for secret in _forms(people.ever_given()) if secret in content], path.name
        assert path == config or CLIENT_SECRET.encode() not in content, path.name


def _sign_in(command: tuple[str, ...]) -> bytes:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        assert running.stdout is not None
        shown = running.stdout.readline()
        found = re.search(rb"code: ([0-9]{8})", shown)
        assert found, shown
        people.enters(found[1].decode())
        rest = running.stdout.read()
        assert running.wait(30) == 0, rest
    return shown + rest


def _forms(secrets: list[str]) -> list[bytes]:
    """Each as it is, and as base64 has it, wherever in three octets it begins."""
    plain = [*map(str.encode, secrets)]
    return [*plain, *(base64.b64encode(b"x" * at + secret)[4:-4] for secret in plain for at in range(3))]
