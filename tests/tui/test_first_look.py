"""The first start of all: the newest mail is on the screen before there is a desk, whenever it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from linksec_tui.desk.early_mail import EarlyMail
from linksec_tui.desk.glance import Glance
from linksec_tui.model.mailbox import Mailbox, Role
from tests.tui.table_facts import header

from .conftest import Shown, Stage, TableDesk, Until

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

INBOX = Mailbox(id=1, account="home", name="INBOX", role=Role.INBOX, total=300, wire_name="INBOX")
NEWEST = Glance(mailbox=INBOX, rows=tuple(header(number) for number in range(300, 250, -1)))


@dataclass
class TableMail:
    """What a server answers, as soon as the test lets it."""

    at_hand: Glance | None = None
    comes: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def glance(self, _patience: float) -> Glance | None:
        self.asked.set()
        await self.comes.wait()
        return NEWEST


class Beginning(Stage):
    """A client whose desk is being opened for as long as it is looked at."""

    def __init__(self, desk: TableDesk, mail: TableMail) -> None:
        super().__init__(desk)
        self.early_mail = cast("EarlyMail", mail)
        self.looked = asyncio.Event()

    @asynccontextmanager
    async def opening(self) -> AsyncGenerator[Desk]:
        await self._look_early()
        self.looked.set()
        await asyncio.Event().wait()
        yield cast("Desk", self.table)


def _rows_stand(shown: str) -> bool:
    return "Subject number 300" in shown and "Subject number 290" in shown


async def test_mail_that_is_here_already_is_painted_with_the_list(table: TableDesk, until: Until, shown: Shown) -> None:
    mail = TableMail(at_hand=NEWEST)
    stage = Beginning(table, mail)
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: stage.looked.is_set() and _rows_stand(shown(stage)))
        assert not mail.asked.is_set()


async def test_mail_that_comes_later_is_painted_before_the_desk_is_loaded(
    table: TableDesk, until: Until, shown: Shown
) -> None:
    mail = TableMail()
    stage = Beginning(table, mail)
    async with stage.run_test(size=(80, 24)) as pilot:
        await until(pilot, mail.asked.is_set)
        assert not _rows_stand(shown(stage))
        mail.comes.set()
        await until(pilot, lambda: stage.looked.is_set() and _rows_stand(shown(stage)))
