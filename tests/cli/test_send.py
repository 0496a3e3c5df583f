"""`send` and `outbox` against the embedded world: every exit status, and what became of the letter."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from linksec_tui import config_file
from linksec_tui.cli.gate_words import ways_on
from linksec_tui.desk import open_desk
from linksec_tui.model.address import Recipient, parse_address
from linksec_tui.model.assessment import Assessment, Assurance, Warning  # noqa: A004 - the model's word
from linksec_tui.model.evidence import Dnssec, Evidence, Route, RouteStatus
from linksec_tui.model.letter import Choice, GateLine
from linksec_tui.world import Faults, Step, World
from tests.cli.shell import Shell

Item = dict[str, Any]


@pytest.fixture(autouse=True)
def sound(world: World) -> Iterator[None]:
    """What a test breaks in the world is mended after it."""
    yield
    world.misbehave(Faults())


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> str:
    """Unlike any other test's: they all write to the same people."""
    return f"About {zlib.crc32(request.node.nodeid.encode()):08x}"


def letter(subject: str, *fields: str) -> bytes:
    return "\n".join([*fields, f"Subject: {subject}", "", "Dear all,", "hello.", ""]).encode()


def received(world: World, address: str, subject: str) -> list[bytes]:
    assert world.settled(120)
    return [message for message in world.inbox(address) if subject.encode() in message]


def outbox(shell: Shell) -> list[Item]:
    return cast("dict[str, list[Item]]", json.loads(shell("outbox", "list", "--json").out))["outbox"]


def test_an_accepted_letter_is_silent_and_arrives(shell: Shell, world: World, subject: str) -> None:
    ended = shell("send", "bob@bank.example", stdin=letter(subject))
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    (message,) = received(world, "bob@bank.example", subject)
    assert b"To: bob@bank.example" in message
    assert b"From: Alice Archer <alice@home.example>" in message
    assert b"Dear all,\r\nhello." in message


def test_a_letter_that_will_come_back_goes_out_and_that_is_said(shell: Shell, subject: str) -> None:
    ended = shell("send", "ivan@museum.example", stdin=letter(subject))
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.startswith("ivan@museum.example: This letter will be held, perhaps for days, and then come back")


def test_recipients_come_from_the_header_with_t(shell: Shell, world: World, subject: str) -> None:
    fields = ("To: Bob <bob@bank.example>", "Cc: carol@university.example", "Bcc: dave@shop.example")
    assert shell("send", "-t", stdin=letter(subject, *fields)).status == 0
    for address in ("bob@bank.example", "carol@university.example", "dave@shop.example"):
        (message,) = received(world, address, subject)
        assert b"To: Bob <bob@bank.example>" in message
        assert b"dave@shop.example" not in message.partition(b"\r\n\r\n")[0].partition(b"From:")[2]


def test_without_t_only_who_is_named_gets_it_and_the_header_stays(shell: Shell, world: World, subject: str) -> None:
    fields = ("To: bob@bank.example, erin@club.example",)
    assert shell("send", "bob@bank.example", "dave@shop.example", stdin=letter(subject, *fields)).status == 0
    (message,) = received(world, "dave@shop.example", subject)
    assert b"To: bob@bank.example, erin@club.example\r\n" in message
    assert received(world, "erin@club.example", subject) == []


def test_a_lone_dot_ends_the_letter_unless_i_is_given(shell: Shell, world: World, subject: str) -> None:
    raw = f"Subject: {subject}\n\nfirst\n.\nsecond\n".encode()
    assert shell("send", "bob@bank.example", stdin=raw).status == 0
    (first,) = received(world, "bob@bank.example", subject)
    assert shell("send", "-i", "bob@bank.example", stdin=raw).status == 0
    (second,) = (message for message in received(world, "bob@bank.example", subject) if message != first)
    assert [b"second" in message.partition(b"\r\n\r\n")[2] for message in (first, second)] == [False, True]


