"""kill -9 of the client at each step of the protocol, while the provider keeps it waiting there: the next process finds
each letter to be sent, sent, or one that may have gone out; nobody gets it twice.

`test_kill` does the same at the steps of our own, up to the copy in Sent.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
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

UNSURE, OUT = OutboxState.MAYBE_SENT, OutboxState.SETTLED
WEIGHTS = {Form.SMALL: 5, Form.LARGE: 2, Form.SPLIT: 3}
_REPOSITORY = Path(__file__).resolve().parents[2]

# What is found at last, and how often Carol has the letter.
FOUND = {
    **{point: {(OUT, 1)} for point in Point},
    Point.CONTENT: {(OUT, 1), (UNSURE, 0)},  # the last of a small letter may be on the line already
    Point.DOT: {(UNSURE, 0)},
    Point.SAVED: {(UNSURE, 1)},
}


@pytest.fixture
async def breaking(world: World, tmp_path: Path) -> AsyncIterator[Provider]:
    async with provider(world, tmp_path) as started:
        yield started


async def test_a_letter_survives_kill_9_of_the_client_at_every_step(
    world: World, config: Config, breaking: Provider, tmp_path: Path
) -> None:
    for point in Point:
        await _kill_while_sending(config, breaking, point.value, Form.SMALL, Breakage(way=Way.SILENT, point=point))
        async with open_desk(breaking.place.config(config)) as desk:
            watch = Watch(desk=desk, world=world, provider=breaking, directory=tmp_path)
            await watch.bring_to_an_end(point.value, Form.SMALL)
            (item,) = [each for each in await desk.outbox() if each.subject == point.value]
        copies = sum(CAROL in recipients for recipients, _ in breaking.taken(point.value))
        assert (item.state, copies) in FOUND[point], f"killed at {point}"


@pytest.mark.parametrize("point", [Point.DATA, Point.SAVED])
async def test_a_client_that_runs_beside_takes_over_from_one_that_is_killed(
    config: Config, breaking: Provider, point: Point
) -> None:
    breakage = Breakage(way=Way.SILENT, point=point)
    other = await _begun(config, breaking, "beside", Form.SMALL)
    async with open_desk(breaking.place.config(config), mailboxes=False) as desk:
        await desk.providers.meet(None)
        assert not desk.is_worker
        await breaking.order(breakage)
        await _killed_when_it_happened(other, breaking)
        (item,) = await until(desk, over)
    copies = sum(CAROL in recipients for recipients, _ in breaking.taken("beside"))
    assert (item.state, copies) in FOUND[point]


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_two_hundred_letters_survive_kill_9_of_the_client(
    world: World, config: Config, breaking: Provider, tmp_path: Path
) -> None:
    seed = int(os.environ.get("LINKSEC_SEED", "0")) or random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance, began = random.Random(seed), monotonic()
    killed, became = Counter[str](), Counter[str]()
    for number in range(200):
        (form,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        nth = chance.randrange(1, 4) if form is Form.SPLIT else 1
        breakage = Breakage(way=Way.SILENT, point=chance.choice(list(Point)), nth=nth)
        await _kill_while_sending(config, breaking, f"round{number}", form, breakage)
        async with open_desk(breaking.place.config(config)) as desk:
            watch = Watch(desk=desk, world=world, provider=breaking, directory=tmp_path, became=became)
            await watch.bring_to_an_end(f"round{number}", form)
        killed[f"{breakage.point}"] += 1
    print(f"200 rounds in {monotonic() - began:.0f} s; killed at: {dict(killed)}; became: {dict(became)}")


async def _kill_while_sending(config: Config, breaking: Provider, word: str, form: Form, breakage: Breakage) -> None:
    client = await _begun(config, breaking, word, form)
    await breaking.order(breakage)
    await _killed_when_it_happened(client, breaking)


async def _begun(config: Config, breaking: Provider, word: str, form: Form) -> asyncio.subprocess.Process:
    """A client that has opened its desk and is about to send."""
    place = breaking.place
    client = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.desk.sending_client", str(config.path), str(config.state), str(place.port)),
        *(str(place.ca_file), str(place.ca_file.parent), word, form.value),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=_REPOSITORY,
    )
    assert client.stdout is not None
    assert await client.stdout.readline() == b"ready\n"
    return client


async def _killed_when_it_happened(client: asyncio.subprocess.Process, breaking: Provider) -> None:
    assert client.stdin is not None
    client.stdin.write(b"\n")
    await breaking.happened()
    client.kill()
    assert await client.wait() < 0
