"""Where the browser brings the authorization code: a port on loopback, for one answer (RFC 8252 §7.3).

Any page in that browser, and any program on this machine, can talk to the port. So an answer counts only with the
state that nobody but the authorization server was told, and the rest is turned away without ending the wait.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

MAX_HEAD = 32 << 10  # octets of one request; a browser's has about 1000, a long code some more
_PATIENCE = 10.0  # seconds for one request to arrive
_AT_ONCE = 16  # connections; a browser opens a few ahead of need
_ANSWERS = {
    200: ("OK", "linksec-tui has its answer. You may close this page and go back to it."),
    400: ("Bad Request", "This is not what linksec-tui is waiting for."),
    503: ("Service Unavailable", "Too many at once."),
}


@dataclass(slots=True)
class Redirect:
    """A listening port. `address` is what the authorization server is told to send the browser to."""

    address: str
    _answer: asyncio.Future[Mapping[str, str]]

    async def answer(self) -> Mapping[str, str]:
        """The parameters that came with the right state; the deadline is the caller's."""
        return await asyncio.shield(self._answer)


@asynccontextmanager
async def listening(state: str, name: str = "127.0.0.1") -> AsyncGenerator[Redirect]:
    """A port of the system's choice on 127.0.0.1 alone, closed with the first answer or with the block.

    `name`: what stands in the address; some authorization servers want `localhost`. Raises OSError.
    """
    porter = _Porter(state=state)
    server = await asyncio.start_server(porter.serve, "127.0.0.1", 0, limit=MAX_HEAD)
    port = int(server.sockets[0].getsockname()[1])
    porter.hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
    porter.answer.add_done_callback(lambda _: server.close())
    try:
        yield Redirect(f"http://{name}:{port}", porter.answer)
    finally:
        porter.answer.cancel()
        server.close()
        await porter.end()


class _Porter:
    """Serves one request a connection, until one of them is the answer."""

    def __init__(self, *, state: str) -> None:
        self.answer: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        self.hosts: frozenset[str] = frozenset()
        self._state = state
        self._talks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            with suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                async with asyncio.timeout(_PATIENCE):
                    await self._serve(reader, writer)
        finally:
            self._talks.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def end(self) -> None:
        """The page that is on its way is let out, whoever only keeps a connection open is not waited for."""
        talks = [*self._talks]
        if talks:
            _, left = await asyncio.wait(talks, timeout=1)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._talks) > _AT_ONCE:
            writer.write(_page(503))
            return
        head = await reader.readuntil(b"\r\n\r\n")
        found = self._parse(head.decode("latin-1"))
        writer.write(_page(400 if found is None else 200))
        await writer.drain()
        if found is not None and not self.answer.done():
            self.answer.set_result(found)

    def _parse(self, head: str) -> Mapping[str, str] | None:
        """The answer's parameters, if this is it: a GET for us, with the state that we made up."""
        first, *lines = head.split("\r\n")
        words = first.split(" ")
        hosts = [line.partition(":")[2].strip().lower() for line in lines if line.lower().startswith("host:")]
        # A page that has a name of its own lead to 127.0.0.1 gives itself away by that name.
        if len(words) != 3 or words[0] != "GET" or len(hosts) != 1 or hosts[0] not in self.hosts:
            return None
        pairs = parse_qsl(urlsplit(words[1]).query, keep_blank_values=True, max_num_fields=20)
        answer = dict(pairs)
        if len(answer) != len(pairs) or not hmac.compare_digest(answer.get("state", "").encode(), self._state.encode()):
            return None
        return answer


def _page(status: int) -> bytes:
    reason, sentence = _ANSWERS[status]
    content = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>linksec-tui</title>'
        f'<body style="font:1.2em sans-serif;margin:3em"><p>{sentence}</p></body></html>\n'
    ).encode()
    lines = (
        f"HTTP/1.1 {status} {reason}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(content)}",
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'",
        "Referrer-Policy: no-referrer",  # the address of this page holds the code
        "Cache-Control: no-store",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content
