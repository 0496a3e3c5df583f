"""Which file: a path to type or paste, and below it what the directory holds, by keys."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from linksec_tui.model.visible import visible
from linksec_tui.tui.file_choice import Entry, begun_anew, entries, paths_in
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import OwnTab, Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.part_words import size_words
from linksec_tui.tui.text import assemble, plain
from linksec_tui.tui.widgets.options import Options


class PathLine(Input):
    """Several files that are pasted or dropped are handed on, and never a text in between."""

    def _on_paste(self, event: events.Paste) -> None:
        if len(found := paths_in(event.text)) and isinstance(self.screen, PickFile):
            self.screen.dismiss(found)
            event.stop()
            event.prevent_default()
        elif event.text.startswith(("/", "~")):
            self.value = ""  # a whole path goes in place of the directory that is offered

    def action_cursor_right(self, select: bool = False) -> None:
        """At the end of the line there is nothing more to the right than what the directory holds."""
        if not select and self.cursor_at_end and isinstance(self.screen, PickFile):
            self.screen.action_complete()
        else:
            super().action_cursor_right(select)


class PickFile(ModalScreen[tuple[Path, ...]], OwnTab):
    """Answers with files; escape gives none."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.PICK_FILE)
    CSS_PATH = "ask.tcss"

    def __init__(self, begin: str, question: str = "Which file goes with the letter?") -> None:
        """`begin`: a directory as a person writes it, with its slash."""
        super().__init__()
        self._question = question
        self._line = PathLine(begin, compact=True)
        self._found: tuple[Entry, ...] = ()
        self._options = Options()
        self._problem = Static(markup=False, classes="problem")

    def compose(self) -> ComposeResult:
        with Vertical(classes="ask"):
            yield Static(plain(self._question), classes="question")
            yield self._line
            yield self._options
            yield self._problem
            into, leave = self.app.key("pick-file.complete"), self.app.key("pick-file.leave")
            hints = (("enter", " This one    "), (into, " Into it    "), (leave, " Leave it"))
            yield Static(assemble(*(piece for key, words in hints for piece in ((key, "bold $accent"), words))))

    def on_mount(self) -> None:
        self._options.can_focus = False
        self._options.styles.height = 10
        self._problem.display = False
        self._line.cursor_position = len(self._line.value)
        self._line.focus()
        self._look()

    def on_input_changed(self) -> None:
        self._problem.display = False
        if (meant := begun_anew(self._line.value)) != self._line.value:
            with self._line.prevent(Input.Changed):
                self._line.value = meant
            self._line.cursor_position = len(meant)
        self._look()

    def _look(self) -> None:
        self.run_worker(partial(self._list, self._line.value), group="list", exclusive=True, exit_on_error=False)

    async def _list(self, typed: str) -> None:
        self._found = await asyncio.to_thread(entries, typed)
        self._options.set_options([])
        self._options.set_prompts([(str(at), _line(each)) for at, each in enumerate(self._found)])
        self._options.highlighted = None

    @property
    def _chosen(self) -> Entry | None:
        at = self._options.highlighted
        return self._found[at] if at is not None and at < len(self._found) else None

    def action_move(self, by: int) -> None:
        """Through the directory; above its first entry is the line that is typed in."""
        at = (-1 if self._options.highlighted is None else self._options.highlighted) + by
        self._options.highlighted = None if at < 0 or not self._found else min(at, len(self._found) - 1)

    def action_complete(self) -> None:
        """The name under the cursor, or what all that fit begin with."""
        if (entry := self._chosen or (self._found[0] if len(self._found) == 1 else None)) is not None:
            self._type(entry)

    def _type(self, entry: Entry) -> None:
        directory, slash, _ = self._line.value.rpartition("/")
        self._line.value = f"{directory}{slash}{entry.name}{'/' if entry.size is None else ''}"
        self._line.cursor_position = len(self._line.value)

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        event.stop()
        self._take(self._found[event.option_index])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if (entry := self._chosen) is not None:
            self._take(entry)
        elif event.value.strip():
            self._answer(event.value.strip())

    def _take(self, entry: Entry) -> None:
        self._type(entry)
        if entry.size is not None:
            self._answer(self._line.value)

    def _answer(self, typed: str) -> None:
        try:
            path = Path(typed).expanduser()
            found = path.is_file()
        except (OSError, RuntimeError, ValueError):
            found, path = False, Path(typed)
        if found:
            self.dismiss((path,))
            return
        self._problem.update(plain(f"“{visible(typed)}” is not a file. Go on typing, or choose one."))
        self._problem.display = True

    def action_leave_it(self) -> None:
        self.dismiss(())


def _line(entry: Entry) -> Content:
    if entry.size is None:
        return assemble((f"{visible(entry.name)}/", "bold"))
    return assemble(visible(entry.name), (f"  {size_words(entry.size)}", "$muted"))
