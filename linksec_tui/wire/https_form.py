"""One bounded HTTPS POST of a form to an authorization server (RFC 6749 §3.2); what goes and what comes is secret.

No redirects: what was meant for one host goes to no other. The certificate must be valid for the host, the answer has
one limit and one deadline, and neither side of it is ever logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from ssl import SSLContext
from urllib.parse import urlencode

from linksec_tui.model.errors import ProtocolBroken
from linksec_tui.model.oauth import parse_endpoint
from linksec_tui.model.visible import visible
from linksec_tui.wire.dial import Dialler, Target
from linksec_tui.wire.https import BrokenAnswer, read_body, read_head
from linksec_tui.wire.tls import verified_context
from linksec_tui.wire.tls_failure import connection_failure

MAX_ANSWER = 128 * 1024  # octets; Microsoft's tokens have some thousand
TIMEOUT = 20.0  # seconds for the whole exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAnswer:
    """What came back; `body` holds tokens."""

    status: int
    body: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class FormSender:
    """Posts forms by the user's dialling rules."""

    dialler: Dialler
    ca_file: Path | None = None
    timeout: float = TIMEOUT
    _context: SSLContext | None = field(default=None, init=False)

    async def post(self, url: str, form: Mapping[str, str]) -> FormAnswer:
        """The answer, whatever its status. Raises ConnectionProblem, BadInput."""
        host, port, path = parse_endpoint(url)
        try:
            async with asyncio.timeout(self.timeout):
                return await self._post(Target(host=host, port=port, timeout=self.timeout), path, form)
        except OSError as error:  # first: a certificate that does not verify is a ValueError besides
            raise connection_failure(error, host=host, port=port) from error
        except (BrokenAnswer, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            what = f": {error}" if isinstance(error, BrokenAnswer) else ""
            raise ProtocolBroken(
                f"{host} did not answer in HTTP{visible(what)}.",
                "Check the addresses under [oauth] in the configuration.",
            ) from None

    async def _post(self, target: Target, path: str, form: Mapping[str, str]) -> FormAnswer:
        if self._context is None:
            self._context = await asyncio.to_thread(verified_context, self.ca_file)  # the system's roots take 90 ms
        reader, writer = await self.dialler.open(target, self._context)
        try:
            writer.write(_request(target, path, form))
            await writer.drain()
            return await _read_answer(reader)
        finally:
            writer.transport.abort()


def _request(target: Target, path: str, form: Mapping[str, str]) -> bytes:
    content = urlencode(form).encode("ascii")
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: {target.host}" + ("" if target.port == 443 else f":{target.port}"),
        "User-Agent: Mozilla/5.0",
        "Accept: application/json",
        "Accept-Encoding: identity",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(content)}",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + content


async def _read_answer(reader: asyncio.StreamReader) -> FormAnswer:
    status, fields = await read_head(reader)
    return FormAnswer(status=status, body=await read_body(reader, fields, MAX_ANSWER))
