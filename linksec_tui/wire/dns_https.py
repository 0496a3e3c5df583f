"""DNS over HTTPS (RFC 8484): one HTTP/2 connection that is kept, through the optional httpx2.

The resolver was named by the user and proves its name; its answers have a bound all the same, and come uncompressed.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from linksec_tui.model.errors import ConfigurationError
from linksec_tui.wire.dns_transport import LONGEST, STREAM_PATIENCE, answers

if TYPE_CHECKING:
    import httpx2

_OK = 200
_TYPE = "application/dns-message"
# The library's own User-Agent would tell the resolver which program asks (RFC 8484 §8.1).
_HEADERS = {"Content-Type": _TYPE, "Accept": _TYPE, "Accept-Encoding": "identity", "User-Agent": "Mozilla/5.0"}


class HttpsStreams:
    """`context` is called when the first question is asked: what it reads takes its time."""

    def __init__(self, url: str, context: Callable[[], ssl.SSLContext]) -> None:
        if find_spec("httpx2") is None or find_spec("h2") is None:
            raise ConfigurationError(
                "This installation cannot ask a DNS-over-HTTPS resolver.",
                'Install “linksec-tui[doh]”, or use a "tls://" resolver.',
            )
        self._url = url
        self._context = context
        self._client: httpx2.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def exchange(self, query: bytes) -> bytes:
        import httpx2  # deferred and optional: 120 ms, only for DNS over HTTPS

        try:
            async with asyncio.timeout(STREAM_PATIENCE):
                return await self._post(await self._opened(), query)
        except httpx2.HTTPError as error:
            cause = _tls_failure(error)
            raise cause or ConnectionError(f"the resolver cannot be asked over HTTPS: {error}") from error

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _opened(self) -> httpx2.AsyncClient:
        import httpx2  # deferred: as above

        async with self._opening:
            if self._client is None:
                self._client = httpx2.AsyncClient(
                    verify=await asyncio.to_thread(self._context),
                    http1=False,
                    http2=True,
                    trust_env=False,  # no proxy, no roots and no key log that a variable names
                    limits=httpx2.Limits(max_connections=1),
                    timeout=STREAM_PATIENCE,
                )
        return self._client

    async def _post(self, client: httpx2.AsyncClient, query: bytes) -> bytes:
        async with client.stream("POST", self._url, content=query, headers=_HEADERS) as response:
            if response.status_code != _OK:  # a redirect is not followed either
                raise ConnectionError(f"the resolver answered with HTTP status {response.status_code}")
            if response.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
                raise ConnectionError("the resolver answered with something else than DNS")
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise ConnectionError("the resolver's answer is compressed, which was not asked for")
            reply = bytearray()
            async for piece in response.aiter_raw():
                reply += piece
                if len(reply) > LONGEST:
                    raise ConnectionError("the resolver's answer is longer than DNS allows")
        if not answers(bytes(reply), query):
            raise ConnectionError("the resolver answered another question")
        return bytes(reply)


def _tls_failure(error: BaseException) -> ssl.SSLError | None:
    """The library wraps what failed; a certificate that does not verify is said as such."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause
