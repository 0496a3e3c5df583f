"""The first eavesdropper: records every byte of every link between the provider and the exchangers.

Where the impostor has put himself between the two ends of a TLS connection, the tap gets what he reads: from his
handshake on, that link's record is the decrypted text.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from linksec_tui.model.eavesdrop import Direction, Overheard, TappedLink

from .pki import clock

MAX_LINK = 4 * 1024 * 1024  # bytes kept of one connection: a letter with an attachment is seen whole
MAX_LINKS = 200  # connections kept; the oldest are forgotten first
MAX_TOTAL = 64 * 1024 * 1024  # bytes kept in all


@dataclass(slots=True, kw_only=True)
class _Record:
    link: TappedLink
    chunks: list[Overheard] = field(default_factory=list[Overheard])
    size: int = 0

    def frozen(self) -> TappedLink:
        return replace(self.link, chunks=tuple(self.chunks))


class LineTap:
    """The tap (a `model.eavesdrop.Tap`): written from the world's thread, read from any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[int, _Record] = {}
        self._listeners: dict[int, Callable[[int], None]] = {}
        self._links = 0
        self._listened = 0
        self.silent = asyncio.Event()  # set while no link is open, and everybody has been told so
        self.silent.set()

    def links(self) -> tuple[TappedLink, ...]:
        with self._lock:
            return tuple(record.frozen() for record in self._records.values())

    def listen(self, heard: Callable[[int], None]) -> Callable[[], None]:
        with self._lock:
            self._listened += 1
            number = self._listened
            self._listeners[number] = heard

        def stop() -> None:
            with self._lock:
                self._listeners.pop(number, None)

        return stop

    def clear(self) -> None:
        """Forgets what was heard; links that are still open go on without a past."""
        with self._lock:
            self._records = {
                number: _Record(link=replace(record.link, unrecorded=0))
                for number, record in self._records.items()
                if record.link.open
            }

    def opened(self, domain: str, exchanger: str) -> int:
        """A connection begins; returns its number."""
        with self._lock:
            self._links += 1
            link = TappedLink(
                number=self._links, domain=domain, exchanger=exchanger, chunks=(), open=True, impostor=False
            )
            self._records[link.number] = _Record(link=link)
            self._forget()
            number = link.number
        self.silent.clear()
        self._tell(number)
        return number

    def heard(self, number: int, direction: Direction, content: bytes) -> None:
        with self._lock:
            record = self._records.get(number)
            if record is None:
                return
            kept = content[: MAX_LINK - record.size]
            record.size += len(kept)
            if kept:
                record.chunks.append(Overheard(direction=direction, content=kept, at=clock()))
            if len(kept) < len(content):
                missed = record.link.unrecorded + len(content) - len(kept)
                record.link = replace(record.link, unrecorded=missed)
            self._forget()
        self._tell(number)

    def meddled(self, number: int) -> None:
        """The impostor laid hands on this link."""
        self._change(number, lambda link: replace(link, impostor=True))

    def closed(self, number: int) -> None:
        self._change(number, lambda link: replace(link, open=False))
        with self._lock:
            is_silent = not any(record.link.open for record in self._records.values())
        if is_silent:
            self.silent.set()

    def _change(self, number: int, changed: Callable[[TappedLink], TappedLink]) -> None:
        with self._lock:
            record = self._records.get(number)
            if record is None:
                return
            record.link = changed(record.link)
        self._tell(number)

    def _forget(self) -> None:
        """Keeps within the bounds; called with the lock held."""
        total = sum(record.size for record in self._records.values())
        closed = [number for number, record in self._records.items() if not record.link.open]
        for number in closed:
            if len(self._records) <= MAX_LINKS and total <= MAX_TOTAL:
                break
            total -= self._records.pop(number).size

    def _tell(self, number: int) -> None:
        """Later, from the world's loop: a listener may ask for the links, and if it breaks, no link breaks with it."""
        with self._lock:
            listeners = tuple(self._listeners.values())
        loop = asyncio.get_running_loop()
        for heard in listeners:
            loop.call_soon(heard, number)
