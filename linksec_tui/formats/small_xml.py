"""A small XML text → a tree of plain values, for files that a stranger's server sends.

No document type and so no entities of its own, nothing fetched, and a bound on everything that grows: a configuration
is a page of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.parsers import expat

MAX_OCTETS = 256 * 1024  # the longest real configuration has 10 KiB
MAX_DEPTH = 12  # real ones have 5
MAX_ELEMENTS = 4000
MAX_TEXT = 4000  # characters of one element's own text


class NotSmallXml(ValueError):
    """Not well-formed, or more than a configuration may be; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element; `text` is its own, without that of its children, and without blanks around it."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    text: str = ""
    children: tuple[Element, ...] = ()

    def all(self, name: str) -> Iterator[Element]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Element | None:
        return next(self.all(name), None)

    def text_of(self, name: str) -> str:
        """The text of the first child of that name; empty where there is none."""
        found = self.first(name)
        return found.text if found else ""


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    attributes: Mapping[str, str]
    text: list[str] = field(default_factory=list)
    length: int = 0
    children: list[Element] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self._open: list[_Open] = [_Open("", {})]
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._open) > MAX_DEPTH:
            raise NotSmallXml("it has too many elements, or too deep ones")
        self._open.append(_Open(name, MappingProxyType(attributes)))

    def end(self, _name: str) -> None:
        closed = self._open.pop()
        self._open[-1].children.append(
            Element(
                name=closed.name,
                attributes=closed.attributes,
                text="".join(closed.text).strip(),
                children=tuple(closed.children),
            )
        )

    def characters(self, text: str) -> None:
        innermost = self._open[-1]
        innermost.length += len(text)
        if innermost.length > MAX_TEXT:
            raise NotSmallXml("one of its texts is too long")
        innermost.text.append(text)

    def document_type(self, *_: object) -> None:
        raise NotSmallXml("it declares a document type")

    @property
    def root(self) -> Element:
        return self._open[0].children[0]


def parse_small_xml(octets: bytes) -> Element:
    """The root element. Raises NotSmallXml."""
    if len(octets) > MAX_OCTETS:
        raise NotSmallXml(f"it is longer than {MAX_OCTETS} octets")
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = reader.document_type
    try:
        parser.Parse(octets, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, NotSmallXml):
            raise
        raise NotSmallXml("it is not well-formed XML") from error  # LookupError: an encoding that nobody knows
    return reader.root
