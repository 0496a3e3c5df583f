"""A relay of bytes that can write down what the client says."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Record:
    """A file that everything is appended to."""

    file: Path

    def __call__(self, piece: bytes) -> None:
        with self.file.open("ab") as stream:
            stream.write(piece)


@dataclass(frozen=True)
class Relay:
    """Hands on what it hears; writes it down where there is a `record`, and speaks TLS where there is a `context`."""

    to: tuple[str, int]
    record: Record | None = None
    context: ssl.SSLContext | None = None
    name: str | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there, onward = await asyncio.open_connection(*self.to, ssl=self.context, server_hostname=self.name)
            await asyncio.gather(_copy(reader, onward, self.record), _copy(there, writer, None))
        writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, record: Record | None) -> None:
    with suppress(OSError):
        while piece := await reader.read(1 << 16):
            if record:
                record(piece)
            writer.write(piece)
            await writer.drain()
    writer.close()
