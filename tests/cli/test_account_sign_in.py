"""`account sign-in`: what a person sees, and how it ends."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.accounts.signing_in import Provider, provider
from tests.cli.shell import Shell
from tests.lab.authorization_server import CLIENT_ID, CLIENT_SECRET, SCOPE

_OAUTH = f"""
[oauth.lab]
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
token_endpoint = "https://auth.home.test/token"
device_endpoint = "https://auth.home.test/device"
scopes = ["{SCOPE}"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Generator[Provider]:
    with provider(tmp_path) as one:
        yield one


@pytest.fixture
def alice(shell: Shell, home: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """alice of the demo's world, who signs in at another provider; she has neither screen nor keyring."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    text = re.sub(r"(?m)^password_command = .*$", 'oauth = "lab"', shell.config_file.read_text())
    text = re.sub(r"(?m)^ca_file = .*$", f'ca_file = "{home.ca_file}"', text)
    text = text.replace("connect_to = [", f'connect_to = [\n  "auth.home.test:443:127.0.0.1:{home.port}",')
    path = tmp_path / "signing-in.toml"
    path.write_text(text + _OAUTH)
    return Shell(path)


def test_a_person_without_a_screen_is_given_a_code(alice: Shell, home: Provider) -> None:
    home.authority.behaviour.consents = "alice@home.example"
    ended = alice("account", "sign-in")
    assert (ended.status, ended.err) == (0, "Waiting until you have signed in; ctrl+c gives up.\n")
    assert re.fullmatch(
        r"On any device, open https://auth\.home\.test/activate and enter this code: [0-9]{8}\nSigned in to .*\.\n",
        ended.out,
    )
    assert not [token for token in home.authority.given if token in ended.out + ended.err]


def test_who_says_no_is_told_that_nothing_was_kept(alice: Shell, home: Provider) -> None:
    home.authority.behaviour.consents = "mallory@home.example"
    ended = alice("account", "sign-in", "--code")
    assert ended.status == 75
    assert "you did not allow it" in ended.err
    assert "Nothing was kept" in ended.err
    assert "Signed in" not in ended.out


def test_a_way_that_the_provider_has_not_is_refused(alice: Shell) -> None:
    ended = alice("account", "sign-in", "--browser")
    assert (ended.status, ended.out) == (78, "")
    assert "lab has no sign-in by browser. Choose another: code." in ended.err


def test_an_account_with_a_password_is_not_signed_in_to(shell: Shell) -> None:
    ended = shell("account", "sign-in")
    assert ended.status == 78
    assert "signs in by password" in ended.err


def test_an_account_that_is_not_there_is_named(shell: Shell) -> None:
    ended = shell("account", "sign-in", "nobody")
    assert ended.status == 78
    assert "There is no account called nobody." in ended.err
