"""A search that a server does: what was asked for → SEARCH keys, and the UIDs that it found (RFC 3501 §6.4.4, 4731).

A server cannot be asked everything: what it does not know is left out of the question where the rest still says
something, so the answer may hold more than was looked for, never less. Who asked sorts that out.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from linksec_tui.model.message import Flag
from linksec_tui.model.query import Dated, Either, Keyword, Query, Sized, State, Term, Where, Without, Words
from linksec_tui.wire.imap_answers import parse_numbers
from linksec_tui.wire.imap_channel import Channel
from linksec_tui.wire.imap_exchange import Request
from linksec_tui.wire.imap_reading import MAX_SEARCH
from linksec_tui.wire.imap_tokens import Argument, Literal, Response, astring
from linksec_tui.wire.imap_uids import MAX_UID

MAX_CLAUSES = 64  # of one question; people's have three
MAX_FOUND = 10_000  # hits that are taken, the newest

_KEYS = {Where.ANYWHERE: "TEXT", Where.FROM: "FROM", Where.SUBJECT: "SUBJECT", Where.BODY: "BODY"}
_STATES = {State.UNREAD: "UNSEEN", State.READ: "SEEN", State.DRAFT: "DRAFT"}
_FLAGS = {State.STARRED: Flag.FLAGGED, State.ANSWERED: Flag.ANSWERED}
_ATOM = re.compile(r"[A-Za-z0-9$_.-]{1,64}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RANGE = re.compile(rb"(\d{1,10})(?::(\d{1,10}))?")

Keys: TypeAlias = tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One thing that holds, or does not."""

    term: Term
    holds: bool


def search_keys(query: Query) -> Keys | None:
    """The question; None where it cannot be put so that the words in it are still looked for."""
    keys: list[Argument] = []
    clauses = _clauses(query, holds=True)
    if clauses is None:
        return None
    for clause in clauses:
        put = [_keys(leaf) for leaf in clause]
        known = [each for each in put if each is not None]
        if len(known) == len(put):
            keys += _any_of(known)
        elif any(isinstance(leaf.term, Words) for leaf in clause):
            return None
    return tuple(keys) or ("ALL",)


async def search(channel: Channel, keys: Keys) -> list[int]:
    """The UIDs in the selected mailbox, ascending, MAX_FOUND at most. Raises ConnectionProblem."""
    charset = ("CHARSET UTF-8",) if any(isinstance(key, Literal) for key in keys) else ()
    exists = channel.selected.exists if channel.selected else 0
    found: set[int] = set()
    if "ESEARCH" in channel.capabilities:
        request = _request("RETURN (ALL)", *charset, *keys)
        found.update(parse_esearch((await channel.ask(request)).responses))
    else:
        for first in range(1, exists + 1, MAX_SEARCH):
            some = (f"{first}:{first + MAX_SEARCH - 1}",) if exists > MAX_SEARCH else ()
            told = (await channel.ask(_request(*charset, *some, *keys))).responses
            found.update(await asyncio.to_thread(parse_numbers, told))
    return sorted(found)[-MAX_FOUND:]


def _request(*arguments: Argument) -> Request:
    return Request(name="SEARCH", prefix="UID", arguments=arguments, wanted=frozenset({b"SEARCH", b"ESEARCH"}))


def parse_esearch(responses: Sequence[Response]) -> Iterator[int]:
    """`* ESEARCH (TAG "A1") UID ALL 2:5,9`: the last MAX_FOUND of each set; a range may stand for four milliards."""
    for response in responses:
        words = response[0].split()
        if b"ALL" not in words:
            continue
        left = MAX_FOUND
        for piece in reversed(b"".join(words[words.index(b"ALL") + 1 :][:1]).split(b",")):
            found = _RANGE.fullmatch(piece)
            if found is None or left <= 0:
                break
            low, high = sorted((int(found[1]), int(found[2] or found[1])))
            first = max(low, high - left + 1)
            left -= high - first + 1
            yield from (uid for uid in range(first, high + 1) if 0 < uid <= MAX_UID)


def _clauses(term: Term, *, holds: bool) -> list[list[_Leaf]] | None:
    """All of: one of each. Brackets would have to stand behind literals; this way none are needed."""
    match term:
        case Without(inner):
            return _clauses(inner, holds=not holds)
        case Query(terms):
            return _all_of(terms, holds=True) if holds else _one_of(terms, holds=False)
        case Either(terms):
            return _one_of(terms, holds=True) if holds else _all_of(terms, holds=False)
        case _:
            return [[_Leaf(term, holds)]]


def _all_of(terms: Sequence[Term], *, holds: bool) -> list[list[_Leaf]] | None:
    found: list[list[_Leaf]] = []
    for term in terms:
        clauses = _clauses(term, holds=holds)
        if clauses is None:
            return None
        found += clauses
    return found if len(found) <= MAX_CLAUSES else None


def _one_of(terms: Sequence[Term], *, holds: bool) -> list[list[_Leaf]] | None:
    found: list[list[_Leaf]] = [[]]
    for term in terms:
        clauses = _clauses(term, holds=holds)
        if clauses is None:
            return None
        found = [[*before, *clause] for before in found for clause in clauses]
        if len(found) > MAX_CLAUSES:
            return None
    return found


def _any_of(keys: Sequence[Keys]) -> list[Argument]:
    """`OR a OR b c` (RFC 3501 §6.4.4: OR takes two)."""
    *others, last = keys
    return [argument for each in others for argument in ("OR", *each)] + list(last)


def _keys(leaf: _Leaf) -> Keys | None:
    """One thing as a server knows it; None where it does not, or not exactly enough to be denied."""
    match leaf.term:
        case Words(text, Where.TO):
            to, cc = ("TO", _argument(text)), ("CC", _argument(text))
            return ("OR", *to, *cc) if leaf.holds else ("NOT", "OR", *to, *cc)
        case Words(text, Where.CC):
            keys = ("CC", _argument(text))
        case Words(text, where):
            keys = (_KEYS[where], _argument(text))
        case State():
            keys = _state(leaf.term)
        case Dated(since, before):  # the server's days begin elsewhere
            keys = _days(since, before) if leaf.holds else None
        case Sized(over, under):
            sizes = (("LARGER", over), ("SMALLER", under))
            keys = next(((f"{name} {octets}",) for name, octets in sizes if octets is not None), None)
        case Keyword(name):
            keys = (f"KEYWORD {name}",) if _ATOM.fullmatch(name) else None
        case _:
            keys = None
    return keys if leaf.holds or keys is None else ("NOT", *keys)


def _state(state: State) -> Keys | None:
    if state in _FLAGS:
        return (_FLAGS[state].value.removeprefix("\\").upper(),)
    return (_STATES[state],) if state in _STATES else None


def _days(since: date | None, before: date | None) -> Keys:
    day = timedelta(days=1)
    first = (f"SINCE {_date(since - day)}",) if since and since > date.min else ()
    last = (f"BEFORE {_date(before + day)}",) if before and before < date.max else ()
    return (*first, *last) or ("ALL",)


def _date(day: date) -> str:
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04d}"


def _argument(text: str) -> Argument:
    """Never an atom: some servers take `TEXT 10` for a number."""
    argument = astring(text.replace("\0", " ").replace("\r", " ").replace("\n", " ").rstrip("*"))
    return argument if isinstance(argument, Literal) or argument.startswith('"') else f'"{argument}"'
