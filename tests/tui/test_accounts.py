"""The accounts on the screen: what is known of each and what can be done; and two of them in everything else."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.screens.account_form import AccountForm
from linksec_tui.tui.screens.accounts import AccountsScreen
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.start import StartScreen
from linksec_tui.world import World

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Until

    from linksec_tui.tui.front import Leave

SECOND = """
# the other one
[[account]]
name = "second"
address = "bob@home.example"
display_name = "Bob"
identities = [{ address = "Bob <bob@home.example>", require = "enforced" }]
password_command = "PRINTED"
imap = { host = "imap.home.example", port = 993 }
submission = { host = "smtp.home.example", port = 465 }
signature = "Bob"
"""


@pytest.fixture
def one(world: World, tmp_path: Path) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(re.sub(r'(?m)^state = ".*"$', f'state = "{tmp_path}/state"', world.config_path.read_text()))
    return config_file.load(path)


@pytest.fixture
def two(one: Config) -> Config:
    assert one.path is not None
    printed = one.accounts[0].password_command
    one.path.write_text(one.path.read_text() + SECOND.replace("PRINTED", printed))
    return config_file.load(one.path)


@asynccontextmanager
async def client(config: Config, until: Until, size: tuple[int, int] = (100, 30)) -> AsyncGenerator[Pilot[Leave]]:
    app = LinksecApp(config)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: _is_online(app))
        yield pilot


def _is_online(app: LinksecApp) -> bool:
    """Every account has its mailboxes, and the first inbox is shown."""
    screen = app.screen
    if not isinstance(screen, MailboxScreen) or not len(screen.messages.spine):
        return False
    return {each.account for each in screen.mailboxes.mailboxes} == {each.name for each in app.config.accounts}


async def accounts(pilot: Pilot[Leave], until: Until) -> AccountsScreen:
    await pilot.press("a")
    await until(pilot, lambda: isinstance(pilot.app.screen, AccountsScreen) and pilot.app.focused is not None)
    assert isinstance(pilot.app.screen, AccountsScreen)
    return pilot.app.screen


def told(screen: AccountsScreen) -> str:
    return "\n".join(line.text for line in screen.story.lines)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_the_proof_of_both_servers_is_shown(one: Config, until: Until, size: tuple[int, int]) -> None:
    async with client(one, until, size) as pilot:
        screen = await accounts(pilot, until)
        await until(pilot, lambda: "A certificate for smtp.home.example" in told(screen))
        for proof in ("Reading: imap.home.example, port 993", "TLS 1.3", "issued by Example Trust", "(DANE)"):
            assert proof in told(screen)
        assert "insists on " in told(screen)


async def test_a_test_says_a_line_for_each_step_and_escape_goes_back_to_what_is_known(
    one: Config, until: Until
) -> None:
    async with client(one, until) as pilot:
        screen = await accounts(pilot, until)
        await pilot.press("t")
        await until(pilot, lambda: "All is well." in told(screen))
        assert "signed in: as alice@home.example" in told(screen)
        await pilot.press("escape")
        await until(pilot, lambda: "State" in told(screen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, MailboxScreen))


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_an_audit_is_asked_about_and_what_it_finds_comes_into_what_is_known(
    one: Config, until: Until, shown: Shown, size: tuple[int, int]
) -> None:
    async with client(one, until, size) as pilot:
        app = pilot.app
        assert isinstance(app, LinksecApp)
        screen = await accounts(pilot, until)
        await until(pilot, lambda: "None was made yet." in told(screen))
        await pilot.press("u")
        await until(pilot, lambda: "4 short letters go to addresses" in " ".join(shown(app).split()))
        await pilot.press("y")
        await until(
            pilot,
            lambda: "DANE: your provider insists on it." in told(screen) and "The last answer came" in told(screen),
        )
        assert "info@museum.example: its server cannot prove itself (DANE); came back" in told(screen)
        await until(pilot, lambda: "Replies to you: Verifiable" in told(screen))
        await pilot.resize_terminal(size[0], size[1] - 1)
        await pilot.pause()
        await until(pilot, lambda: "What an audit found" in shown(app))  # whoever reads it there stays there


async def test_the_first_account_is_shown_even_if_another_one_is_known_sooner(
    two: Config, until: Until, shown: Shown
) -> None:
    alone = replace(two, accounts=two.accounts[1:])
    app = LinksecApp(alone)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, MailboxScreen) and bool(app.screen.mailboxes.mailboxes))
    async with client(two, until) as pilot:
        assert isinstance(pilot.app, LinksecApp)
        assert "Inbox of home" in shown(pilot.app)


async def test_the_first_account_is_the_one_that_is_made_it(two: Config, until: Until, shown: Shown) -> None:
    async with client(two, until) as pilot:
        await accounts(pilot, until)
        await pilot.press("j", "f")
        app = pilot.app
        assert isinstance(app, LinksecApp)
        await until(pilot, lambda: app.config.accounts[0].name == "second" and "Inbox of second" in shown(app))
        await until(pilot, lambda: "c Compose" in shown(app))  # also where there is no message to stand on
    assert two.path is not None
    assert [each.name for each in config_file.load(two.path).accounts] == ["second", "home"]
    assert "# the other one" in two.path.read_text()


async def test_an_account_goes_when_somebody_said_so_and_the_last_one_leads_to_the_start(
    one: Config, until: Until, shown: Shown
) -> None:
    async with client(one, until) as pilot:
        app = pilot.app
        assert isinstance(app, LinksecApp)
        await accounts(pilot, until)
        await pilot.press("d")
        await until(pilot, lambda: "Remove the account home?" in shown(app))
        assert "stays at the provider" in shown(app)
        await pilot.press("n", "d")
        await until(pilot, lambda: "Remove the account home?" in shown(app))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))
    assert one.path is not None
    assert config_file.load(one.path).accounts == ()


async def test_mailboxes_stand_under_their_account(two: Config, until: Until, shown: Shown) -> None:
    async with client(two, until, (120, 36)) as pilot:
        assert isinstance(pilot.app, LinksecApp)
        lines = [line[:18].strip() for line in shown(pilot.app).splitlines()]
        assert lines.index("home") < lines.index("second")
        assert " of home" in shown(pilot.app).splitlines()[0]


async def test_a_letter_takes_over_what_its_new_sender_requires_and_signs(two: Config, until: Until) -> None:
    async with client(two, until) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ComposeScreen) and pilot.app.focused is not None)
        screen = pilot.app.screen
        assert isinstance(screen, ComposeScreen)
        assert str(screen.draft.sender) == "alice@home.example"
        await pilot.press("f2")
        await until(pilot, lambda: type(pilot.app.screen).__name__ == "AskWhich")
        await pilot.press("down", "enter")
        await until(pilot, lambda: screen.draft.account == "second")
        assert screen.form.selector.value is Requirement.ENFORCED
        assert screen.body.text.endswith("-- \nBob\n")
        screen.form.sender.focus()
        await pilot.press("left")
        await until(pilot, lambda: screen.draft.account == "home")
        assert screen.form.selector.value is Requirement.ANY
        assert "Bob" not in screen.body.text


async def test_a_requirement_that_was_chosen_stays_whoever_writes(two: Config, until: Until) -> None:
    async with client(two, until) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ComposeScreen) and pilot.app.focused is not None)
        screen = pilot.app.screen
        assert isinstance(screen, ComposeScreen)
        await pilot.press("ctrl+r")
        assert screen.form.selector.value is Requirement.ENCRYPTED
        screen.form.sender.choose(1)
        await until(pilot, lambda: screen.draft.account == "second")
        assert screen.form.selector.value is Requirement.ENCRYPTED


async def test_another_account_that_is_offline_is_named_in_the_status_line(
    two: Config, until: Until, shown: Shown
) -> None:
    assert two.path is not None
    two.path.write_text(
        two.path.read_text() + '\n[[account]]\nname = "away"\naddress = "c@away.example"\n'
        'password_command = "echo x"\nimap = { host = "imap.away.example" }\n'
    )
    app = LinksecApp(config_file.load(two.path))
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "offline: away" in shown(app))
        await until(pilot, lambda: "home TLS 1.3 to imap.home.example" in shown(app))


async def test_name_signature_and_whom_to_believe_are_said_on_the_screen(one: Config, until: Until) -> None:
    async with client(one, until) as pilot:
        await accounts(pilot, until)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, AccountForm) and pilot.app.focused is not None)
        await pilot.press(*"Al", "tab", *"Alice", "enter", *"home", "tab", *"mx.home.example", "ctrl+s")
        app = pilot.app
        assert isinstance(app, LinksecApp)
        await until(pilot, lambda: app.config.accounts[0].signature == "Alice\nhome")
        await until(pilot, lambda: _is_online(app))
    assert one.path is not None
    (account,) = config_file.load(one.path).accounts
    assert (account.display_name, account.signature) == ("Al", "Alice\nhome")
    assert (account.authserv_id, account.trusted_hosts) == ("mx.home.example", one.accounts[0].trusted_hosts)
