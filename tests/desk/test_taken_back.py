"""A message that another program finished, taken back: its parts are there, can be looked at, and go on unchanged."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import open_desk
from linksec_tui.desk.read_letter import read_finished
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Finished
from linksec_tui.world import World
from tests.desk.letters import all_over, letter, until

CAROL = "carol@university.example"
PAGE = "<p>Grüße</p>"
PLAN = bytes(range(256)) * 20


@pytest.fixture
def word() -> str:
    return f"dulcimer{uuid4().hex[:8]}"


def patient(config: Config) -> Config:
    return replace(config, compose=replace(config.compose, undo_seconds=3000))


def finished_message(word: str, sender: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, CAROL, word
    message.set_content("As another program wrote it.\n")
    message.add_alternative(PAGE, subtype="html", charset="iso-8859-1")
    message.add_attachment(PLAN, maintype="application", subtype="pdf", filename="plan.pdf")
    return message.as_bytes()


async def test_its_parts_are_there_and_go_on_unchanged(world: World, config: Config, word: str) -> None:
    raw = finished_message(word, world.address)
    async with open_desk(patient(config)) as desk:
        draft = replace(letter(desk, word, CAROL), body=read_finished(raw).body)
        decision = await desk.decide(draft, {}, await desk.gate(draft))
        whole = Finished(content=raw, beyond=read_finished(raw).beyond)
        await desk.send(draft, decision, finished=whole)
        taken = await desk.posted.undo(draft.id)
        assert taken is not None
        assert [(each.name, each.media_type) for each in taken.attachments] == [
            ("page.html", "text/html; charset=iso-8859-1"),
            ("plan.pdf", "application/pdf"),
        ]
        assert "Grüße" in await desk.enclosures.attached_text(taken.attachments[0])
        again = replace(taken, body="Changed.\n")
        sent = await desk.send(again, await desk.decide(again, {}, await desk.gate(again)), undoable=False)
        await until(desk, lambda items: all_over([each for each in items if each.id == sent[0].id]))
        assert await asyncio.to_thread(world.settled, 120)
        [arrived] = [
            found
            for found in (message_from_bytes(each, policy=policy.default) for each in world.inbox(CAROL))
            if found["Subject"] == word
        ]
        page, plan = arrived.iter_attachments()
        assert (page.get_content().strip(), plan.get_content()) == (PAGE, PLAN)
        assert page.get_content_charset() == "iso-8859-1"


async def test_what_is_not_kept_any_more_is_said(config: Config, world: World, word: str) -> None:
    raw = finished_message(word, world.address)
    async with open_desk(patient(config), worker=False) as desk:
        draft = letter(desk, word, CAROL)
        decision = await desk.decide(draft, {}, await desk.gate(draft))
        await desk.send(draft, decision, finished=Finished(content=raw, beyond=read_finished(raw).beyond))
        taken = await desk.posted.undo(draft.id)
        assert taken is not None
        await desk.rooms.desk.run(lambda opened: opened.execute("DELETE FROM finished"))
        with pytest.raises(BadInput, match="not there any more"):
            await desk.enclosures.attached_text(taken.attachments[0])
