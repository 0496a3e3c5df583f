"""Whom the user has answered, read from the mail that is here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag, Header
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.answered import Answered, answered
from linksec_tui.store.vault import Vault

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWERED = frozenset({Flag.SEEN.value, Flag.ANSWERED.value})


def came(mailbox: int, uid: int, sender: str, **changes: object) -> Header:
    header = Header(
        id=0, account="home", mailbox=mailbox, uid=uid, sender_name="", sender_address=sender,
        recipients="alice@home.example", subject=f"Letter {uid}", flags=ANSWERED,
        received_at=START + timedelta(minutes=uid),
    )  # fmt: skip
    return replace(header, **changes)  # pyright: ignore[reportArgumentType]  # each test names a field and its type


def test_those_count_whose_messages_have_the_flag_the_latest_first_under_their_last_name(mail: Vault) -> None:
    listed = [Mailbox(id=0, account="home", name="INBOX", wire_name="INBOX", role=Role.INBOX)]
    inbox = mail.do(mailboxes.write_mailboxes, "home", listed)[0].id
    letters = [
        came(inbox, 1, "Bob@bank.example", sender_name="Robert"),
        came(inbox, 2, "carol@club.example"),
        came(inbox, 3, "bob@bank.example", sender_name="Bob Bank"),
        came(inbox, 4, "shop@shop.example", flags=frozenset({Flag.SEEN.value})),
        came(inbox, 5, "", sender_name="nobody"),
    ]
    mail.do(messages.write_headers, letters)
    bob = Answered(address="bob@bank.example", name="Bob Bank", times=2, last_at=START + timedelta(minutes=3))
    carol = Answered(address="carol@club.example", name="", times=1, last_at=START + timedelta(minutes=2))
    assert mail.do(answered, 10) == (bob, carol)
    assert mail.do(answered, 1) == (bob,)
