"""The letter's text as a page: its Markdown in HTML (CommonMark 0.31), for readers that show pages.

What was typed is text and stays text: tags in it are shown, not obeyed; links lead to web and mail addresses only; a
picture would be fetched from somewhere and so tell who reads the letter, hence it is a link.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_SCHEMES = frozenset({"https", "http", "mailto"})
_FRAME = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{}</body></html>\n'


def render_page(text: str) -> str:
    """A whole page, with LF line ends."""
    return _FRAME.format(_markdown().render(text))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # deferred: 30 ms, only where a page is asked for

    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "html_inline", "html_block"])
    made.validateLink = _leads_to_somewhere  # pyright: ignore[reportAttributeAccessIssue]  # its documented seam
    return made


def _leads_to_somewhere(address: str) -> bool:
    try:
        return urlsplit(address.strip()).scheme.lower() in _SCHEMES
    except ValueError:
        return False
