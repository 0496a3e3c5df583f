"""A provider that declares LINKSEC 3 (docs/protocol.md §3): what Postfix does not say of itself is said in front of it.

It ends TLS, passes everything on to smtp.home.test, and says the one word more.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from pathlib import Path

from tests.lab import topology

_DECLARES = b"250-LINKSEC 3\r\n"
_FIRST_OFFER = b"250-PIPELINING\r\n"  # in an EHLO answer of Postfix's, and nowhere else


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while line := await reader.readline():
            writer.write(_DECLARES + line if line == _FIRST_OFFER else line)
            await writer.drain()
    writer.close()


async def _main(certificates: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"declaring.{topology.HOME}.pem")

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            behind, onward = await asyncio.open_connection(
                topology.SUBMISSION, 465, ssl=trusting, server_hostname=f"smtp.{topology.HOME}"
            )
            await asyncio.gather(_copy(reader, onward), _copy(behind, writer))

    server = await asyncio.start_server(serve, topology.DECLARING, 465, ssl=context)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
