"""A submission server in a process of its own, that breaks off wherever it is told to, or dies there by kill -9.

What it has taken lies on its disk before it says so, as with any real server: a letter is a file in its spool, and the
files are the truth about what was sent. It is run as a script and loads nothing of ours:

    python provider_process.py LISTENING_DESCRIPTOR CERTIFICATE SPOOL OFFERS

Each line on standard input is a `Breakage` in JSON, in force from the line `ready` on standard output on; a line
`met STEP` says that it happened. It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

MAX_LINE = 4096
LATER, NEVER = "451 4.3.0 Not now, try again later", "550 5.1.1 Nobody here of that name"
TURNED_AWAY = "421 4.3.2 Too busy, come back later"
EVERYBODY = ""


class Point(StrEnum):
    """Where something can break: before the answer to that. `SAVED`: the letter is on the disk already."""

    GREETING = "greeting"
    EHLO = "EHLO"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "content"
    DOT = "dot"
    SAVED = "saved"


class Way(StrEnum):
    """How it breaks. `SILENT`: the line stands, and nothing more is said on it."""

    NONE = "none"
    CUT = "cut"
    SILENT = "silent"
    DEFER = "defer"
    REFUSE = "refuse"
    DIE = "die"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """Once, at the `nth` time that the point is reached; of recipients only at `whom`."""

    way: Way = Way.NONE
    point: Point = Point.GREETING
    nth: int = 1
    whom: str = EVERYBODY

    def as_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


class _Cut(Exception):
    """The line is to be cut."""


class _Said(Exception):
    """The answer is another one than usual."""


class _Provider:
    def __init__(self, spool: Path, offers: list[str]) -> None:
        self._spool = spool
        self._offers = offers
        self._breakage = Breakage()
        self._reached = 0
        self._talks: set[asyncio.Task[None] | None] = set()  # nobody else holds on to those that are silent

    async def take_orders(self) -> None:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            given = json.loads(line)
            self._breakage = Breakage(
                way=Way(given["way"]), point=Point(given["point"]), nth=given["nth"], whom=given["whom"]
            )
            self._reached = 0
            _tell("ready")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(asyncio.current_task())
        try:
            await _Session(self, reader, writer).talk()
        except (_Cut, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.transport.abort()

    async def reach(self, point: Point, whom: str = EVERYBODY) -> None:
        """Raises _Cut or _Said, or does not come back, where that was ordered."""
        order = self._breakage
        if order.way is Way.NONE or order.point is not point or order.whom not in (EVERYBODY, whom):
            return
        self._reached += 1
        if self._reached < order.nth:
            return
        self._breakage = Breakage()
        _tell(f"met {point}")
        match order.way:
            case Way.DIE:
                os.kill(os.getpid(), signal.SIGKILL)
            case Way.SILENT:
                await asyncio.Event().wait()
            case Way.CUT:
                raise _Cut
            case Way.DEFER:
                raise _Said(LATER if point not in (Point.GREETING, Point.EHLO) else TURNED_AWAY)
            case Way.REFUSE:
                raise _Said(NEVER)

    @property
    def offers(self) -> list[str]:
        return self._offers

    def save(self, envelope: dict[str, object], content: bytes) -> None:
        """On the disk when it returns, under its name only when it is whole."""
        number = len(list(self._spool.glob("*.letter")))
        beginning = self._spool / f"{os.getpid()}-{number}.part"
        with beginning.open("wb") as file:
            file.write(json.dumps(envelope).encode() + b"\n" + content)
            file.flush()
            os.fsync(file.fileno())
        beginning.rename(self._spool / f"{number:06}.letter")


class _Session:
    def __init__(self, provider: _Provider, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._provider = provider
        self._reader = reader
        self._writer = writer
        self._options = ""
        self._recipients: list[str] = []

    async def talk(self) -> None:
        if not await self._answered(Point.GREETING, "220 smtp.home.example ESMTP"):
            raise _Cut
        while True:
            line = (await self._reader.readuntil(b"\r\n")).decode().strip()
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO":
                    lines = ["smtp.home.example", *self._provider.offers]
                    told = "\r\n".join([*(f"250-{each}" for each in lines[:-1]), f"250 {lines[-1]}"])
                    await self._answered(Point.EHLO, told)
                case "AUTH":
                    await self._answered(Point.AUTH, "235 2.7.0 Welcome")
                case "MAIL":
                    if await self._answered(Point.MAIL, "250 2.1.0 Fine"):
                        self._options, self._recipients = rest, []
                case "RCPT":
                    await self._rcpt(rest)
                case "DATA":
                    await self._data()
                case "RSET":
                    self._recipients = []
                    self._say("250 2.0.0 Fine")
                case "QUIT":
                    self._say("221 2.0.0 Bye")
                    return
                case _:
                    self._say("502 5.5.1 No")

    async def _rcpt(self, rest: str) -> None:
        address = rest[len("TO:<") :].partition(">")[0]
        if await self._answered(Point.RCPT, "250 2.1.5 Fine", address):
            self._recipients.append(address)

    async def _data(self) -> None:
        if not await self._answered(Point.DATA, "354 Go on"):
            return
        content = bytearray(await self._reader.read(1))
        if not await self._passed(Point.CONTENT):
            raise _Cut  # half a letter is on the line
        while not content.endswith(b"\r\n.\r\n"):
            piece = await self._reader.read(65536)
            if not piece:
                raise _Cut
            content += piece
        if not await self._passed(Point.DOT):
            return
        letter = bytes(content[: -len(b".\r\n")]).replace(b"\r\n..", b"\r\n.")
        self._provider.save({"options": self._options, "recipients": self._recipients}, letter)
        await self._answered(Point.SAVED, "250 2.0.0 Queued")

    async def _answered(self, point: Point, usual: str, whom: str = EVERYBODY) -> bool:
        """False where something else was said than is usual."""
        if not await self._passed(point, whom):
            return False
        self._say(usual)
        return True

    async def _passed(self, point: Point, whom: str = EVERYBODY) -> bool:
        try:
            await self._provider.reach(point, whom)
        except _Said as said:
            self._say(str(said))
            return False
        return True

    def _say(self, text: str) -> None:
        self._writer.write(text.encode() + b"\r\n")


def _tell(text: str) -> None:
    print(text, flush=True)


async def main(descriptor: int, certificate: str, spool: Path, offers: list[str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    provider = _Provider(spool, offers)
    listening = socket.socket(fileno=descriptor)
    async with await asyncio.start_server(provider.serve, sock=listening, ssl=context, limit=MAX_LINE):
        await provider.take_orders()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), json.loads(sys.argv[4])))
