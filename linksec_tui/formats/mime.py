"""A message's bytes → a tree of parts, bounded everywhere (RFC 2045, 2046, 5322).

The standard library's parser needs seconds or the whole stack for a few hostile kilobytes, so this one is our own: one
linear pass a level, no decoding before somebody asks, and every part keeps its place in the raw bytes, because
signatures are made over those. What is broken is shown as far as it goes; `problem` says where that was.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from linksec_tui.model.visible import visible_name

from .charset import decode_body, decode_text
from .content_type import parse_content_type

MAX_MESSAGE = 64 * 1024 * 1024  # what wire.imap fetches at most
MAX_HEADER_BLOCK = 256 * 1024  # real ones stay under 64 KB; long Received and ARC chains included
MAX_HEADER = 16 * 1024  # one field; a To field of hundreds of people fits
MAX_HEADERS = 2000
MAX_PARTS = 1000
MAX_DEPTH = 50
MAX_DELIMITERS = 20_000  # lines that look like a boundary, in the whole message

_TOO_MANY = "The message has too many parts; the last ones are not shown."
_TOO_LONG = "The header of the message is too long; the end of it is not shown."
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD_NAME = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_LINE_END = re.compile(rb"--[ \t]*(?:\r?\n|\Z)|[ \t]*(?:\r?\n|\Z)")
_PLAIN_ENCODINGS = frozenset({"7bit", "8bit", "binary"})
_NOT_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|\Z)")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n"
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))


@dataclass(frozen=True, slots=True, kw_only=True)
class MimePart:
    """A message, or a part of one. `headers` are (name, unfolded raw value), encoded words as they came.

    `number` counts as IMAP does ("" is the message itself, "1.2" the second part of its first). `content_type` is
    lower case and clean; `filename` is visible text. `problem` is a sentence, or empty.
    """

    number: str
    headers: tuple[tuple[str, str], ...]
    content_type: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    charset: str = ""
    encoding: str = "7bit"
    disposition: str = ""
    filename: str = ""
    children: tuple[MimePart, ...] = ()
    problem: str = ""
    raw: bytes = field(repr=False)
    start: int = 0
    body_start: int = 0
    end: int = 0

    @property
    def source(self) -> bytes:
        """Headers and body as they came, byte for byte."""
        return self.raw[self.start : self.end]

    @property
    def body(self) -> bytes:
        """The body as it came, still in its transfer encoding."""
        return self.raw[self.body_start : self.end]

    @property
    def size(self) -> int:
        """Octets of the encoded body."""
        return self.end - self.body_start

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    @property
    def is_attachment(self) -> bool:
        return self.disposition == "attachment" or (bool(self.filename) and self.disposition != "inline")

    def header(self, name: str) -> str:
        """The first field of that name, raw and unfolded; empty where there is none."""
        return next(iter(self.header_values(name)), "")

    def header_values(self, name: str) -> tuple[str, ...]:
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def decoded(self, limit: int) -> bytes:
        """The body without its transfer encoding, `limit` bytes of it at most; what cannot be decoded is left out."""
        end = min(self.end, self.body_start + 4 * limit + 1024)  # quoted-printable takes three octets for one
        return _decode(self.raw[self.body_start : end], self.encoding)[:limit]

    def text(self, limit: int) -> str:
        """The body as text by its charset, of `limit` bytes at most. Not yet `visible`: that is the reader's part."""
        return self.decode(self.decoded(limit))

    def decode(self, content: bytes, charset: str = "") -> str:
        """Bytes of its body as text, by its charset, or by another where it names none."""
        return decode_body(content, self.charset or charset)

    def encoding_problem(self, limit: int) -> str:
        """What is wrong with the transfer encoding of the body's beginning; empty where nothing is."""
        body = self.raw[self.body_start : min(self.end, self.body_start + limit)]
        match self.encoding:
            case "base64":
                broken = bool(body.translate(None, _BASE64))
            case "quoted-printable":
                broken = bool(_NOT_QUOTED.search(body))
            case _:
                broken = self.encoding not in _PLAIN_ENCODINGS
        return "Some of it is not encoded as it should be, and may be wrong." if broken else ""

    def walk(self) -> Iterator[MimePart]:
        """This part and all below it, in order."""
        waiting: list[MimePart] = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


