"""One run of `check` over a list: a bounded number of domains at a time, results told as they come, stopped cleanly.

Everybody at one domain is asked about once. Where nothing can be looked up any more, nobody else is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from linksec_tui.cli.check_plain import Spoken
from linksec_tui.cli.check_progress import Progress
from linksec_tui.cli.check_shapes import Document, InOrder, JsonLines, Lines, Shape, Subject
from linksec_tui.cli.check_tally import Tally, is_unheard
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.checked import Wanted

if TYPE_CHECKING:
    from linksec_tui.desk import Desk
    from linksec_tui.model.connection import TlsFacts

SILENCE = 50  # failed lookups one after the other: time to ask whether anything can be looked up at all
_TICK = 1.0  # seconds between two looks at the clock while nothing arrives


class Told(Enum):
    """The shape of the results."""

    TABLE = "table"
    PLAIN = "plain"
    DOCUMENT = "document"
    JSON_LINES = "json-lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How it is asked, and how told. `probe` is None where the configuration decides."""

    told: Told
    explain: bool = False
    account: str | None = None
    fresh: bool = False
    probe: bool | None = None


async def run_check(desk: Desk, subject: Subject, terms: Terms) -> Tally:
    """Everybody who was not done before. However it ends, what stands on standard output is whole lines."""
    tally = Tally(requirement=subject.requirement)
    waiting = _waiting(subject, tally)
    async with _submission(desk, terms) as submission, _progress(subject, tally) as progress:
        shape = _shape(subject, terms, submission)
        async with aclosing(
            desk.assess_many(waiting, account=terms.account, fresh=terms.fresh, probe=terms.probe)
        ) as assessments:
            async for assessment in assessments:
                if not assessment.complete:
                    continue
                if submission is not None:
                    await submission
                people = waiting.pop(assessment.domain, [])
                _count(subject, tally, assessment, people)
                shape.arrived(assessment, people)
                progress.show()
                if tally.silence >= SILENCE and not await _hears(desk, tally):
                    break
    if tally.all_unheard and not tally.deaf:
        await _hears(desk, tally)
    shape.finish(tally)
    _tell_silence(subject, tally)
    return tally


def _waiting(subject: Subject, tally: Tally) -> dict[str, list[Wanted]]:
    """Who is to be asked about, by domain; those done before are counted."""
    waiting: dict[str, list[Wanted]] = {}
    for wanted in subject.everyone:
        earlier = subject.earlier.of(wanted)
        if earlier is None:
            waiting.setdefault(wanted.domain, []).append(wanted)
        else:
            tally.add(wanted.shown, earlier.assurance, meets=earlier.meets(subject.requirement))
            tally.before += 1
    return waiting


def _shape(subject: Subject, terms: Terms, submission: asyncio.Future[TlsFacts | None] | None) -> Shape:
    match terms.told:
        case Told.JSON_LINES:
            return JsonLines(subject=subject)
        case Told.DOCUMENT:
            return InOrder(subject, Document(subject))
        case Told.TABLE:
            return InOrder(subject, Lines(subject, submission if terms.explain else None))
        case Told.PLAIN:
            return InOrder(subject, Spoken(subject, submission if terms.explain else None))


def _count(subject: Subject, tally: Tally, assessment: Assessment, people: list[Wanted]) -> None:
    for wanted in people:
        meets = subject.result(wanted, assessment).meets
        tally.add(wanted.shown, assessment.assurance, meets=meets)
    tally.heard(len(people), nothing=is_unheard(assessment))


async def _hears(desk: Desk, tally: Tally) -> bool:
    """Does the resolver answer, and only these domains are broken?"""
    tally.silence = 0
    tally.deaf = not await desk.resolver_answers()
    return not tally.deaf


def _tell_silence(subject: Subject, tally: Tally) -> None:
    if not tally.deaf:
        return
    left = len(subject.everyone) - tally.total
    others = f" {left:,} others were not asked about." if left else ""
    subject.output.error(
        f"Nothing can be looked up: the resolver does not answer.{others} Check the network, or name another resolver"
        " in the configuration (“linksec-tui doctor” tells which one is asked)."
    )


@asynccontextmanager
async def _submission(desk: Desk, terms: Terms) -> AsyncGenerator[asyncio.Task[TlsFacts | None] | None]:
    """The proof of our own hop, where the way is drawn and there is an account; had while names are looked up."""
    account = desk.config.account(terms.account)
    if not terms.explain or terms.told not in (Told.TABLE, Told.PLAIN):
        yield None
        return
    task = asyncio.create_task(_facts(desk, account.name if account else None))
    try:
        yield task
    finally:
        task.cancel()


async def _facts(desk: Desk, account: str | None) -> TlsFacts | None:
    return await desk.submission_facts(account) if account else None


@asynccontextmanager
async def _progress(subject: Subject, tally: Tally) -> AsyncGenerator[Progress]:
    """The line that tells how far it is; gone at the end, and where it was stopped that is said."""
    progress = Progress(subject.output, tally, len(subject.everyone), asyncio.get_running_loop().time)
    ticking = asyncio.create_task(_tick(progress))
    try:
        yield progress
    except asyncio.CancelledError:
        subject.output.progress("")
        subject.output.note(f"Stopped: {tally.total:,} of {len(subject.everyone):,} checked.")
        raise
    finally:
        ticking.cancel()
        subject.output.progress("")


async def _tick(progress: Progress) -> None:
    """Time passes also where nothing arrives."""
    while True:
        progress.show()
        await asyncio.sleep(_TICK)
