"""Header values ↔ text: encoded words (RFC 2047) and folding (RFC 5322 §2.2.3).

Reading is linear and bounded, for hostile values; writing gives ASCII alone, never longer than a line may be, and
knows no way to write a bare CR or LF.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from linksec_tui.model.visible import visible_words

from .charset import decode_text

MAX_VALUE = 16 * 1024
LINE = 76  # RFC 2047 §2: a line with an encoded word; RFC 5322 §2.1.1 would like 78

_WORD = re.compile(r"=\?([!-)+->@-~]{1,60})(?:\*[!->@-~]{0,40})?\?([bBqQ])\?([!->@-~ ]*)\?=")
_PAYLOAD = 39  # octets in one encoded word: with its frame 64 characters, which fit behind "Subject: "
_LONGEST_WORD = 60  # a longer one could not be folded


def decode_words(value: str) -> str:
    """A raw header value as visible text on one line."""
    value = value[:MAX_VALUE]
    if "=?" not in value:
        return visible_words(value)
    return visible_words("".join(_decoded(value)))


def encode_text(text: str) -> str:
    """Free text as a header value in ASCII, not yet folded: as it is, or as encoded words with blanks between them."""
    plain = text.isascii() and text.isprintable() and "=?" not in text and text == text.strip()
    if plain and all(len(word) <= _LONGEST_WORD for word in text.split(" ")):
        return text
    return " ".join(f"=?utf-8?b?{_base64(piece)}?=" for piece in _pieces(text))


def encode_phrase(text: str) -> str:
    """A display name: an atom, a quoted string, or encoded words (RFC 5322 §3.2.5)."""
    if not text.isascii() or not text.isprintable() or "=?" in text:
        return encode_text(text)
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*", text) and text == text.strip():
        return text
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def fold(name: str, value: str) -> str:
    """`Name: value` in lines of at most 76 characters where a blank allows it, without the last line end."""
    lines: list[str] = []
    line = head = f"{name}:"
    for word in value.split(" "):
        # never a line of blanks alone, which RFC 5322 §3.2.2 calls obsolete; never a name without any value
        if word and line.strip() and line != head and len(line) + 1 + len(word) > LINE:
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line])


def _decoded(value: str) -> Iterator[str]:
    """Text and words in turn. Adjacent words of one charset are joined before decoding: many senders cut characters."""
    at, charset, pending = 0, "", b""
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        if between.strip() or word.group(1).lower() != charset:
            yield decode_text(pending, charset)
            pending = b""
        if between.strip() or not at:
            yield between
        charset = word.group(1).lower()
        pending += _payload(word.group(2), word.group(3))
        at = word.end()
    yield decode_text(pending, charset)
    yield value[at:]


def _payload(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(text.encode("ascii"), header=True)
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))


def _pieces(text: str) -> Iterator[bytes]:
    """Whole characters, as many as one encoded word holds (RFC 2047 §5: never cut one)."""
    piece = b""
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > _PAYLOAD:
            yield piece
            piece = b""
        piece += octets
    if piece:
        yield piece


def _base64(octets: bytes) -> str:
    return binascii.b2a_base64(octets, newline=False).decode("ascii")
