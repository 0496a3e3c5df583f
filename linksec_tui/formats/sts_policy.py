"""MTA-STS: the record in DNS and the policy text (RFC 8461 §§3.1, 3.2).

Read to the letter: a policy that we would bend into shape is one that other senders may read differently.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from linksec_tui.model.visible import visible

MAX_AGE_LIMIT = 31_557_600  # seconds, about a year (§3.2)
_SHOWN = 60  # characters of foreign text in a reason

_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_EXTENSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_RECORD_VALUE = re.compile(r"[\x21-\x3a\x3c\x3e-\x7e]+")
_POLICY_VALUE = re.compile(r"[\x21-\x7e\x80-\U0010ffff](?:[\x20-\x7e\x80-\U0010ffff]*[\x21-\x7e\x80-\U0010ffff])?")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MX = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_MAX_NAME = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """A text that is not what it says it is, and why."""

    reason: str


class Mode(StrEnum):
    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class StsRecord:
    """The TXT record: a changed `id` means that the policy must be fetched again."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StsPolicy:
    """What the policy host said. `mx` holds lower-case names and `*.name` patterns."""

    mode: Mode
    max_age: int
    mx: tuple[str, ...]


def parse_sts_record(texts: Sequence[str]) -> StsRecord | Invalid | None:
    """The record among the TXT strings at `_mta-sts.<domain>`; None where there is none (§3.1)."""
    if len(texts) > 1:
        texts = [text for text in texts if text.startswith("v=STSv1;")]
    if len(texts) > 1:
        return Invalid(reason=f"{len(texts)} MTA-STS records where there must be one")
    if not texts or not re.match(r"v=STSv1[ \t]*(?:;|$)", texts[0]):
        return None
    return _record(texts[0])


def _record(text: str) -> StsRecord | Invalid:
    fields = re.split(r"[ \t]*;[ \t]*", text)[1:]
    if fields and not fields[-1]:
        fields.pop()  # one delimiter may end the record
    ids: list[str] = []
    for field in fields:
        name, _, value = field.partition("=")
        if not _EXTENSION_NAME.fullmatch(name) or not _RECORD_VALUE.fullmatch(value):
            return Invalid(reason=f"“{_shown(field)}” is not a field of an MTA-STS record")
        if name == "id":
            ids.append(value)
    if len(ids) != 1 or not _ID.fullmatch(ids[0]):
        return Invalid(reason="the record needs one id of 1 to 32 letters and digits")
    return StsRecord(id=ids[0])


def parse_sts_policy(text: str) -> StsPolicy | Invalid:
    """The policy file (§3.2). Unknown fields are ignored, of a repeated one the first counts."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()  # the last line may end with its terminator
    single: dict[str, str] = {}
    mx: list[str] = []
    for line in lines:
        name, colon, rest = line.removesuffix("\r").partition(":")
        value = rest.strip(" \t")
        if not colon or not _EXTENSION_NAME.fullmatch(name) or not _POLICY_VALUE.fullmatch(value):
            return Invalid(reason=f"“{_shown(line)}” is not a line of an MTA-STS policy")
        if name == "mx":
            mx.append(value.lower())
        else:
            single.setdefault(name, value)
    return _policy(single, mx)


def _policy(single: dict[str, str], mx: list[str]) -> StsPolicy | Invalid:
    age = single.get("max_age", "")
    mode = single.get("mode", "")
    wrong = next((name for name in mx if len(name) > _MAX_NAME or not _MX.fullmatch(name)), None)
    if single.get("version") != "STSv1":
        return Invalid(reason="the policy needs “version: STSv1”")
    if mode not in tuple(Mode):
        return Invalid(reason="the mode must be enforce, testing or none")
    if not re.fullmatch(r"[0-9]{1,10}", age) or int(age) > MAX_AGE_LIMIT:
        return Invalid(reason=f"max_age must be a number of seconds up to {MAX_AGE_LIMIT}")
    if wrong is not None:
        return Invalid(reason=f"“{_shown(wrong)}” is not the name of a mail host")
    if not mx and mode != Mode.NONE:
        return Invalid(reason=f"a policy with mode {mode} must name a mail host (mx)")
    return StsPolicy(mode=Mode(mode), max_age=int(age), mx=tuple(mx))


def _shown(text: str) -> str:
    return visible(text)[:_SHOWN]
