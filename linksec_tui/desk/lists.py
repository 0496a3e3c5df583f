"""Lists of recipients in, results out."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Iterable
from pathlib import Path

from linksec_tui.desk.results_file import write_results
from linksec_tui.formats.recipient_list import read_recipient_list
from linksec_tui.model.checked import RecipientList, Result
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible

MAX_LIST = 16 << 20  # octets of a list: a few hundred thousand addresses
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what spreadsheets call “Unicode text”


async def read_list(text: str) -> RecipientList:
    """Who is in the text; in a thread, because a long one takes seconds. Raises BadInput."""
    if len(text) > MAX_LIST:
        raise _too_large("The list")
    return await asyncio.to_thread(read_recipient_list, text)


async def read_list_file(path: Path) -> RecipientList:
    """Who is in the file. Raises BadInput."""
    return await read_list(await asyncio.to_thread(_text_of, path))


async def export(results: Iterable[Result], path: Path, *, replace: bool) -> None:
    """Write them to `path`, in the form that its name ends in. Raises BadInput.

    `replace`: the person has agreed to lose what stands there; without it nothing is ever overwritten.
    """
    await asyncio.to_thread(write_results, results, path, replace=replace)


def _text_of(path: Path) -> str:
    name = visible(str(path))
    try:
        with path.expanduser().open("rb") as stream:
            octets = stream.read(MAX_LIST + 1)
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "there is no such place"
        raise BadInput(f"{name} cannot be read ({why}).", "Check the path.") from error
    if len(octets) > MAX_LIST:
        raise _too_large(name)
    try:
        return octets.decode("utf-16" if octets[:2] in _UTF_16 else "utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not UTF-8 text.", "Save it as UTF-8.") from error


def _too_large(what: str) -> BadInput:
    return BadInput(f"{what} is larger than {MAX_LIST >> 20} MiB.", "Give a smaller one.")
