"""HTML → text with its links shown: where they lead, not what they claim (RFC 2854, HTML Living Standard §15).

Nothing is ever loaded. What the sender hides from the eye is left out, and said to be; a link whose text names
another host than it leads to shows both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from linksec_tui.formats.domain_name import to_ascii
from linksec_tui.incoming.html_source import bounded_html
from linksec_tui.incoming.paragraphs import Paragraphs
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible, visible_name, visible_text

MAX_LINKS = 500
MAX_URL = 2000  # characters of a target that are shown
MAX_ALT = 200

_SKIPPED = frozenset(
    {"head", "title", "template", "svg", "math", "object", "iframe", "video", "audio", "canvas", "select", "textarea"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"}
    | {"form", "header", "legend", "li", "main", "nav", "section", "summary", "details", "tr", "caption", "body"}
)
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_SHOWN_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0*(?:\.0+)?(?:px|pt|em|%)?\s*(?:;|\Z|!)",
    re.IGNORECASE,
)
# Characters without a width, which newsletters pad their previews with.
_WIDTHLESS = dict.fromkeys([0xAD, 0x34F, 0x61C, 0x115F, 0x17B4, 0x17B5, 0x180E, *range(0x200B, 0x2010), 0x2060, 0xFEFF])
_CLAIMED_HOST = re.compile(
    r"\s*(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,10}[a-z]{2,63})(?:[/:?#]\S*)?\s*\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A page as visible text. `links` are the targets in the order of their numbers."""

    text: str
    links: tuple[str, ...] = ()
    hides: bool = False  # the sender hid some of it
    cut: bool = False  # it was too long or too deep to be read whole


def plain_text(html: str) -> Plain:
    """The page as text. Never raises."""
    source, cut = bounded_html(html)
    page = _Page()
    root = LexborHTMLParser(source).root
    if root is not None:
        page.read(root)
    return Plain(
        text=visible_text(page.paragraphs.text().translate(_WIDTHLESS)).strip("\n"),
        links=tuple(page.links),
        hides=page.hides,
        cut=cut,
    )


class _Page:
    """Walks the tree without recursion: each element is entered, and left when its children are done."""

    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self.links: dict[str, int] = {}
        self.hides = False
        self._numbers: list[int] = []  # of the ordered lists that are open; 0 for one with bullets
        self._starts: list[int] = []  # where the text of each open link began

    def read(self, root: LexborNode) -> None:
        open_elements: list[tuple[LexborNode, Iterator[LexborNode]]] = [(root, _children(root))]
        while open_elements:
            element, children = open_elements[-1]
            child = next(children, None)
            if child is None:
                self._leave(element)
                open_elements.pop()
            elif child.is_text_node:
                self.paragraphs.add(child.text_content or "")
            elif self._enter(child):
                open_elements.append((child, _children(child)))

    def _enter(self, element: LexborNode) -> bool:
        """False where nothing of it is read."""
        tag = element.tag or ""
        if tag in _SKIPPED or tag.startswith("-"):
            return False
        if _is_hidden(element):
            self.hides = self.hides or bool(element.text(deep=True).translate(_WIDTHLESS).strip())
            return False
        self._space(tag)
        match tag:
            case "br":
                self.paragraphs.end_line()
            case "hr":
                self.paragraphs.add("────────")
            case "img":
                self._image(element)
            case "a":
                self._starts.append(self.paragraphs.mark())
            case "blockquote":
                self.paragraphs.push("> ")
            case "pre":
                self.paragraphs.preformatted += 1
            case "ol" | "ul":
                self._numbers.append(1 if tag == "ol" else 0)
            case "li":
                self._item()
            case _:
                pass
        return True

    def _leave(self, element: LexborNode) -> None:
        tag = element.tag or ""
        match tag:
            case "a":
                self._link(element)
            case "td" | "th":
                self.paragraphs.add("  ", kept=True)
            case "pre":
                self.paragraphs.preformatted -= 1
            case "ol" | "ul":
                self._numbers.pop()
            case _:
                pass
        self._space(tag)
        if tag in ("blockquote", "li"):
            self.paragraphs.pop()

    def _space(self, tag: str) -> None:
        if tag in _PARAGRAPHS and not (tag in ("ol", "ul") and self._numbers):
            self.paragraphs.end_paragraph()
        elif tag in _BLOCKS or tag in ("hr", "ol", "ul"):
            self.paragraphs.end_line()

    def _item(self) -> None:
        number = self._numbers[-1] if self._numbers else 0
        if number:
            self._numbers[-1] += 1
        self.paragraphs.push("  ", first=f"{number}. " if number else "• ")

    def _image(self, image: LexborNode) -> None:
        alt = (image.attributes.get("alt") or "").strip()
        if alt:
            self.paragraphs.add(f"[{alt[:MAX_ALT]}]")

    def _link(self, link: LexborNode) -> None:
        text = self.paragraphs.since(self._starts.pop())
        target, host = _target(link.attributes.get("href") or "")
        if not target or text.strip() in (target, target.removeprefix("mailto:")):
            return
        if target not in self.links and len(self.links) >= MAX_LINKS:
            return
        number = self.links.setdefault(target, len(self.links) + 1)
        claimed = _CLAIMED_HOST.match(text)
        leads_elsewhere = claimed is not None and host and _bare(claimed[1]) != _bare(host)
        self.paragraphs.add(f" [{number}: leads to {host}]" if leads_elsewhere else f" [{number}]", kept=True)


def _children(element: LexborNode) -> Iterator[LexborNode]:
    child = element.child
    while child is not None:
        yield child
        child = child.next


def _is_hidden(element: LexborNode) -> bool:
    attributes = element.attributes
    return "hidden" in attributes or bool(_HIDING.search((attributes.get("style") or "")[:MAX_URL]))


def _target(link: str) -> tuple[str, str]:
    """Where a link leads as people should read it, and the host; empty where it leads nowhere outside the message."""
    target = visible(link.strip())[:MAX_URL]
    target = f"https:{target}" if target.startswith("//") else target
    try:
        parts = urlsplit(target)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    if parts.scheme.lower() not in _SHOWN_SCHEMES:
        return "", ""
    if host and ("@" in parts.netloc or not host.isascii()):  # one name in front of, or in letters like, another
        host = _ascii(host)
        return f"{target} (leads to {host})", host
    return target, host


def _ascii(host: str) -> str:
    try:
        return to_ascii(host)
    except BadInput:
        return visible_name(host)


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").rstrip(".")
