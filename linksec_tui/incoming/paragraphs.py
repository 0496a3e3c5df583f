"""Words → lines: white space as HTML means it, quotation marks and list indents before each line."""

from __future__ import annotations

MAX_TEXT = 1 << 20  # characters
MAX_PREFIX = 40  # characters before a line; deeper quotations look the same


class Paragraphs:
    """Collects the text of a page. `preformatted` counts the elements that keep white space."""

    def __init__(self) -> None:
        self.preformatted = 0
        self._lines: list[str] = []
        self._line: list[str] = []
        self._prefixes: list[str] = []
        self._marker = ""  # stands before the next line instead of the last prefix
        self._room = MAX_TEXT
        self._blank_wanted = False
        self._space_wanted = False

    def add(self, text: str, *, kept: bool = False) -> None:
        """Text in the line, white space collapsed unless it is to be kept."""
        if self._room <= 0:
            return
        text = text[: self._room]
        if self.preformatted and not kept:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self._put(first)
            for line in others:
                self._flush()
                self._put(line)
            return
        if kept:
            self._put(text if self._line else text.lstrip())
            return
        words = text.split()
        self._space_wanted = self._space_wanted or text[:1].isspace()
        if words:
            self._put((" " if self._space_wanted and self._line else "") + " ".join(words))
            self._space_wanted = text[-1:].isspace()

    def end_line(self) -> None:
        if self._line:
            self._flush()

    def end_paragraph(self) -> None:
        self.end_line()
        self._blank_wanted = bool(self._lines)

    def push(self, prefix: str, *, first: str = "") -> None:
        """Every line from here on begins with `prefix`; the first one with `first` instead."""
        self._settle_blank()
        self._prefixes.append(prefix)
        self._marker = first

    def pop(self) -> None:
        self._prefixes.pop()
        self._marker = ""

    def mark(self) -> int:
        """A place in the text, for `since`."""
        return len(self._line)

    def since(self, mark: int) -> str:
        """What the line has got since `mark`."""
        return "".join(self._line[mark:])

    def text(self) -> str:
        self.end_line()
        return "\n".join(self._lines)

    def _put(self, text: str) -> None:
        if text:
            self._line.append(text)
            self._room -= len(text)

    def _flush(self) -> None:
        self._settle_blank()
        before = "".join(self._prefixes)[:MAX_PREFIX]
        if self._marker:
            before = before[: -len(self._prefixes[-1])] + self._marker if self._prefixes else self._marker
            self._marker = ""
        self._lines.append((before + "".join(self._line)).rstrip())
        self._line.clear()
        self._space_wanted = False
        self._room -= len(before) + 1

    def _settle_blank(self) -> None:
        if self._blank_wanted:
            self._lines.append("".join(prefix for prefix in self._prefixes if prefix.strip())[:MAX_PREFIX].rstrip())
            self._blank_wanted = False
