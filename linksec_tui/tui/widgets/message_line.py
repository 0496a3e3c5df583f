"""One line of the message list: marks, who, subject, date, each in a column of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from linksec_tui.model.message import Flag, Header
from linksec_tui.model.sender import SenderState
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.sender_words import list_mark

_DATE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLook:
    """The look of a line's parts; all styles but `base` are laid over it."""

    marks: Marks
    base: Style
    muted: Style
    unread: Style
    bounce: Style
    star: Style
    selected: Style


def message_line(
    header: Header, look: LineLook, *, width: int, today: datetime | None, selected: bool
) -> list[Segment]:
    """The segments of one message, `width` cells at most."""
    base, marks = look.base, look.marks
    words = base + look.unread if header.unread else base
    who_width = max(12, min(24, width // 3))
    subject_width = max(width - 7 - who_width - 1 - _DATE - 2, 0)
    subject_style = words + look.bounce if header.is_bounce else words
    who = header.sender_name or header.sender_address
    return [
        Segment(marks.selected if selected else " ", base + look.selected),
        Segment(marks.unread if header.unread else " ", words + look.star),
        Segment(marks.bounce if header.is_bounce else " ", base + look.bounce),
        Segment(marks.starred if Flag.FLAGGED in header.flags else " ", base + look.star),
        Segment(marks.attachment if header.has_attachment else " ", base + look.muted),
        Segment(list_mark(header, marks), base + _sender_style(header, look)),
        Segment(" ", base),
        Segment(fitted(who, who_width, marks.ellipsis) + " ", words),
        Segment(fitted(header.subject or "(no subject)", subject_width, marks.ellipsis) + " ", subject_style),
        Segment(short_date(header.received_at, today).rjust(_DATE) + " ", base + look.muted),
    ]


def _sender_style(header: Header, look: LineLook) -> Style:
    doubtful = header.sender_warned or header.sender_state is SenderState.FAILED
    return look.bounce if doubtful else look.muted


def fitted(text: str, width: int, ellipsis: str) -> str:
    """`text` in exactly `width` cells; what is cut ends in an ellipsis."""
    if width <= 0:
        return ""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + ellipsis


def short_date(at: datetime, today: datetime | None) -> str:
    """The time for today, the day for this year, else the month."""
    local = at.astimezone()
    if today is None or local.year != today.year:
        return local.strftime("%Y-%m")
    return local.strftime("%H:%M") if local.date() == today.date() else f"{local.day} {local.strftime('%b')}"
