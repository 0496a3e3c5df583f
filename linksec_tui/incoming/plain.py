"""HTML → text with its links shown: where they lead, not what they claim (RFC 2854, HTML Living Standard §15).

Nothing is ever loaded. What the sender hides from the eye is left out, and said to be; a link whose text names
another host than it leads to shows both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from linksec_tui.incoming.hiding import hidden_classes, is_hidden, is_remote, is_tracker
from linksec_tui.incoming.html_source import MAX_HTML, bounded_html
from linksec_tui.incoming.links import MAX_LINKS, leads_elsewhere, link_to
from linksec_tui.incoming.paragraphs import MAX_TEXT, Paragraphs
from linksec_tui.model.reading import PageLink
from linksec_tui.model.visible import has_width, visible_body

MARKUP = 4  # characters of HTML for one of text; newsletters have three to ten, and then a little less is shown at once
MAX_ALT = 200

_SKIPPED = frozenset(
    {"head", "title", "template", "svg", "math", "object", "iframe", "video", "audio", "canvas", "select", "textarea"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"}
    | {"form", "header", "legend", "li", "main", "nav", "section", "summary", "details", "tr", "caption", "body"}
)
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A page as visible text. `links` are the targets in the order of their numbers."""

    text: str
    links: tuple[PageLink, ...] = ()
    hides: bool = False  # the sender hid some of it
    remote: int = 0  # pictures and the like that were not loaded
    trackers: int = 0  # of them, those that nobody could have seen
    cut: bool = False  # it was too long or too deep to be read whole


def plain_text(html: str, most: int = MAX_TEXT, *, first: int = 1) -> Plain:
    """The page as text, of `most` characters or a little more; its links are numbered from `first`. Never raises."""
    source = bounded_html(html, min(MAX_HTML, MARKUP * most))
    page = _Page(Paragraphs(most), hidden_classes(source.sheets), first)
    root = LexborHTMLParser(source.html).root
    if root is not None:
        page.read(root)
    return Plain(
        text=visible_body(page.paragraphs.text()).strip("\n"),
        links=tuple(page.links.values()),
        hides=page.hides,
        remote=page.remote,
        trackers=page.trackers,
        cut=source.cut or page.paragraphs.full,
    )


class _Page:
    """Walks the tree without recursion: each element is entered, and left when its children are done."""

    def __init__(self, paragraphs: Paragraphs, hidden: frozenset[str], first: int) -> None:
        self.paragraphs = paragraphs
        self.links: dict[str, PageLink] = {}
        self.hides = False
        self.remote = self.trackers = 0
        self._hidden = hidden
        self._places: dict[str, int] = {}
        self._first = first
        self._tables: list[int] = []  # where the rows of each open table begin
        self._numbers: list[int] = []  # of the ordered lists that are open; 0 for one with bullets
        self._starts: list[int] = []  # where the text of each open link began

    def read(self, root: LexborNode) -> None:
        open_elements: list[tuple[LexborNode, Iterator[LexborNode]]] = [(root, _children(root))]
        while open_elements and not self.paragraphs.full:
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
        attributes = element.attributes
        if attributes and is_remote(attributes):
            self.remote += 1
            self.trackers += tag == "img" and is_tracker(attributes)
        if attributes and is_hidden(attributes, self._hidden):
            self.hides = self.hides or has_width(element.text(deep=True))
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
            case "table":
                self._tables.append(self.paragraphs.lines)
            case _:
                pass
        return True

    def _leave(self, element: LexborNode) -> None:
        tag = element.tag or ""
        match tag:
            case "a":
                self._link(element)
            case "td" | "th":
                self.paragraphs.end_cell()
            case "table":
                self.paragraphs.end_line()
                self.paragraphs.end_table(self._tables.pop())
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

    def _link(self, element: LexborNode) -> None:
        text = self.paragraphs.since(self._starts.pop())
        link = link_to(element.attributes.get("href") or "", text)
        if link is None or text.strip() == link.target.removeprefix("mailto:"):
            return
        number = self._number(link)
        if number:
            leads = f"{number}: leads to {link.host}" if leads_elsewhere(text, link.host) else str(number)
            self.paragraphs.add(f" [{leads}]", kept=True)

    def _number(self, link: PageLink) -> int:
        """One number a target; 0 where there are too many. What is odd about one of its words is odd about it."""
        known = self.links.get(link.target)
        if known is None and len(self.links) >= MAX_LINKS:
            return 0
        if known is None or (link.odd and not known.odd):
            self.links[link.target] = link
        return self._places.setdefault(link.target, self._first + len(self.links) - 1)


def _children(element: LexborNode) -> Iterator[LexborNode]:
    child = element.child
    while child is not None:
        yield child
        child = child.next
