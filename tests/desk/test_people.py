"""The address book at work: who is known, who only looks like it, what is asked for, and where else to write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from linksec_tui.config import Config
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.address import Origin, Recipient, parse_address
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.contact import Contact, Group
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Choice, Draft, Requirement
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.store import mailboxes, messages
from tests.desk.letters import letter

CAROL = "carol@university.example"
ERIN = "erin@club.example"
ALIKE = "carol@universlty.example"


@pytest.fixture
def word() -> str:
    return f"celesta{uuid4().hex[:8]}"


def recipient(address: str, origin: Origin = Origin.TYPED) -> Recipient:
    return Recipient(address=parse_address(address), origin=origin)


async def send(desk: Desk, draft: Draft, choice: Choice = Choice.LOWER) -> None:
    gate = await desk.gate(draft)
    choices = {line.recipient.address: choice for line in gate.short}
    await desk.send(draft, await desk.decide(draft, choices, gate))


async def known(desk: Desk) -> list[str]:
    return [str(each.address) for each in await desk.contacts()]


async def test_whom_one_wrote_to_is_offered_while_typing(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        await send(desk, letter(desk, word, CAROL))
        assert [str(each.address) for each in await desk.people.complete("car") if isinstance(each, Contact)] == [CAROL]
    async with open_desk(config, worker=False) as desk:
        assert await known(desk) == [CAROL]


async def test_whoever_was_only_answered_is_offered_behind_the_book_and_not_known_by_it(
    config: Config, word: str
) -> None:
    answered = frozenset({Flag.SEEN.value, Flag.ANSWERED.value})
    senders = (CAROL, "carl@shop.example", "car who?", str(config.accounts[0].address))
    listed = [Mailbox(id=0, account="home", name="Old", wire_name="Old", role=Role.NONE)]
    async with open_desk(config, worker=False) as desk:
        old = (await desk.rooms.mail.run(mailboxes.write_mailboxes, "home", listed))[0].id
        came = [
            Header(
                id=0, account="home", mailbox=old, uid=uid, sender_name="Carl", sender_address=sender, recipients="",
                subject="Lunch", flags=answered, received_at=desk.now(),
            )
            for uid, sender in enumerate(senders, 1)
        ]  # fmt: skip
        await desk.rooms.mail.run(messages.write_headers, came)
        await send(desk, letter(desk, word, CAROL))
        offered = [each for each in await desk.people.complete("car") if isinstance(each, Contact)]
        assert [(str(each.address), each.name) for each in offered] == [(CAROL, ""), ("carl@shop.example", "Carl")]
        assert await known(desk) == [CAROL]


async def test_a_look_alike_is_never_green_asked_about_and_not_known_by_being_left_out(
    config: Config, word: str
) -> None:
    async with open_desk(config, worker=False) as desk:
        await send(desk, letter(desk, word, CAROL))
        draft = letter(desk, f"{word}2", ALIKE)
        (line,) = (await desk.gate(draft)).lines
        assert line.assessment.assurance <= Assurance.VERIFIABLE
        assert "looks like university.example" in line.why
        await send(desk, letter(desk, f"{word}3", ALIKE, CAROL), Choice.LEAVE_OUT)
        assert await known(desk) == [CAROL]
        assert not (await desk.gate(draft)).lines[0].passes


async def test_whom_a_letter_went_to_that_was_taken_back_is_no_better_known_than_before(
    config: Config, word: str
) -> None:
    patient = replace(config, compose=replace(config.compose, undo_seconds=3000))
    known_well, alike = "marlene@club.example", "marlena@club.example"
    async with open_desk(patient, worker=False) as desk:
        await desk.people.add("Erin", [parse_address(ERIN)])
        await send(desk, letter(desk, word, known_well))
        again = letter(desk, f"{word} again", known_well, alike, ERIN)
        await send(desk, again)
        assert sorted(await known(desk)) == sorted([known_well, alike, ERIN])
        assert not await desk.people.marks([recipient(alike)])
        await desk.posted.undo(again.id)
        assert {str(each.address): each.times_written for each in await desk.contacts()} == {known_well: 1, ERIN: 0}
        assert await desk.people.marks([recipient(alike)]), "it is warned of again"


async def test_a_reply_to_of_somebody_else_opens_the_gate_and_a_list_is_never_green(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        draft = letter(desk, word, CAROL)
        (plain,) = (await desk.gate(draft)).lines
        assert plain.passes
        assert plain.assessment.assurance is Assurance.ENFORCED
        (asked,) = (await desk.gate(replace(draft, recipients=(recipient(CAROL, Origin.REPLY_TO),)))).lines
        assert not asked.passes
        assert "asks for answers here" in asked.why
        (listed,) = (await desk.gate(replace(draft, recipients=(recipient(CAROL, Origin.LIST),)))).lines
        assert listed.passes
        assert listed.assessment.assurance is Assurance.VERIFIABLE
        assert listed.assessment.warned("list")


async def test_another_address_of_the_same_person_that_passes_is_offered(config: Config, word: str) -> None:
    async with open_desk(config, worker=False) as desk:
        await desk.people.add("Carol", [parse_address(CAROL), parse_address("grace@oldserver.example")])
        draft = replace(letter(desk, word, "grace@oldserver.example"), requirement=Requirement.VERIFIABLE)
        (line,) = (await desk.gate(draft)).short
        assert [str(each) for each in line.instead] == [CAROL]
        both = replace(draft, recipients=(recipient("grace@oldserver.example"), recipient(CAROL)))
        assert not (await desk.gate(both)).short[0].instead


async def test_of_all_recipients_the_strictest_counts_and_the_person_stands_before_the_domain(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        carol = await desk.people.add("Carol", [parse_address(CAROL)])
        await desk.people.require_of_domain("university.example", Requirement.ENFORCED)

        async def asked(*addresses: str) -> Requirement:
            return await desk.people.requirement_for(Requirement.ENCRYPTED, map(recipient, addresses))

        assert await asked(ERIN) is Requirement.ENCRYPTED
        assert await asked(CAROL) is Requirement.ENFORCED
        await desk.people.save(replace(carol, requirement=Requirement.ANY))
        assert await asked(CAROL) is Requirement.ANY
        assert await asked(CAROL, ERIN) is Requirement.ENCRYPTED
        await desk.people.require_of_domain("university.example", None)
        assert await asked("other@university.example") is Requirement.ENCRYPTED


async def test_one_desk_sees_what_another_did(config: Config) -> None:
    async with open_desk(config, worker=False) as one, open_desk(config, worker=False) as other:
        assert await one.people.everybody() == ()
        carol = await other.people.add("Carol", [parse_address(CAROL)])
        assert [person.name for person in await one.people.everybody()] == ["Carol"]
        await other.people.save(replace(carol, groups=("Choir",)))
        found = await one.people.complete("choir")
        assert [each.name for each in found if isinstance(each, Group)] == ["Choir"]


async def test_merging_and_parting_lose_nobody(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        carol = await desk.people.add("Carol", [parse_address(CAROL)])
        erin = await desk.people.add("Erin", [parse_address(ERIN)])
        with pytest.raises(BadInput, match="belongs to Erin"):
            await desk.people.add("Eve", [parse_address(ERIN)])
        together = await desk.people.merge([carol, erin])
        assert await desk.people.everybody() == (together,)
        await desk.people.part(together, parse_address(ERIN))
        assert sorted(person.shown for person in await desk.people.everybody()) == ["Carol", "Erin"]


async def test_what_was_seen_of_a_domain_is_told_without_a_question(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        nothing = (await desk.people.seen(["university.example"]))["university.example"]
        assert (nothing.assurance, nothing.lines) == (None, ())
        async for _ in desk.assess("university.example", probe=False):
            pass
        seen = (await desk.people.seen(["university.example"]))["university.example"]
        assert seen.assurance is Assurance.VERIFIABLE
        assert "could prove itself (DANE)" in seen.lines[0].text


async def test_twenty_thousand_cards_are_taken_in_and_found(config: Config, tmp_path: Path) -> None:
    cards = (
        f"BEGIN:VCARD\nVERSION:4.0\nFN:Person {n}\nEMAIL:p{n}@d{n % 997}.example\nEND:VCARD\n" for n in range(20_000)
    )
    book = tmp_path / "many.vcf"
    book.write_text("".join(cards))
    async with open_desk(config, worker=False) as desk:
        told = await desk.people.import_path(book)
        assert (told.new, told.problem_count) == (20_000, 0)
        (found,) = await desk.people.complete("p19999")
        assert isinstance(found, Contact)
        assert str(found.address) == "p19999@d59.example"
