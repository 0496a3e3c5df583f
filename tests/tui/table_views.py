"""The lists of a table: orders, conversations and filters of its headers, for screens shown without a store."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from linksec_tui.model.listing import Arrangement, Order, Panes, Spine, View, shown_depths
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header


@dataclass
class TableViews:
    """Answers from the headers that it is handed; conversations are those of `threads`, first message first."""

    headers: Callable[[], Sequence[Header]]
    threads: list[tuple[int, ...]] = field(default_factory=list[tuple[int, ...]])
    kept: dict[str, Arrangement] = field(default_factory=dict[str, Arrangement])
    kept_panes: Panes = field(default_factory=Panes)

    def _of(self, view: View) -> list[Header]:
        words = view.words.casefold().split()
        found = [each for each in self.headers() if each.mailbox in view.mailboxes]
        return [each for each in found if all(_has(each, word) for word in words)]

    async def first_rows(self, view: View) -> tuple[Header, ...]:
        return tuple(self._of(view)[:50])

    async def spine(self, view: View) -> Spine:
        headers = self._of(view)
        if view.arrangement.threaded:
            return self._conversations(headers)
        match view.arrangement.order:
            case Order.SENDER:
                headers.sort(key=lambda each: each.sender_name)
            case Order.SIZE:
                headers.sort(key=lambda each: -each.size)
            case Order.UNREAD:
                headers.sort(key=lambda each: not each.unread)
            case _:
                pass
        return Spine(ids=array("q", (each.id for each in (headers[::-1] if view.arrangement.backwards else headers))))

    def _conversations(self, headers: Sequence[Header]) -> Spine:
        ids = {each.id: each for each in headers}
        several = {one for thread in self.threads for one in thread}
        groups = [*self.threads, *((each,) for each in ids if each not in several)]
        groups = sorted((tuple(one for one in group if one in ids) for group in groups), key=max, reverse=True)
        order = [one for group in groups for one in group]
        starts = [0, *itertools.accumulate(len(group) for group in groups)][:-1]
        return Spine(
            ids=array("q", order),
            starts=array("I", starts),
            newest=array("I", (start + group.index(max(group)) for start, group in zip(starts, groups, strict=True))),
            threads=array("q", (group[0] for group in groups)),
            depths=b"".join(shown_depths(range(len(group))) for group in groups),
            unread=bytes(ids[one].unread for one in order),
        )

    async def unread(self, view: View) -> array[int]:
        return array("q", (each.id for each in self._of(view) if each.unread))

    async def unread_of(self, ids: Sequence[int]) -> array[int]:
        return array("q", (each.id for each in self.headers() if each.unread and each.id in ids))

    async def settle(self) -> bool:
        return False

    async def arrangement(self, mailbox: Mailbox) -> Arrangement:
        return self.kept.get(mailbox.wire_name, Arrangement())

    async def remember(self, mailbox: Mailbox, arrangement: Arrangement) -> None:
        self.kept[mailbox.wire_name] = arrangement

    async def panes(self) -> Panes:
        return self.kept_panes

    async def remember_panes(self, panes: Panes) -> None:
        self.kept_panes = panes


def _has(header: Header, word: str) -> bool:
    texts = (header.sender_name, header.sender_address, header.recipients, header.subject)
    return any(word in text.casefold() for text in texts) or (word == "unread" and header.unread)
