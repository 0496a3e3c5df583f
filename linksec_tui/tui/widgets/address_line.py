"""The line that an address is typed in, and when what stands there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from textual import events, getters
from textual.binding import BindingType
from textual.message import Message

from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.widgets.one_line import OneLine

MAX_TYPED = 500_000  # characters: a pasted list of some ten thousand addresses
_SEVERAL = re.compile(r"[,;\t\r\n]|mailto:")


def split_addresses(text: str) -> list[str]:
    """`text` at its commas, semicolons and line ends, but not at those inside quotes or angle brackets."""
    pieces, piece, quoted, angled = list[str](), "", False, False
    for character in text:
        quoted ^= character == '"'
        angled = (angled or character == "<") and character != ">"
        if character in "\n\r" or (character in ",;" and not quoted and not angled):
            pieces.append(piece)
            piece, quoted, angled = "", False, False
        else:
            piece += character
    return [*pieces, piece]


class AddressLine(OneLine):
    """Where an address is typed. Keys that mean nothing to an empty line move among the chips."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.RECIPIENTS)
    app = getters.app(Front)
    DEFAULT_CSS = """
    AddressLine { height: 1; border: none; padding: 0; background: transparent;
        &:focus { border: none; background: transparent; background-tint: $foreground 4%; }
    }
    """

    @dataclass
    class Moved(Message):
        """The cursor should go to another chip, or beyond them."""

        by: int

    @dataclass
    class Removed(Message):
        """The chip under the cursor goes; `again` turns it back into text."""

        again: bool

    @dataclass
    class PassedOn(Message):
        """The chip under the cursor goes to the next field."""

    @dataclass
    class Pasted(Message):
        """Several lines or several people came at once."""

        text: str

    @dataclass
    class NamesClosed(Message):
        """Nobody of those who are offered."""

    names_open = False

    def action_chip(self, by: int) -> None:
        self.post_message(self.Moved(by))

    def action_chip_remove(self) -> None:
        if self.value:
            self.action_delete_right()
        else:
            self.post_message(self.Removed(again=False))

    def action_chip_field(self) -> None:
        self.post_message(self.PassedOn())

    def action_close_names(self) -> None:
        self.post_message(self.NamesClosed())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Escape is the screen's, but while names are offered."""
        return action != "close_names" or self.names_open

    def action_delete_left(self) -> None:
        if self.value:
            super().action_delete_left()
        else:
            self.post_message(self.Removed(again=True))

    def _on_paste(self, event: events.Paste) -> None:
        """A pasted list keeps all its lines; an Input would take the first alone."""
        text = event.text[:MAX_TYPED]
        if not self.value and (text.count("@") > 1 or len(text.split(maxsplit=1)) > 1 or _SEVERAL.search(text)):
            self.post_message(self.Pasted(text))
        else:
            self.insert_text_at_cursor(" ".join(text.split()))
        event.prevent_default()
        event.stop()


def is_complete(typed: str) -> bool:
    """Does it look like a whole address? Then enter takes it, and not whoever else may be meant."""
    local, at, domain = typed.strip().rpartition("@")
    return bool(local and at) and "." in domain.strip(".")
