"""A message's bytes → what a person reads: header lines, text, and the parts that are not text (RFC 2046, 3676).

Plain text is preferred to HTML, because that is what was written to be read here. Whatever cannot be shown is named,
not left out silently; everything shown is bounded and visible text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from linksec_tui.formats.address_list import NamedAddress, parse_address_list
from linksec_tui.formats.calendar import parse_calendar
from linksec_tui.formats.charset import is_known
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.formats.uuencoded import find_uuencoded
from linksec_tui.incoming.flowed import unflow
from linksec_tui.incoming.invitation_words import heading, invitation_words
from linksec_tui.incoming.links import links_in
from linksec_tui.incoming.page_text import PageText
from linksec_tui.incoming.parts import ENCRYPTED, MESSAGES, NOTICE, kind_of, reads_inline, told, wording_of
from linksec_tui.incoming.plain import Plain, plain_text
from linksec_tui.incoming.remarks import asks_for_receipt, encrypted_note, header_problems, signed_note, text_note
from linksec_tui.incoming.unsubscribe import parse_unsubscribe
from linksec_tui.model.message import Header, Reading
from linksec_tui.model.reading import MOST_TEXT, PageLink, Part, PartKind, Wish
from linksec_tui.model.visible import REPLACEMENT, visible, visible_body, visible_name
from linksec_tui.model.wording import Wording

MAX_FIELD = 8 << 10  # characters of one header line
MAX_SHOWN_PARTS = 200  # attachments that are listed
MAX_CALENDAR = 1 << 20  # bytes
MAX_PROBLEMS = 3  # sentences about what is wrong: it is one calm line
LOOKED_AT = 1 << 20  # characters of a text in which links are looked for
CHECKED = 64 << 10  # bytes of a part in which its encoding is looked at

_FIELDS = ("From", "Sender", "Reply-To", "To", "Cc", "Date", "Subject")
_ADDRESSES = frozenset({"From", "Sender", "Reply-To", "To", "Cc"})
_FORWARDED = ("From", "To", "Date", "Subject")
_CHARSET_IN_PAGE = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
# What senders put beside a page for readers that they take for unable.
_EXCUSE = re.compile(
    r"\bhtml\b.{0,120}\b(?:view|client|browser|reader|program|support|anzeig|darstell)|your e-?mail client",
    re.IGNORECASE,
)
_EXCUSE_AT_MOST = 400  # characters


def read_message(header: Header, raw: bytes, wish: Wish | None = None, zone: tzinfo | None = None) -> Reading:
    """The message, readable; `zone` is the reader's, or the system's.

    Never raises: what is broken is shown as far as it goes, and `problem` says so.
    """
    return reading_of(header, parse_message(raw), wish or Wish(), zone)


def reading_of(header: Header, message: MimePart, wish: Wish, zone: tzinfo | None = None) -> Reading:
    """As `read_message`, of a message that was parsed already, or that lies in another."""
    page = _Page(wish=wish, zone=zone)
    page.read(message)
    text, stretches = page.text.joined()
    problems = dict.fromkeys([*header_problems(message), *page.problems])
    return Reading(
        header=header,
        fields=_fields(message, _FIELDS),
        text=text,
        recipients=_recipients(message),
        stretches=stretches,
        links=tuple(page.links),
        parts=tuple(part for part in page.parts if not part.shown),
        every_part=tuple(page.parts),
        notes=tuple(dict.fromkeys(filter(None, [*page.notes, asks_for_receipt(message)]))),
        unsubscribe=parse_unsubscribe(message.header("List-Unsubscribe")),
        wording=wish.wording,
        others=page.others(),
        goes_on=page.goes_on,
        problem=" ".join(list(problems)[:MAX_PROBLEMS]),
    )


def has_attachment(reading: Reading) -> bool:
    """What the list's mark stands for, once a message was read."""
    return any(part.kind is not PartKind.SIGNATURE for part in reading.parts)


