"""One bounded HTTPS GET, for policies that a stranger's host publishes (RFC 8461 §3.3).

No redirects, no cookies, no compression, no cache, nothing that tells who asks. The certificate must be valid for the
host; the whole exchange has one deadline and the body one limit.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from linksec_tui.model.evidence import Failure, Source, Unavailable
from linksec_tui.model.visible import visible
from linksec_tui.wire.dial import Dialler, ForbiddenAddress, Target
from linksec_tui.wire.tls import verified_context

MAX_HEAD = 16 * 1024  # octets of status line and header fields; real ones have one
_INTERIM_ANSWERS = 3  # 1xx answers before the real one
_SHOWN = 100  # characters of foreign text in a detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came: status, media type in lower case without parameters, and the body."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much, and how long."""

    octets: int = 64 * 1024
    seconds: float = 10.0


class BrokenAnswer(Exception):
    """The server's answer is not HTTP, or more than we take."""


@dataclass(slots=True, kw_only=True)
class HttpsReader:
    """Fetches pages from strangers' hosts by the user's dialling rules."""

    dialler: Dialler
    ca_file: Path | None = None
    _context: ssl.SSLContext | None = field(default=None, init=False)

    async def get(self, host: str, path: str, bounds: Bounds) -> Page | Unavailable:
        """The page, or why it could not be had."""
        try:
            async with asyncio.timeout(bounds.seconds):
                return await self._get(host, path, bounds)
        except TimeoutError:
            return _unavailable(Failure.TIMEOUT, f"{host} did not answer in time")
        except ForbiddenAddress as error:
            return _unavailable(Failure.FORBIDDEN, f"{host} leads to a private address ({error})")
        except ssl.SSLCertVerificationError as error:
            return _unavailable(Failure.TLS, f"the certificate of {host} does not verify: {error.verify_message}")
        except ssl.SSLError as error:
            return _unavailable(Failure.TLS, f"no TLS with {host}: {error.reason}")
        except OSError as error:
            return _unavailable(Failure.NETWORK, f"{host} cannot be reached: {error.strerror or error}")
        except BrokenAnswer as error:
            return _unavailable(Failure.HTTP, f"{host}: {error}")

    async def look_ahead(self, host: str) -> None:
        """What `get` will need first, the host's addresses, is asked for before it is known that it will be needed."""
        await self.dialler.look_ahead(_target(host, Bounds().seconds))

    async def _get(self, host: str, path: str, bounds: Bounds) -> Page:
        if self._context is None:
            self._context = await asyncio.to_thread(verified_context, self.ca_file)
        reader, writer = await self.dialler.open(_target(host, bounds.seconds), self._context)
        try:
            writer.write(_request(host, path))
            await writer.drain()
            return await _read_page(reader, bounds.octets)
        except asyncio.IncompleteReadError as error:
            raise BrokenAnswer("the answer ended too early") from error
        except (asyncio.LimitOverrunError, ValueError) as error:
            raise BrokenAnswer("the answer is not HTTP") from error
        finally:
            writer.transport.abort()


def _target(host: str, seconds: float) -> Target:
    return Target(host=host, port=443, stranger=True, timeout=seconds)


def _unavailable(kind: Failure, detail: str) -> Unavailable:
    return Unavailable(source=Source.MTA_STS, kind=kind, detail=visible(detail)[:_SHOWN])


def _request(host: str, path: str) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: Mozilla/5.0",  # some hosts refuse a request without one; this one names nobody
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


async def _read_page(reader: asyncio.StreamReader, limit: int) -> Page:
    status, fields = await read_head(reader)
    body = await read_body(reader, fields, limit) if status == 200 else b""
    media_type = fields.get("content-type", "").partition(";")[0].strip().lower()
    return Page(status=status, media_type=visible(media_type), body=body)


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and header fields of the real answer, names in lower case. Raises BrokenAnswer, ValueError, OSError."""
    for _ in range(_INTERIM_ANSWERS + 1):
        status, fields = await _read_one_head(reader)
        if status >= 200:
            break
    else:
        raise BrokenAnswer("the answer never begins")
    if fields.get("content-encoding", "identity").lower() != "identity":
        raise BrokenAnswer("the answer is compressed, which was not asked for")
    return status, fields


async def _read_one_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n"))[:-4]
    if len(head) > MAX_HEAD:
        raise BrokenAnswer("the answer's header is too long")
    first, *lines = head.decode("latin-1").split("\r\n")
    match = re.fullmatch(r"HTTP/1\.[01] ([1-5][0-9]{2})(?: .*)?", first)
    if match is None:
        raise BrokenAnswer("the answer is not HTTP/1")
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip():
            raise BrokenAnswer("a header line is malformed")
        fields.setdefault(name.lower(), value.strip())
    return int(match[1]), fields


async def read_body(reader: asyncio.StreamReader, fields: dict[str, str], limit: int) -> bytes:
    """What follows the header. Raises BrokenAnswer, ValueError, OSError."""
    if "transfer-encoding" in fields:
        if fields["transfer-encoding"].lower() != "chunked":
            raise BrokenAnswer("the answer's transfer encoding is unknown")
        return await _read_chunks(reader, limit)
    if "content-length" in fields:
        length = fields["content-length"]
        if not re.fullmatch(r"[0-9]{1,12}", length) or int(length) > limit:
            raise BrokenAnswer(f"the answer is longer than {limit} bytes")
        return await reader.readexactly(int(length))
    return await _read_to_the_end(reader, limit)


async def _read_chunks(reader: asyncio.StreamReader, limit: int) -> bytes:
    body = bytearray()
    while True:
        line = (await reader.readuntil(b"\r\n"))[:-2].partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", line):
            raise BrokenAnswer("a chunk is malformed")
        size = int(line, 16)
        if size == 0:
            return bytes(body)  # trailers are of no interest
        if len(body) + size > limit:
            raise BrokenAnswer(f"the answer is longer than {limit} bytes")
        body += await reader.readexactly(size)
        if await reader.readexactly(2) != b"\r\n":
            raise BrokenAnswer("a chunk is malformed")


async def _read_to_the_end(reader: asyncio.StreamReader, limit: int) -> bytes:
    body = bytearray()
    while piece := await reader.read(4096):
        body += piece
        if len(body) > limit:
            raise BrokenAnswer(f"the answer is longer than {limit} bytes")
    return bytes(body)