def test_a_file_goes_with_the_letter(shell: Shell, world: World, subject: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("the notes")
    ended = shell("send", "--attach", str(tmp_path / "notes.txt"), "bob@bank.example", stdin=letter(subject))
    assert ended.status == 0
    (message,) = received(world, "bob@bank.example", subject)
    assert b'filename="notes.txt"' in message


def test_the_requirement_travels_with_the_letter(shell: Shell, world: World, subject: str) -> None:
    assert shell("send", "--require", "enforced", "bob@bank.example", stdin=letter(subject)).status == 0
    (message,) = received(world, "bob@bank.example", subject)
    assert b"Link-Security: require=enforced" in message


@pytest.mark.parametrize(
    ("words", "raw", "said"),
    [
        (("a@x> NOTIFY=NEVER",), b"Subject: x\n\nx\n", "Check the part after the @."),
        (("a@b.example\r\nRCPT TO:<c@d.example>",), b"Subject: x\n\nx\n", "line break"),
        (("bob@bank.example",), b"", "The letter is empty."),
        (("bob@bank.example",), b"Subject: \n\n  \n", "The letter is empty."),
        ((), b"To: bob@bank.example\n\nx\n", "The message has no recipients."),
        (("-t",), b"Subject: x\n\nx\n", "The message has no recipients."),
        (("-t",), b"To: a@x y\n\nx\n", "is not"),
        (("--attach", __file__, "bob@bank.example"), b"Content-Type: text/html\n\n<p>x\n", "only to plain text"),
        (("-f", "eve@evil.example", "bob@bank.example"), b"Subject: x\n\nx\n", "-f names eve@evil.example"),
        (("bob@bank.example",), b"Subject: x\n\nx\0y\n", "zero bytes"),
        (("bob@bank.example",), b"From: eve@evil.example\n\nx\n", "not an address of any account"),
        (("--attach", "/nowhere/file", "bob@bank.example"), b"Subject: x\n\nx\n", "/nowhere/file is not a file."),
        (("--attach", "a" * 5000, "bob@bank.example"), b"Subject: x\n\nx\n", "is not a file."),
        (("--tls-optional", "--require", "enforced", "bob@bank.example"), b"Subject: x\n\nx\n", "even if TLS fails"),
    ],
)
def test_bad_input_is_refused_in_one_line_and_nothing_is_queued(
    shell: Shell, words: tuple[str, ...], raw: bytes, said: str
) -> None:
    ended = shell("send", *words, stdin=raw)
    assert (ended.status, ended.err.count("\n")) == (65, 1)
    assert ended.err.startswith("linksec-tui: ")
    assert said in ended.err
    assert outbox(shell) == []


def test_a_letter_above_the_providers_size_is_refused_before_it_is_sent(
    shell: Shell, world: World, subject: str
) -> None:
    world.misbehave(Faults(size=2000))
    ended = shell("send", "bob@bank.example", stdin=letter(subject) + (b"x" * 60 + b"\n") * 100)
    assert ended.status == 65
    assert "your provider takes at most" in ended.err


def test_a_recipient_whom_the_provider_refuses_is_told(shell: Shell, world: World, subject: str) -> None:
    ended = shell("send", "nobody@home.example", "bob@bank.example", stdin=letter(subject))
    assert ended.status == 69
    assert "nobody@home.example  refused by your provider: 550 5.1.1" in ended.err
    assert len(received(world, "bob@bank.example", subject)) == 1


def test_who_falls_short_keeps_everybody_from_getting_anything(shell: Shell, world: World, subject: str) -> None:
    ended = shell("send", "--require", "enforced", "bob@bank.example", "erin@club.example", stdin=letter(subject))
    assert ended.status == 77
    assert "erin@club.example" in ended.err
    assert "Encrypted, unproven" in ended.err
    assert "You can ask for less with --require, or let them have a notice with --fallback notice." in ended.err
    assert "bob@bank.example" not in ended.err
    assert received(world, "bob@bank.example", subject) == []
    assert outbox(shell) == []


def test_with_the_fallback_they_get_the_notice(shell: Shell, world: World, subject: str) -> None:
    assert world.settled(120)
    before = len(world.inbox("erin@club.example"))
    words = ("--require", "enforced", "--fallback", "notice", "bob@bank.example", "erin@club.example")
    ended = shell("send", *words, stdin=letter(subject))
    assert ended.status == 0
    assert "erin@club.example gets only the notice" in ended.err
    assert len(received(world, "bob@bank.example", subject)) == 1
    (notice,) = world.inbox("erin@club.example")[before:]
    assert subject.encode() not in notice
    assert b"bob@bank.example" not in notice


def test_who_is_held_back_by_a_warning_can_be_sent_to_past_it() -> None:
    route = Route(status=RouteStatus.FOUND, dnssec=Dnssec.INSECURE)
    weaker = Assessment(
        domain="bank.example",
        assurance=Assurance.ENCRYPTED,
        evidence=Evidence(domain="bank.example", route=route),
        checked_at=datetime(2026, 10, 3, 12, tzinfo=UTC),
        warnings=(Warning(code="downgrade"),),
    )
    recipient = Recipient(address=parse_address("bob@bank.example"))
    line = GateLine(recipient=recipient, assessment=weaker, passes=False, choices=(Choice.NOTICE, Choice.LOWER))
    assert list(ways_on([line])) == [
        "let them have a notice with --fallback notice",
        "send past the warning with --accept downgrade",
    ]


def test_nobody_can_be_sent_to_where_there_is_no_domain(shell: Shell, subject: str) -> None:
    ended = shell("send", "--fallback", "notice", "carol@universty.example", stdin=letter(subject))
    assert ended.status == 77
    assert "universty.example" in ended.err
    assert "You can leave out those to whom there is no way." in ended.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[store]", "[netwrk]\n[store]", "netwrk is not known; did you mean network?"),
        ("key_command", "# key_command", "store.key_command is missing"),
        ('key_command = "cat ', 'key_command = "false ', "The command “false” failed"),
    ],
)
def test_what_cannot_be_configured_is_one_line(shell: Shell, old: str, new: str, said: str) -> None:
    ended = shell.changed(old, new)("send", "bob@bank.example", stdin=b"Subject: x\n\nx\n")
    assert ended.status == 78
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_without_an_account_nothing_can_be_sent(shell: Shell) -> None:
    ended = shell.without_account()("send", "bob@bank.example", stdin=b"Subject: x\n\nx\n")
    assert ended.status == 78
    assert ended.err.startswith("linksec-tui: No account is configured. Run “linksec-tui account add ")


