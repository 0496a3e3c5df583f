"""`sync`: what was done here and the outbox go to the servers, the mailboxes are fetched as they are; then no more."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, chosen_account, needed_account
from linksec_tui.cli.opened import opened
from linksec_tui.cli.output import Output
from linksec_tui.cli.submission import tell, wait_for_answers, watch
from linksec_tui.config import Config
from linksec_tui.model.account import Account
from linksec_tui.model.errors import EXIT_QUEUED
from linksec_tui.model.events import FilingSaid, Progress
from linksec_tui.model.filing import waiting_words
from linksec_tui.model.letter import OutboxState

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "bring to the servers what waits, fetch what is new in all mailboxes, and end"
_OUT = (OutboxState.SUBMITTED, OutboxState.SETTLED, OutboxState.CANCELLED)


class SyncArguments(argparse.Namespace):
    account: str | None


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", metavar="A", help="only the mailboxes of this account")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = SyncArguments(**vars(arguments))
    config = call.load()
    needed_account(config, asked.account)
    chosen = chosen_account(config, asked.account) if asked.account else None
    accounts = [each for each in ([chosen] if chosen else config.accounts) if each.imap is not None]
    async with opened(call, config, submits=True) as desk:
        well = await _fetch(desk, accounts, call.output)
        return OK if await _send(desk, call.output) and well else EXIT_QUEUED


async def first_look(call: Call, config: Config, accounts: Sequence[Account]) -> None:
    """Where nothing is known of an account yet: what `sync` does, without the outbox."""
    async with opened(call, config, submits=True) as desk:
        await _fetch(desk, accounts, call.output)


async def _fetch(desk: Desk, accounts: Sequence[Account], output: Output) -> bool:
    if not desk.fetching.is_ours:
        output.note("Another linksec-tui is running here and keeps the mailboxes up to date already.")
        return True
    async with _progress(desk, output):
        fetched = await desk.fetching.fetch(accounts)
    for each in fetched:
        if each.problem is not None:
            output.error(f"{each.account}: {each.problem}")
        if each.waits:
            output.error(f"{each.account}: {waiting_words(each.waits)}.")
    return all(each.problem is None and not each.waits for each in fetched)


async def _send(desk: Desk, output: Output) -> bool:
    """Whatever waits and may go now; who was refused, and what still waits."""
    now = desk.now()
    waiting = [
        item
        for item in await desk.outbox()
        if item.state is OutboxState.WAITING and (item.not_before is None or item.not_before <= now)
    ]
    if not waiting:
        return True
    watched = await watch(desk, waiting)
    await desk.flush()
    latest = await wait_for_answers(desk, watched)
    for item in latest:
        tell(item, output)
    return all(item.state in _OUT for item in latest)


@asynccontextmanager
async def _progress(desk: Desk, output: Output) -> AsyncGenerator[None]:
    """How far it is, on a terminal's last line."""
    watching = asyncio.create_task(_watch(desk, output))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        output.progress("")


async def _watch(desk: Desk, output: Output) -> None:
    async for event in desk.events():
        if isinstance(event, FilingSaid):
            output.note(event.sentence)
        elif isinstance(event, Progress):
            text = f"{event.what}: {event.done} of {event.total}"
            output.progress(text[: output.progress_columns])
