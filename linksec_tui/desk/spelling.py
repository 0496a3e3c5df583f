"""Which words no dictionary has: asked of hunspell, or else aspell, as their pipes are (`-a`, ispell's protocol).

The program is started when first asked and lives as long as the desk; a word is never an argument or a command: each
goes on a line of its own behind `^`, which takes it literally.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from linksec_tui.model.errors import LinksecError

PATIENCE = 10.0  # seconds for one answer: a dictionary is read first
MOST = 2_000  # words at a time
MAX_WORD = 60
_END = 5.0  # seconds that it may take to end


class NoDictionary(LinksecError):
    """Nothing can be marked."""


@dataclass(slots=True, kw_only=True)
class Spelling:
    """`dictionary` as [compose] spelling names it; empty: every word is right."""

    dictionary: str
    _process: asyncio.subprocess.Process | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def misspelt(self, words: Iterable[str]) -> frozenset[str]:
        """Those of the words that the dictionary does not have. Raises NoDictionary."""
        if not self.dictionary:
            return frozenset()
        asked = [word for word in words if len(word) <= MAX_WORD and word.isprintable()][:MOST]
        async with self._asking:
            try:
                async with asyncio.timeout(PATIENCE):
                    return frozenset([word for word in asked if not await self._knows(word)])
            except (OSError, TimeoutError, EOFError, ValueError):
                await self.close()
                raise NoDictionary(
                    f"The dictionary “{self.dictionary}” cannot be asked.",
                    "Install it for hunspell or aspell, or change [compose] spelling.",
                ) from None

    async def _knows(self, word: str) -> bool:
        process = self._process or await self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"^{word}\n".encode())
        await process.stdin.drain()
        known = True
        # a line for each word that it found, then an empty one; & and # begin what it does not have
        while line := (await process.stdout.readline()).rstrip(b"\r\n"):
            known = known and line[:1] not in (b"&", b"#", b"?")
        if process.stdout.at_eof():
            raise EOFError
        return known

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *_command(self.dictionary),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # the terminal's signals are not for it
        )
        self._process = process
        assert process.stdout is not None
        if not (await process.stdout.readline()).startswith(b"@"):  # it says who it is
            raise EOFError
        return process

    async def close(self) -> None:
        """The program ends."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END):
                await process.wait()


def _command(dictionary: str) -> list[str]:
    """Raises NoDictionary where neither program is installed."""
    if (hunspell := shutil.which("hunspell")) is not None:
        return [hunspell, "-i", "utf-8", "-d", dictionary, "-a"]
    if (aspell := shutil.which("aspell")) is not None:
        return [aspell, "--encoding=utf-8", f"--lang={dictionary.split(',')[0]}", "-a"]
    raise NoDictionary("Neither hunspell nor aspell is installed.", "Install one, or leave [compose] spelling out.")
