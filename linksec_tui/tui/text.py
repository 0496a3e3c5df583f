"""Words for widgets, ours and foreign: never markup, and never a control character.

Textual takes the characters 7, 8, 11, 12 and 13 out of a text after it has counted where its styles begin and end; a
subject with one of them ended the program. So every string passes `visible_text` once more before it gets a style.
"""

from __future__ import annotations

from textual.content import Content
from textual.style import Style

from linksec_tui.model.visible import visible_text

Piece = Content | str | tuple[str, str | Style]


def plain(text: str) -> Content:
    """`text` without a style."""
    return Content(_shown(text))


def styled(text: str, style: str) -> Content:
    """`text` in one style."""
    return Content.styled(_shown(text), style)


def assemble(*pieces: Piece) -> Content:
    """Pieces one after another: content, plain words, or (words, style)."""
    return Content.assemble(*(_piece(piece) for piece in pieces))


def cut(text: Content, room: int, ellipsis: str) -> Content:
    """`text` in `room` cells or fewer; what is cut ends in the terminal's sign for it."""
    if text.cell_length <= room:
        return text
    return assemble(text.truncate(max(room - len(ellipsis), 1)).rstrip(), ellipsis)


def counted(number: int, thing: str) -> str:
    """“1 message”, “1,200 messages”."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _piece(piece: Piece) -> Piece:
    match piece:
        case str():
            return _shown(piece)
        case Content():
            return piece
        case (text, style):
            return (_shown(text), style)


def _shown(text: str) -> str:
    return text if text.isascii() and text.isprintable() else visible_text(text)
