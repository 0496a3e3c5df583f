"""What a page hides from the eye, and what it would have loaded from elsewhere: both are said, neither is done.

Only what the page says in an element's own style, or in a plain rule for a class, is believed; rules for certain
screens hide for those screens alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MAX_STYLE = 2000  # characters of one element's style
MAX_SHEETS = 200_000  # characters of all style sheets
MAX_CLASSES = 200

_NOTHING = r"0*(?:\.0+)?(?:px|pt|em|%)?\s*(?:;|\Z|!)"
_HIDING = re.compile(
    rf"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*(?:{_NOTHING}|[01](?:\.\d+)?px)|"
    rf"(?:\A|[;\s])opacity\s*:\s*{_NOTHING}|max-height\s*:\s*{_NOTHING}|text-indent\s*:\s*-\d{{4,}}px",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?:\A|[;\s])(background-)?color\s*:\s*(#[0-9a-f]{3,8}|[a-z]{3,20})\b", re.IGNORECASE)
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_CLASS = re.compile(r"\.([A-Za-z_-][\w-]{0,80})\Z")
_REMOTE_IN_STYLE = re.compile(r"url\(\s*['\"]?\s*(?:https?:)?//", re.IGNORECASE)
_REMOTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_TINY = re.compile(r"\s*[01](?:px)?\s*\Z")
_AT_RULE = re.compile(r"@[a-zA-Z-]+[^{};]{0,500}\{")

Attributes = Mapping[str, str | None]


def hidden_classes(sheets: str) -> frozenset[str]:
    """The classes that a page's style sheets hide everywhere."""
    found: set[str] = set()
    for match in _RULE.finditer(_everywhere(sheets[:MAX_SHEETS])):
        if _HIDING.search(match[2]) and len(found) < MAX_CLASSES:
            names = (_CLASS.search(each.strip()) for each in match[1].split(","))
            found.update(name[1] for name in names if name)
    return frozenset(found)


def is_hidden(attributes: Attributes, classes: frozenset[str]) -> bool:
    """Does the page hide this element from the eye?"""
    if "hidden" in attributes:
        return True
    style = (attributes.get("style") or "")[:MAX_STYLE]
    if style and (_HIDING.search(style) or _is_one_colour(style)):
        return True
    return bool(classes) and not classes.isdisjoint((attributes.get("class") or "")[:MAX_STYLE].split())


def is_remote(attributes: Attributes) -> bool:
    """Would a browser fetch something for it?"""
    return any(_REMOTE.match(attributes.get(name) or "") for name in ("src", "background")) or bool(
        _REMOTE_IN_STYLE.search((attributes.get("style") or "")[:MAX_STYLE])
    )


def is_tracker(image: Attributes) -> bool:
    """A picture too small to be seen is there to tell its sender that somebody looked."""
    style = (image.get("style") or "")[:MAX_STYLE]
    sizes = [image.get("width") or "", image.get("height") or ""]
    return any(_TINY.match(size) for size in sizes if size) or bool(
        re.search(r"(?:\A|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|\Z|!)", style, re.IGNORECASE)
    )


def _is_one_colour(style: str) -> bool:
    """Letters in the colour of their ground."""
    colours = {bool(match[1]): match[2].lower() for match in _COLOUR.finditer(style)}
    return len(colours) == 2 and colours[True] == colours[False]


def _everywhere(sheets: str) -> str:
    """The sheets without their rules for certain screens."""
    pieces: list[str] = []
    at = 0
    while begin := _AT_RULE.search(sheets, at):
        pieces.append(sheets[at : begin.start()])
        at = _closed(sheets, begin.end())
    return "".join([*pieces, sheets[at:]])


def _closed(sheets: str, at: int) -> int:
    depth = 1
    while depth and at < len(sheets):
        brace = re.compile(r"[{}]").search(sheets, at)
        if brace is None:
            return len(sheets)
        depth += 1 if brace[0] == "{" else -1
        at = brace.end()
    return at
