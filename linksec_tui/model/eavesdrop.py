"""The demonstration's two eavesdroppers, as the front ends see them: promises that the world keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Direction(StrEnum):
    FROM_PROVIDER = "→"
    FROM_EXCHANGER = "←"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overheard:
    """Bytes that crossed one relay link, as they crossed it."""

    direction: Direction
    content: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TappedLink:
    """One connection between the provider and an exchanger. `number` counts up from 1 in order of time.

    `chunks` hold what the eavesdroppers could read: the bytes of the wire, and once the impostor has put himself in
    the place of the exchanger's certificate, the text that he decrypts.
    """

    number: int
    domain: str
    exchanger: str
    chunks: tuple[Overheard, ...]
    open: bool
    impostor: bool  # the impostor had its hands in this connection
    unrecorded: int = 0  # bytes beyond what the tap keeps of one connection

    def bytes_seen(self, direction: Direction) -> bytes:
        return b"".join(chunk.content for chunk in self.chunks if chunk.direction is direction)

    @property
    def in_clear_after_greeting(self) -> bool:
        """Did a message cross readably? (a DATA command that anybody could read)"""
        return b"\r\nDATA\r\n" in self.bytes_seen(Direction.FROM_PROVIDER)


class Tap(Protocol):
    """Records every byte of every relay link. Safe to call from any thread."""

    def links(self) -> tuple[TappedLink, ...]:
        """All links so far, oldest first."""
        ...

    def listen(self, heard: Callable[[int], None]) -> Callable[[], None]:
        """Call `heard(link number)` from the world's thread after each chunk; returns the way to stop it."""
        ...

    def clear(self) -> None:
        """Forget what was heard."""
        ...


class ImpostorMode(StrEnum):
    OFF = "off"
    STRIP = "strip"  # removes STARTTLS from the exchanger's answer
    CERTIFICATE = "certificate"  # answers STARTTLS with a certificate of its own


class Impostor(Protocol):
    """Stands between provider and exchangers when switched on. Safe to call from any thread."""

    @property
    def mode(self) -> ImpostorMode: ...

    def switch(self, mode: ImpostorMode) -> None: ...
