"""What stands behind an operator of a search → what it asks for: dates, sizes, states; or what is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from linksec_tui.model.errors import BadInput
from linksec_tui.model.query import (
    Came,
    Dated,
    HasAttachment,
    InMailbox,
    Keyword,
    OfAccount,
    Sized,
    State,
    Term,
    Where,
    Words,
)
from linksec_tui.model.sender import SenderState
from linksec_tui.model.visible import visible

BEGINNING = 4  # letters; shorter beginnings fit so many words that they say little and take long to look up
_IDEOGRAPHS = "\u2e80"  # and beyond: scripts that put no blanks between words
_MAX_SHOWN = 40
_DAY = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})([dwmy])", re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([kmg]?)b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_STATES = {
    **{state.value: state for state in State},
    "seen": State.READ,
    "flagged": State.STARRED,
    "replied": State.ANSWERED,
    "returned": State.BOUNCE,
}
_CAME = {each.value: each for each in Came}
_SENDERS = {each.value: each for each in SenderState}
_ATTACHMENTS = {"attachment": HasAttachment(), "attachments": HasAttachment(), "file": HasAttachment()}

Reader = Callable[[str, date], Term]  # what stands there, and today

PLACES = {where.value: where for where in Where if where}


def words(text: str, where: Where = Where.ANYWHERE, *, whole: bool = False) -> Words | None:
    """Words to be found; the last one may go on unless they are `whole`. None where there is no letter in them."""
    letters = [each for each in text if each.isalnum()]
    begins = not whole and (text.endswith("*") or len(letters) >= BEGINNING or max(letters, default="") >= _IDEOGRAPHS)
    return Words(text, where, begins) if letters else None


def read_value(operator: str, value: str, today: date) -> Term:
    """What an operator asks for that is not about words. Raises BadInput."""
    return _READERS[operator](value, today)


def near_miss(name: str) -> str:
    """The operator that was most likely meant; empty where a real word may stand before a colon by itself."""
    for known in OPERATORS:
        begun = len(name) > 2 and known.startswith(name)
        swapped = len(name) > 3 and sorted(name) == sorted(known)
        if begun or swapped or (len(known) > 3 and _one_letter_off(name, known)):
            return known
    return ""


def _one_letter_off(name: str, known: str) -> bool:
    """One letter missing or too many; in long words, any small slip."""
    short, long = sorted((name, known), key=len)
    missing = len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    return missing or (len(known) > 5 and difflib.SequenceMatcher(None, name, known).ratio() >= 0.8)


def _one_of(known: dict[str, Term], operator: str, hint: str = "") -> Reader:
    def read(value: str, _: date) -> Term:
        found = known.get(value.lower())
        if found is None:
            raise _unknown(operator, value, known, hint)
        return found

    return read


def _unknown(operator: str, value: str, known: Iterable[str], hint: str) -> BadInput:
    choices = list(known)
    close = difflib.get_close_matches(value.lower(), choices, 1, 0.6)
    meant = f" Did you mean {operator}:{close[0]}?" if close else ""
    return BadInput(
        f"{operator}:{_shown(value)} is nothing to search for.{meant}", hint or f"It can be {_or(choices)}."
    )


def _day(value: str, today: date) -> tuple[date, date]:
    """The first day that is meant, and the one after the last. Raises BadInput."""
    try:
        return _span(value.lower(), today)
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"“{_shown(value)}” is not a date.",
            "Write 2026-01-31, 2026-01, 2026, today, yesterday, or 7d for 7 days ago.",
        ) from error


def _span(value: str, today: date) -> tuple[date, date]:
    if value in ("today", "yesterday"):
        first = today - timedelta(days=value == "yesterday")
        return first, first + timedelta(days=1)
    if ago := _AGO.fullmatch(value):
        first = today - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        return first, first + timedelta(days=1)
    found = _DAY.fullmatch(value)
    if found is None:
        raise ValueError
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if day:
        first = date(year, month, day)
        return first, first + timedelta(days=1)
    if month:
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    return date(year, 1, 1), date(year + 1, 1, 1)


def _before(value: str, today: date) -> Term:
    return Dated(before=_day(value, today)[0])


def _after(value: str, today: date) -> Term:
    return Dated(since=_day(value, today)[0])


def _on(value: str, today: date) -> Term:
    first, after = _day(value, today)
    return Dated(since=first, before=after)


def _octets(value: str) -> int:
    found = _SIZE.fullmatch(value)
    if found is None:
        raise BadInput(f"“{_shown(value)}” is not a size.", "Write 500k, 5M or 1.5G.")
    return int(float(found[1]) * _UNITS[found[2].lower()])


def _larger(value: str, _: date) -> Term:
    return Sized(over=_octets(value))


def _smaller(value: str, _: date) -> Term:
    return Sized(under=_octets(value))


def _or(choices: Iterable[str]) -> str:
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last


def _shown(value: str) -> str:
    return visible(value[:_MAX_SHOWN])


_READERS: dict[str, Reader] = {
    "in": lambda value, _: InMailbox(value),
    "account": lambda value, _: OfAccount(value),
    "has": _one_of({**_ATTACHMENTS}, "has"),
    "is": _one_of({**_STATES}, "is"),
    "before": _before,
    "after": _after,
    "on": _on,
    "larger": _larger,
    "smaller": _smaller,
    "came": _one_of({**_CAME}, "came"),
    "sender": _one_of(
        {**_SENDERS}, "sender", "It can be verified, unverified or failed; who wrote a message is asked with from:."
    ),
    "keyword": lambda value, _: Keyword(value),
}
OPERATORS = (*PLACES, *_READERS)
