"""From a draft to the outbox: the gate's question, the sender's decision, and the handing over.

Deciding and sending are two steps: what the sender saw is what is sent. Where the evidence got worse in between, or
is too old to be trusted, it is asked again, and what fell is a DecisionOutdated.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from linksec_tui.desk.assessing import Assessing
from linksec_tui.desk.carried import finished_parts, read_inside
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.people import People
from linksec_tui.desk.providers import Providers
from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.address import Address, Origin, Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.errors import DecisionOutdated
from linksec_tui.model.events import OutboxChanged
from linksec_tui.model.letter import (
    Choice,
    Decision,
    Draft,
    Finished,
    Gate,
    GateLine,
    Inside,
    Kind,
    OutboxItem,
    OutboxState,
    Submission,
)
from linksec_tui.outgoing import decide, tag
from linksec_tui.outgoing.attachments import read_attachments
from linksec_tui.outgoing.body import Content
from linksec_tui.outgoing.render import check_size, render_content
from linksec_tui.store import contacts, outbox
from linksec_tui.store.sent import SentCopy

OTHERS = 5  # addresses of one person that are looked at, where the one written to falls short
_GETS_THE_LETTER = (Choice.SEND, Choice.TRY, Choice.LOWER)

log = logging.getLogger("linksec_tui.desk.sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The verbs gate, decide and send."""

    rooms: Rooms
    assessing: Assessing
    providers: Providers
    people: People
    correspondence: Correspondence

    async def gate(self, draft: Draft) -> Gate:
        """Who meets the requirement, who does not and why, and what may be chosen for them."""
        gate = decide.gate(
            draft, await self._assessments(draft), self.providers.facts(draft.account), self.rooms.clock()
        )
        return replace(gate, lines=tuple([await self._with_others(draft, line) for line in gate.lines]))

    async def _assessments(self, draft: Draft) -> Mapping[str, Assessment]:
        """By domain, and by address for those of whom something is to be said."""
        settled = await self.assessing.settled(_domains(draft), draft.account)
        return await self.people.personal(draft.recipients, settled)

    async def _with_others(self, draft: Draft, line: GateLine) -> GateLine:
        """Where somebody falls short: their other addresses that would not."""
        if line.passes:
            return line
        gone_to = {recipient.address for recipient in draft.recipients}
        others = [each for each in await self.people.others_of(line.recipient.address) if each not in gone_to]
        recipients = tuple(replace(line.recipient, address=each, origin=Origin.TYPED) for each in others[:OTHERS])
        if not recipients:
            return line
        asked = replace(draft, recipients=recipients)
        gate = decide.gate(
            asked, await self._assessments(asked), self.providers.facts(draft.account), self.rooms.clock()
        )
        return replace(line, instead=tuple(each.recipient.address for each in gate.lines if each.passes))

    async def decide(self, draft: Draft, choices: Mapping[Address, Choice], seen: Gate) -> Decision:
        """The decision that the choices amount to. Raises GateRefused where somebody has none.

        `seen` is the gate that the choices were made at: what is worse by now is then found by `send`, and asked about.
        """
        return decide.decide(draft, seen, choices, self.rooms.clock())

    async def send(
        self, draft: Draft, decision: Decision, *, undoable: bool = True, finished: Finished | None = None
    ) -> tuple[OutboxItem, ...]:
        """Into the outbox, on the disk when it returns. Raises DecisionOutdated, BadInput.

        It goes when the draft says so, or else after the grace period; without `undoable` at once. What is `finished`
        goes as it is: the draft then says to whom and how, and is what remains to be written on when it comes back.
        """
        await self._confirm(draft, decision)
        ids = await self._put_in(draft, decision, finished, self._not_before(draft, undoable=undoable))
        await self.rooms.desk.run(contacts.note_written, _written_to(decision), self.rooms.clock())
        await self.rooms.keep_copy()
        for ident in ids:
            log.info("in the outbox: %s", ident)
            self.rooms.broadcast.tell(OutboxChanged(item=ident, state=OutboxState.WAITING.value))
        return tuple(item for item in await self.rooms.desk.run(outbox.items) if item.id in ids)

    async def _put_in(
        self, draft: Draft, decision: Decision, finished: Finished | None, not_before: datetime | None
    ) -> frozenset[str]:
        """What was rendered is let go with this: the worker reads it when its turn comes, and it may be large."""
        posting = self._posting(draft, finished.content if finished else b"")
        if not posting.finished:
            posting = replace(posting, content=await self._content(draft))
        submissions = await asyncio.to_thread(tag.submissions, draft, decision, posting)
        facts = self.providers.facts(draft.account)
        for submission in submissions:
            check_size(submission.octets, facts.size_limit if facts else None)
        letter = next((each for each in submissions if each.kind is Kind.LETTER), None)
        copy = _sent_copy(draft, decision, letter, posting) if letter else None
        if finished:
            draft = await asyncio.to_thread(_as_draft, draft, finished, copy)
        handover = outbox.Handover(
            submissions=submissions,
            draft=draft,
            left_out=decide.remainder(draft, decision, outbox.rest_of(draft.id)),
            copies=(copy,) if copy else (),
            finished=copy if finished and draft.attachments else None,
            not_before=not_before,
        )
        await self.rooms.desk.run(outbox.add, handover, self.rooms.clock())
        return frozenset(submission.id for submission in submissions)

    async def _content(self, draft: Draft) -> Content:
        inside = await read_inside(self.correspondence, draft.attachments)
        return await asyncio.to_thread(_rendered, draft, inside, self.rooms.token())

    async def _confirm(self, draft: Draft, decision: Decision) -> None:
        """Is the evidence still as good as when the sender decided?"""
        now = self.rooms.clock()
        current = await self._assessments(draft)
        fallen = decide.worse(decision, current, now)
        if fallen:
            raise DecisionOutdated(
                f"Less is known to protect the way to {', '.join(map(str, fallen))} than when you decided.",
                "Look at the gate again.",
            )

    def _posting(self, draft: Draft, finished: bytes) -> tag.Posting:
        facts = self.providers.facts(draft.account)
        return tag.Posting(
            envelope_sender=self.rooms.account(draft.account).address,
            requiretls_offered=bool(facts and facts.requiretls_offered),
            linksec_level=facts.linksec_level if facts else 0,
            now=self.rooms.clock(),
            token=self.rooms.token,
            finished=finished,
        )

    def _not_before(self, draft: Draft, *, undoable: bool) -> datetime | None:
        now = self.rooms.clock()
        if draft.send_at is not None and draft.send_at > now:
            return draft.send_at
        grace = self.rooms.config.compose.undo_seconds if undoable else 0
        return now + timedelta(seconds=grace) if grace else None


