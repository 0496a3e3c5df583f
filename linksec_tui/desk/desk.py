"""Desk: one user's open accounts. The verbs that both front ends call; each is one line here and one file beside it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linksec_tui.config import PROBED_AT_ONCE, Config
from linksec_tui.desk import accounts, drafting, lists, signing_in
from linksec_tui.desk.accounts import Removal
from linksec_tui.desk.answering import Answering
from linksec_tui.desk.assessing import Assessing, Question
from linksec_tui.desk.auditing import Auditing
from linksec_tui.desk.checking import assess_many
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.drafting import Drafting
from linksec_tui.desk.enclosures import Enclosures
from linksec_tui.desk.fetching import Fetching
from linksec_tui.desk.filing import Filing
from linksec_tui.desk.importing import Importing
from linksec_tui.desk.known import Known
from linksec_tui.desk.memory import StoredMemory
from linksec_tui.desk.naming import Naming
from linksec_tui.desk.own_hop import OwnHop
from linksec_tui.desk.people import People, shown_domain
from linksec_tui.desk.posted import Posted
from linksec_tui.desk.providers import Providers
from linksec_tui.desk.returned import Returned
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.saving import Saving
from linksec_tui.desk.searching import Searching
from linksec_tui.desk.sending import Sending
from linksec_tui.desk.spelling import Spelling
from linksec_tui.desk.standing import Standing
from linksec_tui.desk.views import Views
from linksec_tui.formats import domain_name
from linksec_tui.model.account import Account, Sender
from linksec_tui.model.address import Address, Field, Recipient
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.checked import RecipientList, Result
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.contact import Contact
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import ConnectionChanged, Event
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.letter import (
    BounceCard,
    CardAction,
    Choice,
    Decision,
    Draft,
    Fallback,
    Finished,
    Gate,
    OutboxItem,
)
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Flag, Header, Reading
from linksec_tui.model.oauth import SignedIn, SignInStep, SignInWay
from linksec_tui.model.reading import Wish
from linksec_tui.model.sender import Inspection
from linksec_tui.model.verification import Step
from linksec_tui.outgoing import decide
from linksec_tui.outgoing.reply import Whom


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that a front end may ask for. What it raises is a LinksecError: a sentence for the person."""

    rooms: Rooms
    providers: Providers
    memory: StoredMemory
    assessing: Assessing
    drafting: Drafting
    spelling: Spelling
    sending: Sending
    posted: Posted
    auditing: Auditing
    correspondence: Correspondence
    enclosures: Enclosures
    filing: Filing
    searching: Searching
    naming: Naming
    saving: Saving
    importing: Importing
    fetching: Fetching
    views: Views
    answering: Answering
    returned: Returned
    known: Known
    people: People
    own_hop: OwnHop
    standing: Standing
    notices: tuple[str, ...] = ()

    @property
    def config(self) -> Config:
        return self.rooms.config

    @property
    def is_worker(self) -> bool:
        """Does this process synchronise and submit?"""
        return self.standing.is_worker

    def now(self) -> datetime:
        return self.rooms.clock()

    def events(self) -> AsyncGenerator[Event]:
        return self.rooms.broadcast.listen()

    # people and addresses

    def parse_recipient(self, text: str, field: Field = Field.TO) -> Recipient:
        """One recipient as a person types it. Raises BadInput."""
        found = domain_name.parse_recipient_text(text, field)
        if len(found) != 1:
            raise BadInput("Write one address here.", "As name@domain, or Name <name@domain>.")
        return found[0]

    def shown_domain(self, domain: str) -> str:
        return shown_domain(domain)

    async def contacts(self) -> tuple[Contact, ...]:
        """Every address of the address book, the most familiar first."""
        return await self.people.contacts()

    # assessing and deciding

    async def assess(
        self, domain: str, *, account: str | None = None, fresh: bool = False, probe: bool | None = None
    ) -> AsyncGenerator[Assessment]:
        """What is at hand at once, then as the sources answer; the last one is complete."""
        question = Question(domain=domain, account=account or "", fresh=fresh, probe=probe)
        async with aclosing(self.assessing.assess(question)) as assessments:
            async for assessment in assessments:
                yield assessment

    async def assess_many(
        self, domains: Iterable[str], *, account: str | None = None, fresh: bool = False, probe: bool | None = None
    ) -> AsyncGenerator[Assessment]:
        """A long list: each domain's as it comes, what is at hand first; the last of a domain is complete.

        Of more than PROBED_AT_ONCE nobody's exchangers are looked at, unless `probe` says so.
        """
        wanted = tuple(domains)
        probe = False if probe is None and len(wanted) > PROBED_AT_ONCE else probe
        questions = [Question(domain=domain, account=account or "", fresh=fresh, probe=probe) for domain in wanted]
        async with aclosing(assess_many(self.assessing, questions)) as assessments:
            async for assessment in assessments:
                yield assessment

    async def resolver_answers(self) -> bool:
        """Can anything be looked up at all? Asked where every lookup failed."""
        return await self.assessing.gatherer.resolver_answers()

    async def read_list(self, text: str) -> RecipientList:
        """Who is in a pasted list, in any of the forms that people have."""
        return await lists.read_list(text)

    async def read_list_file(self, path: Path) -> RecipientList:
        return await lists.read_list_file(path)

    async def export(self, results: Iterable[Result], path: Path, *, replace: bool = False) -> None:
        """To a file that ends in .csv or .jsonl. Without `replace` nothing is overwritten."""
        await lists.export(results, path, replace=replace)

    async def accept_warning(self, domain: str, code: str) -> None:
        """The person has read it: of exactly this evidence it does not ask again."""
        if code == "downgrade":
            await self.memory.acknowledge(domain)
            self.assessing.renew(domain)

    async def gate(self, draft: Draft) -> Gate:
        return await self.sending.gate(draft)

    def unattended(self, gate: Gate, fallback: Fallback, accepted: frozenset[str]) -> Mapping[Address, Choice]:
        """The choices of a sender who cannot be asked."""
        return decide.unattended(gate, fallback, accepted)

    async def decide(self, draft: Draft, choices: Mapping[Address, Choice], seen: Gate) -> Decision:
        """`seen`: the gate at which the person chose; what they saw there is what is sent."""
        return await self.sending.decide(draft, choices, seen)

    async def send(
        self, draft: Draft, decision: Decision, *, undoable: bool = True, finished: Finished | None = None
    ) -> tuple[OutboxItem, ...]:
        """On the disk when it returns; `undoable`: it waits for the grace period; what is `finished` goes as it is."""
        items = await self.sending.send(draft, decision, undoable=undoable, finished=finished)
        self.standing.wake()
        return items

    # drafts

    def new_draft(self, account: str | None = None) -> Draft:
        return self.drafting.new(account)

    def senders(self) -> tuple[Sender, ...]:
        """Whom letters may be from, of all accounts; the first is the usual one."""
        return tuple(each for account in self.config.accounts for each in drafting.senders(account))

    def sent_as(self, draft: Draft, sender: Sender) -> Draft:
        """The draft from somebody else, with what that one's letters require, unless that was chosen by hand."""
        return drafting.sent_as(draft, sender, self.config.accounts)

    async def save_draft(self, draft: Draft) -> None:
        await self.drafting.save(draft)

    async def drafts(self) -> tuple[Draft, ...]:
        return await self.drafting.all()

    async def discard_draft(self, draft_id: str) -> None:
        await self.drafting.discard(draft_id)

    async def reply(self, message_id: int, *, everyone: bool = False) -> Draft:
        return await self.answering.reply(message_id, Whom.ALL if everyone else Whom.SENDER)

    async def forward(self, message_id: int) -> Draft:
        return await self.answering.forward(message_id)

    # outbox

    async def outbox(self) -> tuple[OutboxItem, ...]:
        return await self.posted.items()

    async def retry(self, item_id: str, *, confirmed: bool = False) -> None:
        """What may have gone out needs `confirmed`: it may then arrive twice."""
        await self.posted.retry(item_id, confirmed=confirmed)
        self.standing.wake()

    async def flush(self) -> None:
        """Everything that waits goes now."""
        await self.posted.flush()
        self.standing.wake()

    async def cancel(self, item_id: str) -> None:
        await self.posted.cancel(item_id)

    # mailboxes

    async def mailboxes(self, account: str | None = None) -> tuple[Mailbox, ...]:
        return await self.correspondence.mailboxes(account)

    async def rows(self, ids: Sequence[int]) -> Mapping[int, Header]:
        return await self.correspondence.rows(ids)

    async def read(self, message_id: int, wish: Wish | None = None) -> Reading:
        """Whole, in its best wording, unless something else is wished for."""
        return await self.correspondence.read(message_id, wish)

    async def inspect(self, message_id: int) -> Inspection:
        """The way a message came, and who sent it. Nothing is looked up."""
        return await self.correspondence.inspect(message_id)

    async def verify_sender(self, message_id: int) -> Inspection:
        """As `inspect`, after asking the sender's domain for its keys and its wish."""
        return await self.correspondence.verify_sender(message_id)

    async def inspect_raw(self, raw: bytes, authserv_ids: Iterable[str] = (), *, lookups: bool = False) -> Inspection:
        """As `inspect`, of a message's octets; with `lookups` as `verify_sender`."""
        return await self.correspondence.inspecting.inspect_file(raw, authserv_ids, lookups=lookups)

    async def source(self, message_id: int) -> str:
        return await self.correspondence.source(message_id)

    async def mark(self, ids: Sequence[int], flag: Flag, *, on: bool) -> None:
        await self.filing.mark(ids, flag, on=on)

    async def refresh(self) -> None:
        """Look at the servers now; also whether they take what they would not take before."""
        self.correspondence.refresh()
        self.standing.submitted.set()

    # what came back

    async def bounce_card(self, report: int | bytes) -> BounceCard | None:
        """Of a message in a mailbox, or of the octets of one from elsewhere; None where it is no report."""
        return await self.returned.card(report)

    async def draft_after_bounce(self, report: int | bytes, action: CardAction) -> Draft:
        """The letter once more, as a card's action would send it. Raises BadInput where the card does not offer it."""
        return await self.returned.draft(report, action)

    async def notice_after_bounce(self, report: int | bytes) -> tuple[OutboxItem, ...]:
        items = await self.returned.notice(report)
        self.standing.wake()
        return items

    async def later(self, report: int | bytes) -> Draft:
        return await self.returned.later(report)

    # signing in

    def ways_to_sign_in(self, account: Account) -> tuple[SignInWay, ...]:
        """None where the account has a password; else the easier way first."""
        return signing_in.ways(account)

    async def sign_in(self, account: Account, way: SignInWay | None = None) -> AsyncGenerator[SignInStep]:
        """What the person is to do, step by step; the last is SignedIn, and mail is looked for again."""
        async with aclosing(signing_in.sign_in(self.rooms, account, way)) as steps:
            async for step in steps:
                if isinstance(step, SignedIn):
                    self.correspondence.refresh()
                yield step

    async def keep_password(self, account: Account, password: str) -> None:
        """Where the configuration says that secrets are kept. Raises KeychainUnusable."""
        await self.rooms.secrets.keep_password(account, password)
        self.correspondence.refresh()

    # accounts

    async def removal(self, account: Account) -> Removal:
        """What taking the account out means."""
        return await accounts.removal(self.rooms, account)

    async def remove_account(self, account: Account) -> Config:
        """The configuration without it. This desk still has it: open another one."""
        return await accounts.remove(self.rooms, account)

    def make_first(self, account: Account) -> Config:
        """The configuration with it before the others."""
        return accounts.make_first(self.config, account.name)

    # our own hop

    async def verify(self, account: Account, password: str | None = None) -> AsyncGenerator[Step]:
        """An account tried out at its servers, a step at a time; `password` where it was typed just now."""
        async with aclosing(self.own_hop.verify(account, password)) as steps:
            async for step in steps:
                yield step

    async def proofs(self, account: str) -> Mapping[Service, TlsFacts]:
        """What each server of the account showed last, DANE included; a server not met yet is missing."""
        return await self.own_hop.proofs(account)

    def connection(self, account: str) -> ConnectionChanged | None:
        return self.standing.connections.get(account)

    async def submission_facts(self, account: str) -> TlsFacts | None:
        await self.providers.meet(account)
        return self.providers.shown(account)

    def provider_facts(self, account: str | None) -> ProviderFacts | None:
        return self.providers.facts(account)
