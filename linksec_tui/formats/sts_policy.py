"""MTA-STS: the record in DNS and the policy text (RFC 8461 §§3.1, 3.2).

Read to the letter: a policy that we would bend into shape is one that other senders may read differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linksec_tui.model.visible import visible

MAX_AGE_LIMIT = 31_557_600  # seconds, about a year (§3.2)
_SHOWN = 60  # characters of foreign text in a reason

_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_EXTENSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_RECORD_VALUE = re.compile(r"[\x21-\x3a\x3c\x3e-\x7e]+")
# Said by what is not in it: the ranges up to U+10FFFF would take sixty times as long to compile, at every start.
_POLICY_VALUE = re.compile(r"[^\x00-\x20\x7f](?:[^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a text, and on which line; 0 where it is about the whole."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyField:
    """One line of a policy that follows the grammar."""

    line: int
    name: str
    value: str


def parse_sts_policy(text: str) -> StsPolicy | Invalid:
    """The policy file (§3.2). Unknown fields are ignored, of a repeated one the first counts."""
    policy, problems = read_sts_policy(text)
    return policy or Invalid(reason=problems[0].reason)


def read_sts_policy(text: str) -> tuple[StsPolicy | None, tuple[Problem, ...]]:
    """The policy, or everything that is wrong with it."""
    lines = _read_lines(text)
    fields = _fields(lines)
    problems = (*(line for line in lines if isinstance(line, Problem)), *_problems(fields))
    if problems:
        return None, problems
    single = {field.name: field.value for field in reversed(fields)}
    mx = tuple(field.value.lower() for field in fields if field.name == "mx")
    return StsPolicy(mode=Mode(single["mode"]), max_age=int(single["max_age"]), mx=mx), ()


def policy_fields(text: str) -> tuple[PolicyField, ...]:
    """The lines of a policy that follow the grammar, in their order."""
    return _fields(_read_lines(text))


def _read_lines(text: str) -> list[PolicyField | Problem]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()  # the last line may end with its terminator
    return [_line(number, line) for number, line in enumerate(lines, 1)]


def _fields(lines: Iterable[PolicyField | Problem]) -> tuple[PolicyField, ...]:
    return tuple(line for line in lines if isinstance(line, PolicyField))


def _line(number: int, line: str) -> PolicyField | Problem:
    name, colon, rest = line.removesuffix("\r").partition(":")
    value = rest.strip(" \t")
    if not colon or not _EXTENSION_NAME.fullmatch(name) or not _POLICY_VALUE.fullmatch(value):
        return Problem(line=number, reason=f"“{_shown(line)}” is not a line of an MTA-STS policy")
    return PolicyField(line=number, name=name, value=value)


def _problems(fields: Sequence[PolicyField]) -> Iterator[Problem]:
    first = {field.name: field for field in reversed(fields)}
    mode, age = _value(first, "mode"), _value(first, "max_age")
    hosts = [field for field in fields if field.name == "mx"]
    if _value(first, "version") != "STSv1":
        yield _problem(first, "version", "the policy needs “version: STSv1”")
    if mode not in tuple(Mode):
        yield _problem(first, "mode", "the mode must be enforce, testing or none")
    if not re.fullmatch(r"[0-9]{1,10}", age) or int(age) > MAX_AGE_LIMIT:
        yield _problem(first, "max_age", f"max_age must be a number of seconds up to {MAX_AGE_LIMIT}")
    for host in hosts:
        if len(host.value) > _MAX_NAME or not _MX.fullmatch(host.value):
            yield Problem(line=host.line, reason=f"“{_shown(host.value)}” is not the name of a mail host")
    if not hosts and mode in (Mode.ENFORCE, Mode.TESTING):
        yield Problem(line=0, reason=f"a policy with mode {mode} must name a mail host (mx)")


def _value(first: Mapping[str, PolicyField], name: str) -> str:
    return first[name].value if name in first else ""


def _problem(first: Mapping[str, PolicyField], name: str, reason: str) -> Problem:
    return Problem(line=first[name].line if name in first else 0, reason=reason)


def _shown(text: str) -> str:
    return visible(text)[:_SHOWN]
