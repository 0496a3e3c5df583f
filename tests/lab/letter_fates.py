"""What was said of each recipient of each letter, and what became of it: the product's words beside three logs.

The sender's Postfix tells what it did, the receiving one what came into a mailbox and over what, the mailbox which
letters lie in it, and whom they name.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import secrets
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from email.utils import getaddresses
from itertools import repeat
from pathlib import Path

from linksec_tui import config_file
from linksec_tui.model.letter import BounceCard, CardLine, Choice, GateLine, RecipientDecision, SentRecord
from tests.lab import deliveries, domains, lab, letters, newer_servers, postal_log
from tests.lab.domains import Domain
from tests.lab.letter_round import WITHIN, Letter, Wish, hand_over, read_cards
from tests.lab.postal_log import Copy, LogFile, Sent
from tests.lab.recorded import Outcome
from tests.lab.servers import until

_PAUSE = 0.5  # seconds between two looks into logs of thousands of lines
_AT_ONCE = 8  # mailboxes looked into


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What is said to the sender when it has come back: of this recipient, and of the whole report."""

    line: CardLine
    card: BounceCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """One recipient of one letter. `sent`: what went to them, the letter or the notice; None where nothing did.

    `over`: the version of TLS that it arrived over, "" in the clear; None where it did not arrive.
    """

    domain: Domain
    letter: Letter
    said: GateLine
    decided: RecipientDecision
    sent: Copy | None = None
    did: Outcome | None = None
    over: str | None = None
    returned: tuple[Returned, ...] = ()

    @property
    def wish(self) -> Wish:
        return self.letter.wish

    @property
    def choice(self) -> Choice:
        return self.decided.choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A letter that lies in somebody's mailbox with the word of the round in it; whom its To and Cc name."""

    copy: Copy
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """All that a round showed; `found`: what of its letters lies in mailboxes, by looking into them."""

    fates: tuple[Fate, ...]
    cards: tuple[BounceCard, ...]
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Whom the letters go through, what is said of it in the configuration, and the log that it writes."""

    title: str
    host: str
    enforces: tuple[str, ...]
    log: Path
    exceptions: str  # beside the other cases: of which domains what need not hold


INSISTING = Provider(
    title="Through a Postfix that insists on DANE and MTA-STS",
    host="smtp",
    enforces=("dane", "mta-sts"),
    log=deliveries.LOG,
    exceptions="letter_exceptions.toml",
)
STRICT = Provider(
    title="Through one that offers REQUIRETLS besides",
    host="smtp311",
    enforces=("dane", "mta-sts", "requiretls-strict"),
    log=newer_servers.POSTFIX_LOG,
    exceptions="letter_exceptions_requiretls.toml",
)


def send_round(provider: Provider, directory: Path) -> Round:
    """Sends everything, and waits until it has arrived or come back and was read. `directory` is for its state."""
    file = directory / "linksec-tui.toml"
    file.write_text(lab.configuration(directory / "state", host=provider.host, enforces=provider.enforces))
    config = config_file.load(file)
    logs, word = _Logs(provider.log), f"w{secrets.token_hex(6)}"
    written = asyncio.run(hand_over(config, word))
    copies = [copy for letter in written for record in letter.records for copy in _copies(record)]
    seen = logs.until_settled(copies)
    reports = seen.sent.reports({copy.message_id for copy in copies})
    cards = asyncio.run(read_cards(config, written, reports))
    fates = tuple(fate for letter in written for fate in _fates(letter, seen, cards))
    return Round(fates=fates, cards=cards, found=_found(domains.RECEIVING, word))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Both ends' logs, when all had come to rest."""

    sent: Sent
    received: Mapping[Copy, str]


class _Logs:
    """The logs from this moment on."""

    def __init__(self, sender: Path) -> None:
        self._sender = LogFile(sender)
        self._receiver = LogFile(lab.LOGS / "exchangers-mail.log")
        self._in_front = LogFile(lab.LOGS / "requiretls_front.log")

    def until_settled(self, copies: Collection[Copy]) -> _Seen:
        """Waits until each copy has arrived, or has come back to the sender's mailbox."""
        assert until(lambda: self._is_settled(copies), WITHIN, _PAUSE), set(copies) - set(self._seen().sent.outcomes())
        return self._seen()

    def _is_settled(self, copies: Collection[Copy]) -> bool:
        seen = self._seen()
        outcomes = seen.sent.outcomes()
        gone = {copy for copy in copies if copy in outcomes and outcomes[copy].delivered}
        all_known = all(copy in outcomes for copy in copies)
        return all_known and seen.sent.settled({copy.message_id for copy in copies}) and gone <= set(seen.received)

    def _seen(self) -> _Seen:
        received = postal_log.received(self._receiver.lines(), self._in_front.lines())
        return _Seen(sent=postal_log.sent(self._sender.lines()), received=received)


def _copies(record: SentRecord) -> Iterable[Copy]:
    return (Copy(record.message_id, str(decided.recipient.address)) for decided in record.recipients)


def _fates(letter: Letter, seen: _Seen, cards: Iterable[BounceCard]) -> Iterable[Fate]:
    outcomes = seen.sent.outcomes()
    going = {copy.recipient: (copy, record) for record in letter.records for copy in _copies(record)}
    said = {line.recipient.address: line for line in letter.gate.lines}
    for decided in letter.decision.recipients:
        address = decided.recipient.address
        fate = Fate(domain=domains.domain(address.domain), letter=letter, said=said[address], decided=decided)
        if str(address) in going:
            copy, record = going[str(address)]
            back = tuple(_returned(cards, record, str(address)))
            fate = replace(fate, sent=copy, did=outcomes[copy], over=seen.received.get(copy), returned=back)
        yield fate


def _returned(cards: Iterable[BounceCard], record: SentRecord, recipient: str) -> Iterable[Returned]:
    for card in cards:
        if card.match.record is not None and card.match.record.submission == record.submission:
            yield from (Returned(line=line, card=card) for line in card.lines if line.recipient == recipient)


def _found(whose: Iterable[Domain], word: str) -> tuple[Found, ...]:
    with ThreadPoolExecutor(_AT_ONCE) as several:
        looked = several.map(_of, [domain.recipient for domain in whose], repeat(word))
        return tuple(found for each in looked for found in each)


def _of(recipient: str, word: str) -> list[Found]:
    return [_read(raw, recipient) for raw in letters.lying(recipient, "TEXT", word)]


def _read(raw: bytes, recipient: str) -> Found:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    fields = [str(value) for name in ("To", "Cc") for value in message.get_all(name, [])]
    names = frozenset(address for _, address in getaddresses(fields))
    return Found(copy=Copy(str(message["Message-ID"]), recipient), names=names)
