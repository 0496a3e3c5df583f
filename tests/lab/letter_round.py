"""Letters through the whole product to every domain of the lab, at every requirement, with every answer to the gate.

A letter goes to many domains at once, each of which has its own fate. All are handed over by a desk that reads no
mail, so that nothing that comes back of one changes what is said before another; a second desk reads what came back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.address import Address
from linksec_tui.model.letter import (
    BounceCard,
    Choice,
    Decision,
    Draft,
    Gate,
    Kind,
    OutboxState,
    Requirement,
    SentRecord,
)
from linksec_tui.model.listing import View
from linksec_tui.model.mailbox import Role
from linksec_tui.store import outbox, sent
from tests.lab import deliveries, domains
from tests.lab.domains import Domain

WITHIN = 240.0  # seconds for each thing that is waited for
_PATIENT, _IMPATIENT = 60.0, 2.0  # seconds of a check: where everybody answers, and where somebody never will
_AT_ONCE = 26  # recipients of one letter: of more than fifty not every exchanger would be looked at
_UNDER_WAY = frozenset({OutboxState.WAITING, OutboxState.SUBMITTING})
_GONE = frozenset({OutboxState.SUBMITTED, OutboxState.SETTLED})
_ALL = 100_000  # letters in an inbox
_ANSWERS = (Choice.NOTICE, Choice.LEAVE_OUT, Choice.TRY, Choice.LOWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a letter."""

    requirement: Requirement
    tls_optional: bool = False

    @property
    def word(self) -> str:
        return "even if TLS fails" if self.tls_optional else self.requirement.value


WISHES = (*(Wish(requirement=each) for each in Requirement), Wish(requirement=Requirement.ANY, tls_optional=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter as it was handed over. `records`: its submissions and its notices; `kept`: those for whom a draft
    of it remained.
    """

    wish: Wish
    draft: Draft
    gate: Gate
    decision: Decision
    records: tuple[SentRecord, ...] = ()
    kept: frozenset[Address] = frozenset()


async def hand_over(config: Config, word: str) -> tuple[Letter, ...]:
    """Every letter, in the provider's hands when it returns. `word` stands in each of them."""
    silent = tuple(domain for domain in domains.DOMAINS if domain not in deliveries.ADDRESSED)
    first = await _hand_over(_waiting(config, _IMPATIENT), word, (silent,))
    return (*first, *await _hand_over(_waiting(config, _PATIENT), word, tuple(_together(deliveries.ADDRESSED))))


async def _hand_over(config: Config, word: str, addressed: Sequence[Sequence[Domain]]) -> list[Letter]:
    async with open_desk(config, mailboxes=False) as desk:
        drafts = [(wish, _draft(desk, wish, whom, word)) for wish in WISHES for whom in addressed]
        written = await asyncio.gather(*(_letters(desk, wish, draft) for wish, draft in drafts))
        await until_gone(desk)
        return [await _on_record(desk, letter) for letters in written for letter in letters]


def _waiting(config: Config, seconds: float) -> Config:
    return replace(config, network=replace(config.network, timeout=seconds))


async def until_gone(desk: Desk) -> None:
    """Until the provider has everything that is in the outbox."""
    async with asyncio.timeout(WITHIN):
        while any(item.state in _UNDER_WAY for item in await desk.outbox()):
            await _next_event(desk)
    stuck = [item for item in await desk.outbox() if item.state not in _GONE]
    assert not stuck, stuck


async def read_cards(config: Config, letters: Collection[Letter], reports: int) -> tuple[BounceCard, ...]:
    """The cards of so many reports about these letters, as they are once all have come."""
    ours = {letter.draft.id for letter in letters}
    cards: dict[int, BounceCard] = {}
    looked_at: set[int] = set()
    async with open_desk(config) as desk, asyncio.timeout(WITHIN):
        while len(cards) < reports or not await _noted(desk, cards.values()):
            await _next_event(desk)
            for ident in set(await _reports(desk)) - looked_at:
                looked_at.add(ident)
                card = await desk.bounce_card(ident)
                if card is not None and card.match.record is not None and card.match.record.letter in ours:
                    cards[ident] = card
        return tuple([card for ident in cards if (card := await desk.bounce_card(ident)) is not None])


def _together(whom: Sequence[Domain]) -> Iterator[Sequence[Domain]]:
    """Those who get the same letter."""
    for at in range(0, len(whom), _AT_ONCE):
        yield whom[at : at + _AT_ONCE]


def _draft(desk: Desk, wish: Wish, whom: Sequence[Domain], word: str) -> Draft:
    return replace(
        desk.new_draft(),
        recipients=tuple(desk.parse_recipient(domain.recipient) for domain in whom),
        subject=f"{wish.word} {word}",
        body=f"Nothing but a test: {word}.",
        requirement=wish.requirement,
        requirement_chosen=True,
        tls_optional=wish.tls_optional,
    )


async def _letters(desk: Desk, wish: Wish, draft: Draft) -> list[Letter]:
    """The letter once for each answer that anybody at the gate can have; who passes gets all of them."""
    gate = await desk.gate(draft)
    different = {tuple(choices.items()): choices for choices in (_choices(gate, answer) for answer in _ANSWERS)}
    letters: list[Letter] = []
    for choices in different.values():
        copy = replace(draft, id=desk.rooms.token())
        decision = await desk.decide(copy, choices, gate)
        await desk.send(copy, decision, undoable=False)
        letters.append(Letter(wish=wish, draft=copy, gate=gate, decision=decision))
    return letters


def _choices(gate: Gate, answer: Choice) -> Mapping[Address, Choice]:
    """This answer for everybody to whom it is offered; the others are left out."""
    return {line.recipient.address: answer if answer in line.choices else Choice.LEAVE_OUT for line in gate.short}


async def _on_record(desk: Desk, letter: Letter) -> Letter:
    records = await desk.rooms.desk.run(sent.of_letter, letter.draft.id)
    rest = [draft for draft in await desk.drafts() if draft.id == outbox.rest_of(letter.draft.id)]
    kept = frozenset(recipient.address for draft in rest for recipient in draft.recipients)
    return replace(letter, records=records, kept=kept)


async def _reports(desk: Desk) -> list[int]:
    inboxes = tuple(mailbox.id for mailbox in await desk.mailboxes() if mailbox.role is Role.INBOX)
    rows = await desk.views.first_rows(View(mailboxes=inboxes), _ALL) if inboxes else ()
    return [header.id for header in rows if header.is_bounce]


async def _noted(desk: Desk, cards: Iterable[BounceCard]) -> bool:
    """Does the desk know of each of these that it has come back?"""
    for card in cards:
        record = card.match.record
        if record is not None and record.kind is Kind.LETTER:
            back = await desk.rooms.desk.run(sent.back, record.letter)
            if not set(card.match.recipients) <= back:
                return False
    return True


async def _next_event(desk: Desk) -> None:
    """What happens next, or a moment: what happened since one looked is not told again."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0.5), aclosing(desk.events()) as events:
            await anext(events)
