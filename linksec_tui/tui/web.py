"""The demonstration in a browser: one page on loopback, for whoever was handed its address, and for nobody else.

Whoever can open the page can press keys in the program. So its path is a random token, the names in Host and Origin
must be our own (a page of somebody else's cannot reach it through a name that it makes point here), one browser at a
time is let in, and what is served is the demonstration in a process of its own: no configuration, no account, no store
of the person's is ever opened for it. The page loads nothing from outside.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import shlex
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, cast

from linksec_tui.model.errors import LinksecError

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Handler

try:
    import textual_serve
    from aiohttp import WSMsgType, web
    from textual_serve.app_service import AppService
    from textual_serve.download_manager import DownloadManager
except ImportError as missing:  # the extra `web` is not installed
    raise LinksecError(
        "Showing the demonstration in a browser needs a few more packages.",
        "Install them: pip install linksec-tui[web]",
    ) from missing

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
MAX_MESSAGE = 1 << 16  # octets of one message of the browser: keys, or what was pasted
_WIDEST, _TALLEST = 500, 200  # cells; the program draws every one of them
_PATIENCE = 10.0  # seconds for the program to end after its browser
_STATIC: Mapping[str, tuple[str, str]] = {  # what the page needs: file, content type
    "xterm.css": ("css/xterm.css", "text/css"),
    "textual.js": ("js/textual.js", "text/javascript"),
    "mono.ttf": ("fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
}
_OPEN_IT = "Open the one that linksec-tui printed."
_COMMAND = (sys.executable, "-m", "linksec_tui", "demo", "--served")


def serve_demo(say: Callable[[str], None], *, port: int = 0, command: tuple[str, ...] = _COMMAND) -> int:
    """Until ctrl+c; `say` is told the page's address."""
    return asyncio.run(_serve(say, port, command))


async def _serve(say: Callable[[str], None], port: int, command: tuple[str, ...]) -> int:
    enough = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, enough.set)
    page = DemoPage(command)
    runner = web.AppRunner(page.application(), handle_signals=False, access_log=None, shutdown_timeout=_PATIENCE)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, port)
        await site.start()
        page.port = cast("tuple[str, int]", runner.addresses[0])[1]
        say(page.address)
        await enough.wait()
    except OSError as error:
        raise LinksecError(f"Port {port} is taken.", "Leave --port out, and a free one is found.") from error
    finally:
        await page.close()
        await runner.cleanup()
    return 0


class DemoPage:
    """The page, and the one browser that looks at it."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.port = 0
        self.token = secrets.token_urlsafe(24)
        self._command = shlex.join(command)
        self._socket: web.WebSocketResponse | None = None

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/{self.token}/"

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self._guard], client_max_size=0)
        application.add_routes(
            [
                web.get(f"/{self.token}/", self._page),
                web.get(f"/{self.token}/ws", self._session),
                web.get(f"/{self.token}/{{file}}", self._file),
            ]
        )
        return application

    async def close(self) -> None:
        """The browser is told, and its program ends."""
        if self._socket is not None:
            await self._socket.close()

    # Who may come in

    @web.middleware
    async def _guard(
        self,
        request: web.Request,
        handler: Handler,  # aiohttp's name for it
    ) -> web.StreamResponse:
        """Our own names only, in Host and in Origin: whoever made another name point here is turned away."""
        hosts = {f"{name}:{self.port}" for name in NAMES}
        origin = request.headers.get("Origin")
        if request.headers.get("Host") not in hosts or (origin is not None and origin not in _origins(hosts)):
            raise web.HTTPForbidden(text=f"This page answers to its own address only. {_OPEN_IT}")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(self._safety(request.headers["Host"]))
        return response

    def _safety(self, host: str) -> Mapping[str, str]:
        """The browser is to load nothing from elsewhere, tell nobody the address, and keep nothing."""
        return {
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self';"
                f" img-src data:; connect-src ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }

    # What they get

    async def _page(self, request: web.Request) -> web.Response:
        text = (files("linksec_tui.tui") / "web_page.html").read_text("utf-8")
        socket = f"ws://{request.headers['Host']}/{self.token}/ws"
        return web.Response(text=text.replace("{socket}", socket), content_type="text/html")

    async def _file(self, request: web.Request) -> web.FileResponse:
        if (found := _STATIC.get(request.match_info["file"])) is None:
            raise web.HTTPNotFound
        name, content_type = found
        path = Path(textual_serve.__file__).parent / "static" / name
        return web.FileResponse(path, headers={"Content-Type": content_type})

    async def _session(self, request: web.Request) -> web.WebSocketResponse:
        if request.headers.get("Origin") is None:
            raise web.HTTPForbidden(text=f"Only a page comes in here. {_OPEN_IT}")
        if self._socket is not None:
            raise web.HTTPConflict(
                text="Another browser looks at it already. Close it there, then load this page again."
            )
        socket = self._socket = web.WebSocketResponse(heartbeat=15, max_msg_size=MAX_MESSAGE)
        try:
            await socket.prepare(request)
            await self._show(socket, _size(request.query))
        finally:
            self._socket = None
        return socket

    async def _show(self, socket: web.WebSocketResponse, size: tuple[int, int]) -> None:
        program = _Program(
            self._command,
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=cast("Callable[[], Awaitable[None]]", socket.close),
            download_manager=DownloadManager(),
        )
        await program.start(*size)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await _take(program, socket, cast("str", message.data))
        finally:
            with contextlib.suppress(TimeoutError, OSError):
                await asyncio.wait_for(program.stop(), _PATIENCE)


class _Program(AppService):
    """The demonstration as a process; when it ends, so does the browser's line to it."""

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            await self._see_it_end()
            await self.remote_close()

    async def _see_it_end(self) -> None:
        """The package leaves its process to itself; one that hangs would go on with nobody watching."""
        if (process := self._process) is None:
            return
        try:
            await asyncio.wait_for(process.wait(), _PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()


def _origins(hosts: set[str]) -> set[str]:
    return {f"http://{host}" for host in hosts}


async def _take(program: AppService, socket: web.WebSocketResponse, text: str) -> None:
    """One message of the page's script; what is none of its is passed over."""
    try:
        match cast("object", json.loads(text)):
            case ["stdin", str(keys)]:
                await program.send_bytes(keys.encode("utf-8", "replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await program.set_terminal_size(*_bounded(width, height))
            case ["ping", str(mark)]:
                await socket.send_json(["pong", mark])
            case ["focus"]:
                await program.focus()
            case ["blur"]:
                await program.blur()
            case _:
                pass
    except (ValueError, RecursionError):
        return


def _size(asked: Mapping[str, str]) -> tuple[int, int]:
    try:
        return _bounded(int(asked.get("width", "80")), int(asked.get("height", "24")))
    except ValueError:
        return 80, 24


def _bounded(width: int, height: int) -> tuple[int, int]:
    return max(1, min(width, _WIDEST)), max(1, min(height, _TALLEST))
