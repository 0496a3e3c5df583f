"""What is said about a tapped link is what could be read there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linksec_tui.cli.overheard import describe, readable
from linksec_tui.model.eavesdrop import Direction, Overheard, TappedLink

SECRET = "The key lies under the stone."
OPENING = b"EHLO smtp.home.example\r\nSTARTTLS\r\n"
CLEAR = b"EHLO smtp.home.example\r\nMAIL FROM:<a@b>\r\nDATA\r\nSubject: x\r\n\r\n%s\r\n.\r\n"


def link(content: bytes) -> TappedLink:
    chunk = Overheard(direction=Direction.FROM_PROVIDER, content=content, at=datetime(2026, 1, 1, tzinfo=UTC))
    return TappedLink(
        number=1, domain="club.example", exchanger="mx.club.example", chunks=(chunk,), open=False, impostor=False
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CLEAR % SECRET.encode(), ": readable"),
        (OPENING + b"\x16\x03\x01" + bytes(range(256)) * 4, ": noise"),
        (CLEAR % b"I have a letter for you.", ": readable, but only the notice"),
        (OPENING, ": a greeting, and nothing of the letter"),
    ],
)
def test_a_link_is_described_by_what_crossed_it(content: bytes, said: str) -> None:
    first, *more = describe(link(content), SECRET)
    assert first.endswith(said)
    assert readable(link(content), SECRET) is (said == ": readable")
    assert all(line.isprintable() for line in more)


def test_what_the_exchanger_says_is_not_the_letter() -> None:
    chunk = Overheard(direction=Direction.FROM_EXCHANGER, content=SECRET.encode(), at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not readable(
        TappedLink(number=1, domain="d", exchanger="mx.d", chunks=(chunk,), open=True, impostor=False), SECRET
    )
