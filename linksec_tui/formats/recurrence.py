"""A recurrence rule → words (RFC 5545 §3.3.10): the usual ones in a sentence, the others as they were written."""

from __future__ import annotations

import re

from linksec_tui.model.visible import visible

MAX_RULE = 500

_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year", "HOURLY": "hour"}
_DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
    "SU": "Sunday",
}  # fmt: skip
_WHICH = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_TOLD = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", "BYMONTH", "BYMONTHDAY"})


def recurrence_words(rule: str) -> str:
    """`every 2 weeks on Monday, until 1 May 2027`."""
    rule = visible(rule[:MAX_RULE]).strip()
    terms = dict(term.split("=", 1) for term in rule.upper().split(";") if "=" in term)
    unit = _UNITS.get(terms.get("FREQ", ""))
    if unit is None or not set(terms) <= _TOLD:
        return f"by the rule {rule}"
    interval = terms.get("INTERVAL", "1").lstrip("0")
    words = f"every {unit}" if interval in ("", "1") or not interval.isdecimal() else f"every {interval[:6]} {unit}s"
    return words + _days(terms) + _end(terms)


def _days(terms: dict[str, str]) -> str:
    days = [name for day in terms.get("BYDAY", "").split(",")[:14] if (name := _day(day))]
    if days:
        return f" on {', '.join(days)}"
    dates = terms.get("BYMONTHDAY", "")
    return f" on the {dates}." if re.fullmatch(r"[1-9]|[12]\d|3[01]", dates) else ""


def _day(text: str) -> str:
    found = re.fullmatch(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", text)
    if found is None:
        return ""
    which = (found[1] or "").lstrip("+")
    return f"the {_WHICH.get(which, which + '.')} {_DAYS[found[2]]}" if which else _DAYS[found[2]]


def _end(terms: dict[str, str]) -> str:
    if re.fullmatch(r"\d{1,5}", terms.get("COUNT", "")):
        return f", {int(terms['COUNT'])} times"
    until = re.match(r"(\d{4})(\d{2})(\d{2})", terms.get("UNTIL", ""))
    return f", until {until[1]}-{until[2]}-{until[3]}" if until else ""
