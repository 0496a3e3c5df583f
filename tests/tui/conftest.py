"""A desk that is a table of facts, for screens shown without a network, and the stage they are shown on."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import pytest
import textual.app
import textual.pilot
from textual._wait import wait_for_idle
from textual.app import App
from textual.notifications import Notification
from textual.pilot import Pilot

from linksec_tui.config import Config
from linksec_tui.desk import drafting, lists
from linksec_tui.incoming.text import read_message
from linksec_tui.model import assessment as judgement
from linksec_tui.model.account import Account, Sender, Server
from linksec_tui.model.address import Address, Field, Recipient, parse_address
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.checked import RecipientList, Result
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.contact import Contact
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import StoreFull, Unreachable
from linksec_tui.model.events import ConnectionChanged, Event, Link
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.letter import (
    BounceCard,
    Choice,
    Decision,
    Draft,
    Gate,
    GateLine,
    Kind,
    OutboxItem,
    OutboxState,
)
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header, Reading
from linksec_tui.model.reading import Part, Wish
from linksec_tui.model.sender import Inspection, SenderState
from linksec_tui.tui.app import LinksecApp
from linksec_tui.tui.front import Front, Leave
from tests.tui.painting import strips
from tests.tui.resting import PATIENCE, at_rest, beside
from tests.tui.table_audit import TableAudit
from tests.tui.table_enclosures import TableEnclosures
from tests.tui.table_facts import CARD, INSPECTION, NOON, TRUTH, header, judged
from tests.tui.table_filing import TableFiling
from tests.tui.table_people import TablePeople
from tests.tui.table_posted import TableDrafting, TablePosted
from tests.tui.table_search import TableImporting, TableSaving, TableSearch
from tests.tui.table_views import TableViews

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

os.environ["TEXTUAL_ANIMATIONS"] = "none"


@dataclass
class TableDesk:
    """Answers from its fields; what was asked of it stands in `done`."""

    config: Config
    headers: list[Header] = field(default_factory=lambda: [header(n) for n in range(300, 0, -1)])
    truth: dict[str, Assessment] = field(default_factory=lambda: {d: judged(d, a) for d, a in TRUTH.items()})
    kept: dict[str, Draft] = field(default_factory=dict[str, Draft])
    items: list[OutboxItem] = field(default_factory=list[OutboxItem])
    done: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])
    connected: dict[str, bool | None] = field(default_factory=dict[str, bool | None])  # as it was asked for
    text: str = "Dear Alice,\n\nthe meeting is on Friday.\n\nYours"
    raw: bytes = b""  # the message that is read, in place of `text`
    inspection: Inspection = INSPECTION
    offline: bool = False
    full: bool = False  # the disk
    notices: tuple[str, ...] = ()
    people: TablePeople = field(default_factory=TablePeople)
    posted: TablePosted = field(default_factory=TablePosted)
    auditing: TableAudit = field(default_factory=TableAudit)
    drafting: TableDrafting = field(default_factory=TableDrafting)
    enclosures: TableEnclosures = field(init=False)
    searching: TableSearch = field(init=False)
    saving: TableSaving = field(init=False)
    importing: TableImporting = field(init=False)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    queue: asyncio.Queue[Event] = field(default_factory=asyncio.Queue[Event])

    def __post_init__(self) -> None:
        self.filing = TableFiling(self.done)
        self.searching = TableSearch(self.headers)
        self.saving = TableSaving(self.done)
        self.importing = TableImporting(self.done)
        self.views = TableViews(lambda: self.headers)
        self.enclosures = TableEnclosures(draft=self.new_draft, done=self.done)

    def now(self) -> datetime:
        return NOON

    async def events(self) -> AsyncIterator[Event]:
        while True:
            yield await self.queue.get()

    def connection(self, account: str) -> ConnectionChanged | None:
        return ConnectionChanged(account=account, link=Link.ONLINE, facts=self._facts())

    def _facts(self) -> TlsFacts:
        return TlsFacts(host="imap.home.example", port=993, version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384")

    async def submission_facts(self, account: str) -> TlsFacts | None:
        return replace(self._facts(), host="smtp.home.example", port=465)

    async def proofs(self, account: str) -> Mapping[Service, TlsFacts]:
        submission = await self.submission_facts(account)
        return {Service.IMAP: self._facts(), **({Service.SUBMISSION: submission} if submission else {})}

    def provider_facts(self, account: str | None) -> ProviderFacts | None:
        return ProviderFacts(account=account or "home")

    def parse_recipient(self, text: str, field: Field = Field.TO) -> Recipient:
        name, angle, rest = text.partition("<")
        bare = rest.removesuffix(">") if angle else text
        return Recipient(address=parse_address(bare), name=name.strip() if angle else "", field=field)

    def shown_domain(self, domain: str) -> str:
        return domain

    async def assess(
        self, domain: str, *, account: str | None = None, fresh: bool = False, probe: bool | None = None
    ) -> AsyncIterator[Assessment]:
        self.done.append(("assess", domain, fresh))
        self.connected[domain] = probe
        full = self.truth.get(domain) or judged(domain, Assurance.UNKNOWN)
        yield replace(full, assurance=Assurance.UNKNOWN, complete=False)
        yield full

    async def assess_many(
        self, domains: Iterable[str], *, account: str | None = None, fresh: bool = False, probe: bool | None = None
    ) -> AsyncGenerator[Assessment]:
        for domain in domains:
            async for assessment in self.assess(domain, account=account, fresh=fresh, probe=probe):
                yield assessment

    async def read_list(self, text: str) -> RecipientList:
        return await lists.read_list(text)

    async def read_list_file(self, path: Path) -> RecipientList:
        return await lists.read_list_file(path)

    async def export(self, results: Iterable[Result], path: Path, *, replace: bool = False) -> None:
        await lists.export(results, path, replace=replace)

    async def contacts(self) -> tuple[Contact, ...]:
        return await self.people.contacts()

    def new_draft(self, account: str | None = None) -> Draft:
        return Draft(id="draft-1", account="home", sender=Address("alice", "home.example"), sender_name="Alice")

    def senders(self) -> tuple[Sender, ...]:
        return tuple(each for account in self.config.accounts for each in drafting.senders(account))

    def sent_as(self, draft: Draft, sender: Sender) -> Draft:
        return drafting.sent_as(draft, sender, self.config.accounts)

    async def save_draft(self, draft: Draft) -> None:
        if self.full:
            raise StoreFull("There is no room left on the disk for desk.db.", "Make room; nothing was half written.")
        self.kept[draft.id] = draft
        self.done.append(("save", draft.id))

    async def drafts(self) -> tuple[Draft, ...]:
        return tuple(self.kept.values())

    async def discard_draft(self, draft_id: str) -> None:
        self.kept.pop(draft_id, None)

    async def gate(self, draft: Draft) -> Gate:
        lines = tuple(self._gate_line(draft, each) for each in draft.recipients)
        return Gate(requirement=draft.requirement, lines=lines)

    def _gate_line(self, draft: Draft, recipient: Recipient) -> GateLine:
        assessment = self.truth[recipient.address.domain]
        passes = assessment.assurance >= draft.requirement.minimum and not assessment.gate_warnings
        gone = assessment.assurance is Assurance.UNDELIVERABLE
        choices = (Choice.LEAVE_OUT,) if gone else (Choice.NOTICE, Choice.LEAVE_OUT, Choice.LOWER)
        why = f"{assessment.domain} is {assessment.assurance.word}, you ask for {draft.requirement.word}."
        return GateLine(
            recipient=recipient, assessment=assessment, passes=passes,
            why="" if passes else why, choices=() if passes else choices,
        )  # fmt: skip

    async def decide(self, draft: Draft, choices: Mapping[Address, Choice], seen: Gate) -> Decision:
        self.done.append(("decide", dict(choices)))
        return Decision(requirement=draft.requirement, recipients=(), decided_at=NOON)

    async def send(self, draft: Draft, decision: Decision) -> tuple[OutboxItem, ...]:
        self.done.append(("send", draft.id))
        self.kept.pop(draft.id, None)
        addresses = tuple(str(each.address) for each in draft.recipients)
        item = OutboxItem(
            id="item-1", letter=draft.id, kind=Kind.LETTER, account="home", state=OutboxState.WAITING,
            recipients=addresses, subject=draft.subject, created_at=NOON,
        )  # fmt: skip
        self.items.append(item)
        return (item,)

    async def reply(self, message_id: int, *, everyone: bool = False) -> Draft:
        to = Recipient(address=Address("s", "club.example"))
        return replace(self.new_draft(), recipients=(to,), subject=f"Re: {message_id}")

    async def forward(self, message_id: int) -> Draft:
        return replace(self.new_draft(), subject=f"Fwd: {message_id}")

    async def outbox(self) -> tuple[OutboxItem, ...]:
        return tuple(self.items)

    async def retry(self, item_id: str, *, confirmed: bool = False) -> None:
        self.done.append(("retry", item_id, confirmed))

    async def cancel(self, item_id: str) -> None:
        self.done.append(("cancel", item_id))

    async def mailboxes(self, account: str | None = None) -> tuple[Mailbox, ...]:
        unread = sum(each.unread for each in self.headers)
        inbox = Mailbox(id=1, account="home", name="Inbox", wire_name="INBOX", role=Role.INBOX, unread=unread)
        sent = Mailbox(id=2, account="home", name="Sent", wire_name="Sent", role=Role.SENT)
        return (sent, inbox)

    async def rows(self, ids: Sequence[int]) -> Mapping[int, Header]:
        self.done.append(("rows", len(ids)))
        wanted = set(ids)
        return {each.id: each for each in self.headers if each.id in wanted}

    async def read(self, message_id: int, wish: Wish | None = None) -> Reading:
        if self.offline:
            raise Unreachable("imap.home.example does not answer.", "Try again when you are online.")
        found = next(each for each in self.headers if each.id == message_id)
        if self.raw:
            reading = await asyncio.to_thread(read_message, found, self.raw, wish, UTC)
            return replace(reading, sender=self.inspection.sender)
        fields = (("From", f"{found.sender_name} <{found.sender_address}>"), ("Date", "14 March 2026 12:00"))
        parts = (Part(number="2", media_type="application/pdf", name="minutes.pdf", size=48_213),)
        return Reading(
            header=found, fields=fields, text=self.text, parts=parts if found.has_attachment else (),
            sender=self.inspection.sender,
        )  # fmt: skip

    async def inspect(self, message_id: int) -> Inspection:
        return self.inspection

    async def verify_sender(self, message_id: int) -> Inspection:
        self.done.append(("verify", message_id))
        sender = replace(self.inspection.sender, state=SenderState.VERIFIED, headline="club.example vouches for it.")
        return replace(self.inspection, sender=sender)

    async def source(self, message_id: int) -> str:
        return "Received: from somewhere\nSubject: hello\n\nbody"

    async def refresh(self) -> None:
        self.done.append(("refresh",))

    async def bounce_card(self, message_id: int) -> BounceCard | None:
        return CARD

    async def notice_after_bounce(self, message_id: int) -> tuple[OutboxItem, ...]:
        self.done.append(("notice", message_id))
        return ()

    async def later(self, message_id: int) -> None:
        self.done.append(("later", message_id))

    async def accept_warning(self, domain: str, code: str) -> None:
        self.done.append(("accept", domain, code))


class Stage(LinksecApp):
    """The client over a table of facts."""

    def __init__(self, desk: TableDesk, **given: object) -> None:
        super().__init__(desk.config, **given)  # pyright: ignore[reportArgumentType]  # as the test says
        self.table = desk

    @asynccontextmanager
    async def opening(self) -> AsyncGenerator[Desk]:
        yield cast("Desk", self.table)


NOTICED = 15.0  # seconds that a notice stays, and hides what is below it
LOOKS_EVERY = 0.1  # seconds, where the client is busy all the time

Condition = Callable[[], bool]
Until = Callable[[Pilot[Leave], Condition], Awaitable[None]]
Shown = Callable[[Front], str]


async def _until(pilot: Pilot[Leave], condition: Condition) -> None:
    """Wait for what should happen, and for what goes with it; what does not is shown with the screen of that moment."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await wait_for_idle(0, LOOKS_EVERY)
    except TimeoutError:
        assert isinstance(pilot.app, Front)
        pytest.fail(f"It did not happen. The screen:\n{_shown(pilot.app)}")
    await at_rest()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine has the time it needs: after a key, for the second half of a double click, to read a notice."""
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", at_rest)
    begin = asyncio.BaseEventLoop.run_in_executor
    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", beside.noted(begin))
    monkeypatch.setattr("textual.pilot.Pilot._wait_for_screen.__defaults__", (PATIENCE,))
    monkeypatch.setattr(App, "CLICK_CHAIN_TIME_THRESHOLD", PATIENCE)
    monkeypatch.setattr(Notification, "time_left", property(lambda one: one.raised_at + NOTICED - time.time()))


def _shown(app: Front) -> str:
    return "\n".join(strip.text.rstrip() for strip in strips(app))


@pytest.fixture
def until() -> Until:
    return _until


@pytest.fixture
def shown() -> Shown:
    return _shown


@pytest.fixture
def config(tmp_path: Path) -> Config:
    account = Account(
        name="home",
        address=Address("alice", "home.example"),
        imap=Server(host="imap.home.example", port=993),
        submission=Server(host="smtp.home.example", port=465),
    )
    return Config(state=tmp_path, accounts=(account,))


@pytest.fixture
def table(config: Config) -> TableDesk:
    return TableDesk(config)


class Judge(Protocol):
    """Makes an assessment that can be drawn."""

    def __call__(
        self, domain: str, assurance: Assurance, *, warnings: tuple[judgement.Warning, ...] = ()
    ) -> Assessment: ...


@pytest.fixture
def judge() -> Judge:
    return judged


@pytest.fixture
def make_stage() -> type[Stage]:
    return Stage


@pytest.fixture
def make_table() -> type[TableDesk]:
    return TableDesk


@pytest.fixture
def stage(table: TableDesk) -> Stage:
    return Stage(table)
