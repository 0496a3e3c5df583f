"""A message's bytes → what a person reads: header lines, text, and the parts that are not text (RFC 2046, 3676).

Plain text is preferred to HTML, because that is what was written to be read here. Whatever cannot be shown is named,
not left out silently; everything shown is bounded and visible text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from linksec_tui.formats.address_list import parse_address_list
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.incoming.flowed import unflow
from linksec_tui.incoming.plain import plain_text
from linksec_tui.model.message import Header, Part, Reading
from linksec_tui.model.visible import visible, visible_name, visible_text

MAX_TEXT = 1 << 20  # characters of one message; a novel
MAX_PART = 4 << 20  # bytes of one part that are decoded; four for a character at worst
MAX_FIELD = 8 << 10  # characters of one header line
MAX_SHOWN_PARTS = 200  # attachments that are listed

_FIELDS = ("From", "Sender", "Reply-To", "To", "Cc", "Date", "Subject")
_ADDRESSES = frozenset({"From", "Sender", "Reply-To", "To", "Cc"})
_FORWARDED = ("From", "To", "Date", "Subject")
# A notice for readers whose link was not secure; those who got the letter have no use for it.
_NOT_FOR_READERS = frozenset({"text/x-link-security-notice", "application/pgp-signature"})
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_READABLE = frozenset({"text/plain", "text/html", "message/delivery-status", "text/rfc822-headers"})


def read_message(header: Header, raw: bytes) -> Reading:
    """The message, readable. Never raises: what is broken is shown as far as it goes, and `problem` says so."""
    message = parse_message(raw)
    page = _Page()
    page.read(message)
    return Reading(
        header=header,
        fields=_fields(message, _FIELDS),
        text=page.text(),
        parts=tuple(page.parts),
        problem=" ".join(dict.fromkeys(page.problems)),
    )


def has_attachment(reading: Reading) -> bool:
    """What the list's mark stands for, once a message was read."""
    return bool(reading.parts)


@dataclass(slots=True)
class _Page:
    """What is collected on the way through the parts, in their order."""

    sections: list[str] = field(default_factory=list[str])
    parts: list[Part] = field(default_factory=list[Part])
    problems: list[str] = field(default_factory=list[str])
    room: int = MAX_TEXT

    def read(self, message: MimePart) -> None:
        waiting = [message]
        while waiting:
            part = waiting.pop()
            if part.problem:
                self.problems.append(part.problem)
            waiting.extend(reversed(list(self._enter(part))))

    def _enter(self, part: MimePart) -> Iterator[MimePart]:
        """Takes one part; the parts in it that are to be read next."""
        if part.content_type in _NOT_FOR_READERS:
            return
        if part.content_type in _ENCRYPTED:
            self.problems.append("The message is encrypted for its recipient, and cannot be opened here.")
        if part.is_multipart and not part.children:
            self._add(visible_text(part.text(MAX_PART)))  # broken: its source tells more than nothing
        elif part.content_type == "multipart/alternative":
            yield from _best(part)
        elif part.is_multipart:
            yield from part.children
        elif part.content_type in ("message/rfc822", "message/global") and not part.is_attachment:
            for inner in part.children:
                self._add(_heading(inner))
                yield inner
        elif part.content_type in _READABLE and part.disposition != "attachment":  # a name alone makes no attachment
            self._add(self._text(part))
        else:
            self._list(part)

    def _text(self, part: MimePart) -> str:
        decoded = part.text(MAX_PART)
        if part.size > 4 * MAX_PART:
            self._say_cut()
        if part.content_type == "text/html":
            return self._html(decoded)
        if part.content_type == "text/plain" and part.params.get("format", "").lower() == "flowed":
            decoded = unflow(decoded, delsp=part.params.get("delsp", "").lower() == "yes")
        return visible_text(decoded)

    def _html(self, html: str) -> str:
        page = plain_text(html)
        if page.cut:
            self._say_cut()
        notes = ["[The sender hid some of the text; that part is not shown.]"] if page.hides else []
        links = [f"[{number}] {target}" for number, target in enumerate(page.links, 1)]
        return "\n\n".join(filter(None, (page.text, "\n".join(links), *notes)))

    def _add(self, text: str) -> None:
        text = text.strip("\n")
        if not text.strip():
            return
        if len(text) > self.room:
            self._say_cut()
        self.sections.append(text[: self.room])
        self.room = max(0, self.room - len(text))

    def _list(self, part: MimePart) -> None:
        if len(self.parts) < MAX_SHOWN_PARTS:
            number = part.number or "1"  # RFC 3501 §6.4.5: a message without parts is its own part 1
            self.parts.append(
                Part(number=number, media_type=visible_name(part.content_type), name=part.filename, size=part.size)
            )
        else:
            self.problems.append("The message has more attachments than are listed.")

    def _say_cut(self) -> None:
        self.problems.append("The message is very long; only its beginning is shown.")

    def text(self) -> str:
        return "\n\n".join(self.sections)


def _best(alternative: MimePart) -> Iterator[MimePart]:
    """The alternative that suits a terminal best; the last one that we know where there is no plain text."""
    readable = [part for part in alternative.children if part.content_type not in _NOT_FOR_READERS]
    plain = next((part for part in readable if part.content_type == "text/plain" and part.body.strip()), None)
    known = [part for part in readable if part.is_multipart or part.content_type in _READABLE]
    chosen = plain or next(reversed(known), None)
    yield from [chosen] if chosen else readable
    # an invitation or a picture beside the text is something to open, not another wording
    yield from (part for part in readable if chosen and part is not chosen and part.is_attachment)


def _heading(message: MimePart) -> str:
    lines = [f"{name}: {value}" for name, value in _fields(message, _FORWARDED)]
    return "\n".join(["──────── Forwarded message", *lines])


def _fields(message: MimePart, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name in names if (text := _field(message, name)))


def _field(message: MimePart, name: str) -> str:
    value = message.header(name)
    if name in _ADDRESSES:
        value = ", ".join(
            f"{one.name} <{visible_name(one.address)}>" if one.name else visible_name(one.address)
            for one in parse_address_list(value)
        )
    elif name == "Subject":
        value = decode_words(value)
    return visible(value)[:MAX_FIELD].strip()
