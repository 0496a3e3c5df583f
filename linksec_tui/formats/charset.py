"""Bytes and the name of a charset → text, for names that strangers choose.

Python knows codecs that are no charsets (`zip`, `rot13`) and one whose decoder is quadratic (`punycode`): only real
ones are used, and what cannot be decoded is marked, never raised.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

_ALIASES = {"": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "unknown-8bit": "utf-8", "8bit": "utf-8"}
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "unicode-internal"}
)


def decode_text(content: bytes, charset: str) -> str:
    """`content` as text. Without a usable charset: UTF-8 where it fits, else Windows-1252 as most senders mean it."""
    name = _charset_of(charset)
    if name == "utf-8":
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as failure:
            # a cut in the middle of the last character is no reason to doubt all the others
            cut = failure.reason == "unexpected end of data"
            return content.decode("utf-8" if cut or charset in ("utf-8", "utf8") else "cp1252", "replace")
    try:
        return content.decode(name, "replace")
    except (UnicodeError, ValueError):
        return content.decode("latin-1")


@lru_cache(maxsize=128)  # names that strangers choose; looking one up costs more than decoding a header
def _charset_of(charset: str) -> str:
    wanted = charset.strip().strip("\"'").lower()[:60].replace("_", "-")
    wanted = _ALIASES.get(wanted, wanted)
    if not wanted.isascii() or not wanted.isprintable():
        return "utf-8"
    try:
        found = codecs.lookup(wanted)
    except (LookupError, ValueError):
        return "utf-8"
    # codecs.lookup marks what is bytes-to-bytes; there is no public way to ask
    is_text: bool = getattr(found, "_is_text_encoding", True)
    return found.name if is_text and found.name.replace("_", "-") not in _NO_CHARSETS else "utf-8"