@dataclass(slots=True, kw_only=True)
class _Page:
    """What is collected on the way through the parts, in their order."""

    wish: Wish
    zone: tzinfo | None
    text: PageText = field(default_factory=PageText)
    parts: list[Part] = field(default_factory=list[Part])
    links: list[PageLink] = field(default_factory=list[PageLink])
    notes: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])
    goes_on: bool = False
    _shown: Wording | None = None
    _offered: set[Wording] = field(default_factory=set[Wording])

    def read(self, message: MimePart) -> None:
        waiting = [message]
        while waiting:
            part = waiting.pop()
            if part.problem:
                self.problems.append(part.problem)
            waiting.extend(reversed(list(self._enter(part))))

    def others(self) -> tuple[Wording, ...]:
        """The wordings that could be shown instead."""
        return tuple(sorted(self._offered - {self._shown}))

    def _enter(self, part: MimePart) -> Iterator[MimePart]:
        """Takes one part; the parts in it that are to be read next."""
        if part.content_type == NOTICE:
            return
        if part.content_type in ENCRYPTED and part.content_type != "application/pgp-encrypted":
            self.notes.append(encrypted_note(part))
        if part.content_type == "multipart/signed":
            self.notes.append(signed_note(part))
        if part.is_multipart and not part.children:
            self.text.add(visible_body(part.text(CHECKED)))  # broken: its source tells more than nothing
        elif part.content_type == "multipart/alternative":
            yield from self._best(part)
        elif part.is_multipart:
            yield from part.children
        else:
            yield from self._leaf(part)

    def _leaf(self, part: MimePart) -> Iterator[MimePart]:
        if part.content_type in MESSAGES and part.disposition != "attachment" and part.children:
            self._list(part, shown=True)
            for inner in part.children:
                self.text.add_heading("Forwarded message", _fields(inner, _FORWARDED))
                yield inner
        elif kind_of(part) is PartKind.INVITATION:
            self._invitation(part)
        elif reads_inline(part):
            self._list(part, shown=True)
            self._read_text(part)
        else:
            self._list(part, shown=False)

    def _best(self, alternative: MimePart) -> Iterator[MimePart]:
        """The alternative that suits a terminal best, or that was wished for; the last one that we know otherwise."""
        children = [part for part in alternative.children if part.content_type != NOTICE]
        offered = {wording: part for part in children if (wording := wording_of(part)) is not None}
        self._offered.update(offered)
        chosen = offered.get(self.wish.wording) or self._preferred(offered)
        if chosen is not None:
            self._shown = next(wording for wording, part in offered.items() if part is chosen)
        chosen = chosen or next((part for part in reversed(children) if reads_inline(part)), None)
        yield from [chosen] if chosen else children
        # an invitation or a picture beside the text is something to open, not another wording
        yield from (
            part
            for part in children
            if chosen and part is not chosen and (part.is_attachment or kind_of(part) is PartKind.INVITATION)
        )

    def _preferred(self, offered: dict[Wording, MimePart]) -> MimePart | None:
        plain, page = offered.get(Wording.TEXT), offered.get(Wording.HTML)
        if plain is not None and page is not None and plain.size <= 2 * _EXCUSE_AT_MOST < page.size:
            words = plain.text(2 * _EXCUSE_AT_MOST).strip()
            if len(words) <= _EXCUSE_AT_MOST and _EXCUSE.search(" ".join(words.split())):
                return page
        return plain or page

    # Text

    def _read_text(self, part: MimePart) -> None:
        most = self.wish.most - self.text.length
        if most <= 0:
            self._stop()
            return
        decoded = part.decoded(4 * most + 4)  # four octets for a character at worst
        self._check(part)
        if part.content_type == "text/html":
            self._read_page(_page_source(part, decoded), most)
            return
        words = part.decode(decoded)
        if part.content_type == "text/plain" and part.params.get("format", "").lower() == "flowed":
            words = unflow(words, delsp=part.params.get("delsp", "").lower() == "yes")
        if part.content_type == "text/plain":
            words = self._without_files(part, words)
        text = _visible_slowly(words)
        if REPLACEMENT in text and REPLACEMENT not in words:
            self.problems.append(f"Some characters in it cannot be shown; {REPLACEMENT} stands for each.")
        self.notes.append(text_note(text))
        if len(text) > most or 4 * most + 4 <= len(decoded):
            text = text[:most]
            self._stop()
        self.links.extend(links_in(text[:LOOKED_AT]))
        self.text.add(text)

    def _read_page(self, html: str, most: int) -> None:
        page = plain_text(html, most, first=len(self.links) + 1)
        if page.cut:
            self._stop()
        self.text.add(page.text)
        self.text.add_links(page.links, len(self.links) + 1)
        self.links.extend(page.links)
        self.notes.extend(_page_notes(page))

    def _check(self, part: MimePart) -> None:
        self.problems.extend(filter(None, [part.encoding_problem(CHECKED)]))
        if not is_known(part.charset):
            self.problems.append(f"Its charset “{visible_name(part.charset[:40])}” is not known; this is a guess.")

    def _without_files(self, part: MimePart, words: str) -> str:
        """Files that stand in a text are parts like others; a line tells where they were."""
        if "\nbegin" not in words and not words.startswith("begin"):  # most texts, of any length
            return words
        kept: list[str] = []
        at = 0
        for count, found in enumerate(find_uuencoded(words), 1):
            name = visible_name(found.name)[:255]
            number = f"{part.number or '1'}.u{count}"
            size = (found.end - found.body) * 3 // 4
            kept += [words[at : found.start], f"[A file in the text: {name or number}]\n"]
            at = found.end
            self._put(Part(number=number, media_type="application/octet-stream", name=name, size=size))
        return "".join([*kept, words[at:]])

    def _invitation(self, part: MimePart) -> None:
        self._list(part, shown=False)
        events = parse_calendar(part.text(MAX_CALENDAR))
        for event in events:
            self.text.add_heading(heading(event), (), body=invitation_words(event, self.zone))
        if not events:
            self.problems.append("Its calendar part has no event that can be read.")

    def _list(self, part: MimePart, *, shown: bool) -> None:
        self._put(told(part, shown=shown))

    def _put(self, part: Part) -> None:
        if len(self.parts) < MAX_SHOWN_PARTS:
            self.parts.append(part)
        else:
            self.problems.append("The message has more parts than are listed.")

    def _stop(self) -> None:
        """No more text is taken."""
        if self.wish.most >= MOST_TEXT:
            self.problems.append("The message is very long; only its beginning is shown.")
        else:
            self.goes_on = True


