"""The newest of an inbox before there is a store to keep it in: so the first start of all shows mail at once.

A new store will number the mailboxes as they are listed, and the messages by their dates; so what is shown now already
has the ids that it is going to have. Where that turns out otherwise, the list is drawn anew and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from linksec_tui.incoming.headers import read_piece
from linksec_tui.incoming.roles import mailboxes_of
from linksec_tui.model.account import Account
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.store.message_ids import wanted_id
from linksec_tui.wire.imap import ImapSession

FIRST_PAGE = 50  # a screen of the tallest terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstMail:
    """An account's mailboxes as the server lists them, and the newest headers of its inbox, newest first."""

    listed: Sequence[Mailbox]
    inbox: Mailbox
    headers: Sequence[Header]


async def fetch_first_mail(session: ImapSession, account: Account) -> FirstMail | None:
    """Over a session that is signed in; None where the server lists no inbox. Raises ConnectionProblem."""
    lines = mailboxes_of(account.name, await session.mailboxes(), account.mailboxes)
    listed = [replace(mailbox, id=number) for number, mailbox in enumerate(lines, 1)]
    inbox = next((mailbox for mailbox in listed if mailbox.role is Role.INBOX), None)
    if inbox is None:
        return None
    selected = await session.select(inbox.wire_name)
    inbox = replace(inbox, uidvalidity=selected.uidvalidity, total=selected.exists)
    read = read_piece(await session.newest_header_responses(FIRST_PAGE), inbox, None)  # 50: not worth a thread
    session.note_unasked(read.unasked)
    headers = sorted((replace(each, id=wanted_id(each)) for each in read.headers), key=lambda each: -each.id)
    return FirstMail(listed=listed, inbox=inbox, headers=headers)
