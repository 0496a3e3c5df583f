"""`Content-Type` and `Content-Disposition` → value and parameters (RFC 2045 §5.1, RFC 2183, RFC 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from .charset import decode_text
from .header_text import decode_words

MAX_PARAMETERS = 100  # pieces of continued ones included

_VALUE = re.compile(r"\s*([A-Za-z0-9!#$&^_.+-]{1,127}(?:/[A-Za-z0-9!#$&^_.+-]{1,127})?)")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,127})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;\s]*)')
_PIECE = re.compile(r"(.+?)\*(\d{1,3})?(\*)?")


def parse_content_type(text: str, default: str) -> tuple[str, dict[str, str]]:
    """The value in lower case (`default` where there is none to read) and its parameters, names in lower case."""
    found = _VALUE.match(text)
    value = found.group(1).lower() if found else ""
    if not found or ("/" in default) != ("/" in value):
        return default, {}
    return value, _parameters(text[found.end() :])


def _parameters(text: str) -> dict[str, str]:
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(text)):
        if count >= MAX_PARAMETERS:
            break
        name, value = match.group(1).lower(), _unquoted(match.group(2))
        piece = _PIECE.fullmatch(name)
        if piece:
            pieces.setdefault(piece.group(1), {}).setdefault(
                int(piece.group(2) or 0), (value, bool(piece.group(3) or not piece.group(2)))
            )
        else:
            # RFC 2047 §5 forbids encoded words here; half the world writes them
            plain.setdefault(name, decode_words(value) if "=?" in value else value)
    return {**plain, **{name: _joined(found) for name, found in pieces.items()}}


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"')) if value.startswith('"') else value


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 §3, §4: pieces in order; the first one names the charset of those that are percent-encoded."""
    charset, content = "utf-8", b""
    for index, (value, encoded) in sorted(pieces.items()):
        if encoded and index == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        content += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    return decode_text(content, charset)
