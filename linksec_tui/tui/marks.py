"""The small signs beside badges: marks of a message, and the lines that a path is drawn with."""

from __future__ import annotations

from dataclasses import dataclass

from linksec_tui.tui.badge import Glyphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """One set of signs. None of them is a badge's glyph."""

    unread: str
    starred: str
    bounce: str
    attachment: str
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


_UNICODE = Marks(
    unread="•", starred="★", bounce="↶", attachment="+", selected="▸", ellipsis="…", arrow="→", back="←",
    strong_line="┃", weak_line="╎", no_line="·", down="▼", bullet="·", caution="▲", chosen="▪", station="■", bar="│",
)  # fmt: skip
_ASCII = Marks(
    unread="N", starred="S", bounce="B", attachment="A", selected=">", ellipsis="~", arrow=">", back="<",
    strong_line="|", weak_line=":", no_line=".", down="v", bullet="-", caution="^", chosen="=", station="o", bar="|",
)  # fmt: skip


def marks(glyphs: Glyphs) -> Marks:
    return _UNICODE if glyphs is Glyphs.UNICODE else _ASCII
