"""`format=flowed` → paragraphs on one line each (RFC 3676): the reader's window breaks them, not the sender's."""

from __future__ import annotations

_SIGNATURE = "-- "


def unflow(text: str, *, delsp: bool = False) -> str:
    """`text` with its soft line breaks undone; `delsp`: the blank at a soft break is not the text's (RFC 3676 §4.2)."""
    lines: list[str] = []
    paragraph: list[str] = []
    depth_before = 0
    for raw in text.split("\n"):
        depth, line = _unquoted(raw.removesuffix("\r"))
        soft = line.endswith(" ") and line != _SIGNATURE
        if paragraph and (depth != depth_before or line == _SIGNATURE):  # §4.5: a change of depth ends a paragraph
            lines.append(_quoted(depth_before, "".join(paragraph)))
            paragraph = []
        paragraph.append(line[:-1] if soft and delsp else line)
        depth_before = depth
        if not soft:
            lines.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
    if paragraph:
        lines.append(_quoted(depth_before, "".join(paragraph)))
    return "\n".join(lines)


def _unquoted(line: str) -> tuple[int, str]:
    depth = len(line) - len(line.lstrip(">"))
    line = line[depth:]
    return depth, line.removeprefix(" ")  # §4.4: one blank is stuffing


def _quoted(depth: int, line: str) -> str:
    return f"{'>' * depth} {line}".rstrip() if depth else line
