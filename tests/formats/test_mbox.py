"""Many messages in one file: what was written comes back, in our reader and in the standard library's."""

from __future__ import annotations

import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats import mbox
from linksec_tui.formats.mbox import Entry, render_entry, split_mbox

AT = datetime(2026, 1, 5, 12, 30, 15, tzinfo=UTC)
MESSAGE = b"From: a@b.example\r\nSubject: x\r\n\r\nHello\r\nFrom here on\r\n>From there\r\n>>From\r\n"


def lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def test_lines_that_look_like_separators_are_marked_and_come_back() -> None:
    written = render_entry(MESSAGE, "a@b.example", AT)
    assert written == (
        b"From a@b.example Mon Jan  5 12:30:15 2026\nFrom: a@b.example\nSubject: x\n\nHello\n>From here on\n"
        b">>From there\n>>From\n\n"
    )
    assert list(split_mbox(lines(written))) == [Entry(raw=MESSAGE, when=AT)]


def test_the_standard_librarys_reader_finds_the_same_messages(tmp_path: Path) -> None:
    path = tmp_path / "two.mbox"
    path.write_bytes(render_entry(MESSAGE, "a@b.example", AT) + render_entry(b"Subject: y\r\n\r\nno end", "", AT))
    found = mailbox.mbox(path)
    assert [each["Subject"] for each in found] == ["x", "y"]
    assert next(iter(found)).get_from() == "a@b.example Mon Jan  5 12:30:15 2026"
    found.close()


_BODY = st.lists(
    st.sampled_from([b"From ", b">From x", b"", b"text", b">", b">>From \xff\x00", b"From: a"]), max_size=8
).map(b"\r\n".join)


@given(st.lists(_BODY, max_size=4))
def test_any_messages_come_back_as_they_were(bodies: list[bytes]) -> None:
    messages = [b"Subject: x\r\n\r\n" + body + b"\r\n" for body in bodies]
    written = b"".join(render_entry(message, "a@b", AT) for message in messages)
    assert [entry.raw for entry in split_mbox(lines(written))] == messages


@given(st.binary(max_size=300))
def test_no_file_is_an_error(content: bytes) -> None:
    list(split_mbox(lines(content)))


def test_a_message_without_end_is_cut_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MAX_MESSAGE", 100)
    large = render_entry(b"Subject: large\r\n\r\n" + b"x" * 80 + b"\r\n" + b"y" * 80, "", AT)
    first, second = split_mbox(lines(large + render_entry(b"Subject: small\r\n\r\n", "", AT)))
    assert first.cut
    assert (second.raw, second.cut) == (b"Subject: small\r\n\r\n", False)


@pytest.mark.parametrize(
    "separator", [b"From x\n", b"From x Mon Foo  5 12:30:15 2026\n", b"From x Sat Jan 99 1:1 2026\n"]
)
def test_a_separator_without_a_date_begins_a_message_too(separator: bytes) -> None:
    assert list(split_mbox([separator, b"Subject: x\n", b"\n"])) == [Entry(raw=b"Subject: x\r\n", when=None)]