def test_a_letter_put_off_waits_in_the_outbox_and_goes_out_later(shell: Shell, world: World, subject: str) -> None:
    world.misbehave(Faults(defer=Step.DATA))
    ended = shell("send", "bob@bank.example", stdin=letter(subject))
    (item,) = outbox(shell)
    assert ended.status == 75
    assert "waits in the outbox and will be tried again." in ended.err
    assert (item["state"], item["attempts"], item["recipients"]) == ("waiting", 1, ["bob@bank.example"])
    assert shell("outbox", "list").status == 75
    world.misbehave(Faults())
    assert shell("outbox", "flush").status == 0
    assert len(received(world, "bob@bank.example", subject)) == 1
    assert shell("outbox", "list").out == "The outbox is empty.\n"


def test_without_the_provider_the_letter_waits(shell: Shell, subject: str) -> None:
    cut_off = shell.changed('"smtp.home.example:465:127.0.0.1:', '"smtp.home.example:465:[::1]:')
    ended = cut_off("send", "bob@bank.example", stdin=letter(subject))
    assert ended.status == 75
    assert outbox(shell)[0]["state"] == "waiting"


def test_a_refused_password_holds_the_letter_and_says_so(shell: Shell, world: World, subject: str) -> None:
    wrong = shell.changed('password_command = "cat ', 'password_command = "echo wrong; : ')
    ended = wrong("send", "bob@bank.example", stdin=letter(subject))
    assert ended.status == 75
    assert "password" in ended.err
    assert world.password not in ended.err
    assert [item["state"] for item in outbox(shell)] == ["held"]


