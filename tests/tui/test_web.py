"""The page on loopback that shows the demonstration to one browser."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSServerHandshakeError, web

from linksec_tui import start
from linksec_tui.cli.call import Call, UsageError
from linksec_tui.cli.output import Output, Style
from linksec_tui.tui.web import LOOPBACK, DemoPage

APP = """
from textual.app import App
from textual.widgets import Static
class Small(App):
    def compose(self):
        yield Static("marzipan")
Small().run()
"""


@pytest.fixture
async def page() -> AsyncIterator[DemoPage]:
    """Served, with a small program in place of the demonstration."""
    page = DemoPage((sys.executable, "-c", APP))
    runner = web.AppRunner(page.application())
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, 0).start()
    page.port = runner.addresses[0][1]
    yield page
    await page.close()
    await runner.cleanup()


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def origin(page: DemoPage) -> str:
    return f"http://{LOOPBACK}:{page.port}"


async def socket(page: DemoPage, browser: ClientSession) -> ClientWebSocketResponse:
    return await browser.ws_connect(f"{page.address}ws?width=60&height=10", origin=origin(page))


async def test_whoever_knows_the_address_gets_the_page(page: DemoPage, browser: ClientSession) -> None:
    async with browser.get(page.address) as answer:
        text = await answer.text()
    assert answer.status == 200
    assert f"ws://{LOOPBACK}:{page.port}/{page.token}/ws" in text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_the_page_names_nothing_from_outside(page: DemoPage, browser: ClientSession) -> None:
    async with browser.get(page.address) as answer:
        text = await answer.text()
    assert "http://" not in text
    assert "https://" not in text
    for name in ("xterm.css", "textual.js", "mono.ttf"):
        async with browser.get(page.address + name) as answer:
            assert answer.status == 200, name


@pytest.mark.parametrize("path", ["", "x/", "static/", "{token}", "{token}/nothing.js", "{token}/../{token}x/"])
async def test_any_other_path_is_nothing(page: DemoPage, browser: ClientSession, path: str) -> None:
    async with browser.get(f"{origin(page)}/{path.format(token=page.token)}") as answer:
        assert answer.status == 404


def test_the_address_cannot_be_guessed() -> None:
    tokens = {DemoPage(()).token for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 32  # 24 random octets in base64url


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1"])
async def test_another_name_that_points_here_is_turned_away(page: DemoPage, browser: ClientSession, host: str) -> None:
    async with browser.get(page.address, headers={"Host": host.format(port=page.port)}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("claimed", ["http://evil.example", "null", "https://{host}", ""])
async def test_a_page_of_somebody_else_s_gets_no_line(page: DemoPage, browser: ClientSession, claimed: str) -> None:
    headers = {"Origin": claimed.format(host=f"{LOOPBACK}:{page.port}")} if claimed else {}
    with pytest.raises(WSServerHandshakeError) as refused:
        await browser.ws_connect(f"{page.address}ws", headers=headers)
    assert refused.value.status == 403


async def test_one_browser_at_a_time_sees_the_program(page: DemoPage, browser: ClientSession) -> None:
    first = await socket(page, browser)
    shown = b""
    async with asyncio.timeout(240):
        while b"marzipan" not in shown:
            shown += (await first.receive_bytes()).replace(b"\x1b", b"")
    with pytest.raises(WSServerHandshakeError) as refused:
        await socket(page, browser)
    assert refused.value.status == 409
    await first.send_str('["resize", {"width": 100000, "height": -3}]')
    await first.send_str("no JSON at all")
    await first.send_str('["ping", "7"]')
    async with asyncio.timeout(240):
        while (message := await first.receive()).data != '["pong", "7"]':
            assert message.type.name == "BINARY"
    await first.close()
    async with asyncio.timeout(240):
        while True:  # the program ends with its browser; then there is room for another
            try:
                second = await socket(page, browser)
            except WSServerHandshakeError:
                await asyncio.sleep(0)
            else:
                await second.close()
                return


async def test_a_program_that_ends_ends_the_line(browser: ClientSession, page: DemoPage) -> None:
    page._command = f"{sys.executable} -c pass"  # pyright: ignore[reportPrivateUsage]  # one that ends at once
    line = await socket(page, browser)
    async with asyncio.timeout(240):
        assert (await line.receive()).type.name in {"CLOSE", "CLOSING", "CLOSED"}


def test_a_configuration_of_one_s_own_is_refused(tmp_path: Path) -> None:
    call = Call(
        output=Output(io.StringIO(), io.StringIO(), Style()), stdin=io.BytesIO(), config_file=tmp_path / "c.toml"
    )
    asked = start.parse(["demo", "--web"])
    with pytest.raises(UsageError, match="never a configuration of your own"):
        start._demo(call, asked)  # type: ignore[arg-type]  # pyright: ignore[reportPrivateUsage, reportArgumentType]
