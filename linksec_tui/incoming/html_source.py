"""HTML as strangers write it → HTML that a parser reads in linear time: bounded in size, depth and attributes.

Lexbor takes more than a second for twenty thousand nested elements, or as many attributes (measured), and a message
may hold many times that. Comments, scripts and styles go too: nobody reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_HTML = 16 << 20  # characters; most of a large page is not text
MAX_DEPTH = 200  # elements in elements; newsletters reach forty
MAX_SHEETS = 20
MAX_SHEET = 100_000  # characters of one style sheet
MAX_TAG = 1024  # characters of a tag that are looked at attribute by attribute

_TAG = re.compile(r"<!--|<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})[^<>]*>?")
_LINK = re.compile(r"""\bhref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.IGNORECASE)
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
# Their end may be left out, so they say nothing about depth.
_UNCLOSED = frozenset({"p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "html", "body"})
_UNREAD = frozenset({"script", "style"})
_UNREAD_END = re.compile(r"</(?:script|style)[^<>]*>?", re.IGNORECASE)
_COMMENT_END = re.compile(r"-->")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is parsed of a page, and its style sheets apart; `cut` where something is missing."""

    html: str
    sheets: str
    cut: bool


def bounded_html(html: str, most: int = MAX_HTML) -> Source:
    """At most `most` characters of a page, as a parser can bear them."""
    walk = _Walk()
    kept = "".join(walk.pieces(html[:most]))
    return Source(html=kept, sheets="\n".join(walk.sheets), cut=len(html) > most or walk.too_deep)


class _Walk:
    def __init__(self) -> None:
        self.depth = 0
        self.too_deep = False
        self.sheets: list[str] = []

    def pieces(self, source: str) -> Iterator[str]:
        at = 0
        while found := _TAG.search(source, at):
            yield source[at : found.start()]
            at = found.end()
            name = (found[2] or "").lower()
            if not name:
                at = _after(_COMMENT_END, source, at)
            elif name in _UNREAD:
                at = at if found[1] else self._unread(name, source, at)
            elif self._keeps(name, closing=bool(found[1])):
                yield _tag(found[0], name, closing=bool(found[1]))
        yield source[at:]

    def _unread(self, name: str, source: str, at: int) -> int:
        end = _UNREAD_END.search(source, at)
        if name == "style" and len(self.sheets) < MAX_SHEETS:
            self.sheets.append(source[at : end.start() if end else len(source)][:MAX_SHEET])
        return end.end() if end else len(source)

    def _keeps(self, name: str, *, closing: bool) -> bool:
        """Counts how deep the reader is by now. Past the limit, tags are left out and their text stays."""
        if name in _VOID:
            return True
        counted = name not in _UNCLOSED
        if closing:
            inside = self.depth <= MAX_DEPTH
            self.depth = max(0, self.depth - counted)
            return inside
        self.depth += counted
        self.too_deep = self.too_deep or self.depth > MAX_DEPTH
        return self.depth <= MAX_DEPTH


def _tag(text: str, name: str, *, closing: bool) -> str:
    if len(text) <= MAX_TAG:
        return text
    link = None if closing else _LINK.search(text)
    target = next((group for group in link.groups() if group), "") if link else ""
    return f'<{name} href="{target.replace(chr(34), "%22")}">' if target else f"<{'/' if closing else ''}{name}>"


def _after(end: re.Pattern[str], source: str, at: int) -> int:
    found = end.search(source, at)
    return found.end() if found else len(source)
