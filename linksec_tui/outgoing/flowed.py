"""The letter's text → format=flowed lines (RFC 3676): long paragraphs fold and unfold, quotes and signature stay."""

from __future__ import annotations

import re

WIDTH = 76  # RFC 3676 §4.2: lines shorter than 79, the trailing blank and some quoting included

_QUOTE = re.compile(r"(?:> ?)*>")
_SIGNATURE = "-- "


def render_flowed(text: str) -> str:
    """The text with CRLF line ends; lines that end in a blank go on in the next one."""
    lines: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text):
        lines += _flowed(line)
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line}\r\n" for line in lines)


def _flowed(line: str) -> list[str]:
    if line == _SIGNATURE:
        return [line]
    quote = _QUOTE.match(line)
    prefix = ">" * quote.group().count(">") if quote else ""
    content = line[quote.end() :].removeprefix(" ") if quote else line
    content = content.rstrip(" ")  # a blank at the end would make a hard line end soft
    if prefix:
        return [f"{prefix} {piece}" if piece else prefix for piece in _pieces(content, WIDTH - len(prefix) - 1)]
    return [_stuffed(piece) for piece in _pieces(content, WIDTH - 1)]


def _stuffed(line: str) -> str:
    """RFC 3676 §4.4: what would be read as a quote or an mbox separator gets a blank in front."""
    return f" {line}" if line.startswith((" ", ">", "From ")) else line


def _pieces(content: str, width: int) -> list[str]:
    """The content cut behind blanks; every piece but the last one ends in a blank."""
    pieces: list[str] = []
    while len(content) > width:
        cut = content.rfind(" ", 0, width) + 1
        if not cut or not content[:cut].strip():
            cut = content.find(" ", width) + 1  # a word longer than the line stays whole
        if not cut or not content[cut:].strip(" "):
            break
        pieces.append(content[:cut])
        content = content[cut:]
    return [*pieces, content]
