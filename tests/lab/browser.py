"""Debian's Chromium without a window, steered over its own debugging line: what it loads, what it shows."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_FLAGS = (
    "--headless=new", "--remote-debugging-port=0", "--no-first-run", "--disable-gpu", "--no-sandbox",
    "--disable-background-networking", "--disable-component-update", "--window-size=1280,800",
)  # fmt: skip
_FRAME = "requestAnimationFrame"
_KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "F9": (120, "")}


class Browser:
    """One page. `asked_for` is every address that it wanted, `heard` what came over its line to the program."""

    def __init__(self, line: ClientWebSocketResponse) -> None:
        self.asked_for: list[str] = []
        self.heard = b""
        self._line = line
        self._numbers = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}

    async def open(self, address: str) -> None:
        for domain in ("Page", "Network", "Runtime"):
            await self.do(f"{domain}.enable")
        await self.do("Emulation.setFocusEmulationEnabled", enabled=True)
        await self.do("Page.navigate", url=address)

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        await self._line.send_json({"id": number, "method": method, "params": parameters})
        while number not in self._answers:
            await self._listen()
        return self._answers.pop(number)

    async def until_heard(self, words: str) -> None:
        async with asyncio.timeout(240):
            while words.encode() not in self.heard:
                await self._listen()

    async def press(self, key: str) -> None:
        code, text = _KEYS[key] if key in _KEYS else (ord(key.upper()), key)
        told = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.do("Input.dispatchKeyEvent", type="keyDown", text=text, **told)
        await self.do("Input.dispatchKeyEvent", type="keyUp", **told)

    async def value(self, expression: str) -> object:
        answer = await self.do("Runtime.evaluate", expression=expression, awaitPromise=True)
        return answer["result"]["result"].get("value")

    async def until_value(self, expression: str, wanted: object) -> None:
        async with asyncio.timeout(240):
            while await self.value(expression) != wanted:
                await self.frames(3)

    async def frames(self, number: int) -> None:
        """Until the page was drawn so many times."""
        await self.value(f"(async () => {{ for (let i = 0; i < {number}; i++) await new Promise({_FRAME}); }})()")

    async def picture(self, file: Path) -> None:
        answer = await self.do("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(answer["result"]["data"]))

    async def _listen(self) -> None:
        told = json.loads(await self._line.receive_str())
        match told:
            case {"id": int(number)}:
                self._answers[number] = told
            case {"method": "Network.requestWillBeSent", "params": {"request": {"url": str(url)}}}:
                self.asked_for.append(url)
            case {"method": "Network.webSocketCreated", "params": {"url": str(url)}}:
                self.asked_for.append(url)
            case {
                "method": "Network.webSocketFrameReceived",
                "params": {"response": {"opcode": 2, "payloadData": data}},
            }:
                self.heard += base64.b64decode(data)
            case _:
                pass


@asynccontextmanager
async def chromium(home: Path, *flags: str) -> AsyncGenerator[Browser]:
    """A fresh one, with nobody's profile."""
    home.mkdir(exist_ok=True)  # noqa: ASYNC240 - once
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *_FLAGS, *flags, f"--user-data-dir={home / 'profile'}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"},
    )  # fmt: skip
    try:
        port = await _port(home / "profile" / "DevToolsActivePort")
        async with ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                pages = [each for each in await answer.json() if each["type"] == "page"]
            async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as line:
                yield Browser(line)
    finally:
        process.kill()
        await process.wait()


async def _port(file: Path) -> int:
    async with asyncio.timeout(240):
        while not file.exists() or not file.read_text().strip():  # noqa: ASYNC110, ASYNC240 - it says so in a file
            await asyncio.sleep(0.05)
    return int(file.read_text().splitlines()[0])  # noqa: ASYNC240 - a line that is there
