"""The demonstration in Debian's Chromium: it shows itself, takes keys, and asks nobody else for anything."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lab.browser import PROGRAM, chromium

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "screenshots" / "browser.png"

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]


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


@pytest.mark.skipif(not PROGRAM, reason="no Chromium here: apt-get install chromium, then this is tested")
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
        await asyncio.sleep(1)
        await browser.picture(PICTURE if os.environ.get("REWRITE_SCREENS") else tmp_path / "browser.png")
        host = address.split("/")[2]
        assert {url.split("/")[2] for url in browser.asked_for if not url.startswith("data:")} == {host}
        assert await browser.value("fetch('https://example.com/').then(() => 'reached', () => 'refused')") == "refused"
