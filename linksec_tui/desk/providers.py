"""Each account's provider: what it insists on, what its submission server offers, and the sessions with it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from linksec_tui.desk.known_book import KnownBook
from linksec_tui.desk.rooms import Rooms
from linksec_tui.link.provider import provider_facts, with_audit, with_offers
from linksec_tui.model.account import Account
from linksec_tui.model.audit import Audit
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.errors import ConfigurationError, CredentialsRefused, LinksecError
from linksec_tui.model.events import CredentialsRejected
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.wire.admission import admitted
from linksec_tui.wire.once import Once
from linksec_tui.wire.opening import OPEN_WITHIN
from linksec_tui.wire.smtp import ANSWER_WITHIN, STEP_WITHIN, SubmissionSession, Terms
from linksec_tui.wire.smtp_offers import Offers

log = logging.getLogger("linksec_tui.desk.providers")

MET_AGAIN = timedelta(hours=1)  # what a submission server offers changes when it is upgraded, not by the minute
AUDIT_HOLDS = timedelta(days=180)  # what a provider insists on changes seldom, and an old answer is none
UNREACHED_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPatience:
    """In seconds, with a submission server that says nothing: until it is open, at each step, for its last word."""

    opening: float = OPEN_WITHIN
    step: float = STEP_WITHIN
    answer: float = ANSWER_WITHIN


@dataclass(slots=True, kw_only=True)
class Providers:
    """Remembers what each submission server showed since the program was started."""

    rooms: Rooms
    known: KnownBook
    patience: ServerPatience = field(default_factory=ServerPatience)
    audits: dict[str, Audit] = field(default_factory=dict[str, Audit])
    _offers: dict[str, tuple[Offers, datetime]] = field(default_factory=dict)
    _shown: dict[str, TlsFacts] = field(default_factory=dict)
    _not_before: dict[str, datetime] = field(default_factory=dict)
    _meeting: Once[str, None] = field(default_factory=Once)

    def facts(self, account: str | None) -> ProviderFacts | None:
        """What is known of the account's provider; None without an account."""
        found = self.rooms.config.account(account or None)
        if found is None:
            return None
        audit = self.audits.get(found.name)
        dated = audit.dated if audit else None
        fresh = audit if dated and self.rooms.clock() - dated < AUDIT_HOLDS else None
        facts, met = with_audit(provider_facts(found, self.known.listed), fresh), self._offers.get(found.name)
        return with_offers(facts, *met) if met else facts

    def shown(self, account: str) -> TlsFacts | None:
        """What the last handshake with the submission server showed."""
        return self._shown.get(account)

    async def meet(self, account: str | None) -> None:
        """Ask the submission server what it offers, at most once an hour; no password is sent. Never raises."""
        found = self.rooms.config.account(account or None)
        if found is None or found.submission is None:
            return
        if not self.met(account):
            await self._meeting.ask(found.name, lambda: self._meet(found))

    def met(self, account: str | None) -> bool:
        """Is there nothing more to be learnt from it for now?"""
        found = self.rooms.config.account(account or None)
        if found is None or found.submission is None:
            return True
        not_before = self._not_before.get(found.name)
        return not_before is not None and self.rooms.clock() < not_before

    async def open_session(self, account: Account) -> SubmissionSession:
        """Connected and logged in. Raises ConnectionProblem, ConfigurationError, KeychainUnusable."""
        try:
            return await admitted(lambda: self._connect(account), self.rooms.secrets.source(account))
        except CredentialsRefused as error:
            self.rooms.broadcast.tell(CredentialsRejected(account=account.name, detail=str(error)))
            raise

    async def _meet(self, account: Account) -> None:
        try:
            session = await self._connect(account)
        except LinksecError as error:
            log.info("submission server of %s: %s", account.name, type(error).__name__)
            self._not_before[account.name] = self.rooms.clock() + UNREACHED_AGAIN
            return
        await session.close()

    async def _connect(self, account: Account) -> SubmissionSession:
        if account.submission is None:
            raise ConfigurationError(
                f"The account {account.name} has no submission server.", 'Add submission = { host = "…" } to it.'
            )
        session = await SubmissionSession.connect(account.submission, self.rooms.dialler, self._terms)
        now = self.rooms.clock()
        self._offers[account.name] = (session.offers, now)
        self._shown[account.name] = session.facts
        self._not_before[account.name] = now + MET_AGAIN
        return session

    @property
    def _terms(self) -> Terms:
        return Terms(
            clock=self.rooms.clock,
            ca_file=self.rooms.config.network.ca_file,
            timeout=self.patience.step,
            open_within=self.patience.opening,
            answer_within=self.patience.answer,
        )
