"""The HTTPS server of all `mta-sts.` names: one small answer to one question (RFC 8461 §3.2)."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterable

from .story import WEEK, DomainPlan
from .streams import Door, LineTooLong, Wire
from .tasks import Tasks

PATH = "/.well-known/mta-sts.txt"
REQUEST_SECONDS = 10.0
MAX_HEADER_LINES = 100


class PolicyHost:
    """Serves the policies of the story; they can be replaced or withdrawn from any thread while the world runs."""

    def __init__(self, domains: Iterable[DomainPlan]) -> None:
        self._lock = threading.Lock()
        self._policies = {f"mta-sts.{domain.name}": policy_text(domain.policy) for domain in domains if domain.policy}
        self._door: Door | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(self._policies)

    def open(self, context: ssl.SSLContext, tasks: Tasks) -> int:
        self._door = Door(self._converse, tasks, context)
        return self._door.open()

    def close(self) -> None:
        if self._door is not None:
            self._door.close()

    def publish(self, domain: str, text: str) -> None:
        """Another policy for `domain`; an empty one is withdrawn (404)."""
        with self._lock:
            self._policies[f"mta-sts.{domain}"] = text

    async def _converse(self, wire: Wire) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                await wire.send(self._response(await wire.line(), await _host(wire)))
        except (TimeoutError, LineTooLong):
            await wire.send(_response("400 Bad Request", ""))

    def _response(self, request: bytes, host: str) -> bytes:
        method, _, rest = request.partition(b" ")
        path = rest.partition(b" ")[0].decode("ascii", "replace")
        text = self._policies.get(host, "")
        if method not in {b"GET", b"HEAD"}:
            return _response("405 Method Not Allowed", "")
        return _response("200 OK", text) if path == PATH and text else _response("404 Not Found", "")


def policy_text(patterns: Iterable[str]) -> str:
    lines = ("version: STSv1", "mode: enforce", *(f"mx: {pattern}" for pattern in patterns), f"max_age: {WEEK}")
    return "".join(f"{line}\r\n" for line in lines)


async def _host(wire: Wire) -> str:
    host = ""
    for _ in range(MAX_HEADER_LINES):
        name, _, value = (await wire.line()).decode("latin-1").partition(":")
        if not name:
            break
        if name.lower() == "host":
            host = value.strip().partition(":")[0].lower()
    return host


def _response(status: str, text: str) -> bytes:
    body = text.encode()
    fields = ("Content-Type: text/plain; charset=utf-8", f"Content-Length: {len(body)}", "Connection: close")
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *fields, "")).encode() + body
