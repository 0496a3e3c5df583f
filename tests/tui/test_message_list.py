"""The line list: only what is in sight is read, and the cursor stays on its message."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from textual.app import App, ComposeResult

from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.listing import Spine
from linksec_tui.model.message import Flag, Header
from linksec_tui.tui.marks import marks
from linksec_tui.tui.widgets.message_line import fitted, short_date
from linksec_tui.tui.widgets.message_list import PAGE, ROWS_KEPT, MessageList

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def header(number: int) -> Header:
    return Header(
        id=number, account="a", mailbox=1, uid=number, sender_name=f"S{number}", sender_address="s@x.example",
        recipients="", subject=f"subject {number}", received_at=AT, flags=frozenset({Flag.SEEN}),
    )  # fmt: skip


class Rows(App[None]):
    """A list over numbers."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.read: list[int] = []
        self.unread: set[int] = set()
        self.messages = MessageList(marks(Glyphs.UNICODE))
        self.messages.rows = self.rows
        self.count = count

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"cursor-row": "#111", "cursor-row-away": "#222", "muted": "#333"}

    def compose(self) -> ComposeResult:
        yield self.messages

    async def rows(self, ids: Sequence[int]) -> Mapping[int, Header]:
        self.read += ids
        return {n: replace(header(n), flags=frozenset()) if n in self.unread else header(n) for n in ids}

    def on_mount(self) -> None:
        self.messages.show_spine(array("q", range(self.count, 0, -1)))
        self.messages.focus()


async def test_a_hundred_thousand_messages_cost_two_pages() -> None:
    app = Rows(100_000)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert len(app.read) <= 3 * PAGE
        assert app.messages.current_id == 1
        assert "subject 1 " in app.messages.render_line(23).text


async def test_the_cursor_stays_on_its_message_when_mail_arrives() -> None:
    app = Rows(500)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j")
        assert app.messages.current_id == 497
        await app.messages.renew(Spine(ids=array("q", range(510, 0, -1))))
        assert app.messages.current_id == 497
        app.messages.without([497])
        assert app.messages.current_id == 496


async def test_what_comes_in_at_the_top_is_seen_and_further_down_nothing_moves() -> None:
    app = Rows(500)
    messages = app.messages
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j")
        await messages.renew(Spine(ids=array("q", range(510, 0, -1))))
        assert (messages.current_id, messages.cursor, messages.scroll_offset.y) == (497, 13, 0)
        await messages.renew(Spine(ids=array("q", range(600, 0, -1))))
        assert (messages.current_id, messages.cursor - messages.scroll_offset.y) == (497, 23)
        messages.move_to(200)
        at = messages.cursor - messages.scroll_offset.y
        await messages.renew(Spine(ids=array("q", range(610, 0, -1))))
        assert (messages.cursor, messages.cursor - messages.scroll_offset.y) == (210, at)


async def test_rows_kept_are_bounded() -> None:
    app = Rows(10_000)
    async with app.run_test(size=(80, 24)) as pilot:
        for line in range(0, 10_000, PAGE):
            app.messages.move_to(line)
            await pilot.pause()
        kept = sum(app.messages.header(n) is not None for n in range(1, 10_001))
        assert kept <= ROWS_KEPT


async def test_the_next_unread_is_found_far_below_and_then_from_the_top() -> None:
    app = Rows(2_000)
    app.unread = {700, 1_900}
    async with app.run_test(size=(80, 24)):
        at = app.messages.next_of({700, 1_900})
        assert at is not None
        app.messages.reveal(at)
        assert app.messages.current_id == 1_900
        app.messages.move_to(1_500)
        assert app.messages.spine[app.messages.next_of({700, 1_900}) or 0] == 1_900
        assert app.messages.next_of(set()) is None


async def test_selected_messages_are_what_a_verb_applies_to() -> None:
    app = Rows(50)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x", "x")
        assert set(app.messages.chosen) == {50, 49}


async def test_a_theme_switch_draws_every_line_anew() -> None:
    app = Rows(50)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = app.messages.render_line(3)
        app.theme = "textual-light"
        await pilot.pause()
        assert app.messages.render_line(3) != before


def test_text_fits_its_column_also_where_characters_are_wide() -> None:
    assert fitted("日本語日本語", 5, "…") == "日本…"
    assert fitted("abc", 5, "…") == "abc  "
    assert fitted("abc", 0, "…") == ""


def test_dates_are_as_short_as_they_can_be() -> None:
    assert short_date(AT, None) == "2026-03"
    assert short_date(AT, AT.astimezone()) == AT.astimezone().strftime("%H:%M")
