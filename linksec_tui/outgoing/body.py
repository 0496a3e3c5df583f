"""The letter's text and enclosures → content fields and encoded body (RFC 2045, 2046, 2183, 2231).

Everything goes out in seven bits and short lines: no server on the way has a reason to change it, and DKIM holds.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from linksec_tui.formats.header_text import fold
from linksec_tui.formats.one_piece import one_piece
from linksec_tui.model.visible import visible

from .flowed import render_flowed

_PLAIN_LINE = re.compile(rb"[\t\x20-\x7e]{0,998}")  # RFC 5322 §2.1.1
_LONGEST = 998  # octets of a line, RFC 5322 §2.1.1
_WORD = r"[A-Za-z0-9!#$&^_.+-]{1,63}"
_MEDIA_TYPE = re.compile(rf"{_WORD}/{_WORD}(?:; {_WORD}={_WORD}){{0,2}}")
_BASE64_LINE = 57  # octets that make 76 letters
_BASE64_BLOCK = 1024 * _BASE64_LINE
_ROOM = 1024  # octets for the header of a part
_NAME_PIECE = 55  # characters of one piece of an encoded file name


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """An attachment that has been read."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter holds: the header fields that speak of it, and the body. The copies of a large one share it."""

    fields: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a letter; its body is made while it is written, so that no second one lies beside it."""

    fields: tuple[tuple[str, str], ...]
    body: Iterable[bytes]


NOTICE_TYPE = "text/x-link-security-notice"


def render_behind_notice(notice: str, letter: Content, boundary: str) -> Content:
    """The letter as the last of two alternatives, so that whoever does not know the first one shows it (RFC 2046
    §5.1.4)."""
    delimiter = f"=_n{boundary}"
    encoding, text = _encoded_text(notice.replace("\n", "\r\n").encode("utf-8", "replace"))
    first = (("Content-Type", f"{NOTICE_TYPE}; charset=utf-8"), ("Content-Transfer-Encoding", encoding))
    body = _multipart([_Part(first, (text,)), _Part(letter.fields, (letter.body,))], delimiter, len(letter.body))
    return Content((("Content-Type", f'multipart/alternative; boundary="{delimiter}"'),), body)


def render_body(text: str, enclosures: Sequence[Enclosure], boundary: str, page: str = "") -> Content:
    """The content with CRLF line ends. Of a large enclosure there is nothing but itself and what it becomes.

    `page` is the text in HTML, for readers that show pages.
    """
    written = _with_page(_text_part(text), page, f"=_a{boundary}") if page else _text_part(text)
    if not enclosures:
        return written
    delimiter = f"=_{boundary}"  # RFC 2045 §6.7: "=_" stands in no quoted-printable and no base64 text
    octets = len(written.body) + sum(len(enclosure.content) for enclosure in enclosures) * 78 // _BASE64_LINE
    body = _multipart([_Part(written.fields, (written.body,)), *map(_file_part, enclosures)], delimiter, octets)
    fields = (("Content-Type", f'multipart/mixed; boundary="{delimiter}"'),)
    # RFC 2045 §6.4: what holds a part of eight bits says so
    return Content(fields if body.isascii() else (*fields, ("Content-Transfer-Encoding", "8bit")), body)


def _with_page(text: Content, page: str, delimiter: str) -> Content:
    """The text first: the last one is what a reader that knows both shows (RFC 2046 §5.1.4)."""
    encoding, content = _encoded_text(page.replace("\n", "\r\n").encode("utf-8", "replace"))
    fields = (("Content-Type", "text/html; charset=utf-8"), ("Content-Transfer-Encoding", encoding))
    body = _multipart([_Part(text.fields, (text.body,)), _Part(fields, (content,))], delimiter)
    return Content((("Content-Type", f'multipart/alternative; boundary="{delimiter}"'),), body)


def _multipart(parts: Sequence[_Part], delimiter: str, octets: int = 0) -> bytes:
    """`octets`: what the parts come to, about."""
    return one_piece(_pieces(parts, delimiter), octets + _ROOM * (len(parts) + 1))


def _pieces(parts: Iterable[_Part], delimiter: str) -> Iterator[bytes]:
    for part in parts:
        header = "".join(f"{fold(name, value)}\r\n" for name, value in part.fields)
        yield f"--{delimiter}\r\n{header}\r\n".encode("ascii")
        yield from part.body
        yield b"\r\n"
    yield f"--{delimiter}--\r\n".encode("ascii")


def _text_part(text: str) -> Content:
    content = render_flowed(text).encode("utf-8", "replace")
    encoding, body = _encoded_text(content)
    fields = (
        ("Content-Type", "text/plain; charset=utf-8; format=flowed"),
        ("Content-Transfer-Encoding", encoding),
    )
    return Content(fields, body)


def _encoded_text(content: bytes) -> tuple[str, bytes]:
    if all(map(_PLAIN_LINE.fullmatch, content.split(b"\r\n"))):
        return "7bit", content
    readable = quopri.encodestring(content.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    # a text of which more than a third is beyond ASCII is not readable as quoted-printable anyway
    if len(readable) <= len(content) * 5 // 3:
        return "quoted-printable", readable
    return "base64", b"".join(_base64(content))


def _file_part(enclosure: Enclosure) -> _Part:
    media_type = enclosure.media_type.lower()
    disposition = "; ".join(["attachment", *_file_name(enclosure.name)])
    if media_type == "message/rfc822" and (message := _as_message(enclosure.content)) is not None:
        encoding = "7bit" if message.isascii() else "8bit"
        kinds = (("Content-Type", media_type), ("Content-Transfer-Encoding", encoding))
        return _Part((*kinds, ("Content-Disposition", disposition)), (message,))
    # RFC 2046 §5: multipart and message parts may not be encoded, so a file of that kind travels as octets
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("multipart/", "message/")):
        media_type = "application/octet-stream"
    fields = (
        ("Content-Type", media_type),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", disposition),
    )
    return _Part(fields, _base64(enclosure.content))


def _as_message(content: bytes) -> bytes | None:
    """With CRLF line ends, where mail can carry it unencoded (RFC 2046 §5.2.1)."""
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    if any(len(line) > _LONGEST or b"\r" in line or b"\0" in line for line in lines):
        return None
    return b"\r\n".join(lines)


def _file_name(name: str) -> list[str]:
    """The file's own name, without the folders it lay in; beyond ASCII as RFC 2231 has it."""
    name = visible(re.split(r"[/\\]", name)[-1]).strip()[:200] or "attachment"
    if re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]{1,60}", name):
        return [f'filename="{name}"']
    encoded = quote(name.encode("utf-8", "replace"), safe="")
    pieces = re.findall(rf"(?:%..|[^%]){{1,{_NAME_PIECE // 3}}}", encoded)
    if len(pieces) == 1:
        return [f"filename*=utf-8''{encoded}"]
    pieces[0] = f"utf-8''{pieces[0]}"
    return [f"filename*{number}*={piece}" for number, piece in enumerate(pieces)]


def _base64(content: bytes) -> Iterator[bytes]:
    view = memoryview(content)
    for at in range(0, len(content), _BASE64_BLOCK):
        yield _base64_lines(view[at : at + _BASE64_BLOCK])


def _base64_lines(block: memoryview) -> bytes:
    """A block at a time: the lines of a large file, each an object of its own, would be four times the file."""
    lines = [
        binascii.b2a_base64(block[at : at + _BASE64_LINE], newline=False) for at in range(0, len(block), _BASE64_LINE)
    ]
    return b"\r\n".join([*lines, b""])
