"""A desk for one command: opened when the command line has proved sound, closed with the command."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from linksec_tui.cli.call import Call
from linksec_tui.cli.passphrase import ask_on_terminal
from linksec_tui.config import Config

if TYPE_CHECKING:
    from linksec_tui.desk import Desk
    from linksec_tui.desk.secrets import Brought


@asynccontextmanager
async def opened(
    call: Call, config: Config, *, submits: bool = False, mailboxes: bool = False, brought: Brought | None = None
) -> AsyncGenerator[Desk]:
    """The desk; with `submits` this process sends what is in the outbox where no other does, and with `mailboxes` it
    hears what comes in."""
    from linksec_tui.desk import open_desk  # deferred: brings sockets and the store, not needed to say what is wrong

    opening = open_desk(
        config,
        passphrase=ask_on_terminal,
        waiting=call.output.note,
        worker=submits,
        mailboxes=mailboxes,
        brought=brought,
    )
    async with opening as desk:
        for notice in desk.notices:
            call.output.note(notice)
        yield desk
