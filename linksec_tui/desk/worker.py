"""The worker: takes what waits in the outbox to the provider, one after another, and writes down how it went.

Each account has a turn of its own: a provider that keeps us waiting, ten minutes for its last word, holds up nobody
else's letters. A row is claimed in a transaction before its first byte; what the sender decided is compared with
today's evidence before every attempt that is not the first, and held where that got worse (link-security.md §4).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from linksec_tui.desk.assessing import Assessing
from linksec_tui.desk.patience import no_patience
from linksec_tui.desk.providers import Providers
from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import OutboxChanged
from linksec_tui.model.letter import OutboxItem, OutboxState, Submission
from linksec_tui.outgoing import decide
from linksec_tui.outgoing import outbox as states
from linksec_tui.outgoing.deadline import TIME_IS_OVER, deadline, in_time, no_later
from linksec_tui.outgoing.submit import Result, submit
from linksec_tui.store import outbox, sent, sightings
from linksec_tui.wire.smtp import Delivery, SubmissionSession

log = logging.getLogger("linksec_tui.desk.worker")

# Another process may have put something into the outbox; it cannot wake us, so we look.
LOOK_AGAIN = timedelta(seconds=2)
KEPT = timedelta(days=30)  # what is settled is shown that long
WORTH_TELLING = 1_000_000  # octets from which on it is told how much of a letter is through
STEP_TOLD = 2  # percent
BOUNCES_UNTIL = timedelta(days=90)  # no queue holds a letter for longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Held by the one process that has the worker's lock. `name` is what its claims are signed with."""

    rooms: Rooms
    providers: Providers
    assessing: Assessing
    name: str
    woken: asyncio.Event
    submitted: asyncio.Event = field(default_factory=asyncio.Event)
    unreached: set[str] = field(default_factory=set[str])  # what waits only because the provider was not reached
    tries: dict[str, int] = field(default_factory=dict[str, int])  # of a letter, since its provider was back
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """After the submission under way, no more."""
        self.ending.set()
        self.woken.set()

    async def run(self) -> None:
        """Until stopped; what is under way then is brought to its end."""
        turns: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as tasks:
            while not self.ending.is_set():
                self.woken.clear()
                for account in self._idle(turns):
                    if await self._is_due(account):
                        turns[account] = tasks.create_task(self._turn(account))
                        turns[account].add_done_callback(lambda _: self.woken.set())  # more may be due by then
                await self._rest(self._idle(turns))

    async def reachable_again(self, account: str) -> None:
        """What waits because the provider could not be reached goes now, not when its pause is over."""
        for ident in tuple(self.unreached):
            item = await self.rooms.desk.run(outbox.item, ident)
            if item is None or item.state is not OutboxState.WAITING:
                self.unreached.discard(ident)
            elif item.account == account:
                self.unreached.discard(ident)
                self.tries[ident] = 0
                with suppress(BadInput):  # somebody was quicker
                    await self.rooms.desk.run(outbox.retry, ident, self.rooms.clock())
                self.woken.set()

    async def recover(self) -> None:
        """Put right what a dead worker left under way."""
        now = self.rooms.clock()
        for item in await self.rooms.desk.run(outbox.recover, now):
            log.info("left under way by an earlier run: %s is %s", item.id, item.state)
            self._tell(item.id, item.state)
        await self.rooms.desk.run(outbox.tidy, now - KEPT)
        await self.rooms.desk.run(sent.forget_records, now - BOUNCES_UNTIL)
        await self.rooms.desk.run(sightings.forget_expired, now)

    def _idle(self, turns: Mapping[str, asyncio.Task[None]]) -> list[str]:
        """Accounts whose turn is not under way."""
        names = [account.name for account in self.rooms.config.accounts]
        return [name for name in names if name not in turns or turns[name].done()]

    async def _is_due(self, account: str) -> bool:
        next_due = await self.rooms.desk.run(outbox.next_due, account)
        return next_due is not None and next_due <= self.rooms.clock()

    async def _turn(self, account: str) -> None:
        """Submit everything of an account that is due now."""
        for ident in await self.rooms.desk.run(outbox.due, account, self.rooms.clock()):
            if self.ending.is_set():
                return
            await self._attempt(account, ident)

    async def _rest(self, idle: Sequence[str]) -> None:
        """Until something of those with nothing under way may be due."""
        if self.ending.is_set():
            return
        due = [await self.rooms.desk.run(outbox.next_due, account) for account in idle]
        pause = min((max(each - self.rooms.clock(), timedelta()) for each in due if each), default=LOOK_AGAIN)
        pause = min(pause, LOOK_AGAIN)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds()):
                await self.woken.wait()

    async def _attempt(self, account: str, ident: str) -> None:
        submission = await self._claim(ident)
        if submission is None:
            return
        log.info("claimed %s", ident)
        going = in_time(submission, await self._item(ident), self.rooms.clock())
        reason = await self._worse(submission) if going else TIME_IS_OVER
        if going is None or reason:
            await self._finish(submission, outbox.Ending(state=OutboxState.HELD, detail=reason))
            return
        result = await submit(self._session(account), going, self._delivery(submission))
        await self._finish(submission, await self._ending(replace(result, submission=submission)))

    async def _claim(self, ident: str) -> Submission | None:
        submission = await self.rooms.desk.run(outbox.claim, self._signed(ident), self.rooms.clock())
        if submission is not None:
            self._tell(ident, OutboxState.SUBMITTING)
        return submission

    async def _worse(self, submission: Submission) -> str:
        """A sentence where the recipients stand worse than when the sender decided; empty where they don't."""
        item = await self._item(submission.id)
        decision = submission.decision
        if item.attempts <= 1 and not decide.stale(decision, self.rooms.clock()):
            return ""
        domains = {each.recipient.address.domain for each in decision.recipients}
        current = await self.assessing.settled(domains, submission.account)
        fallen = decide.worse(decision, current, self.rooms.clock())
        if not fallen:
            return ""
        return f"{', '.join(map(str, fallen))}: less protected now than when you decided. Look again before it is sent."

    def _session(self, account: str) -> Callable[[], Awaitable[SubmissionSession]]:
        async def open_session() -> SubmissionSession:
            return await self.providers.open_session(self.rooms.account(account))

        return open_session

    def _delivery(self, submission: Submission) -> Delivery:
        ident = submission.id

        async def before_final_dot() -> None:
            with no_patience():  # the provider waits; and nothing goes out of which that is not written down
                await self.rooms.desk.run(outbox.start_data, self._signed(ident), self.rooms.clock())
            log.info("handing over %s", ident)

        return Delivery(before_final_dot=before_final_dot, progress=self._progress(submission))

    def _progress(self, submission: Submission) -> Callable[[int], None] | None:
        """Told in steps of a few percent, and only of what is large: nobody sees more."""
        if submission.octets < WORTH_TELLING:
            return None
        told = 0

        def heard(octets: int) -> None:
            nonlocal told
            percent = octets * 100 // submission.octets
            if percent >= told + STEP_TOLD:
                told = percent
                event = OutboxChanged(item=submission.id, state=OutboxState.SUBMITTING.value, percent=percent)
                self.rooms.broadcast.tell(event)

        return heard

    async def _ending(self, result: Result) -> outbox.Ending:
        item, now = await self._item(result.submission.id), self.rooms.clock()
        self.unreached.discard(item.id)
        if result.failure is not None:
            following = states.after_failure(item, result.failure, now)
            if following.state is OutboxState.WAITING:
                following = self._again(item.id, following, now)
        else:
            following = states.after_outcomes(item, result.outcomes, now)
        if item.id not in self.unreached:
            self.tries.pop(item.id, None)
        rest = (states.follow_up(result.submission, following.again, self.rooms.token),) if following.again else ()
        again_at = following.next_attempt_at or (_soon(now) if rest else None)
        return outbox.Ending(
            state=following.state,
            outcomes=following.outcomes,
            detail=following.detail,
            next_attempt_at=no_later(again_at, deadline(result.submission, item)),
            follow_up=rest,
        )

    def _again(self, ident: str, following: states.Next, now: datetime) -> states.Next:
        """The provider was not reached; where it was back a moment ago, it is asked again soon."""
        self.unreached.add(ident)
        if ident not in self.tries:
            return following
        self.tries[ident] += 1
        return states.sooner(following, self.tries[ident], now)

    async def _finish(self, submission: Submission, ending: outbox.Ending) -> None:
        await self.rooms.desk.run(outbox.finish, self._signed(submission.id), ending, self.rooms.clock())
        await self.rooms.keep_copy()
        log.info("%s is %s", submission.id, ending.state)
        if ending.state in (OutboxState.SUBMITTED, OutboxState.MAYBE_SENT):
            self.submitted.set()
        self._tell(submission.id, ending.state)

    async def _item(self, ident: str) -> OutboxItem:
        item = await self.rooms.desk.run(outbox.item, ident)
        assert item is not None  # claimed rows are deleted by nobody
        return item

    def _signed(self, ident: str) -> outbox.Claim:
        return outbox.Claim(submission=ident, worker=self.name)

    def _tell(self, ident: str, state: OutboxState) -> None:
        self.rooms.broadcast.tell(OutboxChanged(item=ident, state=state.value))


def _soon(now: datetime) -> datetime:
    return now + states.BACK_OFF[0]
