"""REQUIRETLS before real exchangers (RFC 8689): Debian 12's Postfix does not know it, so this stands in front of one.

It ends TLS with the domain's certificate, offers REQUIRETLS after it, takes that word off MAIL and passes on all else.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from pathlib import Path

from tests.lab import domains
from tests.lab.domains import Domain, Tls

BEHIND = 2525  # where Postfix listens, on the same address
_FIRST_OFFER = b"250-PIPELINING\r\n"  # in an EHLO answer of Postfix's, and nowhere else
_GONE = (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError)

DOMAINS = tuple(domain for domain in domains.DOMAINS if domain.tls is Tls.REQUIRETLS)


class _Conversation:
    """One caller, and the exchanger behind."""

    def __init__(
        self, domain: str, caller: tuple[StreamReader, StreamWriter], behind: tuple[StreamReader, StreamWriter]
    ) -> None:
        self._domain = domain
        self._caller, self._to_caller = caller
        self._behind, self._to_behind = behind
        self._secure = False
        self._in_content = False

    async def run(self, context: ssl.SSLContext) -> None:
        """Both ways, until one end has gone."""
        ways = [asyncio.create_task(self._commands(context)), asyncio.create_task(self._answers())]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _commands(self, context: ssl.SSLContext) -> None:
        while line := await self._caller.readline():
            verb = line.split()[0].upper() if line.split() and not self._in_content else b""
            if verb == b"STARTTLS" and not self._secure:
                self._to_caller.write(b"220 2.0.0 Ready to start TLS\r\n")
                await self._to_caller.start_tls(context)
                self._secure = True
                continue
            if self._in_content and line.lower().startswith(b"message-id: "):
                self._note(line.split()[1].decode())
            self._in_content = line != b".\r\n" if self._in_content else verb == b"DATA"
            self._to_behind.write(line.replace(b" REQUIRETLS", b"") if verb == b"MAIL" else line)

    def _note(self, message_id: str) -> None:
        """In the log: the Postfix behind sees no TLS."""
        tls: ssl.SSLObject | None = self._to_caller.get_extra_info("ssl_object")
        print(f"{self._domain}: message-id={message_id} over {tls.version() if tls else 'nothing'}", flush=True)

    async def _answers(self) -> None:
        while line := await self._behind.readline():
            offer = b"250-REQUIRETLS\r\n" if self._secure else b"250-STARTTLS\r\n"
            self._to_caller.write(offer + line if line == _FIRST_OFFER else line)


async def _stand_before(domain: Domain, certificates: Path) -> asyncio.Server:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{domain.exchanger}.pem")

    async def converse(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(*_GONE):
            behind = await asyncio.open_connection(domain.address, BEHIND)
            try:
                await _Conversation(domain.name, (reader, writer), behind).run(context)
            finally:
                behind[1].close()
        writer.close()

    return await asyncio.start_server(converse, domain.address, 25)


async def _main(certificates: Path) -> None:
    servers = [await _stand_before(domain, certificates) for domain in DOMAINS]
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
