"""The files that go with the letter, a line each with its size; the one under the cursor is taken off by one key."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import getters
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from linksec_tui.model.letter import Attachment
from linksec_tui.model.visible import visible
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.part_words import size_words
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.options import Options


class AttachedFiles(Options):
    """Not there while nothing is attached."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.FILES)
    DEFAULT_CSS = """
    AttachedFiles { display: none; height: auto; max-height: 4; color: $muted; border-top: hkey $hairline;
        &:focus { border: none; border-top: hkey $accent; }
        & > .option-list--option-highlighted { background: transparent; color: $muted; text-style: none; }
        &:focus > .option-list--option-highlighted { background: $cursor-row; color: $foreground; }
    }
    """

    @dataclass
    class Removed(Message):
        """The one at this place goes."""

        index: int

    @dataclass
    class Wanted(Message):
        """The one at this place is to be looked at."""

        index: int

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._attachments: tuple[Attachment, ...] = ()
        self._elsewhere: tuple[str, ...] = ()

    async def show(self, attachments: Sequence[Attachment], elsewhere: Sequence[str] = ()) -> None:
        """These; those that lie `elsewhere` cannot go from here. Sizes are asked of the disk beside the keys."""
        self._attachments, self._elsewhere = tuple(attachments), tuple(elsewhere)
        self.display = bool(attachments or elsewhere)
        sizes = await asyncio.to_thread(lambda: [_size(each) for each in self._attachments])
        lines = [self._line(each, size) for each, size in zip(self._attachments, sizes, strict=True)]
        lines += [self._missing(visible(name), "not on this machine") for name in self._elsewhere]
        self.set_prompts([(str(at), line) for at, line in enumerate(lines)])

    def _line(self, attachment: Attachment, size: int | None) -> Content:
        if size is None:
            return self._missing(visible(attachment.name), "not there any more")
        inside = attachment.inside
        whence = "" if inside is None else "  as it came" if inside.letter else "  from the message"
        return assemble("+ ", visible(attachment.name), (f"  {size_words(size)}{whence}", "$muted"))

    def _missing(self, name: str, why: str) -> Content:
        return assemble((f"{self.app.marks.caution} {name}  {why}", "$warning"))

    def action_remove(self) -> None:
        if self.highlighted is not None:
            self.post_message(self.Removed(self.highlighted))

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Wanted(event.option_index))


def _size(attachment: Attachment) -> int | None:
    if attachment.inside is not None:
        return attachment.inside.size
    try:
        return attachment.path.stat().st_size
    except OSError:
        return None
