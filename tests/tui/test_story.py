"""The demonstration by keyboard, in the embedded mail world: write, decide, send, be overheard, and have it back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import events

from linksec_tui import config_file
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.eavesdrop import ImpostorMode
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.gate import GateScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from linksec_tui.world import World

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Until

    from linksec_tui.tui.front import Leave

SECRET = "marzipan"
ALL_RUNGS_OF_THE_TOUR = {
    Assurance.LINK_SECURE, Assurance.ENFORCED, Assurance.ENCRYPTED, Assurance.EXPOSED, Assurance.UNDELIVERABLE,
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World.start(tmp_path, letters=60) as lit:
        yield lit


@asynccontextmanager
async def client(world: World, size: tuple[int, int], until: Until) -> AsyncGenerator[Pilot[Leave]]:
    config = config_file.load(world.config_path)
    patient = replace(config, network=replace(config.network, timeout=60))
    app = LinksecApp(patient, tap=world.tap, impostor=world.impostor)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: len(mailbox(app).messages.spine) == 60)
        yield pilot


def mailbox(app: object) -> MailboxScreen:
    assert isinstance(app, LinksecApp)
    screen = app.screen_stack[1]
    assert isinstance(screen, MailboxScreen)
    return screen


async def write(pilot: Pilot[Leave], until: Until, to: list[str]) -> ComposeScreen:
    """A letter with the secret in its text, up to where all badges are there."""
    app = pilot.app
    await pilot.press("c")
    await until(pilot, lambda: isinstance(app.screen, ComposeScreen) and app.focused is not None)
    screen = app.screen
    assert isinstance(screen, ComposeScreen)
    app.post_message(events.Paste(", ".join(to) + ","))
    await pilot.press("tab", *"Hi", "tab", "tab")
    assert app.focused is screen.body
    app.post_message(events.Paste(f"Dear all,\n\nthe word is {SECRET}.\n"))
    domains = {address.rpartition("@")[2] for address in to}
    known = screen.assessing.known
    await until(pilot, lambda: all(domain in known and known[domain].complete for domain in domains))
    await until(pilot, lambda: SECRET in screen.body.text)
    return screen


def letters_with(world: World, address: str, word: str) -> int:
    return sum(word.encode() in message for message in world.inbox(address))


def newest_is_a_bounce(app: LinksecApp) -> bool:
    messages = mailbox(app).messages
    newest = messages.header(messages.spine[0])
    return newest is not None and newest.is_bounce


def overheard(world: World) -> bytes:
    return b"".join(chunk.content for link in world.tap.links() for chunk in link.chunks)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_a_letter_that_demands_enforced_and_one_that_demands_nothing(
    world: World, size: tuple[int, int], until: Until, shown: Shown
) -> None:
    tour = [each for each in world.recipients if each.tour]
    async with client(world, size, until) as pilot:
        app = pilot.app
        assert isinstance(app, LinksecApp)

        # Badges as the world's truth says.
        screen = await write(pilot, until, [each.address for each in tour])
        for each in tour:
            assert screen.assessing.known[each.domain].assurance is each.truth, each.domain
        assert {each.truth for each in tour} == ALL_RUNGS_OF_THE_TOUR
        await pilot.press("ctrl+r", "ctrl+r", "ctrl+r")
        assert screen.form.selector.value is Requirement.ENFORCED
        await until(pilot, lambda: "3 of 8 meet Enforced" in shown(app))

        # The gate names those who fall short; notices go to them.
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, GateScreen) and app.focused is not None)
        assert "5 recipients need a decision" in shown(app)
        await pilot.press("N", "L", "ctrl+s")
        await until(pilot, lambda: app.screen is mailbox(app))
        passing = [each.address for each in tour if each.truth >= Assurance.ENFORCED]
        short = [each.address for each in tour if Assurance.UNDELIVERABLE < each.truth < Assurance.ENFORCED]
        await until(pilot, lambda: all(letters_with(world, address, SECRET) for address in passing))
        await until(pilot, lambda: all(len(world.inbox(address)) for address in short))
        assert not any(letters_with(world, address, SECRET) for address in short)
        assert SECRET.encode() not in overheard(world)

        # The outbox says so, and the tap shows noise and readable notices.
        await pilot.press("o")
        await until(pilot, lambda: "Outbox" in shown(app) and "filed in Sent" in shown(app))
        await pilot.press("escape", "t")
        await until(pilot, lambda: "noise" in shown(app) and "shop.example" in shown(app))
        assert SECRET not in shown(app)

        # The impostor takes the encryption away.
        await pilot.press("i")
        await until(pilot, lambda: world.impostor.mode is ImpostorMode.STRIP)
        assert "takes the encryption away" in shown(app)
        await pilot.press("escape")
        trusting, strict = "erin@club.example", ["carol@university.example", "dave@shop.example"]
        screen = await write(pilot, until, [trusting, *strict])
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is mailbox(app))
        await until(pilot, lambda: letters_with(world, trusting, SECRET) == 1)
        assert SECRET.encode() in overheard(world)

        # What came back is a card; the notice goes, the letter is kept.
        await until(pilot, lambda: newest_is_a_bounce(app))
        await pilot.press("home", "enter")
        await until(pilot, lambda: mailbox(app).view.card.card is not None)
        card = mailbox(app).view.card.card
        assert card is not None
        assert {line.recipient for line in card.lines} <= set(strict)
        assert all(line.then is Assurance.ENFORCED for line in card.lines)
        assert "did not send the letter over that link" in card.did_not_happen
        assert "Came back" in shown(app)
        await pilot.press("N", "L")
        await until(pilot, lambda: "Kept among the letters begun" in " ".join(shown(app).split()))
        await pilot.press("escape", "b")
        await until(pilot, lambda: "Letters begun" in shown(app) and "Hi" in shown(app))