def _visible_slowly(text: str) -> str:
    """As `visible_body`, a piece at a time: one call over 25 MB would keep the screen from being drawn meanwhile."""
    if len(text) <= LOOKED_AT:
        return visible_body(text)
    return "".join([visible_body(text[at : at + LOOKED_AT]) for at in range(0, len(text), LOOKED_AT)])


def _page_source(part: MimePart, decoded: bytes) -> str:
    """A page as text. Where its header names no charset the page may, as browsers read it (HTML §13.2.3.2)."""
    if part.charset or not (named := _CHARSET_IN_PAGE.search(decoded, 0, 4096)):
        return part.decode(decoded)
    return part.decode(decoded, named[1].decode("ascii"))


def _page_notes(page: Plain) -> Iterator[str]:
    if page.hides:
        yield "The sender hid some of the text; that part is not shown."
    if page.remote:
        invisible = f", {page.trackers} of them too small to be seen" if page.trackers else ""
        count = "1 picture on the net was" if page.remote == 1 else f"{page.remote} pictures on the net were"
        yield f"{count} not loaded{invisible}."


def _fields(message: MimePart, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name in names if (text := _field(message, name)))


def _field(message: MimePart, name: str) -> str:
    value = message.header(name)
    if name in _ADDRESSES:
        value = ", ".join(_person(one) for one in parse_address_list(value))
    elif name == "Subject":
        value = decode_words(value)
    return visible(value)[:MAX_FIELD].strip()


def _recipients(message: MimePart) -> tuple[str, ...]:
    everybody = (one for name in ("To", "Cc") for one in parse_address_list(message.header(name)))
    return tuple(visible(_person(one))[:MAX_FIELD].strip() for one in everybody)


def _person(one: NamedAddress) -> str:
    return f"{one.name} <{visible_name(one.address)}>" if one.name else visible_name(one.address)
