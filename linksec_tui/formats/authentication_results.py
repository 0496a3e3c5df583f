"""`Authentication-Results` → what a server says it found out about a sender (RFC 8601 §2.2).

Only the grammar is judged here; whose field may be believed is another question. Read strictly, in one pass without
recursion: a field that is not whole is none at all, because half of a verdict could be another verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linksec_tui.model.visible import visible_name

MAX_FIELD = 16 * 1024  # characters; real ones stay below four thousand
MAX_RESULTS = 100
MAX_PROPERTIES = 50  # of one result
MAX_DEPTH = 20  # comments in comments
MAX_TEXT = 320  # characters of one value

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"  # with `_`: Yahoo writes perm_fail
# The mixture is for addresses: `"a b"@example.org`, and `SRS0=x=y=example.org=a@example.net` without quotes.
_VALUE = rf'((?:{_QUOTED}|[^\s;"])+)'
_AUTHSERV_ID = re.compile(rf'\s*({_QUOTED}|[^\s;="]+)(?:\s+([0-9]+))?\s*', re.DOTALL)
_RESULT = re.compile(rf"\s*({_NAME})(?:\s*/\s*([0-9]+))?\s*=\s*({_NAME})(?=\s|\Z)")
_REASON = re.compile(rf"\s+reason\s*=\s*{_VALUE}(?=\s|\Z)", re.DOTALL | re.IGNORECASE)
_PROPERTY = re.compile(rf"\s+({_NAME})\s*\.\s*({_NAME})\s*=\s*{_VALUE}(?=\s|\Z)", re.DOTALL)
_INSTANCE = re.compile(r"\s*i\s*=\s*[0-9]{1,2}\s*;")  # RFC 8617 §4.1.1: in front of the copy that ARC keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """What a result is about: `header.from=example.org` is of the type `header` and named `from`."""

    kind: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResult:
    """One method's result; names in lower case."""

    method: str
    result: str
    reason: str = ""
    properties: tuple[Property, ...] = ()

    def value(self, kind: str, name: str) -> str:
        """The first property of that name; empty where there is none."""
        return next((each.value for each in self.properties if (each.kind, each.name) == (kind, name)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationResults:
    """One field: by whom, and what. An empty field has no `authserv_id`, which is nobody's."""

    authserv_id: str = ""
    results: tuple[MethodResult, ...] = ()


def parse_authentication_results(value: str) -> AuthenticationResults | None:
    """None for what is not such a field. Never raises."""
    if len(value) > MAX_FIELD:
        return None
    try:
        pieces = list(_pieces(_without_comments(value)))
        if len(pieces) == 1 and not pieces[0].strip():
            return AuthenticationResults()
        return AuthenticationResults(authserv_id=_authserv_id(pieces[0]), results=_results(pieces[1:]))
    except _Broken:
        return None


def parse_arc_authentication_results(value: str) -> AuthenticationResults | None:
    """The same in the copy that ARC keeps of it, behind its instance number (RFC 8617 §4.1.1)."""
    found = _INSTANCE.match(value[:MAX_FIELD])
    return parse_authentication_results(value[found.end() :]) if found else None


class _Broken(Exception):
    """The field does not follow the grammar."""


def _without_comments(text: str) -> str:
    """Blanks in place of comments; a parenthesis inside a quoted string is none (RFC 5322 §3.2.2)."""
    kept: list[str] = []
    depth = at = 0
    while at < len(text):
        character = text[at]
        if character == "\\" and depth:
            at += 2
            continue
        if character == '"' and not depth:
            end = _quoted_end(text, at)
            kept.append(text[at:end])
            at = end
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        if not 0 <= depth <= MAX_DEPTH:
            raise _Broken
        kept.append(" " if depth or character == ")" else character)
        at += 1
    if depth:
        raise _Broken
    return "".join(kept)


def _quoted_end(text: str, at: int) -> int:
    end = at + 1
    while end < len(text) and text[end] != '"':
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise _Broken
    return end + 1


def _pieces(text: str) -> Iterator[str]:
    """What stands between semicolons; one in a quoted string does not count."""
    begin = at = 0
    while at < len(text):
        if text[at] == ";":
            yield text[begin:at]
            begin = at + 1
        at = _quoted_end(text, at) if text[at] == '"' else at + 1
    yield text[begin:]


def _authserv_id(piece: str) -> str:
    found = _AUTHSERV_ID.fullmatch(piece)
    if found is None or (found[2] or "1") != "1":  # §2.2: another version means something else
        raise _Broken
    return _text(found[1]).lower()


def _results(pieces: list[str]) -> tuple[MethodResult, ...]:
    if not pieces:
        raise _Broken  # §2.2: `none` at least
    if not pieces[-1].strip():
        pieces = pieces[:-1]  # a last semicolon, which many write
    if len(pieces) == 1 and pieces[0].strip().lower() == "none":
        return ()
    if len(pieces) > MAX_RESULTS:
        raise _Broken
    return tuple(map(_result, pieces))


def _result(piece: str) -> MethodResult:
    found = _RESULT.match(piece)
    if found is None or (found[2] or "1") != "1":
        raise _Broken
    reason = _REASON.match(piece, found.end())
    properties = tuple(_properties(piece.rstrip(), reason.end() if reason else found.end()))
    return MethodResult(
        method=found[1].lower(),
        result=found[3].lower(),
        reason=_text(reason[1]) if reason else "",
        properties=properties,
    )


def _properties(piece: str, at: int) -> Iterator[Property]:
    for _ in range(MAX_PROPERTIES):
        if at >= len(piece):
            return
        found = _PROPERTY.match(piece, at)
        if found is None:
            raise _Broken
        at = found.end()
        yield Property(kind=found[1].lower(), name=found[2].lower(), value=_text(found[3]))
    raise _Broken


def _text(text: str) -> str:
    """Without the quotation marks, also of one part of an address; visible, and cut."""
    if '"' in text:
        text = re.sub(_QUOTED, lambda found: re.sub(r"\\(.)", r"\1", found[0][1:-1], flags=re.DOTALL), text)
    return visible_name(text)[:MAX_TEXT]
