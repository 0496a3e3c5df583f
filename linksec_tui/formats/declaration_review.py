"""A link-security statement as its author should see it: the record in DNS, the EHLO keyword, or the header field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from linksec_tui.formats.declaration_record import DeclarationRecord, parse_declaration, parse_linksec_keyword
from linksec_tui.formats.link_security_field import FIELD_NAME, parse_link_security
from linksec_tui.formats.policy_review import DAY, nearest_of, sentence
from linksec_tui.formats.sts_policy import Invalid
from linksec_tui.model.letter import Fallback, Requirement
from linksec_tui.model.review import Remark, Review
from linksec_tui.model.visible import visible

_TAGS = ("v", "level", "max-age", "id")
_KEYWORD = re.compile(r"(?:250[ -])?LINKSEC(?:[ \t]+(?P<words>.*))?", re.IGNORECASE)
_FIELD = re.compile(rf"{FIELD_NAME}[ \t]*:(?P<value>.*)", re.IGNORECASE | re.DOTALL)
_PROMISES = {
    1: "Level 1 promises to try encryption towards other servers, and nothing where they refuse it.",
    2: "Level 2 promises besides that mailboxes are read over protected connections only.",
    3: "Level 3 promises besides to return rather than forward unprotected, if the message asks.",
    4: "Level 4 promises besides to return rather than forward to a server without level 4, if the message asks.",
}


def review_link_security(text: str) -> Review:
    """What the text amounts to; its beginning tells which of the three it is."""
    statement = _joined(text.strip())
    if field := _FIELD.fullmatch(statement):
        return _review_field(re.sub(r"\r?\n(?=[ \t])", "", field["value"]).strip())
    if keyword := _KEYWORD.fullmatch(statement):
        words = keyword["words"] or ""
        counts = _remark("It counts only after STARTTLS, and where the handshake verified.")
        return _review_declared(parse_linksec_keyword(words), (*_about_keyword(words), counts))
    counts = _remark("It counts only from a zone that DNSSEC proves secure.")
    return _review_declared(parse_declaration([statement]), (*_about_record(statement), counts))


def _joined(text: str) -> str:
    """The strings of a record as zone files write them, joined (RFC 1035 §5.1, docs/protocol.md §3.1)."""
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    return "".join(strings) if strings and re.fullmatch(r'(?:\s*"(?:[^"\\]|\\.)*")+\s*', text) else text


def _review_declared(declared: DeclarationRecord | Invalid | None, advice: tuple[Remark, ...]) -> Review:
    """The last advice says under which condition it counts: of no interest before it is valid."""
    if not isinstance(declared, DeclarationRecord):
        reason = declared.reason if declared else "a declaration begins with “v=LINKSEC1”"
        return Review(problems=(_remark(sentence(reason)),), advice=advice[:-1])
    says: dict[str, str | int] = {"level": declared.level, "max-age": declared.max_age}
    if declared.id:
        says["id"] = declared.id
    about = (*_about_age(declared.max_age), _remark(_PROMISES[declared.level]), *advice)
    return Review(advice=about, says=MappingProxyType(says))


def _about_age(max_age: int) -> Iterator[Remark]:
    if max_age == 0:
        yield _remark("A max-age of 0 takes an earlier declaration back: nothing is remembered.")
    elif max_age < DAY:
        yield _remark("A max-age under a day is forgotten between two letters; a week or more is worth remembering.")


def _about_record(statement: str) -> Iterator[Remark]:
    for field in statement.split(";")[1:]:
        name, equals, _ = field.partition("=")
        name = name.strip()
        if equals and name and name not in _TAGS:
            yield _remark(f"“{visible(name)[:60]}” means nothing to readers{nearest_of(name, _TAGS)}")


def _about_keyword(words: str) -> Iterator[Remark]:
    for word in words.split()[1:]:
        name = word.partition("=")[0]
        if name.lower() != "max-age":
            yield _remark(f"“{visible(name)[:60]}” means nothing to readers{nearest_of(name, ['max-age'])}")


def _review_field(value: str) -> Review:
    field = parse_link_security(value)
    if isinstance(field, Invalid):
        return Review(problems=(_remark(sentence(field.reason)),))
    says = {"require": field.require.value, "fallback": field.fallback.value}
    return Review(advice=tuple(_about_request(field.require, field.fallback)), says=MappingProxyType(says))


def _about_request(require: Requirement, fallback: Fallback) -> Iterator[Remark]:
    yield _remark("It binds only servers that declare level 3 or more; others carry it along.")
    if require is Requirement.ENCRYPTED:
        yield _remark("Encryption that is not verified keeps out who taps the wire, and nobody who plays the server.")
    if fallback is Fallback.NOTICE:
        yield _remark("The message must carry its notice as first part, and be neither signed nor encrypted.")


def _remark(text: str) -> Remark:
    return Remark(line=0, text=text)
