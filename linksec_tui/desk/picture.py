"""A picture of a message made fit for the screen, by a program of its own that is bounded in memory and in time.

Nothing of the picture is believed: what comes back is checked for its length and its letters before anybody draws it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from linksec_tui.desk.pipe import feed, read
from linksec_tui.model.errors import BadInput
from linksec_tui.model.picture import Canvas, Drawing, Picture
from linksec_tui.wire.ended import ended

MOST_OCTETS = 32 << 20  # of a picture that is looked at
MOST_PIXELS = 50_000_000  # a large camera's; 150 MB while it is decoded
MOST_SIDE = 2_000  # pixels of what is drawn
MOST_DRAWN = 16 << 20  # octets that come back
PATIENCE = 15.0  # seconds, with a machine that does much else

_CHILD = Path(__file__).with_name("picture_child.py")
_FORMS = {Drawing.BLOCKS: "rgb", Drawing.BLANKS: "rgb", Drawing.KITTY: "png", Drawing.SIXEL: "sixel"}
_SIXEL = re.compile(rb"[\x3f-\x7e0-9;!#$\"-]*\Z")  # no control character: nothing in it ends the sequence
_PNG = b"\x89PNG\r\n\x1a\n"
_NEXT = "Open it on the desktop, or save it."
_PROBLEMS = {
    "kind": "This is no PNG, JPEG, GIF or WebP; other pictures are not shown here.",
    "memory": "The picture needs more memory than it may have.",
    "broken": "The picture is broken, and nothing of it can be shown.",
}


async def picture_of(content: bytes, canvas: Canvas) -> Picture:
    """Raises BadInput, with one sentence, where it cannot or should not be shown."""
    if importlib.util.find_spec("PIL") is None:
        raise BadInput("Showing pictures needs Pillow.", "Install it with: pip install 'linksec-tui[images]'")
    if len(content) > MOST_OCTETS:
        raise BadInput(f"The picture is larger than {MOST_OCTETS >> 20} MB, and is not decoded.", _NEXT)
    head, _, octets = (await _run(content, json.dumps(_wish(canvas)))).partition(b"\n")
    return _judged(_told(head), octets, canvas)


def _wish(canvas: Canvas) -> dict[str, object]:
    return {
        "width": min(canvas.columns * canvas.cell_width, MOST_SIDE),
        "height": min(canvas.lines * canvas.cell_height, MOST_SIDE),
        "tall": 2 if canvas.drawing is Drawing.BLANKS else 1,  # a cell is twice as high as it is wide
        "ground": canvas.ground,
        "form": _FORMS[canvas.drawing],
        "pixels": MOST_PIXELS,
    }


async def _run(content: bytes, wish: str) -> bytes:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(_CHILD), wish),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.defpath},
        start_new_session=True,  # none of the terminal's signals
    )
    assert running.stdin is not None
    assert running.stdout is not None
    feeding = asyncio.create_task(feed(running.stdin, content))
    try:
        async with asyncio.timeout(PATIENCE):
            answer, cut = await read(running.stdout, MOST_DRAWN)
            if not cut:
                await running.wait()
    except TimeoutError:
        raise BadInput("The picture takes too long to decode, and was given up.", _NEXT) from None
    finally:
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
        await ended(running)
    if cut:
        raise BadInput(_PROBLEMS["memory"], _NEXT)
    return answer


def _told(head: bytes) -> dict[str, Any]:
    """Nothing, where the decoder was ended by one of its limits."""
    with suppress(ValueError):
        told = json.loads(head[:1000])
        if isinstance(told, dict):
            return cast("dict[str, Any]", told)
    return {"problem": "memory"}


def _judged(told: dict[str, Any], octets: bytes, canvas: Canvas) -> Picture:
    match told.get("problem"):
        case None:
            pass
        case "large":
            size = f"{told['width']} × {told['height']}"
            raise BadInput(f"The picture says that it has {size} pixels, and is not decoded.", _NEXT)
        case problem:
            raise BadInput(_PROBLEMS.get(str(problem), _PROBLEMS["broken"]), _NEXT)
    picture = Picture(
        drawing=canvas.drawing,
        kind=str(told["kind"]),
        width=int(told["width"]),
        height=int(told["height"]),
        across=int(told["across"]),
        down=int(told["down"]),
        octets=octets,
        moves=bool(told.get("moves")),
        broken=bool(told.get("broken")),
    )
    if not _sound(picture, canvas):
        raise BadInput(_PROBLEMS["broken"], _NEXT)
    return picture


def _sound(picture: Picture, canvas: Canvas) -> bool:
    """Is it what was asked for, and nothing else?"""
    columns, lines = picture.cells(canvas)
    if not (0 < columns <= canvas.columns and 0 < lines <= canvas.lines):
        return False
    match canvas.drawing:
        case Drawing.KITTY:
            return picture.octets.startswith(_PNG)
        case Drawing.SIXEL:
            return bool(_SIXEL.match(picture.octets))
        case _:
            return len(picture.octets) == 3 * picture.across * picture.down
