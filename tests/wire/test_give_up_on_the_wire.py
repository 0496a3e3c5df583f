"""“Give up after” behind MAIL FROM: `BY=` seconds, mode R, within what the server takes (RFC 2852 §§3–4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linksec_tui.wire.smtp_envelope import mail_options
from linksec_tui.wire.smtp_offers import Offers, parse_offers
from tests.wire.submissions import BOB, envelope

FOUR_HOURS = 4 * 3600
OFFERED = {
    "DELIVERBY 60": 60,
    "DELIVERBY": 0,
    "deliverby 1": 1,
    "DELIVERBY soon": 0,
    "DELIVERBY -1": 0,
    "DSN": None,
}


@pytest.mark.parametrize("line", OFFERED)
def test_the_least_that_a_server_takes_is_read_from_its_offer(line: str) -> None:
    assert parse_offers(f"mail.test\n{line}").deliver_by == OFFERED[line]


@pytest.mark.parametrize(
    ("asked", "offered", "said"),
    [
        pytest.param(FOUR_HOURS, 0, ["BY=14400;R"], id="no least"),
        pytest.param(FOUR_HOURS, 3600, ["BY=14400;R"], id="above the least"),
        pytest.param(60, 3600, ["BY=3600;R"], id="below the least it would refuse the letter"),
        pytest.param(10**12, 0, ["BY=999999999;R"], id="nine digits are the most that fit"),
        pytest.param(FOUR_HOURS, None, [], id="not offered, so not said: it would refuse the letter"),
        pytest.param(0, 3600, [], id="not asked for"),
    ],
)
def test_the_time_is_said_where_it_is_offered(asked: int, offered: int | None, said: list[str]) -> None:
    letter = replace(envelope(BOB), deliver_by=asked)
    assert mail_options(letter, (b"x\r\n",), Offers(deliver_by=offered)) == said
