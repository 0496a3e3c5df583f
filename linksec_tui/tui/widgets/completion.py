"""The drop-down below an address that is being typed: people and groups who may be meant.

The line that is typed in keeps the focus and the keys. What is known of a domain is remembered, never looked up here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import getters
from textual.content import Content
from textual.message import Message

from linksec_tui.model.address import Address
from linksec_tui.model.contact import Contact, DomainSeen, Group, Suggestion
from linksec_tui.tui.badge import WIDEST, label
from linksec_tui.tui.front import Front
from linksec_tui.tui.text import assemble, styled
from linksec_tui.tui.widgets.options import Options

SHOWN = 8


class CompletionList(Options, can_focus=False):
    """Closed while nobody fits. `chosen` is what enter takes: None while the cursor stands on no line."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    CompletionList {
        display: none; overlay: screen; constrain: none inside;
        width: 1fr; max-width: 76; height: auto; max-height: 8; background: $panel;
        &.-open { display: block; }
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted { background: $cursor-row; color: $foreground; text-style: none; }
        &:ansi > .option-list--option-highlighted, &:nocolor > .option-list--option-highlighted { text-style: reverse; }
    }
    """

    @dataclass
    class Taken(Message):
        """Somebody was clicked."""

        suggestion: Suggestion

    def __init__(self) -> None:
        super().__init__()
        self._suggestions: tuple[Suggestion, ...] = ()
        self._seen: Mapping[str, DomainSeen] = {}

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @property
    def chosen(self) -> Suggestion | None:
        return self._suggestions[self.highlighted] if self.is_open and self.highlighted is not None else None

    def offer(self, suggestions: Sequence[Suggestion], *, first: bool) -> None:
        """Show these; with `first` enter takes the first one unless another is gone to."""
        self._suggestions = tuple(suggestions)[:SHOWN]
        self._draw()
        self.highlighted = 0 if first and self._suggestions else None
        self.set_class(bool(self._suggestions), "-open")

    def show_seen(self, seen: Mapping[str, DomainSeen]) -> None:
        """What is remembered of their domains, in place."""
        self._seen = {**self._seen, **seen}
        at = self.highlighted
        self._draw()
        self.highlighted = at

    def close(self) -> None:
        self._suggestions = ()
        self.remove_class("-open")

    def move(self, by: int) -> None:
        """To another line; above the first one is the line that is typed in."""
        at = (-1 if self.highlighted is None else self.highlighted) + by
        self.highlighted = None if at < 0 else min(at, len(self._suggestions) - 1)

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Taken(self._suggestions[event.option_index]))

    def _draw(self) -> None:
        self.set_prompts([(str(at), self._line(each)) for at, each in enumerate(self._suggestions)])

    def _line(self, suggestion: Suggestion) -> Content:
        match suggestion:
            case Group():
                count = f"{len(suggestion.members)} {'person' if len(suggestion.members) == 1 else 'people'}"
                badge = styled("group".ljust(WIDEST + 1), "$muted")
                return assemble(badge, (suggestion.name, "bold"), (f"  {count}", "$muted"))
            case Contact():
                name = (f"{suggestion.name}  ", "bold") if suggestion.name else ""
                return assemble(self._badge(suggestion.address), name, self._shown(suggestion.address))

    def _badge(self, address: Address) -> Content:
        seen = self._seen.get(address.domain)
        if seen is None or seen.assurance is None:
            return styled("not seen yet".ljust(WIDEST + 1), "$muted")
        badge = label(seen.assurance, self.app.glyphs)
        return badge.pad_right(max(WIDEST + 1 - badge.cell_length, 1))

    def _shown(self, address: Address) -> str:
        return f"{address.local}@{self.app.desk.shown_domain(address.domain)}"