def test_what_may_have_gone_out_is_sent_again_only_when_confirmed(shell: Shell, world: World, subject: str) -> None:
    world.misbehave(Faults(cut=Step.ACCEPTED, times=1))
    ended = shell("send", "bob@bank.example", stdin=letter(subject))
    (item,) = outbox(shell)
    assert (ended.status, item["state"]) == (75, "may-have-gone-out")
    assert "may have gone out" in ended.err
    asked = shell("outbox", "retry", item["id"])
    assert asked.status == 75
    assert asked.err.endswith("sent again, it may arrive twice. Add --yes to send it again.\n")
    assert len(received(world, "bob@bank.example", subject)) == 1
    assert shell("outbox", "retry", "--yes", item["id"]).status == 0
    assert len(received(world, "bob@bank.example", subject)) == 2


def test_a_waiting_letter_can_be_taken_back(shell: Shell, world: World, subject: str) -> None:
    world.misbehave(Faults(defer=Step.MAIL))
    shell("send", "bob@bank.example", stdin=letter(subject))
    (item,) = outbox(shell)
    assert shell("outbox", "cancel", item["id"][:8]).status == 0
    world.misbehave(Faults())
    assert shell("outbox", "flush").status == 0
    assert received(world, "bob@bank.example", subject) == []


def test_an_outbox_id_that_is_not_there_is_a_usage_error(shell: Shell) -> None:
    ended = shell("outbox", "cancel", "abc")
    assert (ended.status, ended.err.count("\n")) == (2, 1)


async def test_beside_an_open_client_the_letter_is_sent_by_it(shell: Shell, world: World, subject: str) -> None:
    async with open_desk(config_file.load(shell.config_file), mailboxes=False) as client:
        assert client.is_worker
        ended = await asyncio.to_thread(shell, "send", "bob@bank.example", stdin=letter(subject))
        assert (ended.status, ended.err) == (0, "")
    assert len(await asyncio.to_thread(received, world, "bob@bank.example", subject)) == 1


async def test_a_client_that_closes_at_once_leaves_the_outbox_to_the_next(shell: Shell) -> None:
    for _ in range(2):
        with suppress(LookupError):
            async with open_desk(config_file.load(shell.config_file), mailboxes=False) as client:
                assert client.is_worker
                raise LookupError


def test_a_letter_for_later_waits_is_shown_with_its_time_and_is_not_flushed(shell: Shell, subject: str) -> None:
    ended = shell("send", "--later", "in 2 h", "bob@bank.example", stdin=letter(subject))
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.startswith("To be sent 20")
    [item] = [item for item in outbox(shell) if item["subject"] == subject]
    assert (item["state"], item["not_before"]) == ("waiting", item["next_attempt_at"])
    shell("outbox", "flush")
    assert item in outbox(shell)
    assert "to be sent" in shell("outbox", "list").out
    assert shell("outbox", "later", item["id"], "in 3 h").status == 75
    [later] = [each for each in outbox(shell) if each["id"] == item["id"]]
    assert later["not_before"] > item["not_before"]
    assert shell("outbox", "cancel", item["id"]).status == 0


@pytest.mark.parametrize(("option", "value"), [("--later", "whenever"), ("--give-up-after", "soon")])
def test_a_time_that_nobody_understands_is_said_to_be_none(shell: Shell, subject: str, option: str, value: str) -> None:
    ended = shell("send", option, value, "bob@bank.example", stdin=letter(subject))
    assert ended.status == 65
    assert value in ended.err


