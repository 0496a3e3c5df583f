"""The parts of a message: each with its name, what it is, how large; to be looked at, opened, saved or piped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.message import Reading
from linksec_tui.model.reading import Part, PartKind
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.part_words import part_name, part_row
from linksec_tui.tui.piping import PipeProblem, on_terminal
from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.screens.picture import PictureScreen
from linksec_tui.tui.screens.source import SourceScreen
from linksec_tui.tui.suggest import PathCompletion
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.options import Options

_NEEDS_PART = frozenset({"open_part", "save_part", "save_all", "pipe_part", "pipe_on_terminal"})


class PartsScreen(Page):
    """Enter looks at a part here; nothing is opened outside without its key."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.PARTS)
    heading = "Parts of the message"
    name_of_keys = "parts"

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading
        self._options = Options(classes="page-list")

    def content(self) -> list[Widget]:
        return [self._options]

    def on_mount(self) -> None:
        count = len(self.reading.every_part)
        subject = self.reading.header.subject or "(no subject)"
        self.show_title(assemble(self.heading, (f"  {subject}  ", "not bold"), (f"{count}", "not bold $muted")))
        self._options.focus()
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width = max(self.size.width - 6, 40)
        rows = [(part.number, part_row(part, width, self.app.marks.ellipsis)) for part in self.reading.every_part]
        self._options.set_prompts(rows)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        return action not in _NEEDS_PART or self.part is not None

    @property
    def part(self) -> Part | None:
        """The one under the cursor."""
        here = self._options.current
        return next((part for part in self.reading.every_part if part.number == here), None)

    @property
    def _message(self) -> int:
        return self.reading.header.id

    # Looking

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        event.stop()
        self._look()

    @work(exclusive=True, group="look", exit_on_error=False)
    async def _look(self) -> None:
        if (part := self.part) is None:
            return
        try:
            match part.kind:
                case PartKind.MESSAGE:
                    # deferred: it shows parts as well, and so imports this
                    from linksec_tui.tui.screens.inner import InnerScreen

                    self.app.push_screen(InnerScreen(self._message, part))
                case PartKind.TEXT | PartKind.INVITATION | PartKind.SIGNATURE:
                    text = await self.app.desk.enclosures.text(self._message, part)
                    self.app.push_screen(SourceScreen(text, heading=part_name(part)))
                case PartKind.PICTURE:
                    fetch = partial(self.app.desk.enclosures.picture, self._message, part)
                    self.app.push_screen(PictureScreen(part_name(part), fetch))
                case _:
                    self.app.say(f"{part_name(part)} cannot be shown here. Open it, save it, or pipe it.")
        except LinksecError as problem:
            self.app.say(problem)

    # Opening

    @work(exclusive=True, group="open", exit_on_error=False)
    async def action_open_part(self) -> None:
        if (part := self.part) is None:
            return
        enclosures = self.app.desk.enclosures
        try:
            risk = await enclosures.risk(self._message, part)
            question = f"{part_name(part)} is {risk}. Open it all the same?"
            if risk and not await self.app.push_screen_wait(AskYes(question, "Open it")):
                return
            await enclosures.open(self._message, part)
        except LinksecError as problem:
            self.app.say(problem)
            return
        self.app.say(f"Opened: {part_name(part)}")

    # Saving

    def action_save_part(self) -> None:
        if (part := self.part) is not None:
            self._save([part])

    def action_save_all(self) -> None:
        """The attachments; where there are none, everything."""
        self._save(self.reading.parts or self.reading.every_part)

    @work(exclusive=True, group="save", exit_on_error=False)
    async def _save(self, parts: Sequence[Part]) -> None:
        usual = self.app.desk.enclosures.downloads
        what = part_name(parts[0]) if len(parts) == 1 else f"{len(parts)} parts"
        words = f"Save {what} in which directory? Nothing is overwritten."
        question = AskLine(words, text=str(usual), suggester=PathCompletion())
        if not (chosen := await self.app.push_screen_wait(question)):
            return
        try:
            files = await self.app.desk.enclosures.save(self._message, parts, chosen)
        except LinksecError as problem:
            self.app.say(problem)
            return
        self.app.say(f"Saved: {files[0]}" if len(files) == 1 else f"Saved {len(files)} files in {chosen}")

    # Piping

    @work(exclusive=True, group="pipe", exit_on_error=False)
    async def action_pipe_part(self) -> None:
        if (part := self.part) is None or not (command := await self._command(part)):
            return
        self.app.say(f"{command}{self.app.marks.ellipsis}")
        try:
            said = await self.app.desk.enclosures.pipe(self._message, part, command)
        except LinksecError as problem:
            self.app.say(problem)
            return
        self.app.clear_notifications()
        ended = f"  ended with status {said.status}" if said.status else ""
        self.app.push_screen(SourceScreen(said.text or "(it said nothing)", heading=f"{command}{ended}"))

    @work(exclusive=True, group="pipe", exit_on_error=False)
    async def action_pipe_on_terminal(self) -> None:
        """For programs that talk to a person; what they write is not looked at."""
        if (part := self.part) is None or not (command := await self._command(part)):
            return
        try:
            content = await self.app.desk.enclosures.content(self._message, part)
            await on_terminal(self.app, command, content)
        except (LinksecError, PipeProblem) as problem:
            self.app.say(problem)

    async def _command(self, part: Part) -> str | None:
        question = f"Give {part_name(part)} to which command? It stands on its standard input."
        return await self.app.push_screen_wait(AskLine(question, placeholder="wc -c"))
