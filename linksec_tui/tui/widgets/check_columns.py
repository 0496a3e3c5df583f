"""The columns of the check table: how wide each is, and one row's cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.checked import Wanted
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.arrange import Column, why
from linksec_tui.tui.badge import WIDEST, badge
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.roll import Known
from linksec_tui.tui.widgets.message_line import fitted

SIGNS = 3  # selected, warned, a blank
_MEETS = 5
_NARROWEST_WHY = 24
_NARROWEST_SERVER = 22
_WIDEST_NAME, _WIDEST_DOMAIN = 28, 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a column stands."""

    column: Column
    start: int
    width: int


def places(width: int) -> tuple[Place, ...]:
    """The columns that have room in `width` cells; each is followed by a blank."""
    widths = {Column.LEVEL: WIDEST, Column.MEETS: _MEETS}
    room = width - SIGNS - sum(widths.values()) - len(widths) - 1
    name, domain = min(room * 2 // 5, _WIDEST_NAME), min(room - room * 2 // 5, _WIDEST_DOMAIN)
    if (left := room - _WIDEST_NAME - _WIDEST_DOMAIN - 2) >= _NARROWEST_WHY + _NARROWEST_SERVER:
        name, domain = _WIDEST_NAME, _WIDEST_DOMAIN
        extra = {Column.WHY: left - left // 3, Column.SERVER: left // 3 - 1}
    elif room >= 18 + 22 + _NARROWEST_WHY:
        name, domain = 18, 22
        extra = {Column.WHY: room - name - domain - 1}
    else:
        domain = max(room - name, 8)
        extra = {}
    widths |= {Column.NAME: max(name, 8), Column.DOMAIN: domain, **extra}
    return tuple(_placed(widths))


def _placed(widths: dict[Column, int]) -> Iterator[Place]:
    start = SIGNS
    for column, width in widths.items():
        yield Place(column=column, start=start, width=width)
        start += width if column is Column.NAME else width + 1  # a name and its domain are one address


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a row is drawn with; colours are laid over the line's own style."""

    glyphs: Glyphs
    marks: Marks
    colours: dict[Assurance, Style]
    muted: Style
    warning: Style
    accent: Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    wanted: Wanted
    known: Known | None
    asked: bool
    selected: bool
    requirement: Requirement


def row_segments(row: Row, base: Style, look: Look, columns: tuple[Place, ...]) -> list[Segment]:
    """The cells of a row, one after another."""
    warned = row.known is not None and row.known.warned
    return [
        Segment(look.marks.selected if row.selected else " ", base + look.accent),
        Segment(look.marks.caution if warned else " ", base + look.warning),
        Segment(" ", base),
        *(segment for place in columns for segment in _cell(row, base, look, place)),
    ]


def _cell(row: Row, base: Style, look: Look, place: Place) -> Iterator[Segment]:
    match place.column:
        case Column.LEVEL:
            yield _level(row, base, look)
        case Column.MEETS:
            yield _meets(row, base, look)
        case Column.NAME:
            name = fitted(f"{row.wanted.address.local}", place.width, look.marks.ellipsis) if row.wanted.address else ""
            yield Segment(" " * (place.width - cell_len(name.rstrip())) + name.rstrip(), base + Style(bold=True))
            return
        case Column.DOMAIN:
            at = "@" if row.wanted.address else ""
            yield Segment(fitted(f"{at}{row.wanted.shown_domain}", place.width, look.marks.ellipsis), base)
        case Column.WHY:
            yield Segment(fitted(_why(row), place.width, look.marks.ellipsis), base + look.muted)
        case Column.SERVER:
            yield Segment(
                fitted(row.known.server if row.known else "", place.width, look.marks.ellipsis), base + look.muted
            )
    yield Segment(" ", base)


def _level(row: Row, base: Style, look: Look) -> Segment:
    known = row.known
    if known is None:
        waiting = f"checking{look.marks.ellipsis}" if row.asked else "not looked up"
        return Segment(set_cell_size(waiting, WIDEST), base + look.muted)
    seen = badge(known.assurance, look.glyphs)
    more = "" if known.complete else look.marks.ellipsis
    return Segment(set_cell_size(f"{seen.glyph} {seen.word}{more}", WIDEST), base + look.colours[known.assurance])


def _meets(row: Row, base: Style, look: Look) -> Segment:
    if row.known is None:
        return Segment(" " * _MEETS, base)
    if row.known.meets(row.requirement):
        return Segment(set_cell_size("yes", _MEETS), base)
    return Segment(set_cell_size("no", _MEETS), base + look.warning)


def _why(row: Row) -> str:
    return why(row.known, row.wanted.shown_domain) if row.known else ""
