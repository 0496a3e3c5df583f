"""The last barrier against hostile text: no control character leaves a widget for the terminal.

Textual passes escape sequences in a string on to the terminal from every widget, so what `visible` should have
caught where it was parsed is dropped here once more, from every segment of every line.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_DROPPED = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *_BIDI])


def harmless(text: str) -> str:
    """`text` without control characters and bidirectional controls."""
    return text if text.isprintable() else text.translate(_DROPPED)


class Guard(LineFilter):
    """Drops control characters from every segment that is about to be written to the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        return [
            segment if segment.text.isprintable() else Segment(harmless(segment.text), segment.style, segment.control)
            for segment in segments
        ]
