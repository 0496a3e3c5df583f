"""Assessments on demand. Evidence is kept by the gatherer, and judged here for the account that a letter is from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field, replace

from linksec_tui.config import PROBED_AT_ONCE, ProbeWhen
from linksec_tui.desk.known_book import KnownBook
from linksec_tui.desk.providers import Providers
from linksec_tui.desk.rooms import Rooms
from linksec_tui.link.gather import Asked, Gatherer
from linksec_tui.link.known import KnownList
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.events import AssessmentChanged

KEPT = 10_000  # domains whose exchangers are remembered by name; some hundred octets each


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """About which domain, for a letter from which account. `probe` is None where the configuration decides."""

    domain: str
    account: str = ""
    fresh: bool = False
    probe: bool | None = None


@dataclass(slots=True, kw_only=True)
class Assessing:
    """The verb assess."""

    rooms: Rooms
    providers: Providers
    gatherer: Gatherer
    known: KnownBook
    _used: KnownList | None = None
    _exchangers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _renewed: set[str] = field(default_factory=set)

    async def assess(self, question: Question) -> AsyncGenerator[Assessment]:
        """What is at hand at once, then as sources answer; the last one is complete."""
        # The ladder above Verifiable hangs on the provider, so it is met while the names are looked up.
        meeting = asyncio.create_task(self.providers.meet(question.account))
        try:
            async for assessment in self.gatherer.assessments(question.domain, await self._asked_now(question)):
                if not assessment.complete:
                    yield assessment
                    continue
                if not meeting.done():
                    yield replace(self._judged(question, assessment), complete=False)
                await meeting
                yield self._judged(question, assessment)
        finally:
            meeting.cancel()

    async def settled(self, domains: Iterable[str], account: str) -> Mapping[str, Assessment]:
        """A complete assessment of each domain, none older than ten minutes; asked all at once.

        Of more than PROBED_AT_ONCE no exchanger is looked at for this; what a probe has shown before counts.
        """
        wanted = sorted(domains)
        probe = False if len(wanted) > PROBED_AT_ONCE else None
        questions = [Question(domain=domain, account=account, probe=probe) for domain in wanted]
        found = await asyncio.gather(*map(self.complete, questions))
        return dict(zip(wanted, found, strict=True))

    def exchangers(self, domain: str) -> tuple[str, ...]:
        """The MX hosts of a domain, as far as it was looked up since the program was started."""
        return self._exchangers.get(domain, ())

    def renew(self, domain: str) -> None:
        """Something new is known of the domain: the next question is asked again."""
        self._renewed.add(domain)

    async def complete(self, question: Question) -> Assessment:
        """The assessment when every source has answered, or the deadline has passed."""
        meeting = asyncio.create_task(self.providers.meet(question.account))
        try:
            assessment = await self.gatherer.assessment(question.domain, await self._asked_now(question))
            await meeting
        finally:
            meeting.cancel()
        return self._judged(question, assessment)

    async def at_hand(self, question: Question) -> Assessment | None:
        """The judgement of evidence that is still good, where there is some: nobody is asked about it.

        Not complete while the provider was not met: the rungs above Verifiable hang on it.
        """
        kept = await self.gatherer.at_hand(question.domain, await self._asked_now(question))
        if kept is None:
            return None
        return replace(self._judged(question, kept), complete=self.providers.met(question.account))

    def _judged(self, question: Question, assessment: Assessment) -> Assessment:
        """The same evidence, for the provider as it is known by now."""
        self._renewed.discard(question.domain)
        asked = self._asked(question)
        if (asked.provider, asked.user) != (assessment.evidence.provider, assessment.evidence.user):
            assessment = self.gatherer.judge_anew(assessment, asked)
        self._note(assessment)
        return assessment

    def _note(self, assessment: Assessment) -> None:
        hosts = tuple(exchanger.host for exchanger in assessment.evidence.route.exchangers)
        self._exchangers.pop(assessment.domain, None)
        self._exchangers[assessment.domain] = hosts
        if len(self._exchangers) > KEPT:
            del self._exchangers[next(iter(self._exchangers))]
        self.rooms.broadcast.tell(AssessmentChanged(assessment=assessment))

    async def _asked_now(self, question: Question) -> Asked:
        """With the known list and the user's word as they are now: another process may have changed them."""
        await self.known.refresh()
        if self.known.listed is not self._used:
            self._used = self.known.listed
            self.gatherer.use_known(self._used)
        return self._asked(question)

    def _asked(self, question: Question) -> Asked:
        return Asked(
            provider=self.providers.facts(question.account),
            user=self.known.word(question.domain),
            probe=self._probes(question),
            fresh=question.fresh or question.domain in self._renewed,
        )

    def _probes(self, question: Question) -> bool:
        configured = self.rooms.config.network.probe
        if configured is ProbeWhen.NEVER:
            return False
        return configured is ProbeWhen.AUTOMATIC if question.probe is None else question.probe
