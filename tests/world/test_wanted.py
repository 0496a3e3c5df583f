"""A provider that declares level 3 heeds the field Link-Security, sends the notice where it may, and keeps time."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Iterator

import aiosmtplib
import pytest

from linksec_tui.world import Faults, World
from linksec_tui.world.wanted import asked_of
from tests.test_protocol import examples
from tests.world.talk import Sending, Verdict, login, read_report, submit

SECRET = "The results are as they should be"
NOTICE = "I have a letter for you that I don't want to send unprotected"
FALLS_SHORT = {
    ("encrypted", "grace@oldserver.example"): "LINKSEC tls-missing",
    ("encrypted", "heidi@broken.example"): "LINKSEC tls-missing",
    ("verifiable", "erin@club.example"): "LINKSEC tls-unverified",
    ("enforced", "ivan@museum.example"): "LINKSEC tls-unverified",
    ("link-secure", "carol@university.example"): "LINKSEC level-too-low",
}
ARRIVES = (
    ("encrypted", "erin@club.example"),
    ("verifiable", "dave@shop.example"),
    ("enforced", "carol@university.example"),
    ("link-secure", "bob@bank.example"),
)


@pytest.fixture(autouse=True)
def declared(world: World) -> Iterator[None]:
    world.misbehave(Faults(linksec=3))
    yield
    world.misbehave(Faults())


@pytest.mark.parametrize(("require", "address"), FALLS_SHORT)
async def test_what_falls_short_comes_back_with_the_reason(world: World, require: str, address: str) -> None:
    returned = await submit(world, Sending(to=(address,), headers={"Link-Security": f"require={require}"}))
    assert returned[address].status == "5.7.10"
    assert FALLS_SHORT[require, address] in returned[address].diagnostic


@pytest.mark.parametrize(("require", "address"), ARRIVES)
async def test_what_meets_the_field_arrives(world: World, require: str, address: str) -> None:
    before = len(world.inbox(address))
    assert await submit(world, Sending(to=(address,), headers={"Link-Security": f"require={require}"})) == {}
    assert len(world.inbox(address)) == before + 1


async def test_a_field_that_cannot_be_read_is_refused(world: World) -> None:
    with pytest.raises(aiosmtplib.SMTPDataError, match=r"5\.6\.0"):
        await submit(world, Sending(to=("dave@shop.example",), headers={"Link-Security": "require=any"}))


async def test_without_a_declaration_the_field_binds_nobody(world: World) -> None:
    world.misbehave(Faults())
    assert (
        await submit(world, Sending(to=("grace@oldserver.example",), headers={"Link-Security": "require=enforced"}))
        == {}
    )


@pytest.mark.parametrize(("value", "reading"), examples("field"))
def test_the_world_reads_the_field_as_the_document_says(value: str, reading: str) -> None:
    found = asked_of(f"Link-Security: {value}\r\n".encode())
    assert ("unreadable" if found is None else f"{found.require}, {'notice' if found.notice else 'bounce'}") == reading


def _letter(address: str, field: str, first: str = "text/x-link-security-notice") -> bytes:
    return "\r\n".join(
        (
            *("From: Alice <alice@home.example>", f"To: {address}", "Subject: The diagnosis"),
            *("Date: Mon, 05 Jan 2026 09:00:00 +0000", "Message-ID: <inside@home.example>"),
            *(f"Link-Security: {field}", "MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="=_8c1d"'),
            *("", "--=_8c1d", f"Content-Type: {first}; charset=utf-8", "", NOTICE),
            *("--=_8c1d", "Content-Type: text/plain; charset=utf-8", "", SECRET, "--=_8c1d--", ""),
        )
    ).encode()


async def _submit(world: World, address: str, content: bytes) -> dict[str, Verdict]:
    before = len(world.reports())
    async with login(world) as client:
        await client.sendmail(world.address, [address], content)
    assert await asyncio.to_thread(world.settled, 120)
    return {to: verdict for raw in world.reports()[before:] for to, verdict in read_report(raw).items()}


async def test_the_notice_goes_in_the_letters_place_and_the_sender_hears_of_it(world: World) -> None:
    address = "grace@oldserver.example"
    returned = await _submit(world, address, _letter(address, "require=verifiable; fallback=notice"))
    assert "the notice was sent instead" in returned[address].diagnostic
    assert (returned[address].action, returned[address].status) == ("failed", "5.7.10")
    arrived = world.inbox(address)[-1]
    message = email.message_from_bytes(arrived, policy=email.policy.default)
    assert (message["Auto-Submitted"], message["TLS-Required"]) == ("auto-generated", "No")
    assert message["Subject"] == "A letter is waiting for you"
    assert NOTICE in message.get_content()
    for private in (SECRET.encode(), b"diagnosis", b"inside@home.example"):
        assert private not in arrived


@pytest.mark.parametrize(
    "content",
    [
        _letter("grace@oldserver.example", "require=verifiable"),
        _letter("grace@oldserver.example", "require=verifiable; fallback=notice", "text/plain"),
        _letter("grace@oldserver.example", "require=verifiable; fallback=notice").replace(
            NOTICE.encode(), b"x" * 60 + b"\r\nlong" * 4000
        ),
        _letter("grace@oldserver.example", "require=verifiable; fallback=notice").replace(
            b"text/plain", b"application/pkcs7-mime"
        ),
    ],
    ids=["not asked for", "of another shape", "too long", "encrypted"],
)
async def test_a_letter_whose_notice_may_not_go_just_comes_back(world: World, content: bytes) -> None:
    address = "grace@oldserver.example"
    before = len(world.inbox(address))
    returned = await _submit(world, address, content)
    assert "notice" not in returned[address].diagnostic
    assert len(world.inbox(address)) == before


async def test_where_the_way_is_good_the_letter_arrives_whole(world: World) -> None:
    address = "dave@shop.example"
    assert await _submit(world, address, _letter(address, "require=verifiable; fallback=notice")) == {}
    assert SECRET.encode() in world.inbox(address)[-1]


async def test_a_letter_whose_time_is_over_comes_back(world: World) -> None:
    returned = await submit(world, Sending(to=("oscar@bogus.example",), options=["BY=1;R"]))
    assert returned["oscar@bogus.example"].status in ("4.4.3", "5.4.7")


@pytest.mark.parametrize("by", ["BY=0;R", "BY=60", "BY=60;N", "BY=-5;R", "BY=1234567890;R"])
async def test_a_time_that_makes_no_sense_is_refused(world: World, by: str) -> None:
    async with login(world) as client:
        with pytest.raises(aiosmtplib.SMTPSenderRefused):
            await client.mail(world.address, options=[by])
