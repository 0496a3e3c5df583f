"""The header field `Link-Security`: what a message asks of its way (docs/protocol.md §4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from linksec_tui.formats.sts_policy import Invalid
from linksec_tui.model.letter import Fallback, Requirement
from linksec_tui.model.visible import visible

FIELD_NAME = "Link-Security"
MAX_VALUE = 998  # octets: more than one line of a message can hold is nobody's requirement (RFC 5322 §2.1.1)

_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,31})[ \t]*=[ \t]*([\x21-\x3a\x3c-\x7e]+)")
_REQUIRED = {each.value: each for each in Requirement if each is not Requirement.ANY}
_FALLBACKS = {each.value: each for each in Fallback}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSecurity:
    """What is required of the way, and what becomes of the message where that cannot be had."""

    require: Requirement
    fallback: Fallback = Fallback.BOUNCE


def parse_link_security(value: str) -> LinkSecurity | Invalid:
    """The value of one field, unfolded. Unknown parameters are ignored, unknown words are not: somebody asked."""
    if len(value) > MAX_VALUE:
        return Invalid(reason=f"longer than {MAX_VALUE} octets")
    parameters = [parameter.strip(" \t") for parameter in value.split(";")]
    if len(parameters) > 1 and not parameters[-1]:
        parameters.pop()  # one delimiter may end the value
    found: dict[str, str] = {}
    for parameter in parameters:
        match = _PARAMETER.fullmatch(parameter)
        if match is None:
            return Invalid(reason=f"“{visible(parameter)[:60]}” is not name=value")
        name = match[1].lower()
        if name in found:
            return Invalid(reason=f"{name} stands there twice")
        found[name] = match[2].lower()
    if next(iter(found), "") != "require" or found["require"] not in _REQUIRED:
        return Invalid(reason=f"it must begin with require= and one of {', '.join(_REQUIRED)}")
    if found.get("fallback", "bounce") not in _FALLBACKS:
        return Invalid(reason="fallback must be bounce or notice")
    return LinkSecurity(require=_REQUIRED[found["require"]], fallback=_FALLBACKS[found.get("fallback", "bounce")])


def strictest(values: Sequence[str]) -> LinkSecurity | Invalid | None:
    """Of several fields in one message: one that cannot be read spoils all, of the others the strictest counts."""
    read = [parse_link_security(value) for value in values]
    fields = [field for field in read if isinstance(field, LinkSecurity)]
    if len(fields) < len(read):
        return next(field for field in read if isinstance(field, Invalid))
    if not fields:
        return None
    notice = all(field.fallback is Fallback.NOTICE for field in fields)
    return LinkSecurity(
        require=max(field.require for field in fields), fallback=Fallback.NOTICE if notice else Fallback.BOUNCE
    )
