"""The provider breaks at every step of the protocol and in every way: it cuts the line, falls silent, puts us off,
refuses one recipient of several, or is killed with kill -9. Each letter is delivered once, or visibly is not, or is
marked as one that may have gone out.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from email import message_from_bytes
from pathlib import Path
from time import monotonic

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import open_desk
from linksec_tui.model.letter import OutboxState
from linksec_tui.world import World
from tests.desk.breaking import Provider, provider
from tests.desk.letters import until
from tests.desk.promise import CAROL, Form, Watch, over
from tests.desk.provider_process import Breakage, Point, Way

WAITS, UNSURE, OUT, REFUSED = OutboxState.WAITING, OutboxState.MAYBE_SENT, OutboxState.SETTLED, OutboxState.REFUSED
STEPS = (Point.GREETING, Point.EHLO, Point.AUTH, Point.MAIL, Point.RCPT, Point.DATA)
WEIGHTS = {Form.SMALL: 6, Form.LARGE: 1, Form.SPLIT: 3}

# Of a letter to two people: what the outbox says of it when that has happened. While the last of it is on the line,
# nobody can know whether it was taken.
LOST = {
    **{Breakage(point=point): {WAITS} for point in STEPS},
    Breakage(point=Point.RCPT, nth=2): {WAITS},
    Breakage(point=Point.CONTENT): {WAITS, UNSURE},
    Breakage(point=Point.DOT): {UNSURE},
    Breakage(point=Point.SAVED): {UNSURE},
}
PUT_OFF = {
    **{Breakage(point=point): {WAITS} for point in STEPS if point is not Point.RCPT},
    Breakage(point=Point.RCPT): {WAITS, OUT},  # the other one gets it, and this one is tried again
    Breakage(point=Point.RCPT, nth=2): {WAITS, OUT},
    Breakage(point=Point.DOT): {WAITS},
}
TURNED_DOWN = {
    Breakage(point=Point.MAIL): {REFUSED},
    Breakage(point=Point.RCPT, whom=CAROL): {OUT},
    Breakage(point=Point.RCPT, nth=2): {OUT},
    Breakage(point=Point.DATA): {REFUSED},
    Breakage(point=Point.DOT): {REFUSED},
}
TABLE = {Way.CUT: LOST, Way.SILENT: LOST, Way.DIE: LOST, Way.DEFER: PUT_OFF, Way.REFUSE: TURNED_DOWN}

OTHER_FORMS = [
    (Form.LARGE, Breakage(way=Way.CUT, point=Point.CONTENT)),
    (Form.LARGE, Breakage(way=Way.SILENT, point=Point.CONTENT)),
    (Form.LARGE, Breakage(way=Way.DIE, point=Point.SAVED)),
    (Form.SPLIT, Breakage(way=Way.CUT, point=Point.RCPT, nth=2)),
    (Form.SPLIT, Breakage(way=Way.DIE, point=Point.DOT, nth=2)),
    (Form.SPLIT, Breakage(way=Way.REFUSE, point=Point.RCPT, whom=CAROL)),
]


@pytest.fixture
async def breaking(world: World, tmp_path: Path) -> AsyncIterator[Provider]:
    async with provider(world, tmp_path) as started:
        yield started


@pytest.mark.parametrize("way", TABLE)
async def test_a_letter_survives_a_provider_that_breaks_at_any_step(
    world: World, config: Config, breaking: Provider, tmp_path: Path, way: Way
) -> None:
    async with open_desk(breaking.place.config(config)) as desk:
        watch = Watch(desk=desk, world=world, provider=breaking, directory=tmp_path)
        for number, (at, expected) in enumerate(TABLE[way].items()):
            word, breakage = f"{way}{number}", Breakage(way=way, point=at.point, nth=at.nth, whom=at.whom)
            states = await watch.send(word, Form.SMALL, breakage)
            assert states <= expected, f"{way} at {at.point}: {states}"
            await watch.bring_to_an_end(word, Form.SMALL)


async def test_large_and_split_letters_survive_it_too(
    world: World, config: Config, breaking: Provider, tmp_path: Path
) -> None:
    async with open_desk(breaking.place.config(config)) as desk:
        watch = Watch(desk=desk, world=world, provider=breaking, directory=tmp_path)
        for number, (form, breakage) in enumerate(OTHER_FORMS):
            await watch.send(f"form{number}", form, breakage)
            await watch.bring_to_an_end(f"form{number}", form)


async def test_what_may_have_gone_out_and_is_sent_again_by_explicit_word_has_the_same_message_id(
    world: World, config: Config, breaking: Provider, tmp_path: Path
) -> None:
    async with open_desk(breaking.place.config(config)) as desk:
        watch = Watch(desk=desk, world=world, provider=breaking, directory=tmp_path)
        await watch.send("again", Form.SMALL, Breakage(way=Way.CUT, point=Point.SAVED))
        (item,) = await desk.outbox()
        assert item.state is UNSURE
        await desk.retry(item.id, confirmed=True)
        await until(desk, over)
    first, second = (message_from_bytes(content)["Message-ID"] for _, content in breaking.taken("again"))
    assert first == second
    copies = [message_from_bytes(raw) for raw in world.inbox(world.address, "Sent")]
    assert [copy["Message-ID"] for copy in copies if copy["Subject"] == "again"] == [first]


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_two_hundred_letters_survive_a_provider_that_breaks(
    world: World, config: Config, breaking: Provider, tmp_path: Path
) -> None:
    seed = int(os.environ.get("LINKSEC_SEED", "0")) or random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance, began, broke = random.Random(seed), monotonic(), Counter[str]()
    async with open_desk(breaking.place.config(config)) as desk:
        watch = Watch(desk=desk, world=world, provider=breaking, directory=tmp_path)
        for number in range(200):
            (form,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
            way = chance.choice(list(TABLE))
            at = chance.choice(list(TABLE[way]))
            breakage = Breakage(way=way, point=at.point, nth=at.nth, whom=at.whom)
            await watch.send(f"round{number}", form, breakage)
            await watch.bring_to_an_end(f"round{number}", form)
            broke[way] += 1
    print(f"200 rounds in {monotonic() - began:.0f} s; what broke: {dict(broke)}; became: {dict(watch.became)}")
