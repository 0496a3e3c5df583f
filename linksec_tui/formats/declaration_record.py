"""The link-security declaration: an operator's promise, in DNS and in the EHLO answer (link-security.md §3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from linksec_tui.formats.sts_policy import Invalid
from linksec_tui.model.visible import visible

MAX_AGE_LIMIT = 31_557_600  # seconds, about a year
EHLO_MAX_AGE = 86_400  # what a server means that names no max-age: a day
_LEVELS = ("1", "2", "3", "4")
_MAX_AGE = "max-age="
_TAG = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,31})[ \t]*=[ \t]*([\x21-\x3a\x3c-\x7e]+)")
_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRecord:
    """A declared level, and for how many seconds it may be relied on."""

    level: int
    max_age: int
    id: str = ""


def parse_declaration(texts: Sequence[str]) -> DeclarationRecord | Invalid | None:
    """The declaration among the TXT strings at `_linksec.<name>`; None where there is none."""
    ours = [text for text in texts if re.match(r"v=LINKSEC1[ \t]*(?:;|$)", text)]
    if not ours:
        return None
    if len(ours) > 1:
        return Invalid(reason=f"{len(ours)} declarations where there must be one")
    return _record(ours[0])


def _record(text: str) -> DeclarationRecord | Invalid:
    tags = {"v": "LINKSEC1"}
    fields = [field.strip(" \t") for field in text.split(";")[1:]]
    if fields and not fields[-1]:
        fields.pop()
    for field in fields:
        match = _TAG.fullmatch(field)
        if match is None:
            return Invalid(reason=f"“{visible(field)[:60]}” is not tag=value")
        if match[1] in tags:
            return Invalid(reason=f"{match[1]} stands there twice")
        tags[match[1]] = match[2]
    return _declared(tags)


def _declared(tags: dict[str, str]) -> DeclarationRecord | Invalid:
    age = tags.get("max-age", "")
    if tags.get("level") not in _LEVELS:
        return Invalid(reason="level must be 1, 2, 3 or 4")
    if not _is_age(age):
        return Invalid(reason=f"max-age must be a number of seconds up to {MAX_AGE_LIMIT}")
    if "id" in tags and not _ID.fullmatch(tags["id"]):
        return Invalid(reason="id must be 1 to 32 letters, digits, dots, dashes or underscores")
    return DeclarationRecord(level=int(tags["level"]), max_age=int(age), id=tags.get("id", ""))


def parse_linksec_keyword(parameters: str) -> DeclarationRecord | Invalid:
    """What follows `LINKSEC` in an EHLO answer: a level, and perhaps `max-age=<seconds>`."""
    level, *options = parameters.split() or [""]
    ages = [option[len(_MAX_AGE) :] for option in options if option.lower().startswith(_MAX_AGE)]
    age = ages[0] if ages else str(EHLO_MAX_AGE)
    if len(ages) > 1:
        return Invalid(reason="max-age stands there twice")
    if level not in _LEVELS:
        return Invalid(reason="level must be 1, 2, 3 or 4")
    if not _is_age(age):
        return Invalid(reason=f"max-age must be a number of seconds up to {MAX_AGE_LIMIT}")
    return DeclarationRecord(level=int(level), max_age=int(age))


def _is_age(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,8}", text) is not None and int(text) <= MAX_AGE_LIMIT
