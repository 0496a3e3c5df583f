"""An MTA-STS policy as its author should see it: what is wrong on which line, and what it will not do (RFC 8461)."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from linksec_tui.formats.sts_policy import Mode, PolicyField, StsPolicy, policy_fields, read_sts_policy
from linksec_tui.model.review import Remark, Review
from linksec_tui.model.visible import visible

DAY = 86_400
WEEK = 7 * DAY
LARGEST = 64 * 1024  # octets: §3.3 lets senders refuse what is longer, and we do

_FIELDS = ("version", "mode", "max_age", "mx")
_MODES = {
    Mode.TESTING: "Mode testing raises nothing: where TLS is missing or wrong, mail is delivered all the same, and only"
    " reported (RFC 8461 §5).",
    Mode.NONE: "Mode none withdraws the policy: senders forget it (RFC 8461 §8.3).",
}


def review_sts_policy(content: bytes) -> Review:
    """What a policy file amounts to, as a policy host would serve it."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return Review(problems=(Remark(line=0, text="The policy is not UTF-8 text."),))
    policy, found = read_sts_policy(text)
    fields = policy_fields(text)
    problems = [Remark(line=problem.line, text=sentence(problem.reason)) for problem in found]
    advice = [*_not_a_policy(text), *_about_fields(fields)]
    if policy is None:
        return Review(problems=tuple(problems), advice=tuple(advice))
    return Review(
        advice=(*advice, *_about_policy(policy, fields), *_about_size(content)),
        says=MappingProxyType({"mode": policy.mode.value, "max_age": policy.max_age, "mx": policy.mx}),
    )


def nearest_of(word: str, known: Sequence[str]) -> str:
    """` – did you mean …?`, where something known looks like it."""
    found = difflib.get_close_matches(word.lower().replace("-", "_"), [each.replace("-", "_") for each in known], n=1)
    meant = next((each for each in known if found and each.replace("-", "_") == found[0]), None)
    return f" – did you mean “{meant}”?" if meant else "."


def sentence(reason: str) -> str:
    """A reason as a sentence; a name of the format keeps its small letters."""
    first = reason.partition(" ")[0]
    return f"{reason if set('_-') & set(first) else reason[:1].upper() + reason[1:]}."


def _not_a_policy(text: str) -> Iterator[Remark]:
    if text.startswith("\ufeff"):
        yield Remark(line=1, text="The file begins with a byte order mark: save it as UTF-8 without one.")
    if re.match(r"\s*v=STSv1", text):
        where = "https://mta-sts.<domain>/.well-known/mta-sts.txt"
        yield Remark(line=0, text=f"This is the record in DNS; the policy is the file at {where} (RFC 8461 §3.2).")
    if any(not line.strip() for line in text.split("\n")[:-1]):
        yield Remark(line=0, text="The grammar knows no empty lines (RFC 8461 §3.2).")


def _about_fields(fields: Sequence[PolicyField]) -> Iterator[Remark]:
    seen: Counter[str] = Counter()
    for field in fields:
        seen[field.name] += 1
        if field.name not in _FIELDS:
            known = nearest_of(field.name, _FIELDS)
            yield Remark(line=field.line, text=f"“{visible(field.name)}” means nothing to senders{known}")
        elif field.name != "mx" and seen[field.name] > 1:
            yield Remark(line=field.line, text=f"Of a repeated “{field.name}” the first counts (RFC 8461 §3.2).")


def _about_policy(policy: StsPolicy, fields: Sequence[PolicyField]) -> Iterator[Remark]:
    first = {field.name: field.line for field in reversed(fields)}
    if policy.mode in _MODES:
        yield Remark(line=first["mode"], text=_MODES[policy.mode])
    if policy.max_age < DAY and policy.mode is not Mode.NONE:
        yield Remark(
            line=first["max_age"],
            text="A max_age under a day protects hardly anybody: senders forget the policy between two letters, and an"
            " attacker need only wait (RFC 8461 §10.2).",
        )
    elif policy.max_age < WEEK and policy.mode is not Mode.NONE:
        yield Remark(line=first["max_age"], text="Weeks or more are expected for max_age (RFC 8461 §3.2).")
    names: Counter[str] = Counter()
    for field in fields:
        if field.name == "mx":
            names[field.value.lower()] += 1
            yield from _about_host(field, again=names[field.value.lower()] > 1)


def _about_host(field: PolicyField, *, again: bool) -> Iterator[Remark]:
    name = field.value.lower()
    if again:
        yield Remark(line=field.line, text=f"{name} stands there twice.")
    elif name.startswith("*."):
        parent = name[2:]
        yield Remark(
            line=field.line,
            text=f"{name} stands for one label: mx.{parent}, but neither {parent} itself nor a.mx.{parent}"
            " (RFC 8461 §4.1).",
        )
    elif re.fullmatch(r"[0-9.]+", name):
        yield Remark(line=field.line, text=f"{name} is an address; an exchanger always has a name.")
    elif "." not in name:
        yield Remark(line=field.line, text=f"{name} is one label; the names of exchangers are complete.")


def _about_size(content: bytes) -> Iterator[Remark]:
    if len(content) > LARGEST:
        yield Remark(line=0, text="The file is longer than 64 KiB: senders may refuse it (RFC 8461 §3.3).")
