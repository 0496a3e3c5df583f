"""Check: a list of recipients, and who of them is safe to write to. The table fills by itself and never waits."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from textual import events, work
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from linksec_tui.config import Lookups
from linksec_tui.model.checked import RecipientList
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.errors import LinksecError
from linksec_tui.tui.arrange import View, arranged, why
from linksec_tui.tui.check_words import Pace, meeting_words, progress_words, shown_words, taken_words
from linksec_tui.tui.checking import Checking
from linksec_tui.tui.coalesce import Coalesced
from linksec_tui.tui.flow import joined
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.roll import MOST, Roll
from linksec_tui.tui.screens.check_verbs import CheckVerbs
from linksec_tui.tui.text import assemble, plain, styled
from linksec_tui.tui.widgets.add_line import AddLine
from linksec_tui.tui.widgets.check_table import CheckTable, TableHead
from linksec_tui.tui.widgets.evidence_panel import EvidencePanel
from linksec_tui.tui.widgets.level_bar import LevelBar
from linksec_tui.tui.widgets.line_list import LineList
from linksec_tui.tui.widgets.path_panel import Way
from linksec_tui.tui.widgets.requirement import RequirementSelector

PAINTED = 0.1  # seconds between two pictures of a list that changes all the time
TICK = 0.5  # seconds between two looks at the clock
FOLLOWING = 0.05  # seconds on a row before its details are drawn: running past draws nothing
SETTLING = 0.5  # seconds between two new orders while results come in
ADDED = 2_000  # rows put on the roll in one turn: some milliseconds


class CheckScreen(CheckVerbs):
    """Nothing is sent from here."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.CHECK)
    CSS_PATH = "check.tcss"
    heading = "Check recipients"
    name_of_keys = "check"

    def __init__(self, account: str | None) -> None:
        super().__init__()
        self.account = account
        self.view = View()
        self.roll = self.app.roll
        self.checking = Checking(self, self.roll, account, self._changed)
        self.add_line = AddLine(self.app, id="check-add")
        self.find_line = Input(placeholder="part of an address", compact=True, id="check-find")
        self.selector = RequirementSelector()
        self.levels = LevelBar(id="check-levels")
        self.table = CheckTable(self.roll, id="check-table")
        self.details = EvidencePanel(id="check-details")
        self._told = Static(markup=False, id="check-told")
        self._problem = Static(markup=False, id="check-problem")
        self._why = Static(markup=False, id="check-why")
        self._submission: TlsFacts | None = None
        self._painting = False
        self._painted_at = 0.0
        self._ran = False
        self._following: Timer | None = None
        self._arranged_at = 0.0
        self._lines = 0  # of what is told
        self._detailed: tuple[object, ...] = ()  # what the details speak of
        self._stale = False  # rows may stand in another place than their results say

    def content(self) -> list[Widget]:
        return [
            Horizontal(Label("Add"), self.add_line, classes="check-row"),
            Horizontal(Label("Require"), self.selector, classes="check-row"),
            self.levels,
            self._told,
            self._problem,
            Horizontal(Label("Find"), self.find_line, classes="check-row", id="check-finding"),
            Container(self.table, self._why, self.details, id="check-both"),
        ]

    def on_mount(self) -> None:
        self._order = Coalesced(self, self._arrange)
        if self.roll.account != self.account:
            self.roll.forget(self.account)
        self._learn_own_hop()
        self.set_interval(TICK, self._tick)
        self._order.ask()
        self._paint()
        (self.table.rows if len(self.roll) else self.add_line).focus()

    def on_unmount(self) -> None:
        self.checking.stop()

    @work(exit_on_error=False)
    async def _learn_own_hop(self) -> None:
        with suppress(LinksecError):  # offline: the panel says that it is not connected
            if self.account is not None:
                self._submission = await self.app.desk.submission_facts(self.account)
                self._show_details()

    # Who is on the list

    async def take_in(self, found: RecipientList) -> None:
        """Put them on the roll, a few thousand at a turn, and ask about them."""
        roll, beyond = self.roll, found.beyond
        if len(found.wanted) > 1:
            self.table.rows.focus()
        for start in range(0, len(found.wanted), ADDED):
            part = found.wanted[start : start + ADDED][: MOST - len(roll)]
            beyond += len(found.wanted[start : start + ADDED]) - len(part)
            for each in part:
                roll.add(each)
            self._order.ask()
            await asyncio.sleep(0)
        if roll is not self.roll:
            return  # meanwhile somebody began anew
        self.refusals = found.refusals
        self.tell(taken_words(replace(found, beyond=beyond), self.app.key("check.refused")))
        self.refresh_bindings()
        if self.app.config.lookups is Lookups.TYPING:
            self.checking.go_on()
        self._changed()

    def begin_anew(self) -> None:
        """An empty roll. Another one, because this one may just be put in order by a thread."""
        self.checking.stop()
        self.app.roll = self.roll = Roll()
        self.roll.account = self.account
        self.checking = Checking(self, self.roll, self.account, self._changed)
        self.table.show_roll(self.roll)
        self.refusals = ()
        self.tell("")
        self.show_view(View(requirement=self.view.requirement))
        self.add_line.focus()

    def tell(self, sentence: str) -> None:
        """Something about the list that should be read; empty takes it back."""
        self._problem.update(plain(sentence))
        self.set_class(bool(sentence), "-told")

    # What is known of them

    def _changed(self) -> None:
        """Something came: painted at once, but not more often than an eye can follow."""
        self._stale = True
        if self._painting or not self.is_attached:
            return
        self._painting = True
        wait = self._painted_at + PAINTED - asyncio.get_running_loop().time()
        if wait > 0:
            self.set_timer(wait, self._paint)
        else:
            self.call_later(self._paint)

    def _tick(self) -> None:
        """Time passes also while nothing comes."""
        if self.checking.running:
            self._tell_progress()

    def _paint(self) -> None:
        self._painting = False
        self._painted_at = asyncio.get_running_loop().time()
        if self._stale and self.view.follows_results and self._settled():
            self._order.ask()
        self.levels.show(self.roll.levels(), len(self.roll), self.view.level)
        self._tell_progress()
        self.table.rows.refresh_changed()
        self._show_details()
        if self.checking.running is not self._ran:
            self._ran = self.checking.running
            self.refresh_bindings()

    def _settled(self) -> bool:
        """A long list is put in order less often, and always once more at the end."""
        now = asyncio.get_running_loop().time()
        return not self.checking.running or now - self._arranged_at > SETTLING * (1 + len(self.roll) / 20_000)

    def _tell_progress(self) -> None:
        checking = self.checking
        pace = Pace(running=checking.running, per_second=checking.per_second(), left=checking.seconds_left())
        rows = self.table.rows
        parts = [
            *progress_words(self.roll, pace, self.app.key("check.pause")),
            meeting_words(self.roll, self.view.requirement),
            *shown_words(len(rows.spine), self.view, len(rows.selected)),
        ]
        between = styled(f" {self.app.marks.bullet} ", "$muted")
        words = joined([plain(part) for part in parts if part], between, max(self.size.width - 2, 20))
        lines = words.plain.count("\n") + 1
        self._told.update(words, layout=lines != self._lines)  # a new layout of the screen is dear
        self._lines = lines

    async def _arrange(self) -> None:
        self._stale = False
        roll = self.roll
        spine = await asyncio.to_thread(arranged, roll, self.view)
        self._arranged_at = asyncio.get_running_loop().time()
        if roll is self.roll:
            self.table.show_spine(spine)
        self._tell_progress()

    def show_view(self, view: View) -> None:
        """Look at the roll another way."""
        self.view = view
        self.table.show_view(view)
        self._order.ask()
        self._paint()

    # The row under the cursor

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        event.stop()
        self._tell_progress()  # how many are selected
        if self._following is not None:
            self._following.stop()
        self._following = self.set_timer(FOLLOWING, self._show_details)

    def on_line_list_opened(self, event: LineList.Opened) -> None:
        event.stop()
        self.add_class("-details")
        self.details.focus()
        self._show_details()

    def _show_details(self) -> None:
        row = self.table.rows.current
        wanted = None if row is None else self.roll.wanted[row]
        known = None if wanted is None else self.roll.known.get(wanted.domain)
        asked = wanted is not None and wanted.domain in self.roll.asked
        if (detailed := (wanted, known, asked, self._submission)) == self._detailed:
            return
        self._detailed = detailed
        if wanted is None:
            self._say_nothing("What is known of a recipient is told here as soon as there is one.")
        elif known is None:
            self._say_nothing(f"{'Being asked about' if asked else 'Not looked up yet:'} {wanted.shown}")
        else:
            assessment = known.assessment
            warning = next((each.text for each in assessment.warnings), "")
            words = assemble(why(known), *([(f" {warning}", "$warning")] if warning else []))
            self._why.update(words, layout=False)
            self.details.show(Way(address=wanted.shown, assessment=assessment, submission=self._submission))

    def _say_nothing(self, sentence: str) -> None:
        self._why.update(styled(sentence, "$muted"), layout=False)
        self.details.show_nothing(sentence)

    # What happens to the widgets

    async def on_add_line_given(self, event: AddLine.Given) -> None:
        event.stop()
        self.read_in(event.text, typed=event.typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input is self.find_line:
            self.find(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input is self.find_line:
            self.table.rows.focus()

    def on_requirement_selector_changed(self) -> None:
        self.require(self.selector.value)

    def on_table_head_clicked(self, event: TableHead.Clicked) -> None:
        self.sort_by(event.column)

    def on_level_bar_clicked(self, event: LevelBar.Clicked) -> None:
        self.only(event.level)

    def on_paste(self, event: events.Paste) -> None:
        """A list may be pasted wherever the focus is; widgets that take text take theirs first."""
        self.read_in(event.text, typed=False)

    def on_descendant_focus(self) -> None:
        self.refresh_bindings()
