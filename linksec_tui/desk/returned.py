"""Returned letters: recognised on arrival, matched with what was sent, remembered where they are ours, explained.

What a card offers is all that can be done about a report: every verb looks first whether it is offered.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from linksec_tui.desk.assessing import Assessing, Question
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.matching import Matched, Matching
from linksec_tui.desk.memory import StoredMemory
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.sending import Sending
from linksec_tui.link.source import Sighting
from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.errors import BadInput, ConnectionProblem
from linksec_tui.model.events import BounceArrived
from linksec_tui.model.letter import (
    BounceCard,
    CardAction,
    Choice,
    Decision,
    Draft,
    OutboxItem,
    RecipientDecision,
    Requirement,
)
from linksec_tui.outgoing.card import Surroundings, card, concerned
from linksec_tui.outgoing.match import came_back
from linksec_tui.outgoing.sighting import observations
from linksec_tui.store import drafts, sent

CLOCKS_DIFFER = timedelta(hours=1)  # the server's and ours

log = logging.getLogger("linksec_tui.desk.returned")

Report = int | bytes
"""A message of a mailbox by its id, or one from elsewhere by its octets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The verbs around a bounce."""

    rooms: Rooms
    correspondence: Correspondence
    assessing: Assessing
    memory: StoredMemory
    sending: Sending

    async def arrived(self, messages: Sequence[int]) -> None:
        """New messages: what came back is matched now, so that the next check knows of it."""
        since = await self.rooms.desk.run(sent.oldest)
        for ident, header in (await self.correspondence.rows(messages)).items():
            if not header.is_bounce or since is None or header.received_at < since - CLOCKS_DIFFER:
                continue
            try:
                report = await self._read(ident)
            except (ConnectionProblem, BadInput) as error:
                log.info("a returned letter could not be read: %s", type(error).__name__)
                continue
            if report is not None:
                await self._remember(report)
            self.rooms.broadcast.tell(BounceArrived(message=ident))

    async def card(self, report: Report) -> BounceCard | None:
        """The returned letter in words; None where the message is none. Nothing is looked up for it."""
        matched = await self._read(report)
        return None if matched is None else await self._card(matched)

    async def draft(self, report: Report, action: CardAction) -> Draft:
        """The letter once more, to those whom the action is about, and as it says; not kept, and not sent.

        Raises BadInput where the card does not offer that.
        """
        letter, failed = await self._offered(report, action)
        again = self._again(letter, failed)
        match action:
            case CardAction.OTHER_ADDRESS:
                return replace(again, recipients=await self._elsewhere(failed))
            case CardAction.WITHOUT_REQUIREMENT:
                return replace(again, requirement=Requirement.ANY, requirement_chosen=True)
            case CardAction.EVEN_WITHOUT_TLS:
                return replace(again, requirement=Requirement.ANY, requirement_chosen=True, tls_optional=True)
            case CardAction.NOTICE | CardAction.LATER | CardAction.CHECK_AGAIN | CardAction.RESEND:
                return again

    async def notice(self, report: Report) -> tuple[OutboxItem, ...]:
        """The safe notice to those whom the letter could not reach safely."""
        letter, failed = await self._offered(report, CardAction.NOTICE)
        decision = Decision(
            requirement=letter.requirement,
            recipients=tuple(replace(each, choice=Choice.NOTICE) for each in failed),
            decided_at=self.rooms.clock(),
        )
        return await self.sending.send(self._again(letter, failed), decision)

    async def later(self, report: Report) -> Draft:
        """The letter to those whom it did not reach, kept as a draft."""
        kept = await self.draft(report, CardAction.LATER)
        await self.rooms.desk.run(drafts.save, kept, self.rooms.clock())
        return kept

    async def _read(self, report: Report) -> Matched | None:
        matching = Matching(rooms=self.rooms)
        if isinstance(report, bytes):
            return await matching.read(report, None)
        header = await self.correspondence.header(report)
        return await matching.read(await self.correspondence.raw(report), header.account)

    async def _card(self, matched: Matched) -> BounceCard:
        record = matched.match.record
        if record is None:
            return card(matched.bounce, matched.match)
        known = Surroundings(
            letter=await self.rooms.desk.run(sent.of_letter, record.letter),
            back=await self.rooms.desk.run(sent.back, record.letter),
            now=await self._at_hand({address.domain for address in matched.match.recipients}, record.account),
            elsewhere=[address for address in matched.match.recipients if await self._others(address)],
        )
        return card(matched.bounce, matched.match, known)

    async def _at_hand(self, domains: Iterable[str], account: str) -> Mapping[str, Assessment]:
        """What is known without asking anybody: reading a message triggers no lookup (link-security.md §8)."""
        questions = [Question(domain=domain, account=account) for domain in sorted(domains)]
        found = [await self.assessing.at_hand(question) for question in questions]
        return {assessment.domain: assessment for assessment in found if assessment is not None}

    async def _others(self, address: Address) -> tuple[Address, ...]:
        return await self.sending.people.others_of(address)

    async def _remember(self, report: Matched) -> None:
        if report.match.ours and report.match.record is not None:
            await self.rooms.desk.run(
                sent.note_back, report.match.record.submission, came_back(report.bounce, report.match.record)
            )
        domains = {address.domain for address in report.match.recipients}
        exchangers = {domain: self.assessing.exchangers(domain) for domain in domains}
        seen = observations(report.bounce, report.match, exchangers, self.rooms.clock())
        for domain in domains:
            about = tuple(observation for observation in seen if observation.domain == domain)
            if about:
                await self.memory.remember(domain, Sighting(observations=about))
                self.assessing.renew(domain)

    async def _offered(self, report: Report, action: CardAction) -> tuple[Draft, tuple[RecipientDecision, ...]]:
        """The letter as it was written, and whom the action is about. Raises BadInput where it is not offered."""
        matched = await self._read(report)
        if matched is None or matched.match.record is None:
            raise BadInput("This report is not about anything that was sent from here.", "Do nothing on its word.")
        if action not in (await self._card(matched)).actions:
            raise BadInput("That is not offered for this report.", "Open it to see what can be done about it.")
        letter = await self.rooms.desk.run(drafts.read_handed_on, matched.match.record.letter)
        if letter is None:
            raise BadInput("The letter itself is no longer kept here.", "Take it from Sent.")
        return letter, concerned(matched.bounce, matched.match, action)

    def _again(self, letter: Draft, failed: Iterable[RecipientDecision]) -> Draft:
        return replace(
            letter,
            id=self.rooms.token(),
            recipients=tuple(each.recipient for each in failed),
            changed_at=self.rooms.clock(),
        )

    async def _elsewhere(self, failed: Iterable[RecipientDecision]) -> tuple[Recipient, ...]:
        """The same people at the next address that is known of them; those who have none are left out."""
        found = [(each.recipient, await self._others(each.recipient.address)) for each in failed]
        return tuple(replace(recipient, address=others[0]) for recipient, others in found if others)
