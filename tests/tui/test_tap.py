"""What the tap shows: a letter where it can be read, noise where it cannot, and never a lie about which."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.eavesdrop import Direction, Overheard, TappedLink
from linksec_tui.tui.overheard import SHOWN, Verdict, heard_lines, is_notice, is_text, short_size, verdict

AT = datetime(2026, 3, 14, tzinfo=UTC)
TO, FROM = Direction.FROM_PROVIDER, Direction.FROM_EXCHANGER


def link(*talk: tuple[Direction, bytes]) -> TappedLink:
    chunks = tuple(Overheard(direction=direction, content=content, at=AT) for direction, content in talk)
    return TappedLink(number=1, domain="x.example", exchanger="mx", chunks=chunks, open=False, impostor=False)


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        ((), Verdict.NOTHING),
        (((FROM, b"220 mx ESMTP\r\n"), (TO, b"EHLO a\r\n")), Verdict.GREETING),
        (((FROM, b"220 mx ESMTP\r\n"), (TO, b"\x16\x03\x01\x02\x00\x01")), Verdict.NOISE),
        (((TO, b"RCPT TO:<a@b>\r\nDATA\r\n"), (TO, b"Subject: x\r\n.\r\n")), Verdict.LETTER),
    ],
)
def test_what_somebody_on_the_way_could_do(talk: tuple[tuple[Direction, bytes], ...], expected: Verdict) -> None:
    assert verdict(link(*talk)) is expected


def test_a_notice_that_can_be_read_is_known_as_one() -> None:
    notice = b"From: a@b\r\nSubject: A letter is waiting for you (4f2a)\r\n\r\nHello,\r\n.\r\n"
    assert is_notice(link((TO, b"DATA\r\n"), (TO, notice)))
    assert not is_notice(link((TO, b"DATA\r\n"), (TO, b"Subject: x\r\n\r\nA letter is waiting for you (4f2a)\r\n")))


def test_the_letter_is_what_the_provider_says_between_data_and_the_dot() -> None:
    talk = link((TO, b"DATA\r\n"), (FROM, b"354 go\r\n"), (TO, b"Subject: x\r\n\r\nhello\r\n.\r\nQUIT\r\n"))
    assert [line.text for line in heard_lines(talk) if line.letter] == ["Subject: x", "", "hello"]


@given(st.binary(min_size=1, max_size=200))
def test_every_octet_of_noise_is_shown_and_nothing_steers(content: bytes) -> None:
    lines = heard_lines(link((TO, content)))
    assert all(line.text.isprintable() for line in lines)
    if not is_text(content):
        assert "".join(line.octets for line in lines).replace(" ", "") == content.hex()


def test_a_long_link_is_bounded() -> None:
    assert len(heard_lines(link((TO, b"a\r\n" * 3 * SHOWN)))) == SHOWN


def test_sizes_fit_their_cell() -> None:
    assert (short_size(17), short_size(4108)) == ("17 B", "4.1 kB")
