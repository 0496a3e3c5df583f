"""What is fuzzed: each target takes what a stranger wrote, and fails by raising.

A target asserts that nothing which steers a terminal comes out, as the rows of the screen would show it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from linksec_tui.formats.authentication_results import parse_authentication_results
from linksec_tui.formats.calendar import parse_calendar
from linksec_tui.formats.file_name import safe_name
from linksec_tui.formats.received import parse_received
from linksec_tui.incoming.invitation_words import invitation_words
from linksec_tui.incoming.plain import plain_text
from linksec_tui.incoming.taken_out import content_of, text_of
from linksec_tui.incoming.text import read_message
from linksec_tui.model.message import Header, Reading
from linksec_tui.model.reading import Wish
from linksec_tui.model.visible import visible, visible_text
from linksec_tui.model.wording import Wording
from linksec_tui.tui.letter_layout import Layout

HEADER = Header(
    id=1, account="home", mailbox=1, uid=1, sender_name="", sender_address="", recipients="", subject="",
    received_at=datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip


def parser(raw: bytes) -> None:
    """A message: read in each wording, its parts taken out, its text laid out."""
    for wish in (*(Wish(wording=wording) for wording in Wording), Wish().beginning):
        _check(read_message(HEADER, raw, wish, UTC))
    reading = read_message(HEADER, raw, Wish(), UTC)
    for part in reading.every_part[:20]:
        content_of(raw, part.number, 1 << 20)
        text = text_of(raw, part.number)
        assert text == visible_text(text)
        safe_name(part.name, part.media_type, part.number)


def renderer(page: str) -> None:
    found = plain_text(page)
    assert found.text == visible_text(found.text)
    for link in found.links:
        assert link.shown == visible(link.shown)
        assert link.odd == visible(link.odd)


def calendar(text: str) -> None:
    for event in parse_calendar(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{text}"):
        words = invitation_words(event, UTC)
        assert words == visible_text(words)


def received(field: str) -> None:
    parse_received(field)


def results(field: str) -> None:
    parse_authentication_results(field)


def _check(reading: Reading) -> None:
    assert reading.text == visible_text(reading.text)
    told = [text for _, text in reading.fields] + [
        reading.problem,
        *reading.notes,
        *(part.name for part in reading.every_part),
    ]
    told += [part.media_type for part in reading.every_part]
    assert all(text == visible(text) for text in told)
    before = 0
    for stretch in reading.stretches:
        assert before <= stretch.start < stretch.end <= len(reading.text)
        before = stretch.end
    layout = Layout(text=reading.text, stretches=reading.stretches, unfolded=frozenset(), width=40)
    layout.lay_out(len(reading.text) + 1)
    assert layout.is_whole
    assert all(layout.row(number).words.count("\n") == 0 for number in range(layout.length))
