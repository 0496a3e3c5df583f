"""`account add` and `account remove`: from an address to an account that works, and back; by options, and asked."""

from __future__ import annotations

import codecs
import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from linksec_tui import config_file
from linksec_tui.config import Lookups, SecretsIn
from linksec_tui.world import World
from tests.cli.shell import Shell

ADDRESS = "alice@home.example"


@pytest.fixture
def newcomer(shell: Shell, tmp_path: Path) -> Shell:
    """Somebody without an account, in the world; the store's key is thrown away, and keeps secrets too."""
    text = shell.config_file.read_text().partition("[[account]]")[0]
    path = tmp_path / "newcomer.toml"
    path.write_text(text)
    return Shell(path)


def printed(world: World) -> str:
    """The command that prints the world's password."""
    return config_file.load(world.config_path).accounts[0].password_command


def add(shell: Shell, *options: str) -> tuple[int, Any, str]:
    ended = shell("account", "add", ADDRESS, "--yes", "--json", *options)
    return ended.status, json.loads(ended.out or "null"), ended.err


def test_an_address_and_a_command_that_prints_the_password_are_enough(newcomer: Shell, world: World) -> None:
    before = newcomer.config_file.read_text()
    status, told, said = add(newcomer, "--password-command", printed(world))
    assert (status, told["added"], told["account"]) == (0, True, "home")
    assert told["imap"] == {"host": "imap.home.example", "port": 993, "tls": "implicit", "pin": None}
    assert told["submission"] == {"host": "smtp.home.example", "port": 465, "tls": "implicit", "pin": None}
    assert not [step for step in told["steps"] if step["state"] == "failed"]
    assert "DNS (SRV records): has them" in said
    assert "Verifiable at most" in said
    assert newcomer.config_file.read_text().startswith(before)
    (account,) = config_file.load(newcomer.config_file).accounts
    assert (account.name, str(account.address), account.user) == ("home", ADDRESS, ADDRESS)


def test_the_new_account_passes_its_test_and_sends(newcomer: Shell, world: World) -> None:
    add(newcomer, "--password-command", printed(world), "--name", "mine", "--display-name", "Alice")
    assert newcomer("account", "test", "mine").status == 0
    sent = newcomer("send", "--require", "any", "bob@bank.example", stdin=b"Subject: from a new account\n\nHello.\n")
    assert sent.status == 0


def test_servers_that_are_named_are_not_looked_for(newcomer: Shell, world: World) -> None:
    options = ("--password-command", printed(world), "--imap", "imap.home.example")
    status, told, said = add(newcomer, *options, "--submission", "smtp.home.example:587")
    assert status == 0
    assert told["submission"]["tls"] == "starttls"
    assert "Looking for" not in said


def test_a_wrong_password_is_one_sentence_and_nothing_is_written(newcomer: Shell) -> None:
    before = newcomer.config_file.read_text()
    status, told, said = add(newcomer, "--password-command", "echo wrong")
    assert status == 1
    assert not told["added"]
    assert "password" in told["problem"]
    assert "trying alice" in said
    assert newcomer.config_file.read_text() == before
    assert not (newcomer.config_file.parent / "state" / "desk.db").exists()


def test_a_user_name_that_was_given_is_not_guessed_at(newcomer: Shell, world: World) -> None:
    _, told, said = add(newcomer, "--password-command", "echo wrong", "--user", ADDRESS)
    assert not told["added"]
    assert "trying" not in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--imap", "imap.home.example:143", "--submission", "smtp.home.example"), "Port 143 is never used"),
        (("--imap", "imap.home.example:x", "--submission", "smtp.home.example"), "is not a port"),
        (("--imap", "imap home", "--submission", "smtp.home.example"), "is not a domain name"),
    ],
)
def test_a_server_that_cannot_be_meant_is_refused(newcomer: Shell, options: tuple[str, ...], said: str) -> None:
    ended = newcomer("account", "add", ADDRESS, "--password-command", "echo x", *options)
    assert ended.status == 65
    assert said in ended.err


def test_who_cannot_be_asked_is_told_the_option(newcomer: Shell) -> None:
    """In a session without a terminal device, as of a service."""
    command = [sys.executable, "-m", "linksec_tui", "--config", str(newcomer.config_file), "account", "add", ADDRESS]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
    assert ended.returncode == 78
    assert "Say it with --password-command" in ended.stderr