def parse_message(raw: bytes) -> MimePart:
    """The tree of parts of a message. Never raises: what is too large or broken is cut, and `problem` says so."""
    too_big = len(raw) > MAX_MESSAGE
    parse = _Parse()
    root = parse.part(raw[:MAX_MESSAGE] if too_big else raw, _Place(0, min(len(raw), MAX_MESSAGE)))
    if too_big:
        return replace(root, problem="The message is too large; only its beginning is shown.")
    return replace(root, problem=root.problem or _TOO_MANY) if parse.too_many else root


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part lies in the raw bytes, and in the tree."""

    start: int
    end: int
    number: str = ""
    depth: int = 0
    default_type: str = "text/plain"


class _Parse:
    """One message's budget: parts and delimiters are counted over the whole tree."""

    def __init__(self) -> None:
        self.parts = 0
        self.delimiters = 0
        self.too_many = False

    def part(self, raw: bytes, place: _Place) -> MimePart:
        self.parts += 1
        headers, body_start, problem = _parse_headers(raw, place.start, place.end)
        found = {name.lower(): value for name, value in reversed(headers)}
        content_type, params = parse_content_type(found.get("content-type", ""), place.default_type)
        disposition, disposition_params = parse_content_type(found.get("content-disposition", ""), "")
        part = MimePart(
            number=place.number,
            headers=headers,
            content_type=content_type,
            params=MappingProxyType(params),
            charset=params.get("charset", "").lower(),
            encoding=found.get("content-transfer-encoding", "7bit").strip().lower() or "7bit",
            disposition=disposition,
            filename=visible_name(disposition_params.get("filename") or params.get("name", ""))[:255],
            problem=problem,
            raw=raw,
            start=place.start,
            body_start=body_start,
            end=place.end,
        )
        return self._with_children(part, place)

    def _with_children(self, part: MimePart, place: _Place) -> MimePart:
        if part.is_multipart:
            children = self._parts_of(part, place)
        elif part.content_type in ("message/rfc822", "message/global"):
            children = self._message_in(part, place)
        else:
            return part
        if isinstance(children, str):
            return replace(part, problem=part.problem or children)
        return replace(part, children=children)

    def _parts_of(self, part: MimePart, place: _Place) -> tuple[MimePart, ...] | str:
        if not part.raw[part.body_start : min(part.end, part.body_start + 100)].strip():
            return ()  # headers alone, as reports return them
        boundary = part.params.get("boundary", "").rstrip().encode("latin-1", "replace")
        if not boundary or len(boundary) > 200:  # RFC 2046 §5.1.1 allows 70
            return "The message does not say where its parts begin."
        if place.depth >= MAX_DEPTH:
            return "The message is nested too deeply; what lies deeper is not shown."
        spans = self._spans(part.raw, boundary, part.body_start, part.end)
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        children: list[MimePart] = []
        for index, (start, end) in enumerate(spans, 1):
            if self.parts >= MAX_PARTS:
                self.too_many = True
                break
            number = f"{place.number}.{index}".lstrip(".")
            children.append(self.part(part.raw, _Place(start, end, number, place.depth + 1, default)))
        return tuple(children) if children else "The message has no readable parts."

    def _message_in(self, part: MimePart, place: _Place) -> tuple[MimePart, ...] | str:
        if place.depth >= MAX_DEPTH:
            return "The message is nested too deeply; what lies deeper is not shown."
        if self.parts >= MAX_PARTS:
            self.too_many = True
            return _TOO_MANY
        number = f"{place.number}.1".lstrip(".")
        if part.encoding in ("base64", "quoted-printable"):  # RFC 6532 §3.5 allows it for message/global
            inner = part.decoded(MAX_MESSAGE)
            return (self.part(inner, _Place(0, len(inner), number, place.depth + 1)),)
        return (self.part(part.raw, _Place(part.body_start, part.end, number, place.depth + 1)),)

    def _spans(self, raw: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where the parts between the boundary's lines begin and end; the last one may lack its end."""
        delimiter = b"--" + boundary
        begin = -1
        at = raw.find(delimiter, start, end)
        while at >= 0 and self.delimiters < MAX_DELIMITERS:
            self.delimiters += 1
            after = at + len(delimiter)
            line = _LINE_END.match(raw, after, end)
            if line and (at == start or raw[at - 1 : at] == b"\n"):
                if begin >= 0:
                    yield begin, _before_line_end(raw, at, begin)
                if line.group().startswith(b"--"):
                    return
                after = begin = line.end()
            at = raw.find(delimiter, after, end)
        if 0 <= begin < end:
            yield begin, end


def _before_line_end(raw: bytes, at: int, begin: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1)."""
    if at - 2 >= begin and raw[at - 2 : at] == b"\r\n":
        return at - 2
    return max(at - 1, begin)


def _parse_headers(raw: bytes, start: int, end: int) -> tuple[tuple[tuple[str, str], ...], int, str]:
    """The fields, where the body begins, and what was wrong."""
    limit = min(end, start + MAX_HEADER_BLOCK)
    fields: list[tuple[str, list[bytes]]] = []
    at = start
    while at < limit:
        line_end = raw.find(b"\n", at, limit)
        following = line_end + 1 if line_end >= 0 else limit
        line = raw[at:following].rstrip(b"\r\n")
        if not line:
            return _unfold(fields), following, ""
        if len(fields) >= MAX_HEADERS:
            return _unfold(fields), _body_after(raw, at, end), "The message has too many header lines."
        if line[:1] in b" \t" and fields:
            fields[-1][1].append(line)
        elif name := _FIELD_NAME.match(line):
            fields.append((name.group()[:-1].rstrip().decode("ascii"), [line[name.end() :]]))
        elif not (at == start and line.startswith((b"From ", b">From "))):  # an mbox file's separator is skipped
            return _unfold(fields), at, "The header lines of the message are broken."
        at = following
    problem = _TOO_LONG if limit < end else ""
    return _unfold(fields), _body_after(raw, at, end) if problem else end, problem


def _body_after(raw: bytes, at: int, end: int) -> int:
    found = _BLANK_LINE.search(raw, at, end)
    return found.end() if found else end


def _unfold(fields: list[tuple[str, list[bytes]]]) -> tuple[tuple[str, str], ...]:
    """RFC 5322 §2.2.3: the line ends go, the blanks stay. Octets beyond ASCII are UTF-8 if they can be (RFC 6532)."""
    return tuple((name, decode_text(b"".join(lines)[:MAX_HEADER].strip(), "")) for name, lines in fields)


def _decode(body: bytes, encoding: str) -> bytes:
    match encoding:
        case "base64":
            return _decode_base64(body)
        case "quoted-printable":
            return binascii.a2b_qp(body)
        case _:
            return body


def _decode_base64(body: bytes) -> bytes:
    """Padding in the middle: several texts in base64 one after another, or garbage; each is read as far as it goes."""
    return b"".join(map(_decode_letters, body.translate(None, _NOT_BASE64).split(b"=")))


def _decode_letters(letters: bytes) -> bytes:
    usable = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))
