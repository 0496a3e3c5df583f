"""A provider that knows REQUIRETLS (RFC 8689), Postfix 3.11: what is said beforehand is what becomes of a letter."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.desk import open_desk
from linksec_tui.model.letter import BounceCard, CardAction, Choice, Requirement
from tests.desk.letters import all_over, letter, until
from tests.lab import lab, letters, newer_postfix, topology
from tests.lab.command import Command
from tests.lab.newer_postfix import Ending

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("newer_postfix")]

ALL = ("dane", "mta-sts", "requiretls-strict")
REQUIRETLS_ALONE = ("requiretls-strict",)
BOB = f"bob@{topology.HOME}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A letter through `send`: what the provider is said to insist on, and which protection held in the end."""

    to: str
    require: str
    tls: str
    enforces: tuple[str, ...] = ALL

    def __str__(self) -> str:
        return f"{self.require} {self.to} {'all' if self.enforces == ALL else 'requiretls'}"


DELIVERED = (
    Case(to="user@dane.test", require="enforced", tls="dane"),
    Case(to="user@sts.test", require="enforced", tls="secure"),
    Case(to="user@declared.test", require="link-secure", tls="dane"),
    Case(to="user@declared-requiretls.test", require="link-secure", tls="dane/requiretls"),
    Case(to="user@requiretls.test", require="enforced", tls="dane/requiretls", enforces=REQUIRETLS_ALONE),
    Case(to="user@requiretls-sts.test", require="enforced", tls="secure/requiretls", enforces=REQUIRETLS_ALONE),
    Case(to=BOB, require="enforced", tls="none"),  # into a mailbox of the same provider
)
REFUSED = (
    Case(to="user@plain.test", require="encrypted", tls=""),
    Case(to="user@dane.test", require="link-secure", tls=""),
    Case(to="user@dane.test", require="enforced", tls="", enforces=REQUIRETLS_ALONE),
)


def command(directory: Path, host: str = "smtp311", enforces: tuple[str, ...] = ALL) -> Command:
    file = directory / "linksec-tui.toml"
    file.write_text(lab.configuration(directory / "state", host=host, enforces=enforces))
    return Command(configuration=file)


def new_letter() -> tuple[str, str]:
    """A letter, and its Message-ID, by which Postfix's log names it."""
    message_id = f"<{secrets.token_hex(8)}@{topology.HOME}>"
    return f"Message-ID: {message_id}\nSubject: nothing but a test\n\nNothing but a test.\n", message_id


@pytest.mark.parametrize("case", DELIVERED, ids=str)
def test_who_meets_the_requirement_gets_the_letter_under_that_protection(case: Case, tmp_path: Path) -> None:
    text, message_id = new_letter()
    sent = command(tmp_path, enforces=case.enforces)("send", "--require", case.require, case.to, stdin=text)
    assert (sent.returncode, sent.stderr) == (0, "")
    assert newer_postfix.ending(message_id, case.to) == Ending(tls=case.tls, status="2.0.0", became="sent")


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_whoever_falls_short_gets_nothing(case: Case, tmp_path: Path) -> None:
    text, message_id = new_letter()
    sent = command(tmp_path, enforces=case.enforces)("send", "--require", case.require, case.to, stdin=text)
    assert sent.returncode == 77, sent.stderr
    assert case.to in sent.stderr
    assert not newer_postfix.was_handed_over(message_id)


@pytest.mark.parametrize(("to", "tls"), [("user@dane-bad.test", "may"), ("user@dane-strip.test", "may:none")])
def test_what_may_travel_in_the_clear_is_passed_on_by_who_heeds_that(to: str, tls: str, tmp_path: Path) -> None:
    text, message_id = new_letter()
    sent = command(tmp_path)("send", "--tls-optional", to, stdin=text)
    assert (sent.returncode, sent.stderr) == (0, ""), "nothing is said of coming back"
    assert newer_postfix.ending(message_id, to) == Ending(tls=tls, status="2.0.0", became="sent")


