"""A long list of domains: what is at hand first, then the others, a bounded number of them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator

from linksec_tui.desk.assessing import Assessing, Question
from linksec_tui.model.assessment import Assessment

AT_ONCE = 32  # domains in the air: enough to hide slow ones, few enough for a home router's resolver
_LOOKED_THROUGH = 256  # domains of a list between two turns of everybody else


async def assess_many(assessing: Assessing, questions: Iterable[Question]) -> AsyncGenerator[Assessment]:
    """Each as it comes; the last word on a domain is complete. Closed early, it asks no more. Raises StoreError."""
    unknown: list[Question] = []
    for number, question in enumerate(questions):
        kept = await assessing.at_hand(question) if assessing.gatherer.keeps(question.domain) else None
        if kept is not None:
            yield kept
        if kept is None or not kept.complete:
            unknown.append(question)
        if number % _LOOKED_THROUGH == 0:
            await asyncio.sleep(0)
    async for assessment in _looked_up(assessing, iter(unknown)):
        yield assessment


async def _looked_up(assessing: Assessing, questions: Iterator[Question]) -> AsyncGenerator[Assessment]:
    found: asyncio.Queue[Assessment | None] = asyncio.Queue()

    async def ask_one_after_the_other() -> None:
        for question in questions:  # all of them draw from the same list
            found.put_nowait(await assessing.complete(question))

    lanes = [asyncio.create_task(ask_one_after_the_other()) for _ in range(AT_ONCE)]
    everybody = asyncio.gather(*lanes)
    everybody.add_done_callback(lambda _: found.put_nowait(None))
    try:
        while (assessment := await found.get()) is not None:
            yield assessment
        await everybody  # raises what one of them raised
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.wait(lanes)
