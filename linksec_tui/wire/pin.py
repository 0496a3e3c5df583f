"""The one exception to verification: a certificate that the person accepted at set-up (RFC 8314 §5.4).

It is compared byte for byte, by its SHA-256, as soon as the handshake is over and before anything is said; another one
is refused, however good. No authority and no name is asked about then, so it is shown as below the minimum.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from linksec_tui.model.account import Server
from linksec_tui.model.connection import Fault, TlsFacts, Trust
from linksec_tui.model.errors import Unverifiable
from linksec_tui.wire.tls import probe_context, verified_context
from linksec_tui.wire.tls_facts import Connection, Handshake, handshake
from linksec_tui.wire.tls_failure import NOT_SENT

NO_CERTIFICATE = "0" * 64  # nobody's: who is pinned to it is looked at, and never spoken to


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCheck:
    """How one server proves who it is. `context` is for the handshake, `judge` for what it showed."""

    server: Server
    context: ssl.SSLContext
    clock: Callable[[], datetime]

    def judge(self, connection: Connection) -> Handshake:
        """The proof; to be asked for before the first word. Raises Unverifiable."""
        if not self.server.pin:
            return handshake(connection, self.server, Trust.VERIFIED, self.clock())
        shown = handshake(connection, self.server, Trust.PINNED, self.clock())
        if shown.fingerprint != self.server.pin:
            raise _another(self.server, replace(shown, trust=Trust.NOBODY).facts())
        return shown


async def check_of(server: Server, ca_file: Path | None, clock: Callable[[], datetime]) -> ServerCheck:
    """Raises ConfigurationError where `ca_file` cannot be used."""
    if server.pin:
        context = probe_context()
    else:
        context = await asyncio.to_thread(verified_context, ca_file)  # reading the system's roots takes 90 ms
    return ServerCheck(server=server, context=context, clock=clock)


def _another(server: Server, shown: TlsFacts) -> Unverifiable:
    return Unverifiable(
        f"{server.host}:{server.port} has changed: expected the certificate that you pinned"
        f" (sha256:{server.pin[:16]}…), found another one (sha256:{shown.fingerprint[:16]}…). {NOT_SENT}",
        "Ask whoever runs the server whether they replaced it; only then set the new pin in the configuration,"
        " or remove the pin if the certificate is a proper one now.",
        Fault.OTHER_CERTIFICATE,
        shown,
    )
