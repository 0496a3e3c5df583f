"""The check table: a head to sort by, and thousands of rows of which those in sight are drawn."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, getters
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.arrange import Column, View
from linksec_tui.tui.front import Front
from linksec_tui.tui.roll import Roll
from linksec_tui.tui.text import assemble, plain
from linksec_tui.tui.widgets.check_columns import SIGNS, Look, Place, Row, places, row_segments
from linksec_tui.tui.widgets.line_list import LineList


class TableHead(Widget):
    """The names of the columns; a click sorts by one, another click turns the order round."""

    app = getters.app(Front)
    DEFAULT_CSS = """
    TableHead { height: 1; background: $panel; color: $muted; text-wrap: nowrap; text-overflow: clip; }
    """

    @dataclass
    class Clicked(Message):
        """Sort by this column."""

        column: Column

    def __init__(self) -> None:
        super().__init__()
        self._view = View()
        self._places: tuple[Place, ...] = ()

    def show(self, view: View, columns: tuple[Place, ...]) -> None:
        self._view, self._places = view, columns
        self.refresh()

    def render(self) -> Content:
        return assemble(" " * SIGNS, *(self._titled(place) for place in self._places))

    def _titled(self, place: Place) -> Content:
        chosen = place.column is self._view.column
        signs = self.app.marks
        sign = signs.descending if self._view.backwards else signs.ascending
        name = f"{place.column.value} {sign}" if chosen else place.column.value
        aligned = name.rjust(place.width - 1) + " " if place.column is Column.NAME else name.ljust(place.width + 1)
        return assemble((aligned[: place.width + 1], "bold $accent")) if chosen else plain(aligned[: place.width + 1])

    def on_click(self, event: events.Click) -> None:
        for place in self._places:
            if place.start <= event.x < place.start + place.width:
                self.post_message(self.Clicked(place.column))


class CheckRows(LineList):
    """The rows of a roll, in the order of a spine."""

    app = getters.app(Front)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row--muted", "row--warning", "row--accent", *(f"row--{each.value}" for each in Assurance),
    }  # fmt: skip
    DEFAULT_CSS = "\n".join(
        [
            "CheckRows > .row--muted { color: $muted; }",
            "CheckRows > .row--warning { color: $warning; }",
            "CheckRows > .row--accent { color: $accent; text-style: bold; }",
            *(f"CheckRows > .row--{each.value} {{ color: $assurance-{each.value}; }}" for each in Assurance),
        ]
    )

    @dataclass
    class Resized(Message):
        """There is room for other columns."""

    def __init__(self, roll: Roll) -> None:
        super().__init__()
        self.roll = roll
        self.spine: array[int] = array("q")
        self.selected: set[int] = set()
        self.requirement = Requirement.ANY
        self.columns: tuple[Place, ...] = ()
        self._look: Look | None = None

    @property
    def length(self) -> int:
        return len(self.spine)

    @property
    def current(self) -> int | None:
        """The number of the row under the cursor."""
        return self.spine[self.cursor] if self.cursor < len(self.spine) else None

    @property
    def chosen(self) -> tuple[int, ...]:
        """What a verb applies to: the selected rows, or the one under the cursor."""
        if self.selected:
            return tuple(self.selected)
        return () if self.current is None else (self.current,)

    def show_spine(self, spine: array[int]) -> None:
        """Another order; the cursor stays on its row, or where it was if that is not in sight any more."""
        here = self.current if self.cursor else None  # at the top it stays at the top
        self.spine = spine
        try:
            at = spine.index(here) if here is not None else self.cursor
        except ValueError:
            at = self.cursor
        self.lengthen(at)
        if self.current is not None:
            self.post_message(self.Moved(self.cursor))

    def key(self, line: int) -> Hashable:
        return self._row(line)

    def segments(self, line: int, base: Style) -> Sequence[Segment]:
        return row_segments(self._row(line), base, self._dressed(), self.columns)

    def _row(self, line: int) -> Row:
        number = self.spine[line]
        wanted = self.roll.wanted[number]
        return Row(
            wanted=wanted,
            known=self.roll.known.get(wanted.domain),
            asked=wanted.domain in self.roll.asked,
            selected=number in self.selected,
            requirement=self.requirement,
        )

    def _dressed(self) -> Look:
        if self._look is None:
            self._look = Look(
                glyphs=self.app.glyphs,
                marks=self.app.marks,
                colours={each: self._partial(f"row--{each.value}") for each in Assurance},
                muted=self._partial("row--muted"),
                warning=self._partial("row--warning"),
                accent=self._partial("row--accent"),
            )
        return self._look

    def _partial(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def notify_style_update(self) -> None:
        self._look = None  # the theme's colours are others now
        super().notify_style_update()

    def on_resize(self) -> None:
        self.columns = places(self.size.width)
        self.redraw()
        self.post_message(self.Resized())

    def action_select(self) -> None:
        if (here := self.current) is not None:
            self.selected.symmetric_difference_update({here})
            self.refresh_line(self.cursor)
            self.action_move(1)

    def action_select_all(self) -> None:
        """Everybody in sight; and nobody, where everybody is."""
        everybody = set(self.spine)
        self.selected = set() if self.selected >= everybody else everybody
        self.refresh()
        self.post_message(self.Moved(self.cursor))


class CheckTable(Vertical):
    """Head and rows."""

    DEFAULT_CSS = "CheckTable { height: 1fr; }"

    def __init__(self, roll: Roll, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.head = TableHead()
        self.rows = CheckRows(roll)
        self._view = View()

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.rows

    def show_view(self, view: View) -> None:
        """What it is sorted by, and what is demanded."""
        self._view = view
        self.rows.requirement = view.requirement
        self.head.show(view, self.rows.columns)
        self.rows.refresh()

    def show_spine(self, spine: array[int]) -> None:
        self.rows.show_spine(spine)

    def show_roll(self, roll: Roll) -> None:
        """Another roll, of which nothing is in order yet."""
        self.rows.roll = roll
        self.rows.selected.clear()
        self.rows.show_spine(array("q"))

    def on_check_rows_resized(self, event: CheckRows.Resized) -> None:
        event.stop()
        self.head.show(self._view, self.rows.columns)