def test_nothing_is_found_for_a_domain_that_publishes_nothing(newcomer: Shell) -> None:
    ended = newcomer("account", "add", "alice@club.example", "--password-command", "echo x", "--yes")
    assert ended.status == 78
    assert "No server for reading and sending mail was found" in ended.err
    assert "Say it with --imap and --submission" in ended.err


def test_the_same_address_is_not_added_twice(newcomer: Shell, world: World) -> None:
    add(newcomer, "--password-command", printed(world))
    status, told, _ = add(newcomer, "--password-command", printed(world))
    assert status == 65
    assert "already" in told["problem"]


# Asked on the terminal device


class Typist:
    """Answers on a pseudo-terminal what the program asks there."""

    def __init__(self, config: Path, *words: str) -> None:
        self._master, slave = pty.openpty()
        self.said = ""
        self._decoded = codecs.getincrementaldecoder("utf-8")("replace")
        command = [sys.executable, "-m", "linksec_tui", "--config", str(config), *words]
        # never the keyring of whoever runs the tests
        environment = {**os.environ, "TERM": "dumb", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        self._program = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command], stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)

    def expect(self, text: str, seconds: float = 240) -> None:
        until = time.monotonic() + seconds
        while text not in self.said:
            left = until - time.monotonic()
            assert left > 0, f"{text!r} was not said:\n{self.said}"
            if select.select([self._master], [], [], left)[0]:
                try:
                    self.said = (self.said + self._decoded.decode(os.read(self._master, 4096))).replace("\r\n", "\n")
                except OSError:  # the other side has closed
                    assert text in self.said, f"{text!r} was not said:\n{self.said}"

    def type(self, text: str) -> None:
        os.write(self._master, f"{text}\n".encode())

    def end(self) -> int:
        status = self._program.wait(240)
        os.close(self._master)
        return status


def test_a_person_at_a_terminal_is_asked_and_told(shell: Shell, world: World, tmp_path: Path) -> None:
    text = shell.config_file.read_text().partition("[store]")[0]
    path = tmp_path / "asked.toml"
    path.write_text(text)
    typist = Typist(path, "account", "add", ADDRESS, "--verdicts", "ignore")
    typist.expect("The password of alice@home.example")
    typist.type(world.password)
    typist.expect("1 to 3")
    assert "Where should the keys to your mail be kept?" in typist.said
    typist.type("1")
    typist.expect("reading a letter looks up nothing")
    typist.expect("1 to 2, or enter for 1")
    typist.type("2")
    for asked in ("A new passphrase for the store", "The same passphrase once more"):
        typist.expect(asked)
        typist.type("gaudeamus igitur")
    assert typist.end() == 0
    assert world.password not in typist.said
    config = config_file.load(path)
    assert config.lookups is Lookups.ASKED
    assert config.store.secrets is SecretsIn.STORE
    assert [account.name for account in config.accounts] == ["home"]
    assert world.password not in path.read_text()


def test_two_passphrases_that_differ_leave_the_configuration_as_it_was(
    shell: Shell, world: World, tmp_path: Path
) -> None:
    path = tmp_path / "asked.toml"
    path.write_text(shell.config_file.read_text().partition("[store]")[0])
    before = path.read_text()
    typist = Typist(path, "account", "add", ADDRESS, "--keep", "store", "--lookups", "typing", "--verdicts", "ignore")
    typist.expect("The password of alice@home.example")
    typist.type(world.password)
    typist.expect("A new passphrase for the store")
    typist.type("one")
    typist.expect("The same passphrase once more")
    typist.type("another")
    typist.expect("differ")
    assert typist.end() == 78
    assert path.read_text() == before


# Removing


def test_an_account_is_removed_with_what_let_it_in(newcomer: Shell, world: World) -> None:
    before = newcomer.config_file.read_text()
    add(newcomer, "--password-command", printed(world))
    ended = newcomer("account", "remove", "home", "--yes")
    assert ended.status == 0
    assert "stays at the provider" in ended.err
    assert newcomer.config_file.read_text().rstrip() == before.rstrip()


def test_who_says_no_keeps_the_account(newcomer: Shell, world: World) -> None:
    add(newcomer, "--password-command", printed(world))
    before = newcomer.config_file.read_text()
    typist = Typist(newcomer.config_file, "account", "remove", "home")
    typist.expect("Remove the account home?")
    typist.type("n")
    typist.expect("Nothing was changed.")
    assert typist.end() == 1
    assert newcomer.config_file.read_text() == before


def test_what_is_not_there_cannot_be_removed(newcomer: Shell, world: World) -> None:
    add(newcomer, "--password-command", printed(world))
    assert newcomer("account", "remove", "work", "--yes").status == 2
