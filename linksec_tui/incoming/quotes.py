"""A text → its quotations and its signature, so that they can be folded and dimmed (RFC 3676 §4.3, §4.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linksec_tui.model.reading import Sort, Stretch

MAX_TEXT = 1 << 20  # characters that are looked through; a longer text is no answer to anything
MAX_STRETCHES = 10_000  # of one text; what comes after is simply text

# Lines that begin with > follow one another; an empty line between two of them belongs to them.
_QUOTED = re.compile(r"^>[^\n]*(?:\n(?:[ \t]*\n)?>[^\n]*)*+\n?", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- $", re.MULTILINE)
# Outlook and its kin quote without a mark: everything behind such a line is the earlier letter. Not so behind
# “Forwarded message”: what is passed on is what there is to read.
_EARLIER = re.compile(
    r"^(?:-{4,10} ?(?:Original Message|Original Appointment|Ursprüngliche Nachricht|"
    r"Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht) ?-{4,10}|"
    r"_{20,60}\n(?:From|Von|De|Da|Van): )",
    re.MULTILINE | re.IGNORECASE,
)
_LONGEST_SIGNATURE = 4000  # characters; what is longer after "-- " is a letter


def stretches(text: str) -> tuple[Stretch, ...]:
    """The text's stretches in their order; they never overlap."""
    found = list(_found(text if len(text) <= MAX_TEXT else text[: text.rfind("\n", 0, MAX_TEXT) + 1]))
    return tuple(found[:MAX_STRETCHES])


def _found(text: str) -> Iterator[Stretch]:
    earlier = _EARLIER.search(text)
    end = earlier.start() if earlier else len(text)
    signature = _signature(text, end)
    at = 0
    while match := _QUOTED.search(text, at, signature):
        at = match.end()
        yield Stretch(sort=Sort.QUOTE, start=match.start(), end=at)
    if signature < end:
        yield Stretch(sort=Sort.SIGNATURE, start=signature, end=end)
    if earlier:
        yield Stretch(sort=Sort.QUOTE, start=end, end=len(text))


def _signature(text: str, end: int) -> int:
    """Where it begins: behind the last such line, unless another quotation follows. `end` where there is none."""
    start = end
    for match in _SIGNATURE.finditer(text, max(0, end - _LONGEST_SIGNATURE), end):
        start = match.start()
    return end if start == end or _QUOTED.search(text, start, end) else start
