"""Adding an account on the screen, in the embedded mail world: by address and password only, and everything that is in
the way of it."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linksec_tui import config_file
from linksec_tui.accounts import discover
from linksec_tui.config import Config, Lookups, SecretsIn
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.setup import SetupScreen
from linksec_tui.tui.screens.start import StartScreen
from linksec_tui.world import World

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Until

    from linksec_tui.tui.front import Leave

ADDRESS = "alice@home.example"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One of our own: whose letters the newest are decides what is asked."""
    with World.start(tmp_path_factory.mktemp("world"), letters=60) as started:
        yield started


@pytest.fixture
def newcomer(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Nobody yet; what is kept is kept in a store whose key is thrown away. A busy machine has the time it needs."""
    monkeypatch.setattr(discover, "SECONDS", 120.0)
    text = world.config_path.read_text().partition("[[account]]")[0]
    text = re.sub(r'(?m)^state = ".*"$', f'state = "{tmp_path}/state"', text)
    path = tmp_path / "config.toml"
    path.write_text(text)
    return config_file.load(path)


@pytest.fixture
def undecided(newcomer: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The same without a word on where secrets are kept, and without a keyring."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert newcomer.path is not None
    newcomer.path.write_text(newcomer.path.read_text().partition("[store]")[0])
    return config_file.load(newcomer.path)


@asynccontextmanager
async def setting_up(config: Config, until: Until, size: tuple[int, int] = (80, 24)) -> AsyncGenerator[Pilot[Leave]]:
    app = LinksecApp(config)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, StartScreen) and app.focused is not None)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, SetupScreen) and app.focused is not None)
        yield pilot


def client(pilot: Pilot[Leave]) -> LinksecApp:
    assert isinstance(pilot.app, LinksecApp)
    return pilot.app


def setup(pilot: Pilot[Leave]) -> SetupScreen:
    assert isinstance(pilot.app.screen, SetupScreen)
    return pilot.app.screen


def told(pilot: Pilot[Leave]) -> str:
    return "\n".join(line.text for line in setup(pilot).story.lines)


def opened(pilot: Pilot[Leave]) -> bool:
    screen = pilot.app.screen
    return isinstance(screen, MailboxScreen) and len(screen.messages.spine) > 0


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_an_address_and_a_password_are_enough(
    newcomer: Config, world: World, until: Until, shown: Shown, size: tuple[int, int]
) -> None:
    async with setting_up(newcomer, until, size) as pilot:
        await pilot.press(*ADDRESS, "enter", *world.password, "enter")
        await until(pilot, lambda: setup(pilot).asked.display)
        assert "DNS (SRV records): has them, and nobody on the way could have forged that" in told(pilot)
        assert "signed in: as alice@home.example" in told(pilot)
        assert "mailboxes: sent: Sent" in told(pilot)
        assert "recipients are Verifiable at most" in told(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Yes, believe it" in shown(client(pilot)))
        await pilot.press("down", "enter")
        await until(pilot, lambda: opened(pilot))
    assert newcomer.path is not None
    (account,) = config_file.load(newcomer.path).accounts
    assert account.authserv_id == "mx.home.example"
    assert (account.name, str(account.address)) == ("home", ADDRESS)
    assert world.password not in newcomer.path.read_text()


async def test_a_password_typed_right_behind_the_address_never_stands_in_the_address(
    newcomer: Config, until: Until
) -> None:
    async with setting_up(newcomer, until) as pilot:
        await pilot.press(*ADDRESS, "enter", *"secret")
        assert setup(pilot).lines["address"].value == ADDRESS
        assert setup(pilot).lines["password"].value == "secret"


async def test_where_secrets_are_kept_is_asked_once_in_words(
    undecided: Config, world: World, until: Until, shown: Shown
) -> None:
    async with setting_up(undecided, until) as pilot:
        await pilot.press(*ADDRESS, "enter", *world.password, "enter")
        await until(pilot, lambda: "Where should the keys to your mail be kept?" in shown(client(pilot)))
        await pilot.press("enter")
        await until(pilot, lambda: "reading a letter looks up nothing" in shown(client(pilot)))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Yes, believe it" in shown(client(pilot)))
        await pilot.press("enter")
        for asked in ("A new passphrase", "The same passphrase once more"):
            await until(pilot, lambda asked=asked: asked in shown(client(pilot)))
            await pilot.press(*"gaudeamus", "enter")
        await until(pilot, lambda: opened(pilot))
    assert undecided.path is not None
    config = config_file.load(undecided.path)
    assert (config.store.secrets, config.lookups) == (SecretsIn.STORE, Lookups.ASKED)


async def test_a_wrong_password_is_said_and_can_be_corrected(
    newcomer: Config, world: World, until: Until, shown: Shown
) -> None:
    async with setting_up(newcomer, until) as pilot:
        await pilot.press(*ADDRESS, "enter", *"wrong", "enter")
        await until(pilot, lambda: "Not added yet" in told(pilot))
        assert "Nobody told the user name" in told(pilot)
        assert newcomer.path is not None
        assert not config_file.load(newcomer.path).accounts
        await until(pilot, lambda: pilot.app.focused is setup(pilot).lines["password"])
        assert setup(pilot).lines["address"].value == ADDRESS
        await pilot.press("ctrl+u", *world.password, "enter")
        await until(pilot, lambda: setup(pilot).asked.display)
        await pilot.press("enter")
        await until(pilot, lambda: "Yes, believe it" in shown(client(pilot)))
        await pilot.press("enter")
        await until(pilot, lambda: opened(pilot))


async def test_escape_goes_back_to_the_form_with_all_that_was_typed(
    newcomer: Config, world: World, until: Until
) -> None:
    async with setting_up(newcomer, until) as pilot:
        await pilot.press(*ADDRESS, "enter", *world.password, "enter")
        await until(pilot, lambda: setup(pilot).asked.display)
        await pilot.press("escape")
        await until(pilot, lambda: not setup(pilot).asked.display and pilot.app.focused is not None)
        assert setup(pilot).lines["password"].value == world.password
        await pilot.press("ctrl+s")
        await until(pilot, lambda: setup(pilot).asked.display)
        await pilot.press("escape")
        await until(pilot, lambda: not setup(pilot).asked.display and pilot.app.focused is not None)
        await pilot.press("escape")
        await until(pilot, lambda: "AskYes" in type(pilot.app.screen).__name__)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, StartScreen))
    assert newcomer.path is not None
    assert not config_file.load(newcomer.path).accounts


async def test_who_publishes_nothing_is_asked_for_the_servers(newcomer: Config, until: Until, shown: Shown) -> None:
    async with setting_up(newcomer, until) as pilot:
        await pilot.press(*"alice@club.example", "enter", *"x", "enter")
        await until(pilot, lambda: "No server for reading and sending mail was found" in shown(client(pilot)))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.focused is setup(pilot).lines["imap"])
        await pilot.press(*"imap.home.example:143", "enter")
        await until(pilot, lambda: "Port 143 is never used" in told(pilot))


async def test_a_resolver_that_is_not_there_is_a_sentence(newcomer: Config, until: Until, shown: Shown) -> None:
    config = replace(newcomer, network=replace(newcomer.network, resolver="127.0.0.1:1"))
    async with setting_up(config, until) as pilot:
        await pilot.press(*ADDRESS, "enter", *"x", "enter")
        await until(pilot, lambda: "No server for reading and sending mail was found" in shown(client(pilot)))
        assert "cannot tell" in told(pilot)


async def test_what_is_no_address_is_said_beside_the_line(newcomer: Config, until: Until) -> None:
    async with setting_up(newcomer, until) as pilot:
        await pilot.press(*"alice", "tab", *"x", "enter")
        await until(pilot, lambda: "is not a mail address" in told(pilot))
        await until(pilot, lambda: pilot.app.focused is setup(pilot).lines["address"])
