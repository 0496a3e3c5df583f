"""Marks and verdicts: in the list, kept with the message, gone with it; a file of the layout before has them too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.model.sender import (
    DkimCheck,
    DmarcPolicy,
    DomainWish,
    Examiner,
    OwnCheck,
    SenderCheck,
    SenderState,
    SenderWarning,
)
from linksec_tui.store import mailboxes, messages, sender_checks, sender_verdicts
from linksec_tui.store.connection import Connection
from linksec_tui.store.migrations import Schema, steps_of
from linksec_tui.store.vault import Opening, Vault, open_vault, open_with

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHECK = OwnCheck(
    checked_at=NOW,
    dkim=(DkimCheck(domain="bank.example", selector="s1", result="pass", by=Examiner.HERE, aligned=True),),
    wish=DomainWish(policy=DmarcPolicy.REJECT, strict_dkim=True),
)


def a_mailbox(name: str, role: Role) -> Mailbox:
    return Mailbox(id=0, account="home", name=name, wire_name=name, role=role)


def a_header(mailbox: int, uid: int, address: str = "bob@bank.example") -> Header:
    return Header(
        id=0, account="home", mailbox=mailbox, uid=uid, sender_name="Bob", sender_address=address, recipients="",
        subject="x", received_at=NOW.replace(minute=uid),
    )  # fmt: skip


@pytest.fixture
def boxes(mail: Vault) -> dict[Role, int]:
    listed = [a_mailbox("INBOX", Role.INBOX), a_mailbox("Spam", Role.JUNK)]
    return {one.role: one.id for one in mail.do(mailboxes.write_mailboxes, "home", listed)}


def one(mail: Vault, header: Header) -> int:
    return mail.do(messages.write_headers, [header])[0]


def test_the_list_shows_what_was_found(mail: Vault, boxes: dict[Role, int]) -> None:
    ident = one(mail, a_header(boxes[Role.INBOX], 1))
    before = mail.do(messages.rows, [ident])[ident]
    assert (before.sender_state, before.sender_warned) == (None, False)
    warning = SenderWarning(code="look-alike", text="x")
    check = SenderCheck(state=SenderState.VERIFIED, warnings=(warning,))
    assert mail.do(sender_checks.write_mark, ident, check)
    assert not mail.do(sender_checks.write_mark, ident, check)  # nothing new: nobody is told
    after = mail.do(messages.rows, [ident])[ident]
    assert (after.sender_state, after.sender_warned) == (SenderState.VERIFIED, True)


def test_a_mark_stays_when_the_header_comes_again(mail: Vault, boxes: dict[Role, int]) -> None:
    header = a_header(boxes[Role.INBOX], 1)
    ident = one(mail, header)
    mail.do(sender_checks.write_mark, ident, SenderCheck(state=SenderState.FAILED))
    assert one(mail, header) == ident
    assert mail.do(messages.rows, [ident])[ident].sender_state is SenderState.FAILED


def test_a_verdict_is_kept_whole_and_the_last_one_counts(desk: Vault) -> None:
    message, another = sender_verdicts.digest(b"Subject: x"), sender_verdicts.digest(b"Subject: y")
    assert desk.do(sender_verdicts.read_verdict, message) is None
    desk.do(sender_verdicts.write_verdict, message, OwnCheck(checked_at=NOW))
    desk.do(sender_verdicts.write_verdict, message, CHECK)
    assert desk.do(sender_verdicts.read_verdict, message) == CHECK
    assert desk.do(sender_verdicts.read_verdict, another) is None


def test_who_wrote_before_is_known_by_the_address_and_not_from_junk(mail: Vault, boxes: dict[Role, int]) -> None:
    one(mail, a_header(boxes[Role.JUNK], 1, "spam@evil.example"))
    one(mail, a_header(boxes[Role.INBOX], 2, "Bob@Bank.example"))
    newest = one(mail, a_header(boxes[Role.INBOX], 9))
    assert mail.do(sender_checks.wrote_before, "bob@bank.example", newest)
    assert not mail.do(sender_checks.wrote_before, "anna@bank.example", newest)
    assert not mail.do(sender_checks.wrote_before, "spam@evil.example", newest)
    first = mail.do(messages.with_uid, boxes[Role.INBOX], 2)
    assert first is not None
    assert not mail.do(sender_checks.wrote_before, "bob@bank.example", first.id)


def test_a_file_of_the_layout_before_keeps_its_messages(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "old.db"
    with open_with(Opening(path=path, key=key, schema=Schema.MAIL, steps=steps_of(Schema.MAIL)[:1])) as old:
        old.do(_fill_the_first_layout)
    with open_vault(path, key, schema="mail") as new:
        header = new.do(messages.rows, [7])[7]
        assert (header.subject, header.sender_state) == ("Kept", None)


def _fill_the_first_layout(connection: Connection) -> None:
    connection.execute("INSERT INTO mailboxes VALUES (1, 'home', 'INBOX', 'Inbox', 'inbox', '/', 7, 2)")
    connection.execute(
        "INSERT INTO messages VALUES (7, 1, 1, 0, 0, 1, 0, 0, '', 'Bob', 'b@c.example', '', 'Kept', '', '')"
    )
