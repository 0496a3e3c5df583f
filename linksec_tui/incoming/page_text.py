"""The text of a message as it grows, section by section, and which stretches of it are what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from linksec_tui.incoming.quotes import MAX_STRETCHES, stretches
from linksec_tui.model.reading import PageLink, Sort, Stretch

_BETWEEN = "\n\n"


@dataclass(slots=True)
class PageText:
    """Sections are put together with an empty line between them."""

    length: int = 0
    _sections: list[str] = field(default_factory=list[str])
    _stretches: list[Stretch] = field(default_factory=list[Stretch])

    def add(self, text: str) -> None:
        """The words of the sender."""
        text = text.strip("\n")
        if text.strip():
            self._put(text, stretches(text))

    def add_heading(self, title: str, fields: Iterable[tuple[str, str]], *, body: str = "") -> None:
        """What follows comes from elsewhere."""
        head = "\n".join([f"──────── {title}", *(f"{name}: {value}" for name, value in fields)])
        text = f"{head}\n{body}" if body else head
        self._put(text, (Stretch(sort=Sort.HEADING, start=0, end=len(head)),))

    def add_links(self, links: Iterable[PageLink], first: int) -> None:
        text = "\n".join(f"[{number}] {link.shown}" for number, link in enumerate(links, first))
        if text:
            self._put(text, (Stretch(sort=Sort.LINKS, start=0, end=len(text)),))

    def joined(self) -> tuple[str, tuple[Stretch, ...]]:
        return _BETWEEN.join(self._sections), tuple(self._stretches[:MAX_STRETCHES])

    def _put(self, text: str, found: Iterable[Stretch]) -> None:
        start = self.length + len(_BETWEEN) if self._sections else 0
        self._stretches.extend(replace(one, start=one.start + start, end=one.end + start) for one in found)
        self._sections.append(text)
        self.length = start + len(text)
