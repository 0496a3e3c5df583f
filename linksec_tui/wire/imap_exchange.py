"""One IMAP command under way: what is sent, what may come back for it, and how long it may take."""

# pyright: reportUnknownMemberType=false, reportUntypedBaseClass=false, reportPrivateUsage=false
# aioimaplib ships no types, and its seams are private names (pinned below 2.1 and tested for).

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from aioimaplib import aioimaplib

from linksec_tui.model.errors import ConnectionProblem
from linksec_tui.wire.imap_framer import MAX_LITERAL, Garbage
from linksec_tui.wire.imap_tokens import Argument, Response, render_command

MAX_ANSWER = 16 << 20  # bytes for one command and whatever comes unasked with it
MAX_BODY_ANSWER = MAX_LITERAL + MAX_ANSWER
MAX_RESPONSES = 100_000  # responses to one command; ours ask for chunks, a LIST is the longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command and what its answer may cost. `wanted`: the responses that belong to it; others are only noted."""

    name: str
    arguments: Sequence[Argument] = field(default=(), repr=False)  # a password may be among them
    prefix: str = ""
    wanted: frozenset[bytes] = frozenset()
    answers: tuple[bytes, ...] = field(default=(), repr=False)  # what the server is told each time it asks for more
    max_bytes: int = MAX_ANSWER
    enough: int = MAX_RESPONSES  # responses; what comes beyond them is dropped, and noted as dropped
    quiet: float = 30.0  # seconds without a byte until the connection is given up
    limit: float = 900.0  # seconds for all of it


class Exchange(aioimaplib.Command):
    """One command under way: what is still to be sent, and the responses that came."""

    def __init__(self, request: Request, tag: str) -> None:
        super().__init__(request.name, tag)
        self.request = request
        pieces = render_command([*([request.prefix] if request.prefix else []), request.name, *request.arguments])
        self.first = b"".join([tag.encode(), b" ", *pieces[0]])
        self.answers = deque([*pieces[1:], *([answer] for answer in request.answers)])
        self.responses: list[Response] = []
        self.question = b""  # the latest: a refused token's holds the reason
        self.continued = asyncio.Event()
        self.status = ""
        self.text = b""
        self.abandoned = False
        self.dropped = False
        self.deadline: asyncio.Timeout | None = None
        self.latest = asyncio.get_running_loop().time() + request.limit

    @property
    def over(self) -> bool:
        return self._event.is_set()

    def close(self, line: bytes, result: str) -> None:
        self.text, self.status = line, result
        self._event.set()

    def fail(self, problem: ConnectionProblem) -> None:
        if not self.over:
            self._exception = problem
            self._event.set()
            self.continued.set()

    def take(self, response: Response) -> None:
        if self.abandoned:
            return
        if len(self.responses) < self.request.enough:
            self.responses.append(response)
        elif self.request.enough == MAX_RESPONSES:
            raise Garbage("too many responses")
        else:
            self.dropped = True

    def stay(self) -> None:
        """Bytes moved: wait on, though not for ever."""
        if self.deadline is not None and not self.deadline.expired() and not self.over:
            now = asyncio.get_running_loop().time()
            self.deadline.reschedule(min(self.latest, now + self.request.quiet))
