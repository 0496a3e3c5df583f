"""The application: it opens the desk, tells what is wrong in a sentence, and loses nothing however it ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.command import CommandList

from linksec_tui.config import Config, KeySource, Store, Theme
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.eavesdrop import ImpostorMode
from linksec_tui.model.errors import NoKey
from linksec_tui.model.events import (
    BounceArrived,
    ConnectionChanged,
    CredentialsRejected,
    Link,
    OutboxChanged,
    Progress,
)
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.letter import Kind, OutboxItem, OutboxState
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.front import Leave
from linksec_tui.tui.marks import marks
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.help import HelpScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.tui.screens.start import StartScreen
from linksec_tui.tui.standing import Standing, status_words

if TYPE_CHECKING:
    from conftest import Shown, Stage, TableDesk, Until

    from linksec_tui.desk import Desk


async def test_a_fault_of_ours_is_reported_once_and_the_letter_is_kept(
    stage: Stage, table: TableDesk, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    reported: list[BaseException] = []
    stage.on_crash = reported.append
    fault = RuntimeError("boom")
    with pytest.raises(RuntimeError, match="boom"):
        await crash_while_writing(stage, until, fault)
    assert reported == [fault]
    assert table.kept["draft-1"].subject == "H"
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    assert stage.return_code == 1


async def crash_while_writing(stage: Stage, until: Until, fault: Exception) -> None:
    def break_down() -> None:
        raise fault

    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen) and stage.focused is not None)
        assert isinstance(stage.screen, ComposeScreen)
        stage.screen.form.subject.focus()
        await pilot.press("H")
        stage.call_next(break_down)
        await until(pilot, lambda: stage.crashed is fault)


async def test_a_worker_that_fails_does_not_end_the_client(
    stage: Stage, table: TableDesk, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[BaseException] = []
    stage.on_crash = reported.append

    async def broken() -> tuple[OutboxItem, ...]:
        raise KeyError("inside")

    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        monkeypatch.setattr(table, "outbox", broken)
        await pilot.press("o")
        await until(pilot, lambda: "Something went wrong inside" in shown(stage))
    assert isinstance(reported[0], KeyError)
    assert stage.crashed is None


async def test_a_desk_that_cannot_open_says_why_and_can_be_tried_again(
    stage: Stage, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = stage.opening

    @asynccontextmanager
    async def locked() -> AsyncGenerator[Desk]:
        raise NoKey("There is no key for the store.", "Unlock the keyring and look again.")
        yield  # pyright: ignore[reportUnreachable]  # makes it a generator

    monkeypatch.setattr(stage, "opening", locked)
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Unlock the keyring" in shown(stage))
        monkeypatch.setattr(stage, "opening", opening)
        await until(pilot, lambda: stage.focused is not None)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen) and stage.open_desk_or_none is not None)


async def test_without_an_account_three_things_are_offered_and_all_work(
    config: Config, until: Until, shown: Shown, make_stage: type[Stage], make_table: type[TableDesk]
) -> None:
    stage = make_stage(make_table(replace(config, accounts=())))
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(stage.screen, StartScreen) and stage.focused is not None)
        assert "Try the demo" in shown(stage)
        await pilot.press("a")
        await until(pilot, lambda: "An address and a password are enough" in shown(stage))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(stage.screen, StartScreen))
        await pilot.press("d")
    assert stage.return_value is Leave.DEMO


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_quitting_is_quitting(stage: Stage, until: Until, key: str) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await pilot.press(key)
    assert stage.return_value is Leave.DONE


async def test_remapped_keys_hold_and_the_hints_name_them(stage: Stage, until: Until, shown: Shown) -> None:
    stage.config = replace(stage.config, keys={"mail.compose": "f8", "app.help": "f5"})
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await until(pilot, lambda: "f8 Compose" in shown(stage))
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(stage.screen, HelpScreen))
        await pilot.press("escape", "f8")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))


async def test_a_wrong_remap_is_said_at_the_start(stage: Stage, until: Until, shown: Shown) -> None:
    stage.config = replace(stage.config, keys={"list.nxt": "n"})
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: "“list.nxt”" in shown(stage))


async def test_help_lists_every_key_of_the_screen_and_the_ladder(stage: Stage, until: Until, shown: Shown) -> None:
    async with stage.run_test(size=(100, 160)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await pilot.press("question_mark")
        await until(pilot, lambda: "Who could read a letter" in shown(stage))
        text = shown(stage)
        for words in ("● Link-secure", "✕ No way there", "Reply to all", "Next unread", "Send them the notice"):
            assert words in text


async def test_the_palette_does_what_the_keys_do(stage: Stage, until: Until) -> None:
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: type(stage.screen).__name__ == "CommandPalette")
        await pilot.press(*"compose")
        await until(pilot, lambda: is_first(stage, "Compose"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))


def is_first(stage: Stage, command: str) -> bool:
    """Of the palette's list, which fills while one types."""
    for commands in stage.screen.query(CommandList):
        if commands.display and commands.highlighted == 0:
            return str(commands.get_option_at_index(0).prompt).partition("\n")[0] == command
    return False


