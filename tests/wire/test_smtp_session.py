"""A submission session against servers that follow the rules, and against some that do not."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
import trustme

from linksec_tui.model.account import Tls
from linksec_tui.model.address import Address, parse_address
from linksec_tui.model.credentials import BearerToken, Password
from linksec_tui.model.errors import (
    BadInput,
    ConfigurationError,
    CredentialsRefused,
    LinksecError,
    OutcomeUnknown,
    ProtocolBroken,
    StoreFull,
    SubmissionRefused,
    Unreachable,
    Unverifiable,
)
from linksec_tui.wire.smtp import Delivery, SubmissionSession
from tests.wire.submissions import ALICE, BOB, DELIVERY, LETTER, OFFERS, Running, Script, envelope, nothing


@pytest.mark.parametrize("tls", list(Tls))
async def test_a_letter_goes_out_over_verified_tls_with_its_tags(place: Running, tls: Tls) -> None:
    async with place(Script(tls=tls)) as there:
        outcomes = await there.submit(envelope(ALICE, BOB, requiretls=True))
    assert [(outcome.recipient, outcome.accepted, outcome.text) for outcome in outcomes] == [
        (ALICE, True, "250 2.0.0 queued as 1"),
        (BOB, True, "250 2.0.0 queued as 1"),
    ]
    assert there.server.heard == [
        "EHLO [127.0.0.1]",
        "AUTH PLAIN AGFsaWNlAHNlY3JldA==",
        f"MAIL FROM:<alice@good.example> SIZE={len(LETTER)} RET=HDRS ENVID=env+2Bid REQUIRETLS",
        "RCPT TO:<alice@good.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;alice@good.example",
        "RCPT TO:<bob@good.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;bob@good.example",
        "DATA",
        "QUIT",
    ]
    assert there.server.clear == ([] if tls is Tls.IMPLICIT else ["EHLO [127.0.0.1]", "STARTTLS"])
    assert there.server.message == b"Subject: hello\r\n\r\n..hidden dot\r\n...two\r\nend\r\n.\r\n"


async def test_the_session_knows_what_the_server_offers_and_how_the_line_is_protected(place: Running) -> None:
    async with place(Script()) as there:
        session = await there.connect()
        await session.close()
    assert session.offers.requiretls
    assert session.facts.version == "TLSv1.3"


UNVERIFIABLE = {
    "starttls is stripped": Script(tls=Tls.STARTTLS, replies={"EHLO": "250 mail.test"}),
    "ehlo is refused": Script(tls=Tls.STARTTLS, replies={"EHLO": "502 what?"}),
    "starttls is refused": Script(tls=Tls.STARTTLS, replies={"STARTTLS": "454 TLS not available"}),
    "the certificate is another host's": Script(tls=Tls.STARTTLS, certificate="other.test"),
    "the certificate is another host's from the first byte": Script(certificate="other.test"),
    "plain text follows the 220": Script(tls=Tls.STARTTLS, behind_starttls=b"not a handshake at all\r\n"),
}


@pytest.mark.parametrize("case", UNVERIFIABLE)
async def test_without_verified_tls_no_credential_leaves(place: Running, case: str) -> None:
    async with place(UNVERIFIABLE[case]) as there:
        with pytest.raises((Unverifiable, ProtocolBroken)) as raised:
            await there.submit(envelope(BOB))
    assert raised.value.next_step
    assert not there.server.heard
    assert set(there.server.clear) <= {"EHLO [127.0.0.1]", "STARTTLS"}


INJECTED = {
    "behind the greeting": Script(tls=Tls.STARTTLS, replies={"greeting": "220 hi\r\n250-mail.test\r\n250 STARTTLS"}),
    "behind the offers": Script(tls=Tls.STARTTLS, replies={"EHLO": "250-mail.test\r\n250 STARTTLS\r\n220 go on"}),
    "behind the 220": Script(tls=Tls.STARTTLS, behind_starttls=b"250-mail.test\r\n250 AUTH PLAIN\r\n"),
}


@pytest.mark.parametrize("case", INJECTED)
async def test_replies_slipped_in_before_the_handshake_end_the_session(place: Running, case: str) -> None:
    async with place(INJECTED[case]) as there:
        with pytest.raises(ProtocolBroken, match="before it was asked"):
            await there.submit(envelope(BOB))
    assert not there.server.heard


async def test_an_unknown_authority_is_named_and_nothing_is_sent(place: Running) -> None:
    async with place(Script()) as there:
        stranger = trustme.CA()
        roots = there.terms.ca_file
        assert roots
        stranger.cert_pem.write_to_path(str(roots))
        with pytest.raises(Unverifiable, match="password was not sent"):
            await there.connect()
    assert not there.server.heard


@pytest.mark.parametrize("step", ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "dot"])
async def test_only_a_cut_behind_the_final_dot_leaves_the_outcome_unknown(place: Running, step: str) -> None:
    async with place(Script(replies={step: ""})) as there:
        with pytest.raises(LinksecError) as raised:
            await there.submit(envelope(BOB))
    assert type(raised.value) is (OutcomeUnknown if step == "dot" else Unreachable)


@pytest.mark.parametrize("error", [RuntimeError, asyncio.CancelledError, StoreFull])
async def test_without_the_mark_there_is_no_final_dot_and_the_line_is_cut(
    place: Running, error: type[BaseException]
) -> None:
    async def mark() -> None:
        raise error("the disk is full")

    async with place(Script()) as there:
        session = await there.connect()
        with pytest.raises(error):
            await session.submit(envelope(BOB), (LETTER,), Delivery(before_final_dot=mark))
        with pytest.raises(Unreachable):
            await session.submit(envelope(BOB), (LETTER,), DELIVERY)
    assert not there.server.message.endswith(b"\r\n.\r\n")


async def test_who_has_the_letter_and_says_nothing_is_told_apart_from_a_line_that_broke(place: Running) -> None:
    async with place(Script(replies={"dot": "250-there is more to say"})) as there:
        terms = replace(there.terms, answer_within=0.2)
        session = await SubmissionSession.connect(there.where, there.dialler, terms)
        with pytest.raises(OutcomeUnknown, match="does not say whether it takes it: it may have gone out"):
            await session.submit(envelope(BOB), (LETTER,), DELIVERY)


async def test_a_server_that_is_too_busy_for_a_first_word_is_not_taken_for_another_kind_of_server(
    place: Running,
) -> None:
    async with place(Script(replies={"EHLO": "451 4.3.2 too busy"})) as there:
        with pytest.raises(Unreachable, match=r"turns us away: 451 4\.3\.2 too busy"):
            await there.connect()


REFUSALS = {
    "MAIL": ({"MAIL": "550 5.7.1 not you"}, [(False, 550), (False, 550)]),
    "one recipient": ({"RCPT TO:<bob@good.example>": "450 4.2.1 later"}, [(True, 250), (False, 450)]),
    "all recipients": ({"RCPT": "550 5.1.1 nobody"}, [(False, 550), (False, 550)]),
    "DATA": ({"DATA": "451 4.3.0 not now"}, [(False, 451), (False, 451)]),
    "the message": ({"dot": "554 5.6.0 we do not like it"}, [(False, 554), (False, 554)]),
}


@pytest.mark.parametrize("case", REFUSALS)
async def test_each_recipient_gets_the_servers_word(place: Running, case: str) -> None:
    replies, expected = REFUSALS[case]
    offers = tuple(offer for offer in OFFERS if offer != "DSN")
    async with place(Script(replies=replies, offers=offers)) as there:
        outcomes = await there.submit(envelope(ALICE, BOB))
    assert [(outcome.accepted, outcome.code) for outcome in outcomes] == expected


async def test_after_a_refusal_the_session_takes_another_letter(place: Running) -> None:
    async with place(Script(replies={"RCPT TO:<bob@good.example>": "550 no"}, offers=("AUTH PLAIN",))) as there:
        session = await there.connect()
        refused = await session.submit(envelope(BOB), (LETTER,), DELIVERY)
        accepted = await session.submit(envelope(ALICE), (LETTER,), DELIVERY)
        await session.close()
    assert [outcome.accepted for outcome in (*refused, *accepted)] == [False, True]


IMPOSSIBLE = {
    "REQUIRETLS": (("DSN",), envelope(BOB, requiretls=True), SubmissionRefused),
    "SMTPUTF8": (("DSN",), envelope(parse_address("grün@good.example"), smtputf8=True), SubmissionRefused),
    "SIZE": (("SIZE 10",), envelope(BOB), SubmissionRefused),
    "nobody": (("DSN",), envelope(), BadInput),
    "an address with more behind it": (("DSN",), envelope(Address("a", "x> NOTIFY=NEVER")), BadInput),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
async def test_what_the_server_cannot_do_is_refused_before_it_hears_of_the_letter(place: Running, case: str) -> None:
    offers, asked, expected = IMPOSSIBLE[case]
    async with place(Script(offers=offers)) as there:
        session = await there.connect()
        with pytest.raises(expected):
            await session.submit(asked, (LETTER,), DELIVERY)
        await session.close()
    assert not any("NEVER" in line or line.startswith("DATA") for line in there.server.heard)


LOGINS = {
    "LOGIN step by step": (
        Script(offers=("AUTH LOGIN",), replies={"AUTH": "334 VXNlcm5hbWU6", "YWxpY2U=": "334 x", "c2VjcmV0": "235 ok"}),
        None,
    ),
    "refused": (Script(replies={"AUTH": "535 5.7.8 no"}), CredentialsRefused),
    "not now": (Script(replies={"AUTH": "454 4.7.0 later"}), Unreachable),
    "no way that we know": (Script(offers=("AUTH XOAUTH2",)), ConfigurationError),
    "no way at all": (Script(offers=("DSN",)), ConfigurationError),
}


@pytest.mark.parametrize("case", LOGINS)
async def test_logging_in(place: Running, case: str) -> None:
    script, expected = LOGINS[case]
    async with place(script) as there:
        session = await there.connect()
        if expected is None:
            await session.login(Password(user="alice", password="secret"))
        else:
            with pytest.raises(expected):
                await session.login(Password(user="alice", password="secret"))
        await session.close()


SHORT, LONG = BearerToken(user="alice", token="t"), BearerToken(user="alice", token="t" * 2000)
QUESTION = "334 eyJzdGF0dXMiOiI0MDEifQ=="


@pytest.mark.parametrize(("mechanism", "farewell"), [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")])
async def test_the_question_that_follows_a_bad_token_is_answered(place: Running, mechanism: str, farewell: str) -> None:
    script = Script(offers=(f"AUTH {mechanism}",), replies={"AUTH": QUESTION, farewell: "535 5.7.8 no"})
    async with place(script) as there:
        session = await there.connect()
        with pytest.raises(CredentialsRefused, match=r"expired or was withdrawn.*535 5\.7\.8 no"):
            await session.login(SHORT)
    assert farewell in there.server.heard


async def test_a_long_token_does_not_go_with_the_command(place: Running) -> None:
    """RFC 4954 §4: the line of the command stays below 512 octets."""
    script = Script(offers=("AUTH XOAUTH2",), replies={"AUTH": "334 "})
    async with place(script) as there:
        session = await there.connect()
        with suppress(LinksecError):
            await session.login(LONG)
    assert "AUTH XOAUTH2" in there.server.heard
    assert max(map(len, there.server.heard)) > 2000


async def test_a_submission_server_that_asks_on_and_on_is_not_answered_for_ever(place: Running) -> None:
    script = Script(offers=("AUTH XOAUTH2",), replies={"AUTH": QUESTION, "": QUESTION})
    async with place(script) as there:
        session = await there.connect()
        with pytest.raises((CredentialsRefused, ProtocolBroken)):
            await session.login(SHORT)
    assert there.server.heard.count("") == 1


async def test_a_large_letter_is_streamed_and_told_of(place: Running) -> None:
    content = b"Subject: large\r\n\r\n" + b".line with a dot\r\n" * 300_000
    progress: list[int] = []
    async with place(Script()) as there:
        session = await there.connect()
        await session.submit(envelope(BOB), (content,), Delivery(before_final_dot=nothing, progress=progress.append))
        await session.close()
    assert there.server.message == content.replace(b"\r\n.", b"\r\n..") + b".\r\n"
    assert len(progress) > 50
    assert progress[-1] == len(content)


async def test_a_server_that_has_enough_halfway_is_heard(place: Running) -> None:
    content = b"x" * 70 + b"\r\n" + b"y" * 70 + b"\r\n"
    async with place(Script(read_limit=1_000_000)) as there:
        outcomes = await there.submit(envelope(BOB), content * 200_000)
    assert [outcome.text for outcome in outcomes] == ["552 too much"]


async def test_what_a_server_says_is_made_visible_and_kept_short(place: Running) -> None:
    async with place(Script(replies={"MAIL": "550 \x1b]0;owned\x07" + "x" * 5000})) as there:
        outcomes = await there.submit(envelope(BOB))
    assert "\x1b" not in outcomes[0].text
    assert len(outcomes[0].text) <= 300


async def test_a_hostile_offer_is_made_visible_and_kept_short(place: Running) -> None:
    async with place(Script(offers=("AUTH \x1b]0;owned\x07" + " X" * 2000,))) as there:
        session = await there.connect()
        with pytest.raises(ConfigurationError) as refused:
            await session.login(Password(user="alice", password="secret"))
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize("greeting", ["HTTP/1.1 400 Bad Request", "220 " + "x" * 100_000])
async def test_a_server_that_does_not_speak_smtp_is_named(place: Running, greeting: str) -> None:
    async with place(Script(replies={"greeting": greeting})) as there:
        with pytest.raises(ProtocolBroken, match="not SMTP"):
            await there.connect()
