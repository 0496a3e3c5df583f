"""aioimaplib's protocol with its reader, its queue of commands and its log replaced.

The library keeps the connection, the states and the tags. Ours: the bounded framer; one command at a time; a lost
connection fails it at once; a cancelled command still gets its answer read; IDLE always ends with DONE; what nobody
asked for is noted; nothing that crosses the wire is ever logged.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateUsage=false
# aioimaplib ships no types, and its seams are private names (pinned below 2.1 and tested for).

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections import deque
from typing import cast

from aioimaplib import aioimaplib

from linksec_tui.model.errors import ConnectionProblem, ProtocolBroken, Unreachable
from linksec_tui.model.visible import visible
from linksec_tui.wire.imap_answers import Fetched, codes, number
from linksec_tui.wire.imap_changes import Changes
from linksec_tui.wire.imap_exchange import MAX_ANSWER, Exchange, Request
from linksec_tui.wire.imap_framer import Framer, Garbage
from linksec_tui.wire.imap_inflow import SLICE, Deflow, Inflow
from linksec_tui.wire.imap_tokens import Response

# The library formats whole commands, passwords among them, for a debug log; nobody may switch that on.
logging.getLogger("aioimaplib").setLevel(logging.CRITICAL + 1)

MAX_SERVER_TEXT = 200  # characters of the server's own words that are shown

_TAGGED = re.compile(rb"([A-P]+\d+) (OK|NO|BAD)(?: (.*))?\Z", re.DOTALL)
_NUMBERED = re.compile(rb"\* (\d{1,10}) (EXISTS|EXPUNGE|FETCH|RECENT)\b", re.IGNORECASE)
_NAMED = re.compile(rb"\* ([A-Z0-9.-]+)(?: (.*))?", re.IGNORECASE | re.DOTALL)


class BoundedProtocol(aioimaplib.IMAP4ClientProtocol):
    """One IMAP connection, one command at a time."""

    def __init__(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(loop)
        self.host = host
        self.greeting: asyncio.Future[bytes] = loop.create_future()
        self.problem: ConnectionProblem | None = None
        self.changes = Changes()
        self.bye = ""
        self._stirred = asyncio.Event()
        self.uidvalidity = 0  # of the selected mailbox
        self._framer = Framer()
        self._inflow = Inflow()
        self._deflow = Deflow()
        self._draining = False
        self._turn = asyncio.Lock()
        self._room = MAX_ANSWER
        self._unsent: deque[memoryview] = deque()
        self._paused = False

    async def ask(self, request: Request) -> Exchange:
        """Sends a command and waits for its end. Raises ConnectionProblem; a NO or BAD is the caller's to judge."""
        async with self._turn:
            await self._settle_abandoned()
            exchange = self._begin(request)
            await self._finish(exchange)
            return exchange

    async def idle_until(self, within: float, quiet: float) -> Exchange:
        """IDLE until the server tells something or `within` seconds have passed (RFC 2177)."""
        async with self._turn:
            await self._settle_abandoned()
            exchange = self._begin(Request(name="IDLE", quiet=quiet, limit=within + 4 * quiet))
            try:
                if await _came(exchange.continued, quiet):
                    await _came(self._stirred, within)
            finally:
                await self._end_idle(exchange)
            return exchange

    async def _end_idle(self, exchange: Exchange) -> None:
        if not exchange.over and exchange.continued.is_set():
            self._write(b"DONE\r\n")
        else:
            exchange.answers.append([b"DONE\r\n"])  # asked to stop before it began: say so as soon as it does
        await self._finish(exchange)

    def stir(self) -> None:
        """Ends an IDLE early: the server has to answer that, and shows that it is still there."""
        self._stirred.set()

    def take_changes(self) -> Changes:
        """What was noted since the last time."""
        changes, self.changes = self.changes, Changes()
        if self.problem is None:
            self._stirred.clear()
        return changes

    def _begin(self, request: Request) -> Exchange:
        if self.problem is not None:
            raise type(self.problem)(self.problem.sentence, self.problem.next_step)
        exchange = Exchange(request, self.new_tag())
        self.pending_sync_command = exchange
        self._room = request.max_bytes
        self._write(exchange.first)
        return exchange

    async def _finish(self, exchange: Exchange) -> None:
        try:
            async with asyncio.timeout(exchange.request.quiet) as exchange.deadline:
                await exchange.wait()
        except TimeoutError:
            problem = Unreachable(f"{self.host} stopped answering.", "It will be tried again.")
            self._die(problem)
            raise problem from None
        except asyncio.CancelledError:
            exchange.abandoned = True
            exchange.responses.clear()
            raise
        finally:
            exchange.deadline = None

    async def _settle_abandoned(self) -> None:
        """The answer to a cancelled command has to be read before the next may be sent."""
        left = self.pending_sync_command
        if isinstance(left, Exchange) and not left.over:
            await self._finish(left)

    @property
    def _writer(self) -> asyncio.Transport | None:
        return cast("asyncio.Transport | None", self.transport)  # the library calls it a BaseTransport

    def _write(self, *content: bytes) -> None:
        self._unsent.extend(map(memoryview, content))
        self._pump()

    def _pump(self) -> None:
        while self._unsent and not self._paused and self._writer is not None:
            head = self._unsent.popleft()
            if len(head) > SLICE:
                self._unsent.appendleft(head[SLICE:])
            # in slices, so that an upload leaves room for everything else
            self._writer.write(self._deflow.packed(bytes(head[:SLICE])))
            if isinstance(self.pending_sync_command, Exchange):
                self.pending_sync_command.stay()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._pump()

    def data_received(self, d: bytes) -> None:
        if self.problem is not None:
            return
        self._inflow.add(d)
        if self._inflow.full and self._reader is not None:
            self._reader.pause_reading()
        if not self._draining:
            self._drain()

    def _drain(self) -> None:
        """A slice of what came; the next one after everybody else's turn."""
        self._draining = False
        if self.problem is not None:
            return
        exchange = self.pending_sync_command
        self._read_slice()
        if isinstance(exchange, Exchange):
            exchange.stay()
        if self._inflow:
            self._draining = True
            asyncio.get_running_loop().call_soon(self._drain)
        elif self._reader is not None:
            self._reader.resume_reading()

    def _read_slice(self) -> None:
        try:
            self._read(self._inflow.take())
        except Garbage as garbage:
            self._die(ProtocolBroken(f"{self.host} sent {garbage}.", "The connection was closed."))

    def _read(self, chunk: bytes) -> None:
        self._spend(len(chunk))
        responses = self._framer.feed(chunk)
        for response in responses:
            if self._take(response):
                responses.close()
                self._inflow.compressed_from(self._framer.rest())
                self._deflow.compress()
                return

    @property
    def _reader(self) -> asyncio.Transport | None:
        return self._writer if self._writer is not None and not self._writer.is_closing() else None

    def _spend(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise Garbage("more than it was asked for")

    def _take(self, response: Response) -> bool:
        """Takes a response; true where what follows it is compressed (RFC 4978 §3)."""
        line = response[0]
        if not self.greeting.done():
            self.state = aioimaplib.NONAUTH
            self.greeting.set_result(line)
        elif line.startswith(b"* "):
            self._untagged(response)
        elif line.startswith(b"+"):
            self._asked_for_more(line)
        elif found := _TAGGED.match(line):
            return self._tagged(found)
        else:
            raise Garbage("something that is not IMAP")
        return False

    def _untagged(self, response: Response) -> None:
        exchange = self.pending_sync_command
        numbered = _NUMBERED.match(response[0])
        named = numbered or _NAMED.match(response[0])
        if named is None:
            raise Garbage("something that is not IMAP")
        name = named[2 if numbered else 1].upper()
        if name == b"BYE":
            self.bye = server_text(named[2])
        if isinstance(exchange, Exchange) and name in exchange.request.wanted:
            exchange.take(response)
        elif name == b"OK" and self._renumbers(response[0]):
            raise Garbage("new numbers for a mailbox that is open")
        elif self.changes.note(name, int(numbered[1]) if numbered else 0, response):
            self._stirred.set()

    def _renumbers(self, line: bytes) -> bool:
        """Do UIDs name others now (RFC 3501 §2.3.1.1)? Then nothing may be believed until the mailbox is reopened."""
        told = codes([line]).get(b"UIDVALIDITY")
        return bool(self.uidvalidity and told is not None and number(told) != self.uidvalidity)

    def note_flags(self, fetched: Fetched) -> None:
        """A FETCH that stood among those that were asked for."""
        self.changes.note_flags(fetched.number, fetched)
        self._stirred.set()

    def _tagged(self, found: re.Match[bytes]) -> bool:
        exchange = self.pending_sync_command
        if not isinstance(exchange, Exchange) or exchange.tag.encode() != found[1]:
            raise Garbage("an answer to nothing that was asked")
        self.pending_sync_command = None
        self._unsent.clear()  # a refused upload is not sent to its end
        exchange.close(found[3] or b"", found[2].decode())
        exchange.continued.set()
        if exchange.name == "IDLE":
            self._stirred.set()
        return exchange.name == "COMPRESS" and exchange.status == "OK"

    def _asked_for_more(self, line: bytes) -> None:
        exchange = self.pending_sync_command
        if not isinstance(exchange, Exchange):
            raise Garbage("a question out of turn")
        first_time = not exchange.continued.is_set()
        exchange.continued.set()
        exchange.question = line[1:].strip()
        if exchange.answers:
            self._write(*exchange.answers.popleft())
        elif exchange.name != "IDLE" or not first_time:
            raise Garbage("a question out of turn")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the library's signature
        while self._inflow and self.problem is None:  # what came before the end still counts
            self._read_slice()
        if self.bye:
            sentence = f"{self.host} ended the connection: “{self.bye}”."
        else:
            sentence = f"The connection to {self.host} was lost."
        self._fail(Unreachable(sentence, "It will be opened again."))

    def end(self) -> None:
        """Closes without a word; safe at any moment."""
        self._die(Unreachable(f"The connection to {self.host} was closed.", ""))

    def _die(self, problem: ConnectionProblem) -> None:
        self._fail(problem)
        if self._writer is not None:
            self._writer.abort()

    def _fail(self, problem: ConnectionProblem) -> None:
        self.problem = self.problem or problem
        self.state = aioimaplib.LOGOUT
        self._unsent.clear()
        self._stirred.set()
        if isinstance(self.pending_sync_command, Exchange):
            self.pending_sync_command.fail(self.problem)
        if not self.greeting.done():
            self.greeting.set_exception(self.problem)
            self.greeting.exception()  # looked at, so that the loop does not report it where nobody waits any more


async def _came(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


def server_text(text: bytes | None) -> str:
    """The server's own words, as a terminal may show them."""
    return visible((text or b"").decode("utf-8", "replace").strip())[:MAX_SERVER_TEXT]