@pytest.mark.parametrize("theme", ["linksec-dark", "linksec-light", "textual-dark", "ansi-dark"])
async def test_every_theme_can_be_worn(stage: Stage, until: Until, theme: str) -> None:
    stage.config = replace(stage.config, theme=Theme(name=theme))
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        assert stage.theme == theme


async def test_an_unknown_theme_is_said_and_replaced(stage: Stage, until: Until, shown: Shown) -> None:
    stage.config = replace(stage.config, theme=Theme(name="plaid"))
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: "no theme called plaid" in shown(stage))
        assert stage.theme == "linksec-dark"


async def test_events_reach_the_status_line(stage: Stage, table: TableDesk, until: Until, shown: Shown) -> None:
    held = OutboxItem(
        id="i", letter="l", kind=Kind.LETTER, account="home", state=OutboxState.HELD, recipients=("a@b.example",),
        subject="s", created_at=table.now(),
    )  # fmt: skip
    async with stage.run_test(size=(120, 24), notifications=True) as pilot:
        await until(pilot, lambda: stage.open_desk_or_none is not None)
        table.items.append(held)
        table.queue.put_nowait(OutboxChanged(item="i", state="held"))
        await until(pilot, lambda: "outbox: look at 1" in shown(stage))
        table.queue.put_nowait(ConnectionChanged(account="home", link=Link.OFFLINE, detail="no answer"))
        await until(pilot, lambda: "home offline: no answer" in shown(stage))
        table.queue.put_nowait(Progress(what="Inbox", done=30_000, total=90_000))
        await until(pilot, lambda: "reading Inbox 33 %" in shown(stage))
        table.queue.put_nowait(CredentialsRejected(account="home", detail="The password was refused."))
        await until(pilot, lambda: "The password was refused." in shown(stage))
        table.queue.put_nowait(BounceArrived(message=1))
        await until(pilot, lambda: "A letter came back." in shown(stage))


def test_the_status_line_warns_of_the_impostor_first() -> None:
    facts = TlsFacts(host="h", port=993, version="TLSv1.3", cipher="c")
    connection = ConnectionChanged(account="home", link=Link.ONLINE, facts=facts)
    standing = Standing(opened=True, connection=connection, unread=2, waiting=1, impostor=ImpostorMode.STRIP)
    words = status_words(standing, marks(Glyphs.ASCII)).plain
    assert words.startswith("^ impostor on")
    assert words.endswith("home TLS 1.3 to h - 1 on the way out - 2 unread")


def test_the_first_paint_waits_for_no_network_library_and_no_store() -> None:
    program = "import sys, linksec_tui.tui.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.split()
    heavy = {"dns", "aiosmtplib", "aioimaplib", "keyring", "apsw", "argon2", "cryptography", "linksec_tui.desk"}
    assert not heavy & set(loaded)


async def test_a_passphrase_is_asked_for_on_the_screen_and_not_shown(
    config: Config, until: Until, shown: Shown, tmp_path: Path
) -> None:
    locked = replace(config, state=tmp_path / "state", store=Store(key=KeySource.PASSPHRASE), accounts=config.accounts)
    app = LinksecApp(locked)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "new passphrase for the store" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "no passphrase was given" in shown(app) and app.focused is not None)
        await pilot.press("r")
        await until(pilot, lambda: "new passphrase for the store" in shown(app))
        await pilot.press(*"open", "enter")
        await until(pilot, lambda: "once more" in shown(app))
        await pilot.press(*"open", "enter")
        await until(pilot, lambda: app.open_desk_or_none is not None)
        assert "open" not in shown(app).split("\n")[10]


async def test_quitting_while_the_passphrase_is_asked_for_ends(
    config: Config, until: Until, shown: Shown, tmp_path: Path
) -> None:
    app = LinksecApp(replace(config, state=tmp_path / "state", store=Store(key=KeySource.PASSPHRASE)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "new passphrase for the store" in shown(app))
        await pilot.press("ctrl+q")
    assert app.return_value is Leave.DONE


async def test_what_is_hidden_is_not_painted_and_what_shines_through_a_dialogue_is(stage: Stage, until: Until) -> None:
    async with stage.run_test() as pilot:
        await until(pilot, lambda: isinstance(stage.screen, MailboxScreen))
        mailbox = stage.screen
        await stage.push_screen(AskYes("Really?", "Yes"))
        assert mailbox.is_current
        await stage.pop_screen()
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(stage.screen, HelpScreen))
        assert not mailbox.is_current
        await stage.pop_screen()
        assert mailbox.is_current
