"""The port that the browser comes to: one answer with the right state, everybody else turned away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from linksec_tui.wire.loopback_redirect import listening
from tests.accounts.signing_in import browse

STATE = "state-that-nobody-guesses"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?code=x&state=",
        "?code=x&state=guessed",
        f"?code=x&state={STATE}&state={STATE}",
        f"?{'a=b&' * 50}",
    ],
)
async def test_an_answer_without_the_state_is_turned_away_and_the_wait_goes_on(query: str) -> None:
    async with listening(STATE) as redirect:
        if len(query) < 150:
            assert (await browse(redirect.address + "/" + query)).status == 400
        page = await browse(f"{redirect.address}/?code=y&state={STATE}")
        assert page.status == 200
        assert await redirect.answer() == {"code": "y", "state": STATE}


async def test_a_page_whose_name_leads_here_is_turned_away() -> None:
    """DNS rebinding: the browser thinks that it talks to another site."""
    async with listening(STATE) as redirect:
        page = await browse(f"{redirect.address}/?code=x&state={STATE}", host="evil.example")
        assert page.status == 400


@pytest.mark.parametrize(
    "request_head",
    [
        "POST /?code=x&state={state} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "GET /?code=x&state={state} HTTP/1.1\r\n\r\n",
        "GET /?code=x&state={state} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
        "hello\r\n\r\n",
        "\x00\r\n\r\n",
    ],
)
async def test_what_is_no_browsers_request_is_turned_away(request_head: str) -> None:
    async with listening(STATE) as redirect:
        parts = urlsplit(redirect.address)
        reader, writer = await asyncio.open_connection("127.0.0.1", parts.port)
        writer.write(request_head.format(state=STATE, host=parts.netloc).encode())
        assert b" 400 " in await reader.readline()
        writer.close()
        await writer.wait_closed()
        assert (await browse(f"{redirect.address}/?code=y&state={STATE}")).status == 200


async def test_an_endless_request_and_a_silent_one_hold_up_nobody() -> None:
    async with listening(STATE) as redirect:
        port = urlsplit(redirect.address).port
        silent = await asyncio.open_connection("127.0.0.1", port)
        endless = await asyncio.open_connection("127.0.0.1", port)
        endless[1].write(b"GET /" + b"x" * 100_000)
        with suppress(ConnectionResetError):
            assert await endless[0].read() == b""
        assert (await browse(f"{redirect.address}/?code=y&state={STATE}")).status == 200
        assert (await redirect.answer())["code"] == "y"
    for _, writer in (silent, endless):
        writer.close()


async def test_the_page_keeps_the_code_to_itself() -> None:
    async with listening(STATE) as redirect:
        page = await browse(f"{redirect.address}/?code=secret-code&state={STATE}")
    assert "secret-code" not in page.text
    assert "Referrer-Policy: no-referrer" in page.head
    assert "Cache-Control: no-store" in page.head


async def test_the_port_is_on_loopback_alone_and_has_the_name_that_was_asked_for() -> None:
    async with listening(STATE, "localhost") as redirect:
        assert redirect.address.startswith("http://localhost:")
        assert (await browse(f"{redirect.address}/?code=y&state={STATE}")).status == 200
