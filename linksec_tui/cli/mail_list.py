"""`list`: what is in a mailbox, a line a message, the newest first; nothing of it needs a screen to be understood."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, chosen_account, needed_account
from linksec_tui.cli.message_shape import tell_messages
from linksec_tui.cli.opened import opened
from linksec_tui.cli.search import positive
from linksec_tui.cli.sync import first_look
from linksec_tui.model.account import Account
from linksec_tui.model.errors import BadInput
from linksec_tui.model.json_text import Json
from linksec_tui.model.listing import View
from linksec_tui.model.mailbox import Mailbox

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "the messages of a mailbox, a line each"
LIMIT = 50


class ListArguments(argparse.Namespace):
    mailbox: str
    account: str | None
    limit: int
    mailboxes: bool
    json: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("mailbox", nargs="?", default="inbox", metavar="MAILBOX", help="its name (default: the inbox)")
    parser.add_argument("--account", metavar="A", help="in this account (default: the first one that has it)")
    parser.add_argument(
        "--limit", metavar="N", type=positive, default=LIMIT, help=f"the newest N at most (default {LIMIT})"
    )
    parser.add_argument("--mailboxes", action="store_true", help="the mailboxes themselves")
    parser.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = ListArguments(**vars(arguments))
    config = call.load()
    needed_account(config, asked.account)
    accounts = [one] if asked.account and (one := chosen_account(config, asked.account)) else list(config.accounts)
    async with opened(call, config) as desk:
        unseen = [each for each in accounts if each.imap and await _is_unread(desk, each.name, asked.mailbox)]
        if not unseen:
            await _tell(desk, accounts, call, asked)
            return OK
    await first_look(call, config, unseen)
    async with opened(call, config) as desk:
        await _tell(desk, accounts, call, asked)
    return OK


async def _is_unread(desk: Desk, account: str, mailbox: str) -> bool:
    """Was it never read? Its name may be known all the same: sending asks for the names of all."""
    try:
        place = await desk.naming.mailbox(mailbox, account)
    except BadInput:
        return not await desk.mailboxes(account)
    return not place.uidnext and not await desk.views.first_rows(View(mailboxes=(place.id,)), 1)


async def _tell(desk: Desk, accounts: list[Account], call: Call, asked: ListArguments) -> None:
    if asked.mailboxes:
        _tell_mailboxes([each for one in accounts for each in await desk.mailboxes(one.name)], call, asked)
        return
    place = await _place(desk, asked.mailbox, accounts)
    ids = [header.id for header in await desk.views.first_rows(View(mailboxes=(place.id,)), asked.limit)]
    await tell_messages(desk, ids, call.output, json=asked.json)


async def _place(desk: Desk, name: str, accounts: list[Account]) -> Mailbox:
    """In the first of the accounts that has it. Raises BadInput."""
    *others, last = accounts
    for account in others:
        try:
            return await desk.naming.mailbox(name, account.name)
        except BadInput:
            continue
    return await desk.naming.mailbox(name, last.name)


def _tell_mailboxes(mailboxes: list[Mailbox], call: Call, asked: ListArguments) -> None:
    if asked.json:
        call.output.document({"results": [_render(each) for each in mailboxes]})
        return
    for each in mailboxes:
        unread = f", {each.unread} unread" if each.unread else ""
        call.output.line(f"{each.account}: {each.name} ({each.total}{unread})")


def _render(mailbox: Mailbox) -> Json:
    return {
        "account": mailbox.account,
        "mailbox": mailbox.name,
        "role": mailbox.role.value or None,
        "total": mailbox.total,
        "unread": mailbox.unread,
    }
