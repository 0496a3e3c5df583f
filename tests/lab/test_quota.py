"""Sent is full at a real server (Dovecot with a quota): the letter goes out, its copy waits here until it has room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.desk import open_desk
from linksec_tui.model.letter import OutboxState
from tests.desk.letters import letter, send, until
from tests.lab import lab, letters, topology
from tests.lab.elsewhere import Elsewhere

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

BOB = f"bob@{topology.HOME}"
BALLAST = "Ballast"
WORDS = "nothing but a letter that is larger than what is left\n" * 800  # 43 kB
LEFT = 20_000  # octets


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Her mailboxes nearly full, whatever an earlier run left in them."""
    program = Elsewhere(topology.FULL_PERSON)
    try:
        for mailbox, shown in program.everything().items():
            if shown:
                program.expunge(mailbox, [each.uid for each in shown])
        if BALLAST not in program.everything():
            program.create(BALLAST)
        program.ballast(BALLAST, topology.FULL_AT - LEFT)
        yield program
    finally:
        program.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "linksec-tui.toml"
    hers = lab.configuration(tmp_path / "state").replace(topology.SENDER, topology.FULL_PERSON)
    file.write_text(hers.replace(topology.PASSWORDS[topology.SENDER], topology.PASSWORDS[topology.FULL_PERSON]))
    return config_file.load(file)


@pytest.mark.parametrize("started_again", [False, True], ids=["while it runs", "started again"])
async def test_a_copy_for_which_there_is_no_room_is_filed_once_there_is(
    config: Config, elsewhere: Elsewhere, *, started_again: bool
) -> None:
    word = letters.unheard_of("full")
    async with open_desk(config) as desk:
        await send(desk, replace(letter(desk, word, BOB), body=WORDS))
        [item] = await until(desk, lambda items: any("not in Sent" in item.detail for item in items))
        assert item.state is OutboxState.SUBMITTED
        assert item.detail.startswith(
            "It went out, but its copy is not in Sent yet. Your mailboxes at imap.home.test are full:"
        )
        assert await asyncio.to_thread(letters.arrived, BOB, "SUBJECT", f'"{word}"')
        assert in_sent(elsewhere, word) == 0
        if not started_again:
            make_room(elsewhere)
            await desk.refresh()
            [item] = await until(desk, lambda items: items[0].state is OutboxState.SETTLED)
    if started_again:
        make_room(elsewhere)
        async with open_desk(config) as desk:
            [item] = await until(desk, lambda items: items[0].state is OutboxState.SETTLED)
    assert item.detail == ""
    assert in_sent(elsewhere, word) == 1
    assert len(letters.lying(BOB, "SUBJECT", f'"{word}"')) == 1


def make_room(elsewhere: Elsewhere) -> None:
    elsewhere.expunge(BALLAST, elsewhere.uids(BALLAST))


def in_sent(elsewhere: Elsewhere, word: str) -> int:
    return sum(each.subject == word for each in elsewhere.everything()["Sent"])
