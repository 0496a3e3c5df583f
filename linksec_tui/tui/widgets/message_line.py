"""One line of the message list: marks, who, subject, account, date, each in a column of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from linksec_tui.model.keywords import keyword_name
from linksec_tui.model.message import Flag, Header
from linksec_tui.model.sender_state import SenderState
from linksec_tui.tui.folding import Folded
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.sender_words import list_mark

FORWARDED = "$Forwarded"  # registered with IANA; no system flag says it

_MARKS = 7  # cells before the first word
_DATE = 7
_DEEPEST = 8  # steps that are drawn; below that the number of steps stands there
_LONG_SUBJECT = 40  # cells: it leaves room for two keywords; a shorter one gives a third of itself
_KEYWORD = 12  # cells of one
_KEYWORDS = 2


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
    account: int = 0  # cells of the account's name; 0: it is not named
    recipients: bool = False  # to whom, in place of from whom
    today: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineState:
    """What a line shows besides its message: how deep it stands, or what is folded into it."""

    selected: bool = False
    depth: int = 0
    folded: Folded | None = None


def message_line(header: Header, look: LineLook, state: LineState, width: int) -> list[Segment]:
    """The segments of one message, `width` cells at most."""
    base, marks = look.base, look.marks
    unread = header.unread or bool(state.folded and state.folded.unread)
    words = base + look.unread if unread else base
    who_width = max(12, min(24, (width - look.account) // 3))
    account_width = look.account + 1 if look.account else 0
    subject_width = max(width - _MARKS - who_width - 1 - account_width - _DATE - 2, 0)
    who = (f"To {header.recipients}" if look.recipients else "") or header.sender_name or header.sender_address
    return [
        Segment(marks.selected if state.selected else " ", base + look.selected),
        Segment(marks.unread if unread else " ", words + look.star),
        Segment(*_course(header, look)),
        Segment(marks.starred if Flag.FLAGGED in header.flags else " ", base + look.star),
        Segment(marks.attachment if header.has_attachment else " ", base + look.muted),
        Segment(list_mark(header, marks), base + _sender_style(header, look)),
        Segment(" ", base),
        Segment(fitted(who, who_width, marks.ellipsis) + " ", words),
        *_about(header, look, state, subject_width),
        Segment(f"{fitted(header.account, look.account, marks.ellipsis)} " if account_width else "", base + look.muted),
        Segment(short_date(header.received_at, look.today).rjust(_DATE) + " ", base + look.muted),
    ]


def _course(header: Header, look: LineLook) -> tuple[str, Style]:
    """What became of it: it is a letter of one's own that came back, or it was answered or passed on."""
    if header.is_bounce:
        return look.marks.bounce, look.base + look.bounce
    answered, forwarded = Flag.ANSWERED in header.flags, FORWARDED in header.flags
    if answered and forwarded:
        return look.marks.both, look.base + look.muted
    return look.marks.answered if answered else look.marks.forwarded if forwarded else " ", look.base + look.muted


def _sender_style(header: Header, look: LineLook) -> Style:
    doubtful = header.sender_warned or header.sender_state is SenderState.FAILED
    return look.bounce if doubtful else look.muted


def _about(header: Header, look: LineLook, state: LineState, width: int) -> Iterator[Segment]:
    """Where it stands in its conversation, the subject, and keywords where there is room."""
    muted = look.base + look.muted
    before = fitted_at_most(_standing(state, look.marks), width, look.marks.ellipsis)
    keywords = _keywords(header, look.marks.ellipsis, width - cell_len(before))
    words = look.base + look.unread if header.unread else look.base
    subject_style = words + look.bounce if header.is_bounce else words
    room = width - cell_len(before) - cell_len(keywords)
    yield Segment(before, muted)
    yield Segment(fitted(header.subject or "(no subject)", room, look.marks.ellipsis), subject_style)
    yield Segment(f"{keywords} ", muted)


def _standing(state: LineState, marks: Marks) -> str:
    if state.folded is not None:
        new = f" {marks.unread}{state.folded.unread}" if state.folded.unread else ""
        return f"[{state.folded.messages}{new}] "
    if state.depth > _DEEPEST:
        return f"{'  ' * _DEEPEST}{state.depth}{marks.below} "
    return f"{'  ' * (state.depth - 1)}{marks.below} " if state.depth else ""


def _keywords(header: Header, ellipsis: str, width: int) -> str:
    """As many as the subject has room for beside it; none is cut further than to its usual width."""
    named = [name for flag in sorted(header.flags) if (name := keyword_name(flag))]
    shown = [f" #{fitted_at_most(name, _KEYWORD, ellipsis)}" for name in named[:_KEYWORDS]]
    while width <= _LONG_SUBJECT and shown and sum(map(cell_len, shown)) > width // 3:
        shown.pop()
    return "".join(shown)


def fitted(text: str, width: int, ellipsis: str) -> str:
    """`text` in exactly `width` cells; what is cut ends in an ellipsis."""
    if width <= 0:
        return ""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + ellipsis


def fitted_at_most(text: str, width: int, ellipsis: str) -> str:
    """`text` in `width` cells or fewer."""
    return text if cell_len(text) <= width else fitted(text, width, ellipsis)


def short_date(at: datetime, today: datetime | None) -> str:
    """The time for today, the day for this year, else the month."""
    local = at.astimezone()
    if today is None or local.year != today.year:
        return local.strftime("%Y-%m")
    return local.strftime("%H:%M") if local.date() == today.date() else f"{local.day} {local.strftime('%b')}"
