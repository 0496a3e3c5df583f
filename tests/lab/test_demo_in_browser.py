"""The demonstration in Debian's Chromium: it shows itself, takes keys, and asks nobody else for anything."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.lab.browser import PROGRAM, chromium

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "screenshots" / "browser.png"

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not PROGRAM, reason="no Chromium here: apt-get install chromium, then this is tested"),
]
SOCKET = """new Promise(said => {
    const line = new WebSocket("%s");
    line.onopen = () => said("open"); line.onerror = () => said("refused");
})"""


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Of the page that `demo --web` serves; the command must end well."""
    served = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "linksec_tui", "demo", "--web",
        stdout=asyncio.subprocess.PIPE, cwd=ROOT, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert served.stdout is not None
    yield (await served.stdout.readline()).decode().strip()
    served.send_signal(signal.SIGINT)
    assert await served.wait() == 0
    assert not [name for name in os.listdir(tmp_path) if name.startswith("linksec-tui-demo-")]  # noqa: PTH208 - short, and nothing waits


async def test_a_browser_sees_the_demonstration_and_nobody_else(address: str, tmp_path: Path) -> None:
    async with chromium(tmp_path) as browser:
        await browser.open(address)
        await browser.until_heard("Take the tour")
        assert await browser.value("document.body.classList.contains('-first-byte')") is True
        await browser.value("document.querySelector('textarea').focus()")
        await browser.press("Enter")
        await browser.until_heard("Write a letter")
        await browser.press("F9")
        await browser.until_heard("Look at the path")
        await browser.frames(60)
        await browser.picture(PICTURE if os.environ.get("REWRITE_SCREENS") else tmp_path / "browser.png")
        host = address.split("/")[2]
        assert {url.split("/")[2] for url in browser.asked_for if not url.startswith("data:")} == {host}
        assert await browser.value("fetch('https://example.com/').then(() => 'reached', () => 'refused')") == "refused"


async def test_a_page_of_somebody_else_s_gets_neither_the_page_nor_the_line(address: str, tmp_path: Path) -> None:
    line = address.replace("http:", "ws:") + "ws?width=80&height=24"
    async with (
        elsewhere() as page,
        chromium(tmp_path / "a", "--host-resolver-rules=MAP evil.example 127.0.0.1") as evil,
    ):
        await evil.open(page)
        await evil.until_value("document.body.innerText.trim()", "elsewhere")
        fetched = await evil.value(f"fetch('{address}').then(found => found.text(), () => 'refused')")
        assert fetched == "refused"
        assert await evil.value(SOCKET % line) == "refused"
        await evil.open(address.replace("127.0.0.1", "evil.example"))  # a name of theirs that points here
        await evil.until_value("document.body.innerText.startsWith('This page answers to its own address only')", True)


async def test_a_second_browser_is_told_in_words_that_one_looks_already(address: str, tmp_path: Path) -> None:
    async with chromium(tmp_path / "a") as first, chromium(tmp_path / "b") as second:
        await first.open(address)
        await first.until_heard("Take the tour")
        await second.open(address)
        await second.until_value("getComputedStyle(document.querySelector('.ended')).display", "flex")
        told = await second.value("document.querySelector('.ended').innerText")
        assert "open in another window" in str(told)
        assert await first.value("document.body.classList.contains('-closed')") is False


@asynccontextmanager
async def elsewhere() -> AsyncGenerator[str]:
    """The address of a page of another origin."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<body>elsewhere", content_type="text/html")

    application = web.Application()
    application.router.add_get("/", page)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()
