"""A whole session leaves neither a secret nor a word of the letter in anything that it writes."""

from __future__ import annotations

import base64
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from linksec_tui.world import World
from tests.cli.shell import Shell


@pytest.fixture
def word() -> str:
    return f"glockenspiel{uuid4().hex[:8]}"


def run(config: Path, log: Path, *words: str, stdin: bytes = b"") -> bytes:
    """One command in a process of its own, under a mask that hides nothing; all that it said."""
    command = [sys.executable, "-m", "linksec_tui", "--config", str(config), "--log", str(log), *words]
    environment = {**os.environ, "SSLKEYLOGFILE": str(log.with_name("keys"))}
    ended = subprocess.run(command, input=stdin, capture_output=True, check=False, env=environment, umask=0)
    assert b"Traceback" not in ended.stderr
    return ended.stdout + ended.stderr


def test_a_session_leaves_no_secret_and_no_word_of_the_letter(
    world: World, shell: Shell, tmp_path: Path, word: str
) -> None:
    log = tmp_path / "log"
    letter = f"Subject: {word}\n\nThe word is {word}.\n".encode()
    said = run(shell.config_file, log, "send", "--require", "any", "bob@bank.example", stdin=letter)
    for words in (("outbox", "list", "--json"), ("doctor", "--json"), ("doctor",), ("config", "show")):
        said += run(shell.config_file, log, *words)
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"log", "desk.db", "mail.db", "desk.db.copy"} <= {path.name for path in written}
    secrets = _secrets(shell.config_file)
    for path, content in written.items():
        assert not [secret for secret in (*secrets, word) if secret.encode() in content], path.name
        if path != shell.config_file:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert not [secret for secret in secrets if secret.encode() in said]
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_command_that_prints_a_secret_is_told_none_and_sees_none_of_others(
    shell: Shell, tmp_path: Path, word: str
) -> None:
    """In its environment, in its arguments, or in those of any process of ours."""
    spy = tmp_path / "spy"
    seeing = r"for one in /proc/[0-9]*; do tr '\0' ' ' < $one/cmdline; tr '\0' ' ' < $one/environ; done"
    spy.write_text(f'#!/bin/sh\n{{ env; {seeing}; }} >> {tmp_path}/seen 2>/dev/null\nexec "$@"\n')
    spy.chmod(0o755)
    config = tmp_path / "spied.toml"
    config.write_text(re.sub(r'(?m)^(\w+_command = ")cat', rf"\1{spy} cat", shell.config_file.read_text()))
    letter = f"Subject: {word}\n\nThe word is {word}.\n".encode()
    for _ in range(2):
        run(config, tmp_path / "log", "send", "--require", "any", "bob@bank.example", stdin=letter)
    seen = (tmp_path / "seen").read_text(errors="replace")
    assert seen.count("PATH=") >= 4  # the store's key and the password, twice
    assert "-m linksec_tui" in seen
    assert not [secret for secret in (*_secrets(shell.config_file), word) if secret in seen]


def _secrets(config: Path) -> tuple[str, ...]:
    """The password, as it is and as it travels, and the store's key."""
    text = config.read_text()
    password, key = (
        Path(re.findall(rf'(?m)^{name} = "cat (.*)"$', text)[0]).read_text().strip()
        for name in ("password_command", "key_command")
    )
    plain = base64.b64encode(f"\0alice@home.example\0{password}".encode()).decode()
    return password, key, plain, base64.b64encode(password.encode()).decode()
