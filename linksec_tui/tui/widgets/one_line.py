"""One line to type in, whose place on the screen does not depend on what is typed.

Textual takes a longer text for a larger widget, and lays the whole screen out anew with every key.
"""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class OneLine(Input):
    """Its style gives it a width; what has no room scrolls."""

    virtual_size = Reactive(Size(0, 0), layout=False)

    def watch_virtual_size(self) -> None:
        """As a layout would: no room stays empty behind a text that became shorter."""
        if self.is_mounted:
            self.scroll_x = self.validate_scroll_x(self.scroll_x)
