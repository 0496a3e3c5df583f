"""Bytes and the name of a charset → text, for names that strangers choose and often choose wrongly.

Python knows codecs that are no charsets (`zip`, `rot13`) and one whose decoder is quadratic (`punycode`): only real
ones are used, and what cannot be decoded is marked, never raised. Names are taken as mailers mean them, which the
WHATWG Encoding Standard wrote down: Latin-1 is Windows-1252, GB 2312 is GB 18030.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_ALIASES = {
    **dict.fromkeys(("", "us-ascii", "ascii", "unknown-8bit", "8bit", "7bit", "binary", "default", "none"), "utf-8"),
    **dict.fromkeys(("unknown", "x-unknown", "ansi-x3.4-1968", "utf8mb4", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "iso8859-1", "x-ansi", "x-cp1252", "x-user-defined"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5", "iso8859-9"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "gb-2312-80", "x-gbk", "euc-cn", "cp936"), "gb18030"),
    **dict.fromkeys(("shift-jis", "sjis", "x-sjis", "windows-31j", "ms-kanji"), "cp932"),
    **dict.fromkeys(("ks-c-5601-1987", "euc-kr", "ksc5601", "ks-c-5601", "korean"), "cp949"),
    **dict.fromkeys(("iso-2022-jp", "iso-2022-jp-1", "cp50220", "cp50221"), "iso2022_jp_ext"),
    "big5": "big5hkscs", "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}  # fmt: skip
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "unicode-internal"}
)
# One octet a character, and most texts are made of ASCII: valid UTF-8 in them is UTF-8 whose label is wrong.
_SINGLE = re.compile(r"cp12\d\d|cp874|iso8859-\d+|koi8-[ru]|mac-roman")
_JAPANESE = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")  # shifts of ISO-2022-JP (RFC 1468), which nothing else begins with


def decode_body(content: bytes, charset: str) -> str:
    """As `decode_text`, of a text that stands by itself: it may begin with the mark of UTF-16, as no header can."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        charset = "utf-16"
    return decode_text(content, charset)


def decode_text(content: bytes, charset: str) -> str:
    """`content` as text. Without a usable charset: UTF-8 where it fits, else Windows-1252 as most senders mean it."""
    if content.startswith(codecs.BOM_UTF8):
        content, charset = content[len(codecs.BOM_UTF8) :], "utf-8"
    name = _charset_of(charset)
    if name == "utf-8":
        return _decode_utf8(content)
    if _SINGLE.fullmatch(name) and not content.isascii() and (text := _strict_utf8(content)) is not None:
        return text
    try:
        return content.decode(name, "replace")
    except (UnicodeError, ValueError):
        return content.decode("cp1252", "replace")


def is_known(charset: str) -> bool:
    """Is this the name of a charset? An empty one is: it stands for the usual."""
    wanted = _clean(charset)
    return wanted in _ALIASES or _charset_of(charset) != "utf-8" or wanted in ("utf-8", "utf8")


def _decode_utf8(content: bytes) -> str:
    if content.isascii():
        japanese = b"\x1b" in content and _JAPANESE.search(content)
        return content.decode("iso2022_jp_ext" if japanese else "ascii", "replace")
    if (text := _strict_utf8(content)) is not None:
        return text
    # Some broken characters among whole ones are broken UTF-8; where none is whole it never was any.
    return content.decode("utf-8" if _has_whole_character(content) else "cp1252", "replace")


def _strict_utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as failure:
        # a cut in the middle of the last character is no reason to doubt all the others
        if failure.reason == "unexpected end of data" and failure.start > len(content) - 4:
            return content.decode("utf-8", "replace") if _has_whole_character(content[: failure.start]) else None
        return None


def _has_whole_character(content: bytes) -> bool:
    found = re.search(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", content)
    return found is not None


@lru_cache(maxsize=128)  # names that strangers choose; looking one up costs more than decoding a header
def _charset_of(charset: str) -> str:
    wanted = _clean(charset)
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


def _clean(charset: str) -> str:
    return charset.strip().strip("\"'").lower()[:60].replace("_", "-")
