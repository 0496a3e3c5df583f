"""What came over the wire and was not read yet: handed on in slices, inflated where the server compresses (RFC 4978).

Between two slices everybody else has a turn. A slice is as large as it is however far its bytes expand, so that a few
octets which inflate to gigabytes cost what was allowed for the answer, and no more.
"""

# pyright: reportPrivateUsage=false
# zlib's objects have types that only its stubs name.

from __future__ import annotations

import zlib
from collections import deque

from linksec_tui.wire.imap_framer import Garbage

SLICE = 1 << 16
FULL = 4 * SLICE  # from here on the server has to wait

_RAW = -zlib.MAX_WBITS  # RFC 4978 §3: RFC 1951 without a header


class Inflow:
    """Bytes in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._inflate: zlib._Decompress | None = None
        self._more = False  # the inflater holds something back

    def __bool__(self) -> bool:
        return bool(self._waiting) or self._more

    @property
    def full(self) -> bool:
        return self._size >= FULL

    def add(self, chunk: bytes) -> None:
        self._waiting.append(chunk)
        self._size += len(chunk)

    def take(self) -> bytes:
        """The next slice as the server meant it; it may be empty. Raises Garbage."""
        return self._plain() if self._inflate is None else self._inflated(self._inflate)

    def compressed_from(self, rest: bytes) -> None:
        """Whatever has not been handed on, `rest` before all else, is compressed."""
        if rest:
            self._waiting.appendleft(rest)
            self._size += len(rest)
        self._inflate = zlib.decompressobj(_RAW)

    def _next(self, limit: int) -> bytes:
        if not self._waiting:
            return b""
        chunk = self._waiting.popleft()
        if len(chunk) > limit:
            self._waiting.appendleft(chunk[limit:])
        self._size -= min(len(chunk), limit)
        return chunk[:limit]

    def _plain(self) -> bytes:
        return self._next(SLICE)

    def _inflated(self, inflate: zlib._Decompress) -> bytes:
        try:
            found = inflate.decompress(inflate.unconsumed_tail or (b"" if self._more else self._next(SLICE)), SLICE)
        except zlib.error as error:
            raise Garbage("something that does not decompress") from error
        if inflate.eof:
            raise Garbage("the end of a compression that has none")
        self._more = bool(inflate.unconsumed_tail) or len(found) == SLICE
        return found


class Deflow:
    """What goes out, compressed from a moment on."""

    def __init__(self) -> None:
        self._deflate: zlib._Compress | None = None

    def compress(self) -> None:
        self._deflate = zlib.compressobj(wbits=_RAW)

    def packed(self, content: bytes) -> bytes:
        if self._deflate is None:
            return content
        return self._deflate.compress(content) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
