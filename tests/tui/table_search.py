"""A search over a table of headers: what is here, and later what a server adds; and saving that writes nothing."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from linksec_tui.desk.saving import Saved, Told
from linksec_tui.desk.searching import Found
from linksec_tui.incoming.query import parse_query
from linksec_tui.model.imported import Imported
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.model.query import Query

TODAY = date(2026, 11, 21)


@dataclass
class TableSearch:
    """Finds by subject. What the server finds besides comes once it `answers`."""

    headers: Sequence[Header]
    on_server: tuple[int, ...] = ()
    elsewhere: tuple[str, ...] = ()
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def parse(self, text: str) -> Query:
        return parse_query(text, TODAY)

    async def search(self, text: str, mailbox: int | None = None) -> AsyncGenerator[Found]:
        here = [each.id for each in self.headers if text in each.subject and each.id not in self.on_server]
        if not self.on_server and not self.elsewhere:
            yield Found(ids=array("q", here), complete=True)
            return
        yield Found(ids=array("q", here))
        await self.answers.wait()
        every = sorted({*here, *self.on_server}, reverse=True)
        yield Found(ids=array("q", every), elsewhere=self.elsewhere, complete=True)

    async def places(self, ids: Sequence[int]) -> Mapping[int, int]:
        return {each.id: each.mailbox for each in self.headers if each.id in ids}


@dataclass
class TableSaving:
    """Writes nothing; what was asked of it stands in `done`."""

    done: list[tuple[object, ...]]

    async def save(self, ids: Sequence[int], place: Path, told: Told | None = None) -> Saved:
        self.done.append(("save", tuple(ids), str(place)))
        return Saved(count=len(ids), place=place)


@dataclass
class TableImporting:
    """Reads nothing; of every file one message is filed, one was there, and one is none."""

    done: list[tuple[object, ...]]

    async def import_files(self, files: Sequence[Path], target: Mailbox, told: Callable[[Imported], None]) -> Imported:
        self.done.append(("import", tuple(files), target.id))
        came = Imported(filed=len(files), there=len(files))
        came.leave_out("message 3 (“\x1b[31mred”)", "no message: it has no header lines")
        told(came)
        return came
