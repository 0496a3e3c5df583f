"""The message on the line: cut into whole lines, dots stuffed, and never a stray line end (RFC 5321 §4.5.2)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.account import Server, Tls
from linksec_tui.model.errors import BadInput, Unreachable
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.smtp import SubmissionSession, Terms
from linksec_tui.wire.smtp_offers import parse_offers
from linksec_tui.wire.smtp_protocol import PIECE, pieces, stuffed


@given(st.lists(st.text("ab.\u00e4", max_size=60), max_size=40), st.integers(0, 3))
def test_stuffing_and_cutting_lose_nothing(lines: list[str], repeat: int) -> None:
    content = "".join(f"{line}\r\n" for line in lines).encode() * (PIECE // 200) ** min(repeat, 1)
    wire = b"".join(map(stuffed, pieces(content)))
    assert b"\r\n" + content == (b"\r\n" + wire).replace(b"\r\n..", b"\r\n.")
    assert b"\r\n.\r\n" not in b"\r\n" + wire


@pytest.mark.parametrize("content", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nMAIL FROM:<x>\r\n"])
def test_stray_line_ends_are_never_sent(content: bytes) -> None:
    with pytest.raises(BadInput):
        list(pieces(content))


def test_offers_of_all_kinds_are_read() -> None:
    answer = "mail.test greets you\nsize 1000\nAUTH LOGIN plain\nAUTH=LOGIN\nLINKSEC 4 max-age=60\nRequireTLS\nDSN"
    offers = parse_offers(answer)
    assert (offers.size, offers.auth, offers.requiretls, offers.dsn) == (1000, {"LOGIN", "PLAIN"}, True, True)
    assert (offers.linksec_level, offers.linksec_max_age) == (4, 60)


@pytest.mark.parametrize(
    "line", ["LINKSEC", "LINKSEC 5", "LINKSEC 4x", "LINKSEC 4 max-age=x", "SIZE x", "SIZE " + "9" * 99]
)
def test_offers_that_are_not_understood_count_as_nothing(line: str) -> None:
    offers = parse_offers(f"mail.test\n{line}")
    assert (offers.linksec_level, offers.size or 0) == (0, 0)


async def loopback(host: str) -> tuple[str, ...]:
    return ("127.0.0.1",) if host == "mail.test" else ()


@pytest.mark.parametrize("tls", list(Tls))
async def test_a_server_that_says_nothing_is_not_waited_for_without_end(tls: Tls) -> None:
    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        left.set()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    where = Server(host="mail.test", port=listening.sockets[0].getsockname()[1], tls=tls)
    terms = Terms(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), timeout=0.2, open_within=0.2)
    with pytest.raises(Unreachable) as raised:
        await SubmissionSession.connect(where, Dialler(addresses_of=loopback), terms)
    assert raised.value.next_step
    await left.wait()
    listening.close()


async def test_a_host_without_an_address_is_unreachable() -> None:
    terms = Terms(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), timeout=40)
    with pytest.raises(Unreachable):
        await SubmissionSession.connect(Server(host="gone.test", port=465), Dialler(addresses_of=loopback), terms)
