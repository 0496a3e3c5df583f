"""A part of a message through a shell command of the person's own; what it says comes back as visible text."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible_text
from linksec_tui.wire.ended import ended

MAX_OUTPUT = 1 << 20  # octets of what it says
PATIENCE = 60.0  # seconds; a program that waits for a person belongs on the terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Piped:
    """What a command said, and how it ended."""

    text: str
    status: int
    cut: bool = False


async def run_piped(command: str, content: bytes) -> Piped:
    """Raises BadInput where it does not end in time."""
    running = await asyncio.create_subprocess_shell(
        command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # a group of its own, which can be ended as one
    )
    assert running.stdin is not None
    assert running.stdout is not None
    feeding = asyncio.create_task(feed(running.stdin, content))
    try:
        async with asyncio.timeout(PATIENCE):
            said, cut = await read(running.stdout, MAX_OUTPUT)
            if not cut:
                await running.wait()
    except TimeoutError:
        raise BadInput(
            f"The command did not end within {PATIENCE:.0f} seconds, and is not waited for any longer.",
            "Give it the terminal, if it waits for you.",
        ) from None
    finally:
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
        status = await ended(running)
    return Piped(text=visible_text(said.decode("utf-8", "replace")), status=status, cut=cut)


async def feed(stream: asyncio.StreamWriter, content: bytes) -> None:
    """As much as it takes."""
    with suppress(OSError):  # it has read enough, as `head` does
        for at in range(0, len(content), 1 << 16):
            stream.write(content[at : at + (1 << 16)])
            await stream.drain()
    stream.close()


async def read(stream: asyncio.StreamReader, most: int) -> tuple[bytes, bool]:
    """What is written, and whether there is more than that."""
    pieces: list[bytes] = []
    room = most
    while room > 0 and (piece := await stream.read(min(room, 1 << 16))):
        pieces.append(piece)
        room -= len(piece)
    return b"".join(pieces), room <= 0