def _rendered(draft: Draft, inside: Mapping[Inside, bytes], boundary: str) -> Content:
    """The files are read here and let go here: what was made of them is enough to hold. Blocking; raises BadInput."""
    return render_content(draft, read_attachments(draft.attachments, inside), boundary)


def _as_draft(draft: Draft, finished: Finished, copy: SentCopy | None) -> Draft:
    """What a finished message is written on as, when it comes back: its text, with its other parts as they are."""
    if copy is None:  # nobody gets the letter itself, and it is not kept
        return replace(draft, elsewhere=finished.beyond)
    return replace(draft, attachments=finished_parts(finished.content, draft.id))


def _sent_copy(draft: Draft, decision: Decision, letter: Submission, posting: tag.Posting) -> SentCopy:
    head, body = tag.render_sent_copy(draft, decision, letter, posting)
    return SentCopy(
        message_id=letter.message_id,
        letter=letter.letter,
        account=letter.account,
        created_at=letter.created_at,
        head=head,
        body=body,
    )


def _written_to(decision: Decision) -> list[Recipient]:
    """Who gets the letter itself. Whoever was left out, or might be somebody else, is not known by that."""
    return [each.recipient for each in decision.recipients if each.choice in _GETS_THE_LETTER]


def _domains(draft: Draft) -> frozenset[str]:
    return frozenset(recipient.address.domain for recipient in draft.recipients)
