"""Returned letters: recognised on arrival, matched with what was sent, remembered where they are ours, explained."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from linksec_tui.desk.assessing import Assessing
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.memory import StoredMemory
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.sending import Sending
from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.hops import made_inside, trusted_hosts_of
from linksec_tui.link.source import Sighting
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
from linksec_tui.model.errors import BadInput, ConnectionProblem
from linksec_tui.model.events import BounceArrived
from linksec_tui.model.letter import (
    Bounce,
    BounceCard,
    Choice,
    Decision,
    Draft,
    Match,
    OutboxItem,
    RecipientDecision,
    SentRecord,
)
from linksec_tui.outgoing.bounce import parse_bounce
from linksec_tui.outgoing.card import card
from linksec_tui.outgoing.match import match, report_for
from linksec_tui.outgoing.sighting import observations
from linksec_tui.store import drafts, sent
from linksec_tui.store.connection import Connection

CLOCKS_DIFFER = timedelta(hours=1)  # the server's and ours

log = logging.getLogger("linksec_tui.desk.returned")


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
                raw = await self.correspondence.raw(ident)
            except (ConnectionProblem, BadInput) as error:
                log.info("a returned letter could not be read: %s", type(error).__name__)
                continue
            await self._remember(raw, self.rooms.account(header.account))
            self.rooms.broadcast.tell(BounceArrived(message=ident))

    async def card(self, message: int) -> BounceCard | None:
        """The returned letter in words; None where the message is none."""
        header = await self.correspondence.header(message)
        return await self.card_of(await self.correspondence.raw(message), header.account)

    async def card_of(self, raw: bytes, account: str | None = None) -> BounceCard | None:
        """As `card`, of a message's octets."""
        bounce = parse_bounce(raw)
        if bounce is None:
            return None
        found = await self._match(bounce, raw, self.rooms.config.account(account))
        return card(bounce, found, await self._letter(found))

    async def notice(self, message: int) -> tuple[OutboxItem, ...]:
        """The safe notice to those whom the letter did not reach."""
        draft, failed = await self._failed(message)
        now = self.rooms.clock()
        decision = Decision(
            requirement=draft.requirement,
            recipients=tuple(replace(each, choice=Choice.NOTICE) for each in failed),
            decided_at=now,
        )
        return await self.sending.send(self._again(draft, failed), decision)

    async def later(self, message: int) -> Draft:
        """The letter to those whom it did not reach, kept as a draft."""
        draft, failed = await self._failed(message)
        kept = self._again(draft, failed)
        await self.rooms.desk.run(drafts.save, kept, self.rooms.clock())
        return kept

    async def _remember(self, raw: bytes, account: Account) -> None:
        bounce = parse_bounce(raw)
        if bounce is None:
            return
        found = await self._match(bounce, raw, account)
        domains = {address.domain for address in found.recipients}
        exchangers = {domain: self.assessing.exchangers(domain) for domain in domains}
        seen = observations(bounce, found, exchangers, self.rooms.clock())
        for domain in domains:
            about = tuple(observation for observation in seen if observation.domain == domain)
            if about:
                await self.memory.remember(domain, Sighting(observations=about))
                self.assessing.renew(domain)

    async def _match(self, bounce: Bounce, raw: bytes, account: Account | None) -> Match:
        records = await self.rooms.desk.run(_records, bounce)
        return match(bounce, records, made_inside=account is not None and _made_inside(raw, account))

    async def _letter(self, found: Match) -> tuple[SentRecord, ...]:
        if found.record is None:
            return ()
        return await self.rooms.desk.run(sent.of_letter, found.record.letter)

    async def _failed(self, message: int) -> tuple[Draft, tuple[RecipientDecision, ...]]:
        """The letter as it was written, and those of its recipients whom the bounce says it did not reach."""
        header = await self.correspondence.header(message)
        raw = await self.correspondence.raw(message)
        bounce = parse_bounce(raw)
        found = await self._match(bounce, raw, self.rooms.account(header.account)) if bounce else None
        if bounce is None or found is None or found.record is None:
            raise BadInput("This report is not about anything that was sent from here.", "Do nothing on its word.")
        draft = await self.rooms.desk.run(drafts.read_handed_on, found.record.letter)
        if draft is None:
            raise BadInput("The letter itself is no longer kept here.", "Take it from Sent.")
        return draft, tuple(
            each for each in found.record.recipients if _failed_for(bounce, each.recipient.address, found.recipients)
        )

    def _again(self, draft: Draft, failed: Iterable[RecipientDecision]) -> Draft:
        return replace(
            draft,
            id=self.rooms.token(),
            recipients=tuple(each.recipient for each in failed),
            changed_at=self.rooms.clock(),
        )


def _records(connection: Connection, bounce: Bounce) -> tuple[SentRecord, ...]:
    """What the bounce's two references name, the unguessable one first."""
    by_envid = sent.with_envid(connection, bounce.envelope_id)
    named = bounce.original_message_id
    bracketed = named if not named or named.startswith("<") else f"<{named}>"
    return (*((by_envid,) if by_envid else ()), *sent.with_message_id(connection, bracketed))


def _failed_for(bounce: Bounce, address: Address, named: Sequence[Address]) -> bool:
    report = report_for(bounce, address) if address in named else None
    return report is not None and report.action not in ("delivered", "relayed", "expanded")


def _made_inside(raw: bytes, account: Account) -> bool:
    fields = parse_message(raw).header_values("Received")
    return made_inside(fields, trusted_hosts_of(account))
