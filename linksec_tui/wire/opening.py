"""Opening a connection to a server of ours: bounded in time as a whole, and every failure one sentence.

A server that accepts and says nothing, or drips, is given up after `OPEN_WITHIN` however far it came.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from linksec_tui.model.account import Server
from linksec_tui.model.errors import ProtocolBroken
from linksec_tui.model.stage import Stage
from linksec_tui.wire.dial import Dialler, Target
from linksec_tui.wire.tls_failure import NOT_SENT, connection_failure, silent

OPEN_WITHIN = 12.0  # seconds until the server has greeted and said what it offers

# A connection that nobody speaks on is looked after by the kernel: dead for two minutes, it is given up.
_ALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPALIVE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
_UNHEARD = 60_000  # milliseconds; what was sent and never acknowledged ends the connection too


def unheard(stage: Stage) -> None:
    """For who does not want to be told how far it came."""


@asynccontextmanager
async def opening(server: Server, seconds: float) -> AsyncGenerator[None]:
    """What is done inside has that long, and happens before any login. Raises ConnectionProblem."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except ProtocolBroken as broken:
        if NOT_SENT in broken.sentence:
            raise
        raise ProtocolBroken(f"{broken.sentence} {NOT_SENT}", broken.next_step) from broken
    except TimeoutError as error:
        raise silent(host=server.host, port=server.port, seconds=seconds) from error
    except OSError as error:
        raise connection_failure(error, host=server.host, port=server.port) from error


async def connected(server: Server, dialler: Dialler, seconds: float) -> socket.socket:
    """A socket that notices when the other side is gone. Raises Unreachable."""
    try:
        sock = await dialler.connect(Target(host=server.host, port=server.port, timeout=seconds))
    except OSError as error:
        raise connection_failure(error, host=server.host, port=server.port) from error
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (*_ALIVE, ("TCP_USER_TIMEOUT", _UNHEARD)):
        if hasattr(socket, name):
            with suppress(OSError):  # a system that knows it by name only
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return sock
