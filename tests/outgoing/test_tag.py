"""Submissions: who gets which bytes; no Bcc leaks, REQUIRETLS and TLS-Required never meet, headers hold no control."""

from __future__ import annotations

import email
import email.policy
import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.address import Field, Recipient, parse_address
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Choice, Decision, Draft, Kind, RecipientDecision, Requirement, Submission
from linksec_tui.outgoing.body import Enclosure, render_body
from linksec_tui.outgoing.tag import Posting, render_sent_copy, submissions, visible_recipients

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)
ME = parse_address("me@home.example")


def tokens() -> Callable[[], str]:
    counter = itertools.count()
    return lambda: f"{next(counter):020d}"


def posting(*, offered: bool = True) -> Posting:
    return Posting(envelope_sender=ME, requiretls_offered=offered, now=NOW, token=tokens())


def decided(address: str, field: Field, assurance: Assurance, choice: Choice = Choice.SEND) -> RecipientDecision:
    recipient = Recipient(address=parse_address(address), field=field)
    return RecipientDecision(recipient=recipient, choice=choice, assurance=assurance, checked_at=NOW)


def letter(
    requirement: Requirement, *recipients: RecipientDecision, tls_optional: bool = False
) -> tuple[Draft, Decision]:
    draft = Draft(
        id="d1",
        account="home",
        sender=ME,
        recipients=tuple(each.recipient for each in recipients),
        subject="The real subject",
        body="The real body",
        requirement=requirement,
        tls_optional=tls_optional,
    )
    return draft, Decision(requirement=requirement, recipients=recipients, decided_at=NOW, tls_optional=tls_optional)


def to(submission: Submission) -> list[str]:
    return [str(address) for address in submission.envelope.recipients]


def header(submission: Submission, name: str) -> str | None:
    value = email.message_from_bytes(submission.content, policy=email.policy.default)[name]
    return None if value is None else str(value)


ALICE = decided("alice@a.example", Field.TO, Assurance.ENFORCED)
BOB = decided("bob@b.example", Field.CC, Assurance.ENFORCED)
CAROL = decided("carol@c.example", Field.BCC, Assurance.ENFORCED)


def test_one_group_is_one_submission_and_the_bcc_stands_nowhere() -> None:
    (only,) = submissions(*letter(Requirement.ENFORCED, ALICE, BOB, CAROL), posting())
    assert to(only) == ["alice@a.example", "bob@b.example", "carol@c.example"]
    assert b"carol" not in only.content
    assert header(only, "Link-Security") == "require=enforced"
    assert only.kind is Kind.LETTER
    assert not only.envelope.requiretls


def test_requiretls_goes_only_to_those_whose_rung_rests_on_it() -> None:
    through = replace(BOB, needs_requiretls=True)
    first, second = submissions(*letter(Requirement.ENFORCED, ALICE, through), posting())
    assert [(to(each), each.envelope.requiretls) for each in (first, second)] == [
        (["alice@a.example"], False),
        (["bob@b.example"], True),
    ]
    assert first.message_id == second.message_id
    assert first.envelope.envid != second.envelope.envid
    assert header(first, "To") == header(second, "To") == "alice@a.example"
    assert header(first, "Cc") == header(second, "Cc") == "bob@b.example"


def test_link_secure_asks_for_requiretls_where_every_exchanger_takes_it_and_the_provider_too() -> None:
    secure = replace(ALICE, assurance=Assurance.LINK_SECURE, offers_requiretls=True)
    (offered,) = submissions(*letter(Requirement.LINK_SECURE, secure), posting())
    (not_offered,) = submissions(*letter(Requirement.LINK_SECURE, secure), posting(offered=False))
    assert (offered.envelope.requiretls, not_offered.envelope.requiretls) == (True, False)


def test_a_split_letter_gives_the_bcc_a_submission_of_its_own() -> None:
    through = replace(BOB, needs_requiretls=True)
    parts = submissions(*letter(Requirement.ENFORCED, ALICE, through, CAROL), posting())
    assert [to(each) for each in parts] == [["alice@a.example"], ["bob@b.example"], ["carol@c.example"]]
    assert not any(b"carol" in each.content for each in parts)


def test_who_does_not_get_the_letter_is_not_named_in_it() -> None:
    short = decided("dora@d.example", Field.TO, Assurance.EXPOSED, Choice.NOTICE)
    absent = decided("emil@e.example", Field.CC, Assurance.EXPOSED, Choice.LEAVE_OUT)
    draft, decision = letter(Requirement.ENFORCED, ALICE, short, absent)
    sent, notice = submissions(draft, decision, posting())
    assert b"dora" not in sent.content
    assert b"emil" not in sent.content + notice.content
    assert [str(each.address) for each in visible_recipients(decision)] == ["alice@a.example"]


def test_the_notice_tells_nothing_of_the_letter() -> None:
    short = decided("dora@d.example", Field.BCC, Assurance.EXPOSED, Choice.NOTICE)
    sent, notice = submissions(*letter(Requirement.ENFORCED, ALICE, short), posting())
    assert notice.kind is Kind.NOTICE
    assert to(notice) == ["dora@d.example"]
    assert header(notice, "To") == "dora@d.example"
    assert header(notice, "TLS-Required") == "No"
    assert header(notice, "Link-Security") is None
    assert header(notice, "References") is None
    assert not notice.envelope.requiretls
    assert {sent.message_id, sent.envelope.envid}.isdisjoint({notice.message_id, notice.envelope.envid})
    assert not any(word in notice.content for word in (b"real subject", b"real body", b"alice"))


