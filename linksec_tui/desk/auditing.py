"""The provider audit: letters to canaries through the outbox, and what became of them, whenever it is heard.

Good news is asked for too (RFC 3461 NOTIFY=SUCCESS): the report that a letter was passed on tells that the provider
carried it. A canary may also answer. What is heard after the command has ended is counted as well.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from linksec_tui.desk.assessing import Assessing, Question
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.matching import Matching
from linksec_tui.desk.providers import Providers
from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.mime import parse_message
from linksec_tui.model.account import Account
from linksec_tui.model.address import Recipient
from linksec_tui.model.assessment import GATE_WARNINGS, Assessment, Assurance
from linksec_tui.model.audit import Audit, Breaks, Canary, Fate
from linksec_tui.model.errors import BadInput, ConfigurationError, ConnectionProblem
from linksec_tui.model.events import AuditChanged, OutboxChanged
from linksec_tui.model.letter import (
    PASSED_ON,
    Choice,
    Decision,
    Draft,
    Envelope,
    Kind,
    OutboxState,
    RecipientDecision,
    Requirement,
    Submission,
)
from linksec_tui.outgoing.render import Setting, head_and_body, render
from linksec_tui.outgoing.tag import message_id_for
from linksec_tui.store import canaries, outbox

log = logging.getLogger("linksec_tui.desk.auditing")

SUBJECT = "Delivery test"
NOBODY = " "  # no account is called that
TEXT = "A test of what my mail provider does with a letter to this address. It needs no answer.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditing:
    """The verbs of an audit."""

    rooms: Rooms
    correspondence: Correspondence
    providers: Providers
    assessing: Assessing

    async def refresh(self) -> None:
        """What audits have told so far, for the reckoning; what is new in it is said."""
        for account in self.rooms.config.accounts:
            audit = await self.audit(account)
            if self.providers.audits.get(account.name) != audit:
                self.providers.audits[account.name] = audit
                self.rooms.broadcast.tell(AuditChanged(account=account.name))

    async def audit(self, account: Account) -> Audit:
        letters = await self.rooms.desk.run(canaries.letters, account.name)
        return Audit(account=account.name, letters=letters)

    async def own_domain(self, account: Account) -> Assessment | None:
        """What whoever writes to us finds: by the same ladder, with a provider of which nothing is known."""
        latest: Assessment | None = None
        question = Question(domain=account.address.domain, account=NOBODY, fresh=True)
        async with aclosing(self.assessing.assess(question)) as assessments:
            async for assessment in assessments:
                latest = assessment
        return latest

    async def begin(self, account: Account) -> Audit:
        """A letter to every canary, into the outbox. Raises ConfigurationError where none is configured."""
        wanted = self.rooms.config.canaries
        if not wanted:
            raise ConfigurationError(
                "No canaries are configured: addresses at domains that are broken on purpose.",
                'Name some under [audit], as canaries = ["dane postmaster@broken.example", …]; docs/writing.md tells'
                " what they must be like.",
            )
        await self.providers.meet(account.name)
        await self.rooms.desk.run(canaries.forget, account.name)
        for canary in wanted:
            await self._send(account, canary)
        await self.refresh()
        return await self.audit(account)

    async def arrived(self, messages: Sequence[int]) -> None:
        """New messages: is one of them an answer, or a report about a letter to a canary?"""
        if not await self.rooms.desk.run(canaries.any_waits):
            return
        for ident, header in (await self.correspondence.rows(messages)).items():
            try:
                raw = await self.correspondence.raw(ident)
            except (ConnectionProblem, BadInput) as error:
                log.info("an answer could not be read: %s", type(error).__name__)
                continue
            if not await self._report(raw, header.account):
                await self._answer(raw)
        await self.refresh()

    async def looked_at_outbox(self) -> None:
        """What the provider refused outright."""
        for item in await self.rooms.desk.run(outbox.items):
            if item.kind is Kind.CANARY and item.state is OutboxState.REFUSED:
                submission = await self.rooms.desk.run(outbox.read, item.id)
                if submission is not None:
                    fate = Fate.NOT_OFFERED if submission.envelope.requiretls else Fate.CAME_BACK
                    await self._became(submission.envelope.envid, fate, item.detail)
        await self.refresh()

    async def _report(self, raw: bytes, account: str) -> bool:
        matched = await Matching(rooms=self.rooms).read(raw, account)
        record = matched.match.record if matched else None
        if matched is None or record is None or record.kind is not Kind.CANARY or not matched.match.ours:
            return False
        for report in matched.bounce.reports:
            if report.action == "delayed":
                continue  # it may still come back, or arrive
            fate = Fate.ARRIVED if report.action in PASSED_ON else Fate.CAME_BACK
            await self._became(record.envid, fate, f"{report.status} {report.diagnostic}".strip())
        return True

    async def _answer(self, raw: bytes) -> None:
        message = await asyncio.to_thread(parse_message, raw)
        named = message.header("In-Reply-To").strip()
        if named:
            await self._became(named, Fate.ARRIVED, "It was answered.")

    async def _became(self, named: str, fate: Fate, detail: str) -> None:
        if await self.rooms.desk.run(canaries.became, named, fate, detail, self.rooms.clock()):
            log.info("a canary: %s", fate)

    async def _send(self, account: Account, canary: Canary) -> None:
        submission = self._submission(account, canary)
        now = self.rooms.clock()
        sent = canaries.Sent(
            account=account.name,
            canary=canary,
            envid=submission.envelope.envid,
            message_id=submission.message_id,
            sent_at=now,
        )
        await self.rooms.desk.run(canaries.write, sent)
        await self.rooms.desk.run(outbox.add, outbox.Handover(submissions=(submission,)), now)
        self.rooms.broadcast.tell(OutboxChanged(item=submission.id, state=OutboxState.WAITING.value))

    def _submission(self, account: Account, canary: Canary) -> Submission:
        recipient = Recipient(address=canary.address)
        token, now = self.rooms.token, self.rooms.clock()
        message_id = message_id_for(account.address, token)
        draft = Draft(id=token(), account=account.name, sender=account.address, subject=SUBJECT, body=TEXT)
        setting = Setting(message_id=message_id, date=now, boundary=token(), recipients=(recipient,))
        head, body = head_and_body(render(draft, setting))
        decided = RecipientDecision(  # nothing can be worse than what is sent there on purpose
            recipient=recipient,
            choice=Choice.LOWER,
            assurance=Assurance.UNDELIVERABLE,
            warnings=tuple(GATE_WARNINGS),
            checked_at=now,
        )
        return Submission(
            id=token(),
            letter=draft.id,
            kind=Kind.CANARY,
            account=account.name,
            envelope=Envelope(
                sender=account.address,
                recipients=(canary.address,),
                envid=token(),
                requiretls=canary.breaks is Breaks.REQUIRETLS,
                report_success=True,
            ),
            message_id=message_id,
            subject=SUBJECT,
            head=head,
            body=body,
            decision=Decision(requirement=Requirement.ANY, recipients=(decided,), decided_at=now),
            created_at=now,
        )
