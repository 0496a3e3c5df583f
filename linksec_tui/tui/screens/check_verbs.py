"""What can be done with a list of recipients: load, stop, look at it another way, take it elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from textual import work
from textual.content import Content
from textual.widgets import Input

from linksec_tui.config import ProbeWhen
from linksec_tui.model.address import Field, Recipient
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.checked import RecipientList, Refusal, Wanted
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.letter import Draft, Requirement
from linksec_tui.tui.arrange import Column, View, Who
from linksec_tui.tui.check_words import counted
from linksec_tui.tui.checking import Checking
from linksec_tui.tui.meeting import requirement_word
from linksec_tui.tui.roll import Roll
from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.screens.source import SourceScreen
from linksec_tui.tui.screens.which import AskWhich
from linksec_tui.tui.suggest import PathCompletion
from linksec_tui.tui.text import assemble, plain
from linksec_tui.tui.widgets.add_line import AddLine
from linksec_tui.tui.widgets.check_table import CheckTable
from linksec_tui.tui.widgets.requirement import RequirementSelector

IN_A_LETTER = 100  # recipients that every server must take at once (RFC 5321 §4.5.3.1.8)
COPIED = 70_000  # characters: what terminals take in one go for their clipboard
UNASKED = 50  # so many may be connected to, or taken out, without a question (experience.md §5)

_TYPING = frozenset(
    {"filter", "find", "sort", "turn", "pause", "write", "export", "copy", "take_out", "empty", "refused", "sort_by"}
)
_NEEDS_ROLL = _TYPING - {"refused"} | {"probe"}


class CheckVerbs(Page):
    """The check screen's verbs; `CheckScreen` gives them something to work on."""

    account: str | None
    view: View
    roll: Roll
    checking: Checking
    table: CheckTable
    add_line: AddLine
    find_line: Input
    selector: RequirementSelector
    refusals: tuple[Refusal, ...] = ()

    async def take_in(self, found: RecipientList) -> None:
        raise NotImplementedError  # the screen's

    def begin_anew(self) -> None:
        raise NotImplementedError  # the screen's

    def tell(self, sentence: str) -> None:
        raise NotImplementedError  # the screen's

    def show_view(self, view: View) -> None:
        raise NotImplementedError  # the screen's

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """A key is there only while it does something; letters belong to a line in which somebody types."""
        if action in _TYPING and isinstance(self.focused, Input):
            return False
        if action == "refused":
            return bool(self.refusals)
        if action == "pause" and not self.checking.running and self.roll.complete == len(self.roll):
            return False
        return action not in _NEEDS_ROLL or len(self.roll) > 0

    # Bringing people in

    @work(group="reading", exit_on_error=False)
    async def read_in(self, text: str, *, typed: bool) -> None:
        try:
            found = await self.app.desk.read_list(text)
        except LinksecError as problem:
            self.tell(str(problem))
            return
        if typed and not found.refused:
            self.add_line.value = ""
        await self.take_in(found)

    @work(exclusive=True, group="asking", exit_on_error=False)
    async def action_load(self) -> None:
        """Everybody in a file."""
        question = AskLine(
            "Which list? Lines, commas or a table (CSV).", placeholder="path", suggester=PathCompletion()
        )
        if (typed := await self.app.push_screen_wait(question)) is None:
            return
        try:
            found = await self.app.desk.read_list_file(Path(typed))
        except LinksecError as problem:
            self.tell(str(problem))
            return
        await self.take_in(found)

    @work(exclusive=True, group="asking", exit_on_error=False)
    async def action_take(self) -> None:
        """The recipients of a letter begun, or everybody written to."""
        contacts, drafts = await self.app.desk.contacts(), await self.app.desk.drafts()
        answers = [("contacts", plain(f"Everybody written to: {len(contacts):,}"))]
        answers += [(draft.id, _of_draft(draft)) for draft in drafts if draft.recipients]
        chosen = await self.app.push_screen_wait(AskWhich("Whose way should be looked at?", answers))
        if chosen == "contacts":
            await self._take([Recipient(address=each.address, name=each.name) for each in contacts])
        for draft in drafts:
            if draft.id == chosen:
                await self._take(draft.recipients)

    async def _take(self, recipients: Sequence[Recipient]) -> None:
        shown = self.app.desk.shown_domain
        pairs = ((each.address, each.name) for each in recipients)
        wanted = (
            Wanted(domain=address.domain, shown_domain=shown(address.domain), address=address, name=name)
            for address, name in pairs
        )
        await self.take_in(RecipientList(wanted=tuple(wanted)))

    def action_refused(self) -> None:
        """What could not be read, with its lines."""
        lines = "\n".join(f"line {each.line}: {each.sentence}" for each in self.refusals)
        self.app.push_screen(SourceScreen(lines, heading="What could not be read"))

    # Asking

    def action_run(self) -> None:
        """Take what is typed, and ask about everybody of whom nothing is known."""
        if self.add_line.value.strip():
            self.read_in(self.add_line.value, typed=True)
        self.checking.go_on()

    def action_pause(self) -> None:
        if self.checking.running:
            self.checking.stop()
        else:
            self.checking.go_on()

    @work(exclusive=True, group="asking", exit_on_error=False)
    async def action_probe(self) -> None:
        """Ask anew about the selected, or the one under the cursor, with a connection to their servers."""
        domains = list(dict.fromkeys(self.roll.wanted[row].domain for row in self.table.rows.chosen))
        if self.app.config.network.probe is ProbeWhen.NEVER:
            self.app.say("The configuration forbids connecting to their servers; the rest is looked up anew.")
        elif len(domains) > UNASKED:
            question = f"Connect to the servers of {counted(len(domains), 'domain')}?"
            if not await self.app.push_screen_wait(AskYes(question, "Connect")):
                return
        self.checking.again(domains)

    # Looking

    def action_require(self) -> None:
        self.selector.require_next()

    def require(self, requirement: Requirement) -> None:
        self.show_view(replace(self.view, requirement=requirement))

    def action_filter(self, by: int) -> None:
        """Everybody, who fall short, who meet it, then each rung that somebody stands on."""
        levels = [level for level in Assurance if self.roll.levels()[level]]
        steps: list[tuple[Who, Assurance | None]] = [(who, None) for who in Who]
        steps += [(Who.ALL, level) for level in levels]
        here = (self.view.who, self.view.level)
        who, level = steps[((steps.index(here) if here in steps else 0) + by) % len(steps)]
        self.show_view(replace(self.view, who=who, level=level))

    def only(self, level: Assurance) -> None:
        """Those of one rung; asked once more, everybody."""
        chosen = None if self.view.level is level else level
        self.show_view(replace(self.view, who=Who.ALL, level=chosen))

    def action_find(self) -> None:
        self.add_class("-finding")
        self.find_line.focus()

    def find(self, text: str) -> None:
        self.show_view(replace(self.view, text=text.strip()))

    def action_sort(self) -> None:
        """By the next column that is there; after the last one as it was given."""
        there: list[Column | None] = [None, *(place.column for place in self.table.rows.columns)]
        at = there.index(self.view.column) if self.view.column in there else 0
        self.sort_by(there[(at + 1) % len(there)])

    def action_sort_by(self, number: int) -> None:
        self.sort_by([None, *Column][number])

    def sort_by(self, column: Column | None) -> None:
        """By this column; once more, the other way round."""
        again = column is not None and column is self.view.column
        self.show_view(replace(self.view, column=column, backwards=again and not self.view.backwards))

    def action_turn(self) -> None:
        self.show_view(replace(self.view, backwards=not self.view.backwards))

    # Taking it elsewhere

    @work(exclusive=True, group="asking", exit_on_error=False)
    async def action_export(self) -> None:
        """Those in sight, as a table or as the lines of `check --jsonl`."""
        rows = [row for row in self.table.rows.spine if self.roll.of(row) is not None]
        results = self.roll.results(rows, self.view.requirement)
        unknown = len(self.table.rows.spine) - len(rows)
        missing = f" {unknown:,} are not looked up and left out." if unknown else ""
        question = f"Where should {counted(len(rows), 'result')} go?{missing} End the name in .csv or .jsonl."
        asked = AskLine(question, placeholder="path", suggester=PathCompletion())
        if (typed := await self.app.push_screen_wait(asked)) is None:
            return
        path = Path(typed)
        try:
            there = await asyncio.to_thread(_is_there, path)
            if there and not await self.app.push_screen_wait(AskYes(f"{typed} is there already.", "Replace it")):
                return
            await self.app.desk.export(results, path, replace=there)
        except LinksecError as problem:
            self.tell(str(problem))
            return
        self.app.say(f"{counted(len(rows), 'result')} written to {typed}.")

    @work(exclusive=True, group="asking", exit_on_error=False)
    async def action_copy(self) -> None:
        """The addresses of some of them, one a line, into the terminal's clipboard."""
        lists = self._lists()
        answers = [(name, plain(f"{name}: {len(rows):,}")) for name, rows in lists.items()]
        chosen = await self.app.push_screen_wait(AskWhich("Whose addresses should be copied?", answers))
        if chosen is None:
            return
        text = "\n".join(self._written(row) for row in lists[chosen])
        if len(text) > COPIED:
            self.app.say("That is more than a terminal's clipboard takes; export it instead.")
            return
        self.app.copy_to_clipboard(text)
        self.app.say(f"{counted(len(lists[chosen]), 'recipient')} copied.")

    def _lists(self) -> dict[str, list[int]]:
        """Those in sight and those selected, and who of all is at least, or below, what is demanded."""
        word = requirement_word(self.view.requirement)
        everybody = [row for row in range(len(self.roll.wanted)) if row not in self.roll.gone]
        meeting = [row for row in everybody if self._meets(row)]
        passing = set(meeting)
        known = [row for row in everybody if self.roll.of(row) is not None]
        any_ = self.view.requirement is Requirement.ANY
        return {
            "Those shown": list(self.table.rows.spine),
            **({"Those selected": sorted(self.table.rows.selected)} if self.table.rows.selected else {}),
            ("Who can be written to" if any_ else f"Who meet {word}"): meeting,
            ("Who cannot be written to" if any_ else f"Who fall short of {word}"): [
                r for r in known if r not in passing
            ],
        }

    def _written(self, row: int) -> str:
        wanted = self.roll.wanted[row]
        return str(wanted.address) if wanted.address else wanted.domain

    def _meets(self, row: int) -> bool:
        known = self.roll.of(row)
        return known is not None and known.meets(self.view.requirement)

    def action_write(self) -> None:
        """A letter to those who pass, of the selected or of those in sight."""
        rows = sorted(self.table.rows.selected) or list(self.table.rows.spine)
        people = [self.roll.wanted[row] for row in rows if self._meets(row) and self.roll.wanted[row].address]
        if not people:
            self.app.say("Nobody here meets what is required.")
        elif len(people) > IN_A_LETTER:
            told = f"One letter goes to {IN_A_LETTER} at most, and {len(people):,} pass: find, filter or select fewer."
            self.app.say(told)
        else:
            self._write(people)

    def _write(self, people: Sequence[Wanted]) -> None:
        try:
            draft = self.app.desk.new_draft(self.account)
        except LinksecError as problem:
            self.app.say(problem)
            return
        field = Field.TO if len(people) == 1 else Field.BCC
        recipients = tuple(
            Recipient(address=each.address, name=each.name, field=field) for each in people if each.address is not None
        )
        letter = replace(draft, recipients=recipients, requirement=self.view.requirement)
        self.app.push_screen(ComposeScreen(letter))
        if len(people) > 1:
            self.app.say("They stand in Bcc: nobody is told of the others.")

    # Taking out

    @work(exclusive=True, group="asking", exit_on_error=False)
    async def action_take_out(self) -> None:
        rows = self.table.rows.chosen
        if len(rows) > UNASKED:
            question = f"Take {counted(len(rows), 'recipient')} out of the list?"
            if not await self.app.push_screen_wait(AskYes(question, "Take them out")):
                return
        self.roll.take_out(rows)
        self.table.rows.selected.clear()
        self.show_view(self.view)

    @work(exclusive=True, group="asking", exit_on_error=False)
    async def action_empty(self) -> None:
        question = f"Forget the list of {counted(len(self.roll), 'recipient')}, and what was found?"
        if await self.app.push_screen_wait(AskYes(question, "Forget it")):
            self.begin_anew()

    # Back

    def action_back(self) -> None:
        """One step: from the details to the table, from a search to everybody, then to where one came from."""
        if self.has_class("-details"):
            self.remove_class("-details")
        elif self.has_class("-finding"):
            self.remove_class("-finding")
            self.find_line.value = ""
        else:
            self.app.pop_screen()
            return
        self.table.rows.focus()


def _of_draft(draft: Draft) -> Content:
    return assemble(draft.subject or "(no subject)", (f"  to {len(draft.recipients)}", "$muted"))


def _is_there(path: Path) -> bool:
    try:
        return path.expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return False
