"""The whole way through the embedded mail world: decided, tagged, submitted, delivered or returned, matched."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from linksec_tui.config import Config
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.address import Field, Recipient, parse_address
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.credentials import Password
from linksec_tui.model.letter import (
    BounceClass,
    Choice,
    Decision,
    Draft,
    Kind,
    RecipientDecision,
    Requirement,
    SentRecord,
    Submission,
)
from linksec_tui.outgoing.body import Enclosure, render_body
from linksec_tui.outgoing.bounce import parse_bounce
from linksec_tui.outgoing.card import Surroundings, card
from linksec_tui.outgoing.match import match
from linksec_tui.outgoing.submit import Result, submit
from linksec_tui.outgoing.tag import Posting, submissions
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.smtp import Delivery, SubmissionSession, Terms
from linksec_tui.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Sends through the world's provider, as desk does."""

    world: World
    config: Config

    async def open_session(self) -> SubmissionSession:
        account = self.config.account()
        assert account
        assert account.submission
        return await self.open_at(account.submission)

    async def open_at(self, server: Server) -> SubmissionSession:
        terms = Terms(clock=now, ca_file=self.config.network.ca_file, timeout=60)
        dialler = Dialler(addresses_of=nowhere, connect_to=self.config.network.connect_to)
        session = await SubmissionSession.connect(server, dialler, terms)
        await session.login(Password(user=self.world.address, password=self.world.password))
        return session

    async def send(self, draft: Draft, decision: Decision) -> list[Result]:
        enclosure = Enclosure(name="ü.bin", media_type="application/octet-stream", content=bytes(range(256)))
        posting = Posting(
            envelope_sender=draft.sender,
            requiretls_offered=True,
            now=now(),
            token=lambda: secrets.token_hex(16),
            content=render_body(draft.body, (enclosure,), "0"),
        )
        delivery = Delivery(before_final_dot=nothing)
        results = [await submit(self.open_session, each, delivery) for each in submissions(draft, decision, posting)]
        assert await asyncio.to_thread(self.world.settled, 120)
        return results

    def delivered(self, address: str, subject: str) -> list[MimePart]:
        return [message for message in map(parse_message, self.world.inbox(address)) if subject in subject_of(message)]


def now() -> datetime:
    return datetime.now(UTC)


async def nowhere(host: str) -> tuple[str, ...]:
    raise OSError(f"{host} is outside")


async def nothing() -> None:
    """A mark that is not asked about."""


def subject_of(message: MimePart) -> str:
    return message.header("Subject")


def letter(office: Office, subject: str, *recipients: RecipientDecision) -> tuple[Draft, Decision]:
    draft = Draft(
        id=secrets.token_hex(4),
        account="home",
        sender=parse_address(office.world.address),
        sender_name="Älice",
        recipients=tuple(each.recipient for each in recipients),
        subject=subject,
        body=".a line with a dot\n\nGrüße\n",
        requirement=Requirement.ENFORCED,
    )
    return draft, Decision(requirement=Requirement.ENFORCED, recipients=recipients, decided_at=now())


def decided(address: str, choice: Choice = Choice.SEND, field: Field = Field.TO) -> RecipientDecision:
    return RecipientDecision(
        recipient=Recipient(address=parse_address(address), field=field),
        choice=choice,
        assurance=Assurance.ENFORCED,
        checked_at=now(),
    )


def record(submission: Submission) -> SentRecord:
    return SentRecord(
        submission=submission.id,
        letter=submission.letter,
        kind=submission.kind,
        account=submission.account,
        envid=submission.envelope.envid,
        message_id=submission.message_id,
        subject=submission.subject,
        recipients=submission.decision.recipients,
        requirement=submission.decision.requirement,
        requiretls=submission.envelope.requiretls,
        submitted_at=now(),
    )


@pytest.fixture
def office(world: World, config: Config) -> Office:
    return Office(world=world, config=config)


async def test_a_letter_arrives_whole_and_names_nobody_hidden(office: Office) -> None:
    hidden = decided("dave@shop.example", field=Field.BCC)
    results = await office.send(*letter(office, "arrives whole", decided("carol@university.example"), hidden))
    assert [outcome.accepted for result in results for outcome in result.outcomes] == [True, True]
    for address in ("carol@university.example", "dave@shop.example"):
        (message,) = office.delivered(address, "arrives whole")
        assert message.children[0].text(1000) == ".a line with a dot\r\n\r\nGrüße\r\n"
        assert message.children[1].decoded(1000) == bytes(range(256))
        assert message.header("Link-Security") == "require=enforced"
        assert "dave@" not in "".join(message.header_values("To") + message.header_values("Cc"))


@pytest.mark.parametrize("tls", list(Tls))
async def test_both_ways_of_submission_are_taken(office: Office, tls: Tls) -> None:
    port = 465 if tls is Tls.IMPLICIT else 587
    session = await office.open_at(Server(host="smtp.home.example", port=port, tls=tls))
    await session.close()
    assert session.facts.version.startswith("TLSv1")
    assert session.offers.requiretls
    assert session.offers.dsn


async def test_what_comes_back_is_matched_and_told(office: Office) -> None:
    subject = "comes back"
    tried = decided("grace@oldserver.example", Choice.TRY)
    wrong = decided("ivan@museum.example")
    fine = decided("carol@university.example")
    results = await office.send(*letter(office, subject, tried, wrong, fine))
    records = [record(result.submission) for result in results]
    assert len(records) == 2
    cards = {
        told.lines[0].recipient: told
        for raw in office.world.reports()
        if (bounce := parse_bounce(raw))
        and (found := match(bounce, records, made_inside=True)).matched
        and (told := card(bounce, found, Surroundings(letter=records)))
    }
    assert set(cards) == {"grace@oldserver.example", "ivan@museum.example"}
    classes = {name: told.lines[0].bounce_class for name, told in cards.items()}
    assert classes == {
        "grace@oldserver.example": BounceClass.NO_POLICY,
        "ivan@museum.example": BounceClass.CERTIFICATE_UNVERIFIED,
    }
    for told in cards.values():
        assert told.match.ours
        assert told.did_not_happen
        assert told.subject == subject
        assert "carol@university.example" in told.arrived
    assert not office.delivered("grace@oldserver.example", subject)
    assert office.delivered("carol@university.example", subject)


async def test_the_notice_reaches_whom_the_letter_must_not(office: Office) -> None:
    noticed = decided("grace@oldserver.example", Choice.NOTICE)
    results = await office.send(*letter(office, "a secret matter", noticed))
    assert [result.submission.kind for result in results] == [Kind.NOTICE]
    arrived = [parse_message(raw) for raw in office.world.inbox("grace@oldserver.example")]
    (notice,) = [each for each in arrived if each.header("Message-ID") == results[0].submission.message_id]
    assert notice.header("TLS-Required") == "No"
    assert b"secret matter" not in notice.source


async def test_a_recipient_that_the_provider_refuses_is_told(office: Office) -> None:
    draft, decision = letter(office, "refused", decided("carol@university.example"))
    stranger = replace(draft, sender=parse_address("somebody@else.example"))
    posting = Posting(
        envelope_sender=stranger.sender, requiretls_offered=True, now=now(), token=lambda: secrets.token_hex(16)
    )
    (submission,) = submissions(stranger, decision, posting)
    result = await submit(office.open_session, submission, Delivery(before_final_dot=nothing))
    assert [(outcome.accepted, outcome.code) for outcome in result.outcomes] == [(False, 553)]
