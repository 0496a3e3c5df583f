"""The hostile servers as a process of the lab: doors where every byte is written down, and those that we play.

client → door (written down) → stage: stunnel, Postfix, or ours
                               stunnel → cellar (written down, in clear) → the lab's own Dovecot and Postfix
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path

from tests.lab import stunnel, topology
from tests.lab.hostile import HONEST, HOSTILE, IMAPS, Hostile, Trick
from tests.lab.hostile_servers import Part, tls_of
from tests.lab.relay import Record, Relay

RECORDS = topology.DIRECTORY / "hostile"
BY_POSTFIX = (Trick.STRIPPED, Trick.REFUSED)
OURS = tuple(one for one in HOSTILE if one not in stunnel.PLAYED and one.trick not in BY_POSTFIX)
ALL = (*HOSTILE, HONEST)


def record_of(one: Hostile, port: int, place: str) -> Path:
    """What was heard at its `door`, or in its `cellar`."""
    return RECORDS / f"{one.name}-{port}.{place}"


def listens() -> tuple[tuple[str, int], ...]:
    doors = [(one.address, port) for one in ALL for port in one.ports]
    cellars = [(one.cellar, port) for one in stunnel.PLAYED for port in one.ports]
    return (*doors, *cellars, *((one.stage, port) for one in OURS for port in one.ports))


async def _main(certificates: Path) -> None:
    RECORDS.mkdir(exist_ok=True)
    trusting = ssl.create_default_context(cafile=certificates / "ca.pem")
    for one in ALL:
        for port in one.ports:
            door = Relay((one.stage, port), Record(record_of(one, port, "door")))
            await asyncio.start_server(door.serve, one.address, port)
    for one in stunnel.PLAYED:
        for port in one.ports:
            host, to = ("imap", topology.IMAP) if port == IMAPS else ("smtp", topology.SUBMISSION)
            real = (to, 993 if port == IMAPS else 465)
            record = Record(record_of(one, port, "cellar"))
            cellar = Relay(real, record, trusting, f"{host}.{topology.HOME}")
            await asyncio.start_server(cellar.serve, one.cellar, port)
    for one in OURS:
        context = tls_of(one.trick, str(certificates / f"{one.host}.pem"))
        for port in one.ports:
            part = Part(port=port, trick=one.trick, context=context, record=Record(record_of(one, port, "cellar")))
            await asyncio.start_server(part.play, one.stage, port, ssl=part.implicit)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
