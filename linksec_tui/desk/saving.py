"""Messages out of the mailbox into files: one each (.eml), or all in one (mbox).

Whole or not at all, and never over another: a file is written beside its place, is on the disk before it gets its name,
and only its owner may read it.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.rooms import Rooms
from linksec_tui.formats.file_name import numbered, safe_name
from linksec_tui.formats.mbox import render_entry
from linksec_tui.model.errors import BadInput, MailboxRefused
from linksec_tui.model.message import Header
from linksec_tui.model.visible import visible
from linksec_tui.store.durable import sync_directory

MBOX = ".mbox"
EML = ".eml"

Told = Callable[[int, int], None]  # how many are done, of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of it. `left_out`: messages that were gone, by subject."""

    count: int
    place: Path
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """The verbs."""

    rooms: Rooms
    correspondence: Correspondence

    async def save(self, ids: Sequence[int], place: Path, told: Told | None = None) -> Saved:
        """Into `….mbox`, into `….eml` where it is one, else into a directory, a file each. Raises BadInput,
        ConnectionProblem where a message must be fetched and cannot."""
        place = _expanded(place)
        headers = sorted((await self.correspondence.rows(ids)).values(), key=lambda each: each.id)
        if not headers:
            raise BadInput("There is nothing to save.", "Choose a message first.")
        letters = self._letters(headers, told or _nobody)
        if place.suffix.lower() == MBOX:
            return await self._into_mbox(letters, place)
        if place.suffix.lower() == EML and len(headers) == 1:
            return await self._into_file(letters, place)
        return await self._into_directory(letters, place)

    async def _letters(self, headers: Sequence[Header], told: Told) -> AsyncIterator[tuple[Header, bytes | None]]:
        """Each with its octets, None where it is gone."""
        for number, header in enumerate(headers, 1):
            try:
                raw = await self.correspondence.raw(header.id)
            except (MailboxRefused, BadInput):
                raw = None
            yield header, raw
            told(number, len(headers))

    async def _into_mbox(self, letters: AsyncIterator[tuple[Header, bytes | None]], place: Path) -> Saved:
        done, gone = 0, list[str]()
        async with _new_file(place) as stream:
            async for header, raw in letters:
                if raw is None:
                    gone.append(header.subject)
                    continue
                entry = render_entry(raw, header.sender_address, header.received_at)
                await asyncio.to_thread(stream.write, entry)
                done += 1
        return Saved(count=done, place=place, left_out=tuple(gone))

    async def _into_file(self, letters: AsyncIterator[tuple[Header, bytes | None]], place: Path) -> Saved:
        async for header, raw in letters:
            if raw is None:
                raise BadInput(f"“{header.subject}” is not on the server any more.", "It was not saved.")
            async with _new_file(place) as stream:
                await asyncio.to_thread(stream.write, raw)
        return Saved(count=1, place=place)

    async def _into_directory(self, letters: AsyncIterator[tuple[Header, bytes | None]], place: Path) -> Saved:
        if not await asyncio.to_thread(place.is_dir):
            raise BadInput(
                f"{visible(str(place))} is not a directory.", "End the name in .mbox for one file, or name a directory."
            )
        done, gone = 0, list[str]()
        async for header, raw in letters:
            if raw is None:
                gone.append(header.subject)
                continue
            await self._beside_others(raw, place, file_name(header))
            done += 1
        return Saved(count=done, place=place, left_out=tuple(gone))

    async def _beside_others(self, raw: bytes, place: Path, name: str) -> None:
        """Under the first of its names that nobody has."""
        for number in count(1):
            with suppress(FileExistsError):
                async with _new_file(place / numbered(name, number), taken=FileExistsError) as stream:
                    await asyncio.to_thread(stream.write, raw)
                return


def file_name(header: Header) -> str:
    """`2026-01-31 Lunch.eml`: in the order of their dates, and safe on every system."""
    subject = safe_name(header.subject.replace("/", "_").replace("\\", "_")[:100] or "no subject", "", "")
    return f"{header.received_at:%Y-%m-%d} {subject}{EML}"


@asynccontextmanager
async def _new_file(place: Path, taken: type[Exception] = BadInput) -> AsyncGenerator[BinaryIO]:
    """A file that gets its name when everything is in it. Raises `taken` where that name exists."""
    try:
        descriptor, name = await asyncio.to_thread(tempfile.mkstemp, dir=place.parent, prefix=f".{place.name[:60]}.")
        beside = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
                await asyncio.to_thread(_sync, stream)
            await asyncio.to_thread(_give_name, beside, place)
        finally:
            await asyncio.to_thread(beside.unlink, missing_ok=True)
    except FileExistsError as error:
        if taken is FileExistsError:
            raise
        raise BadInput(
            f"{visible(str(place))} exists already.", "Name another file; nothing is overwritten."
        ) from error
    except OSError as error:
        raise BadInput(f"{visible(str(place))} cannot be written ({error.strerror}).", "Name another place.") from error


def _sync(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _give_name(beside: Path, place: Path) -> None:
    """The system itself refuses what would overwrite."""
    place.hardlink_to(beside)
    sync_directory(place.parent)


def _expanded(place: Path) -> Path:
    try:
        return place.expanduser()
    except RuntimeError as error:
        raise BadInput(f"There is no place like {visible(str(place))}.", "Name another one.") from error


def _nobody(done: int, of: int) -> None: ...
