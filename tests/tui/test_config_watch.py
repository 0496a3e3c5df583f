"""The configuration changed by somebody else while the client is open: it counts, and no letter is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.model.errors import LinksecError
from linksec_tui.tui import config_watch
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.start import StartScreen

if TYPE_CHECKING:
    from conftest import Until

SETTINGS = """lookups = "asked"

[network]
resolver = "127.0.0.1:1"

[store]
key = "command"
key_command = "printf %064d 1"
"""
ACCOUNT = '\n[[account]]\nname = "{0}"\naddress = "{0}@home.example"\npassword_command = "printf secret"\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An account whose servers are never asked, and a look at the file whenever there is time."""
    monkeypatch.setattr(config_watch, "LOOK", 0.05)
    path = tmp_path / "config.toml"
    path.write_text(SETTINGS + f'\n[paths]\nstate = "{tmp_path}/state"\n' + ACCOUNT.format("home"))
    return path


class Client(LinksecApp):
    """Remembers what it said; on a busy machine the words are gone before they are looked for."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.told: list[str] = []

    def say(self, told: LinksecError | str) -> None:
        self.told.append(str(told))
        super().say(told)


def app_of(file: Path) -> Client:
    return Client(config_file.load(file))


def told(app: Client) -> str:
    return "\n".join(app.told)


def change(file: Path, change: Callable[[str], str]) -> None:
    """As editors and this program do it: at once."""
    part = file.with_suffix(".part")
    part.write_text(change(file.read_text()))
    part.replace(file)


def names(config: Config) -> list[str]:
    return [account.name for account in config.accounts]


async def test_an_account_that_another_program_added_is_opened(file: Path, until: Until) -> None:
    app = app_of(file)
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await until(pilot, lambda: app.open_desk_or_none is not None)
        first = app.desk
        change(file, lambda text: text + ACCOUNT.format("second"))
        await until(pilot, lambda: app.open_desk_or_none not in (None, first))
        assert names(app.config) == ["home", "second"]
        await until(pilot, lambda: "second was added" in told(app))


async def test_the_first_account_ends_the_screen_that_asks_for_one(file: Path, until: Until) -> None:
    change(file, lambda text: text.partition("\n[[account]]")[0])
    app = app_of(file)
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
        change(file, lambda text: text + ACCOUNT.format("home"))
        await until(pilot, lambda: isinstance(app.screen, MailboxScreen) and app.open_desk_or_none is not None)


async def test_while_a_letter_is_being_written_it_waits(file: Path, until: Until) -> None:
    app = app_of(file)
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await until(pilot, lambda: app.open_desk_or_none is not None)
        first = app.desk
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        change(file, lambda text: text + ACCOUNT.format("second"))
        await until(pilot, lambda: "as soon as you are back" in told(app))
        assert app.desk is first
        assert isinstance(app.screen, ComposeScreen)
        await pilot.press("escape")
        await until(pilot, lambda: app.open_desk_or_none not in (None, first))
        assert names(app.config) == ["home", "second"]


async def test_what_cannot_be_read_is_said_and_changes_nothing(file: Path, until: Until) -> None:
    app = app_of(file)
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await until(pilot, lambda: app.open_desk_or_none is not None)
        first = app.desk
        change(file, lambda text: text + "\n[compose]\nundo_second = 5\n")
        await until(pilot, lambda: "cannot be read" in told(app))
        assert "config check" in told(app)
        assert app.desk is first


async def test_another_theme_and_another_key_count_too(file: Path, until: Until) -> None:
    app = app_of(file)
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: app.open_desk_or_none is not None)
        before = app.theme
        looks = '\n[theme]\nname = "linksec-light"\n\n[keys]\n"app.help" = "f2"\n'
        change(file, lambda text: text + looks)
        await until(pilot, lambda: app.theme != before)
        await until(pilot, lambda: app.key("app.help") == "f2")


async def test_a_comment_is_no_change(file: Path, until: Until) -> None:
    app = app_of(file)
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: app.open_desk_or_none is not None)
        first = app.desk
        watch = config_watch.ConfigWatch(app)
        change(file, lambda text: "# mine\n" + text)
        await watch.look()
        assert app.desk is first
        assert not app.changing