def test_what_may_travel_in_the_clear_comes_back_from_who_does_not_heed_that(tmp_path: Path) -> None:
    to, subject = "user@dane-bad.test", letters.unheard_of("in the clear if need be")
    sent = command(tmp_path, host="smtp")("send", "--tls-optional", to, stdin=f"Subject: {subject}\n\nA test.\n")
    assert sent.returncode == 0
    assert "come back" in sent.stderr
    bounce = letters.arrived(topology.SENDER, "FROM", "MAILER-DAEMON", "TEXT", f'"{subject}"')
    assert b"Server certificate not verified" in bounce


TRIED = {
    "user@plain.test": Ending(tls="may?/!requiretls:nocertmatch", status="5.7.10", became="bounced"),
    "user@dane.test": Ending(tls="dane/!requiretls:none", status="5.7.30", became="bounced"),
    "user@sts.test": Ending(tls="secure/!requiretls:none", status="5.7.30", became="bounced"),
    "user@requiretls.test": Ending(tls="dane/requiretls", status="2.0.0", became="sent"),
    BOB: Ending(tls="none/requiretls:none", status="2.0.0", became="sent"),
}
CLASSES = {
    "user@plain.test": "no-policy",
    "user@dane.test": "requiretls-unsupported",
    "user@sts.test": "requiretls-unsupported",
}


async def test_what_is_tried_arrives_protected_or_comes_back_at_once_and_is_explained(tmp_path: Path) -> None:
    """“Try, or have it back”: REQUIRETLS for all of them."""
    linksec_tui, file = command(tmp_path), tmp_path / "bounce.eml"
    subject = letters.unheard_of("protected or not at all")
    await submit_to_be_tried(linksec_tui.configuration, subject)
    search = (topology.SENDER, "FROM", "MAILER-DAEMON", "TEXT", f'"{subject}"')
    raw = await asyncio.to_thread(letters.arrived, *search)
    file.write_bytes(raw)
    explained = linksec_tui("bounce", "--json", str(file))
    assert explained.returncode == 1, explained.stderr
    [bounce] = json.loads(explained.stdout)
    assert (bounce["matched"], bounce["ours"]) == (True, True)
    assert {one["recipient"]: one["class"] for one in bounce["recipients"]} == CLASSES
    assert all(one["downgrade"] and one["confidence"] == "structured" for one in bounce["recipients"])
    message_id = bounce["original_message_id"]
    assert {to: await asyncio.to_thread(newer_postfix.ending, message_id, to) for to in TRIED} == TRIED
    card = await card_of(linksec_tui.configuration, raw)
    assert card.did_not_happen == "Your provider reports that it did not send the letter over that link."
    assert "their server does not promise to keep a letter protected" in card.happened
    assert "publishes nothing by which its servers could be recognised" in card.happened
    assert set(card.arrived) == {to for to, ended in TRIED.items() if ended.became == "sent"}
    assert CardAction.WITHOUT_REQUIREMENT in card.actions, "it was our own demand that failed"


async def submit_to_be_tried(configuration: Path, subject: str) -> None:
    """Through the gate, where that choice is offered for each who falls short."""
    async with open_desk(config_file.load(configuration)) as desk:
        draft = letter(desk, subject, *TRIED, requirement=Requirement.LINK_SECURE)
        gate = await desk.gate(draft)
        assert [Choice.TRY in line.choices for line in gate.lines] == [True] * len(TRIED)
        choices = {line.recipient.address: Choice.TRY for line in gate.lines}
        await desk.send(draft, await desk.decide(draft, choices, gate), undoable=False)
        await until(desk, all_over)


async def card_of(configuration: Path, raw: bytes) -> BounceCard:
    async with open_desk(config_file.load(configuration), worker=False) as desk:
        card = await desk.bounce_card(raw)
        assert card is not None
        return card
