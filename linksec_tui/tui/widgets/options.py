"""Short lists: Textual's OptionList with our keys, prompts that are never markup, and a cursor that stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings


class Options(OptionList):
    """A list of at most a few hundred lines."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.OPTIONS)
    DEFAULT_CSS = """
    Options { border: none; padding: 0; background: $surface; scrollbar-size-vertical: 1; height: 1fr;
        &:focus { border: none; background-tint: $foreground 0%; }
        & > .option-list--option { padding: 0 1; }
        &:ansi > .option-list--option-highlighted, &:nocolor > .option-list--option-highlighted {
            text-style: underline;
        }
        &:ansi:focus > .option-list--option-highlighted, &:nocolor:focus > .option-list--option-highlighted {
            text-style: reverse;
        }
    }
    """

    def set_prompts(self, prompts: Sequence[tuple[str, Content]], headings: Collection[str] = ()) -> None:
        """Show these (id, prompt); only what changed is drawn anew. The cursor keeps its option, and where that is gone
        it stands on the one below, or above.

        Those whose ids are `headings` cannot be chosen.
        """
        before = [option.id for option in self.options]
        ids = [identity for identity, _ in prompts]
        if before == ids:
            for identity, prompt in prompts:
                self.replace_option_prompt(identity, prompt)
            return
        at = self.highlighted or 0
        nearest = (*before[at:], *reversed(before[:at]), *ids) if self.current else ids
        self.set_options(Option(prompt, id=each, disabled=each in headings) for each, prompt in prompts)
        there = set(ids).difference(headings)
        self.highlighted = next((ids.index(each) for each in nearest if each in there), None)

    @property
    def current(self) -> str:
        """Id of the option under the cursor, empty where there is none."""
        option = self.highlighted_option
        return option.id or "" if option is not None else ""
