"""The small signs beside badges: marks of a message, and the lines that a path is drawn with."""

from __future__ import annotations

from dataclasses import dataclass

from linksec_tui.model.ladder import Glyphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """One set of signs. None of them is a badge's glyph."""

    unread: str
    starred: str
    bounce: str
    attachment: str
    answered: str
    forwarded: str
    both: str  # answered and forwarded
    below: str  # answers what stands above
    selected: str
    ellipsis: str
    arrow: str
    back: str
    strong_line: str
    weak_line: str
    no_line: str
    down: str
    bullet: str
    caution: str
    chosen: str
    station: str
    bar: str
    ascending: str
    descending: str
    run: str  # a stretch of a drawn bar
    gap: str  # a stretch of which nothing is known yet
    vouched: str  # the sender's domain vouches for a message
    disowned: str  # it does not


_UNICODE = Marks(
    unread="•", starred="★", bounce="↶", attachment="+", answered="«", forwarded="»", both="×", below="└",
    selected="▸", ellipsis="…", arrow="→", back="←",
    strong_line="┃", weak_line="╎", no_line="·", down="▼", bullet="·", caution="▲", chosen="▪", station="■", bar="│",
    ascending="↑", descending="↓", run="━", gap="┄",
    vouched="✓", disowned="≠",
)  # fmt: skip
_ASCII = Marks(
    unread="N", starred="S", bounce="B", attachment="A", answered="r", forwarded="f", both="&", below="`",
    selected=">", ellipsis="~", arrow=">", back="<",
    strong_line="|", weak_line=":", no_line=".", down="v", bullet="-", caution="^", chosen="=", station="o", bar="|",
    ascending="^", descending="v", run="=", gap=".",
    vouched="V", disowned="F",
)  # fmt: skip


def marks(glyphs: Glyphs) -> Marks:
    return _UNICODE if glyphs is Glyphs.UNICODE else _ASCII
