"""A draft and its copy: nothing is lost on the way to the server and back, and nothing foreign is believed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.address import Address, Field, Recipient
from linksec_tui.model.draft_version import DraftCopy
from linksec_tui.model.letter import Attachment, Draft, Requirement
from linksec_tui.outgoing.draft_copy import FIELD, parse_copy, render_copy
from linksec_tui.store.codec import encode

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DRAFT = Draft(
    id="0f3a~1",
    account="home",
    sender=Address("alice", "home.example"),
    sender_name="Alice Archer",
    recipients=(
        Recipient(address=Address("bob", "bank.example"), name="Bob Böhm"),
        Recipient(address=Address("dave", "shop.example"), field=Field.BCC),
    ),
    subject="Lunch – and more",
    body="At one?\n\n  indented \n> quoted\n-- \nAlice\n",
    requirement=Requirement.ENFORCED,
    requirement_chosen=True,
    references=("<a@b.example>",),
    in_reply_to="<a@b.example>",
    give_up_minutes=240,
    send_at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
)
COPY = DraftCopy(draft=DRAFT, revision="<r1@home.example>", versions={"abc123": 4, "def456": 1})


def test_a_copy_comes_back_as_the_draft_that_it_was() -> None:
    found = parse_copy(render_copy(COPY, NOW), "home")
    assert found == COPY


def test_in_another_clients_eyes_it_is_an_ordinary_draft() -> None:
    message = message_from_bytes(render_copy(COPY, NOW), policy=policy.default)
    assert (message["Subject"], message["To"]) == ("Lunch – and more", "Bob Böhm <bob@bank.example>")
    assert message["Bcc"] == "dave@shop.example"
    assert message.get_content().replace("\r\n", "\n") == DRAFT.body
    assert not message.defects


def test_files_stay_where_they_lie_and_only_their_names_travel() -> None:
    attached = replace(DRAFT, attachments=(Attachment(name="plan.pdf", path=Path("/alice/plan.pdf")),))
    raw = render_copy(replace(COPY, draft=attached), NOW)
    found = parse_copy(raw, "home")
    assert found is not None
    assert (found.draft.attachments, found.draft.elsewhere) == ((), ("plan.pdf",))
    packed = b"".join(base64.b64decode(piece) for piece in str(message_from_bytes(raw)[FIELD]).split())
    assert b"/alice" not in packed


def test_a_file_that_a_copy_names_is_never_taken_for_one_here() -> None:
    evil = replace(DRAFT, attachments=(Attachment(name="passwd", path=Path("/etc/passwd")),))
    packed = json.dumps({"draft": encode(evil), "versions": {"abc": 1}}).encode()
    raw = b"Message-ID: <e@home.example>\r\n" + f"{FIELD}: {base64.b64encode(packed).decode()}\r\n\r\nx".encode()
    found = parse_copy(raw, "home")
    assert found is not None
    assert found.draft.attachments == ()


@pytest.mark.parametrize(
    "field",
    [
        "",
        "!!!",
        "e30=",
        base64.b64encode(b'{"draft": "{}", "versions": {}}').decode(),
        base64.b64encode(b"[" * 9999).decode(),
    ],
)
def test_what_is_not_ours_is_left_alone(field: str) -> None:
    raw = f"Message-ID: <e@home.example>\r\n{FIELD}: {field}\r\n\r\ntext".encode()
    assert parse_copy(raw, "home") is None


def test_terminal_controls_in_a_copy_never_reach_the_screen() -> None:
    evil = replace(DRAFT, sender_name="\x1b]0;x\x07Alice", elsewhere=("\x1b[2J",))
    found = parse_copy(render_copy(replace(COPY, draft=replace(evil, body="a\x1b[2Jb")), NOW), "home")
    assert found is not None
    assert "\x1b" not in f"{found.draft.body}{found.draft.sender_name}{found.draft.elsewhere}{found.draft.subject}"


@given(st.binary(max_size=300))
def test_any_octets_are_a_copy_or_not_and_never_a_fault(raw: bytes) -> None:
    assert parse_copy(raw, "home") is None
    assert parse_copy(FIELD.encode() + b": " + raw, "home") is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Co", "Cn", "Zl", "Zp")), max_size=200))
def test_any_text_comes_back(text: str) -> None:
    found = parse_copy(render_copy(replace(COPY, draft=replace(DRAFT, body=f"{text}\n")), NOW), "home")
    assert found is not None
    assert found.draft.body == f"{text}\n"
