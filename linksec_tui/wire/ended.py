"""A program of the person's that we started, ended for good.

asyncio tells that a program is gone only after its pipe was read to the end. It may have left more there than anybody
wants to read, and whoever left its group may keep the pipe open for ever.
"""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import Process
from contextlib import suppress
from typing import Any, cast

LAST_WORDS = 5.0  # seconds that what is left in the pipe is thrown away
_MOST_LEFT = 1 << 20  # octets of it: who writes on and on finds the pipe closed


async def ended(program: Process) -> int:
    """Its status. It leads a group of its own, which is ended with it; where it is gone already, nothing is."""
    if program.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, signal.SIGKILL)
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS):
            if program.stdout is None or await _is_empty(program.stdout):
                await program.wait()
    cast("Any", program)._transport.close()
    return -signal.SIGKILL if program.returncode is None else program.returncode


async def _is_empty(pipe: asyncio.StreamReader) -> bool:
    left = _MOST_LEFT
    while left > 0 and (piece := await pipe.read(1 << 16)):
        left -= len(piece)
    return left > 0