def test_a_letter_waits_for_nobody_to_take_it_back_on_the_command_line(
    shell: Shell, world: World, subject: str
) -> None:
    patient = shell.changed("undo_seconds = 0", "undo_seconds = 3000")
    assert patient("send", "bob@bank.example", stdin=letter(subject)).status == 0
    assert len(received(world, "bob@bank.example", subject)) == 1


def test_what_may_have_gone_out_can_be_said_to_have(shell: Shell, world: World, subject: str) -> None:
    world.misbehave(Faults(cut=Step.ACCEPTED, times=1))
    assert shell("send", "bob@bank.example", stdin=letter(subject)).status == 75
    [item] = [item for item in outbox(shell) if item["subject"] == subject]
    assert shell("outbox", "sent", item["id"]).status == 0
    [known] = [each for each in outbox(shell) if each["id"] == item["id"]]
    assert known["state"] in ("submitted", "settled")


SIGNED = (
    b"--sig\nContent-Type: text/plain; charset=us-ascii\n\n  Signed, blanks included. \t \n-- \n--sig\n"
    b"Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n--sig--\n"
)


def test_a_signed_message_goes_out_octet_for_octet(shell: Shell, world: World, subject: str) -> None:
    fields = ("To: bob@bank.example", "Bcc: dave@shop.example", "X-Mailer: another 1.0", "MIME-Version: 1.0")
    header = "\n".join((*fields, f"Subject: {subject}", 'Content-Type: multipart/signed; boundary="sig"', "", ""))
    assert shell("send", "-oem", "-oi", "-t", stdin=header.encode() + SIGNED).status == 0
    for address in ("bob@bank.example", "dave@shop.example"):
        (message,) = received(world, address, subject)
        assert message.endswith(SIGNED.replace(b"\n", b"\r\n"))
        assert b"\r\nX-Mailer: another 1.0\r\n" in message
        assert b"\r\nBcc:" not in message


def test_a_message_of_eight_bits_is_not_encoded_anew(shell: Shell, world: World, subject: str) -> None:
    raw = letter(subject, "To: bob@bank.example", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8")
    raw += "Grüße  \n".encode()
    assert shell("send", "-i", "-f", "alice@home.example", "--", "bob@bank.example", stdin=raw).status == 0
    (message,) = received(world, "bob@bank.example", subject)
    assert message.endswith("Grüße  \r\n".encode())
    assert b"Content-Transfer-Encoding: 8bit" in message


def test_what_a_finished_message_demands_travels_in_its_header(shell: Shell, world: World, subject: str) -> None:
    ended = shell("send", "--require", "enforced", "-t", stdin=letter(subject, "To: bob@bank.example", "X-A: b"))
    assert ended.status == 0
    (message,) = received(world, "bob@bank.example", subject)
    assert b"\r\nX-A: b\r\n" in message
    assert b"\r\nLink-Security: require=enforced\r\n" in message


def test_the_name_of_a_message_is_kept(shell: Shell, world: World, subject: str) -> None:
    name = f"<{subject.replace(' ', '.')}@home.example>"
    assert shell("send", "-t", stdin=letter(subject, "To: bob@bank.example", f"Message-ID: {name}")).status == 0
    (message,) = received(world, "bob@bank.example", subject)
    assert message.count(b"Message-ID: ") == 1
    assert f"Message-ID: {name}".encode() in message


@pytest.mark.parametrize("option", ["-bp", "-oDfoo", "-Nsuccess", "-Rfull", "-bs"])
def test_what_sendmail_does_besides_is_refused_in_one_sentence(
    shell: Shell, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        shell("send", option, "bob@bank.example", stdin=b"Subject: x\n\nx\n")
    said = capsys.readouterr().err
    assert (ended.value.code, said.count("\n")) == (2, 1)
    assert "this command does not" in said