def test_every_noticed_recipient_gets_one_alone() -> None:
    short = [decided(f"{name}@d.example", Field.TO, Assurance.EXPOSED, Choice.NOTICE) for name in ("dora", "dan")]
    notices = submissions(*letter(Requirement.ENFORCED, *short), posting())
    assert [to(each) for each in notices] == [["dora@d.example"], ["dan@d.example"]]
    assert b"dan" not in notices[0].content


def test_who_was_lowered_is_not_asked_for_what_they_cannot_keep() -> None:
    lowered = decided("dora@d.example", Field.TO, Assurance.ENCRYPTED, Choice.LOWER)
    exposed = decided("emil@e.example", Field.TO, Assurance.EXPOSED, Choice.LOWER)
    parts = submissions(*letter(Requirement.ENFORCED, ALICE, lowered, exposed), posting())
    assert [header(each, "Link-Security") for each in parts] == ["require=enforced", "require=encrypted", None]


def test_passing_a_warning_takes_no_tag_away() -> None:
    passed = replace(ALICE, choice=Choice.LOWER, needs_requiretls=True, warnings=("downgrade",))
    (only,) = submissions(*letter(Requirement.ENFORCED, passed), posting())
    assert only.envelope.requiretls
    assert header(only, "Link-Security") == "require=enforced"


def test_try_or_have_it_back_is_requiretls() -> None:
    tried = decided("dora@d.example", Field.TO, Assurance.EXPOSED, Choice.TRY)
    (only,) = submissions(*letter(Requirement.ENFORCED, tried), posting())
    assert only.envelope.requiretls


def test_deliver_even_if_tls_fails_is_said_in_the_header() -> None:
    (only,) = submissions(*letter(Requirement.ANY, ALICE, tls_optional=True), posting())
    assert header(only, "TLS-Required") == "No"


def test_without_a_requirement_there_is_no_tag() -> None:
    (only,) = submissions(*letter(Requirement.ANY, replace(ALICE, offers_requiretls=True)), posting())
    assert header(only, "Link-Security") is header(only, "TLS-Required") is None
    assert not only.envelope.requiretls


def test_the_copy_for_sent_keeps_the_bcc_and_names_the_same_letter() -> None:
    draft, decision = letter(Requirement.ENFORCED, ALICE, CAROL)
    (only,) = submissions(draft, decision, posting())
    copy = email.message_from_bytes(
        b"".join(render_sent_copy(draft, decision, only, posting())), policy=email.policy.default
    )
    assert copy["Bcc"] == "carol@c.example"
    assert copy["Message-ID"] == only.message_id


def test_an_address_beyond_ascii_asks_for_smtputf8() -> None:
    green = decided("grün@a.example", Field.TO, Assurance.ENCRYPTED)
    (plain,) = submissions(*letter(Requirement.ANY, ALICE), posting())
    (utf8,) = submissions(*letter(Requirement.ANY, ALICE, green), posting())
    assert (plain.envelope.smtputf8, utf8.envelope.smtputf8) == (False, True)


def test_the_message_tells_no_time_zone_and_no_program() -> None:
    (only,) = submissions(*letter(Requirement.ANY, ALICE), posting())
    assert header(only, "Date") == "Sat, 03 Oct 2026 12:00:00 +0000"
    assert header(only, "User-Agent") is None


@st.composite
def decisions(draw: st.DrawFn) -> RecipientDecision:
    number = draw(st.integers(0, 10**6))
    return RecipientDecision(
        recipient=Recipient(
            address=parse_address(f"person{number}@d{number}.example"), field=draw(st.sampled_from(Field))
        ),
        choice=draw(st.sampled_from(Choice)),
        assurance=draw(st.sampled_from(Assurance)),
        needs_requiretls=draw(st.booleans()),
        offers_requiretls=draw(st.booleans()),
    )


@given(
    st.sampled_from(Requirement),
    st.lists(decisions(), max_size=12, unique_by=lambda each: each.recipient.address),
    st.booleans(),
    st.booleans(),
)
def test_however_a_letter_is_split(
    requirement: Requirement,
    recipients: list[RecipientDecision],
    tls_optional: bool,
    offered: bool,
) -> None:
    draft, decision = letter(requirement, *recipients, tls_optional=tls_optional)
    enclosure = Enclosure(name="Übersicht/../x\r\nBcc: y.pdf", media_type="text/x\r\ny", content=b"\x00\xff")
    parts = submissions(
        draft, decision, replace(posting(offered=offered), content=render_body(draft.body, (enclosure,), "0"))
    )
    going = [each for part in parts for each in part.envelope.recipients]
    assert sorted(map(str, going)) == sorted(
        str(each.recipient.address) for each in recipients if each.choice is not Choice.LEAVE_OUT
    )
    assert len({part.envelope.envid for part in parts}) == len(parts)
    assert len({part.message_id for part in parts if part.kind is Kind.LETTER}) <= 1
    for part in parts:
        hidden = [str(each.recipient.address) for each in recipients if each.recipient.field is Field.BCC]
        assert part.kind is Kind.NOTICE or not any(address.encode() in part.content for address in hidden)
        assert not (part.envelope.requiretls and header(part, "TLS-Required"))
        assert not re.search(rb"[^\r]\n|\r[^\n]", part.content)
        assert all(len(line) <= 998 for line in part.content.split(b"\r\n"))


def test_a_letter_of_nothing_is_refused() -> None:
    draft, decision = letter(Requirement.ANY, ALICE)
    with pytest.raises(BadInput, match="empty"):
        submissions(replace(draft, subject=" ", body="\n"), decision, posting())
