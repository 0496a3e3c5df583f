"""What is looked for → what SQLite is asked: words as one FTS5 expression, the rest as conditions on `messages m`.

A person's words never become a language: each stands between quotes, and everything else is a bound value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from linksec_tui.model.message import Flag
from linksec_tui.model.query import (
    Came,
    Dated,
    Either,
    HasAttachment,
    InMailbox,
    Keyword,
    OfAccount,
    Query,
    Sized,
    State,
    Term,
    Where,
    Without,
    Words,
    leaves,
)
from linksec_tui.model.sender import SenderState
from linksec_tui.store.message_ids import first_id_of
from linksec_tui.store.search_places import Places

Value = str | int

_COLUMNS = {
    Where.ANYWHERE: "",
    Where.FROM: "sender : ",
    Where.TO: "{recipients cc} : ",
    Where.CC: "cc : ",
    Where.SUBJECT: "subject : ",
    Where.BODY: "body : ",
}
_STATES = {
    State.UNREAD: "m.unread",
    State.READ: "NOT m.unread",
    State.BOUNCE: "m.is_bounce",
}
_FLAGS = {State.STARRED: Flag.FLAGGED, State.ANSWERED: Flag.ANSWERED, State.DRAFT: Flag.DRAFT}
_HAS_FLAG = "instr(' ' || lower(m.flags) || ' ', ' ' || lower(?) || ' ') > 0"
_MATCHES = "m.id IN (SELECT rowid FROM search WHERE search MATCH ?)"
_BEGINNING_YEAR, _LAST_YEAR = 1971, 2200  # further away, a day's beginning depends on nobody's clock


@dataclass(slots=True, kw_only=True)
class Conditions:
    """All of `terms`, with their `values` in order, hold; `match` is what the index is asked, or empty."""

    match: str = ""
    terms: list[str] = field(default_factory=list[str])
    values: list[Value] = field(default_factory=list[Value])
    names_place: bool = False

    def add(self, condition: tuple[str, Sequence[Value]]) -> None:
        self.terms.append(condition[0])
        self.values += condition[1]


def conditions_of(query: Query, places: Places) -> Conditions:
    """Everything that the query asks for. Raises BadInput."""
    worded = tuple(term for term in query.terms if _is_worded(term))
    found = structure_of(Query(tuple(term for term in query.terms if term not in worded)), places, whole=True)
    found.names_place = _names_place(query)
    found.match = _all_match(worded) or ""
    if worded and not found.match:  # nothing but words that must not occur: the index alone cannot say that
        for term in worded:
            found.add(_condition(term, places))
    return found


def structure_of(query: Query, places: Places, *, whole: bool = False) -> Conditions:
    """What the query asks for besides words; with `whole`, also where both are mixed."""
    found = Conditions(names_place=_names_place(query))
    for term in query.terms:
        if whole or not any(isinstance(leaf, Words) for leaf in leaves(term)):
            found.add(_condition(term, places))
    return found


def _names_place(query: Query) -> bool:
    return any(isinstance(leaf, InMailbox) for leaf in leaves(query))


def _is_worded(term: Term) -> bool:
    """Can the index answer it, beside others?"""
    return _match(term.term if isinstance(term, Without) else term) is not None


def _match(term: Term) -> str | None:
    """The FTS5 expression; None where the index knows nothing about it."""
    match term:
        case Words():
            return _words(term)
        case Either(terms):
            every = [_match(each) for each in terms]
            known = [each for each in every if each is not None]
            return f"({' OR '.join(known)})" if known and len(known) == len(every) else None
        case Query(terms):
            return _all_match(terms)
        case _:
            return None


def _all_match(terms: Iterable[Term]) -> str | None:
    """All of them, at least one being something that must occur: FTS5 knows `NOT` only as “but not”."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for term in terms:
        expression = _match(term.term if isinstance(term, Without) else term)
        if expression is None:
            return None
        (unwanted if isinstance(term, Without) else wanted).append(expression)
    if not wanted:
        return None
    expression = f"({' AND '.join(wanted)})"
    for each in unwanted:
        expression = f"({expression} NOT {each})"
    return expression


def _words(words: Words) -> str:
    text = words.text.replace('"', " ").replace("\0", " ").rstrip("*")
    return f'({_COLUMNS[words.where]}"{text}"{" *" if words.begins else ""})'


def _condition(term: Term, places: Places) -> tuple[str, Sequence[Value]]:
    match term:
        case Without(inner):
            condition, values = _condition(inner, places)
            return f"NOT ({condition})", values
        case Either(terms):
            return _joined(" OR ", terms, places)
        case Query(terms):
            return _joined(" AND ", terms, places)
        case Words():
            return _MATCHES, (_words(term),)
        case InMailbox(name):
            return _in(places.called(name)), ()
        case OfAccount(name):
            return _in(places.of_account(name)), ()
        case _:
            return _of_message(term)


def _of_message(
    term: State | HasAttachment | Dated | Sized | Came | SenderState | Keyword,
) -> tuple[str, Sequence[Value]]:
    match term:
        case State():
            return (_STATES[term], ()) if term in _STATES else (_HAS_FLAG, (_FLAGS[term].value,))
        case HasAttachment():
            return "m.has_attachment", ()
        case Dated(since, before):
            bounds = [("m.id >= ?", since), ("m.id < ?", before)]
            named = [(condition, first_id_of(_beginning(day))) for condition, day in bounds if day is not None]
            return " AND ".join(condition for condition, _ in named) or "true", [ident for _, ident in named]
        case Sized(over, under):
            sizes = [("m.size > ?", over), ("m.size < ?", under)]
            given = [(condition, size) for condition, size in sizes if size is not None]
            return " AND ".join(condition for condition, _ in given) or "true", [size for _, size in given]
        case Came.ENCRYPTED:
            return "m.came IN (?, ?)", (Came.ENCRYPTED.value, Came.OLD_TLS.value)
        case Came():
            return "m.came = ?", (term.value,)
        case SenderState():
            return "m.sender_state = ?", (term.value,)
        case Keyword(name):
            return _HAS_FLAG, (name,)


def _joined(word: str, terms: Iterable[Term], places: Places) -> tuple[str, Sequence[Value]]:
    conditions = [_condition(term, places) for term in terms]
    text = word.join(f"({condition})" for condition, _ in conditions)
    return f"({text or 'true'})", [value for _, values in conditions for value in values]


def _in(mailboxes: Sequence[int]) -> str:
    return f"m.mailbox IN ({','.join(map(str, mailboxes))})"


def _beginning(day: date) -> datetime:
    """Where the person is, a day begins when their clock says so; the ends of time are the same everywhere."""
    near = min(max(day, date(_BEGINNING_YEAR, 1, 1)), date(_LAST_YEAR, 1, 1))
    return datetime.combine(near, time()).astimezone()
