"""A search as a person types it → what it asks for. docs/search.md has the grammar.

    query    = alternatives…                all of them must hold
    alternatives = term (OR term)…          one of them must
    term     = [- | NOT] (operator:value | "a phrase" | word | (query))

Whatever is not an operator is something to look for: colons, quotes and brackets of real subjects do no harm, a quote
that is never closed ends with the line. Only what was most likely meant as an operator is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from linksec_tui.incoming.query_values import OPERATORS, PLACES, near_miss, read_value, words
from linksec_tui.model.errors import BadInput
from linksec_tui.model.query import Either, Query, Term, Without

MAX_LENGTH = 2000  # characters
MAX_TERMS = 32
MAX_DEPTH = 8  # brackets in brackets; deeper ones group nothing

_QUOTES = str.maketrans("“”„‟\0", '"""" ')
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<bracket>[()])
    | (?P<minus>-)? (?:(?P<name>[^\W\d_]+):(?!//))? (?: "(?P<phrase>[^"]*)"? | (?P<word>[^\s()"][^\s()]*) )?
    )""",
    re.VERBOSE,
)


def parse_query(text: str, today: date) -> Query:
    """What is looked for. Raises BadInput, in one sentence, for an operator or value that there is not."""
    readable = text.encode(errors="replace").decode().translate(_QUOTES)  # a terminal can hand us half a character
    if len(readable) > MAX_LENGTH:
        raise BadInput(f"A search has at most {MAX_LENGTH} characters.", "Leave some words out.")
    return _Parse(list(_tokens(readable)), today).query()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A piece of the line. `name`: what stands before a colon, where that is an operator."""

    bracket: str = ""
    minus: bool = False
    name: str = ""
    text: str = ""
    quoted: bool = False

    @property
    def plain(self) -> bool:
        return not (self.bracket or self.minus or self.name)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while (found := _TOKEN.match(text, at)) and found.end() > at:
        at = found.end()
        if found["bracket"]:
            yield _Token(bracket=found["bracket"])
            continue
        name, quoted = (found["name"] or "").lower(), found["phrase"] is not None
        value = found["phrase"] if quoted else found["word"] or ""
        if name and name not in OPERATORS:
            _ask_about(name, value)
            yield from _in_front_of_a_colon(found, value)
        elif name or value:
            yield _Token(minus=bool(found["minus"]), name=name, text=value, quoted=quoted)


def _ask_about(name: str, value: str) -> None:
    meant = near_miss(name) if value else ""
    if meant:
        raise BadInput(
            f"There is no {name}: to search with. Did you mean {meant}:?", f'To look for the words, write "{name}".'
        )


def _in_front_of_a_colon(found: re.Match[str], value: str) -> Iterator[_Token]:
    """`Re: lunch`, `10:30`, `note:"to self"`: words like any others."""
    minus = bool(found["minus"])
    if found["phrase"] is not None:
        yield _Token(minus=minus, text=found["name"])
        yield _Token(minus=minus, text=value, quoted=True)
    else:
        yield _Token(minus=minus, text=f"{found['name']}:{value}")


class _Parse:
    """The tokens, read once from the left."""

    def __init__(self, tokens: list[_Token], today: date) -> None:
        self._tokens = tokens[::-1]
        self._today = today
        self._count = 0

    def query(self) -> Query:
        terms: list[Term] = []
        while self._tokens:  # a bracket that closes nothing ends nothing
            terms += _flat(self._every(0))
        return Query(tuple(terms))

    def _every(self, depth: int) -> Query:
        terms: list[Term] = []
        joined = False
        while self._tokens:
            token = self._tokens.pop()
            if token.bracket == ")":
                break
            if token.plain and not token.quoted and token.text in ("OR", "AND"):
                joined = token.text == "OR" and bool(terms)
                continue
            term = self._term(token, depth)
            if term is None:
                continue
            terms.append(_either(terms.pop(), term) if joined else term)
            joined = False
        return Query(tuple(terms))

    def _term(self, token: _Token, depth: int) -> Term | None:
        if token.bracket:
            if depth >= MAX_DEPTH:
                return None
            inner = self._every(depth + 1)
            return (inner.terms[0] if len(inner.terms) == 1 else inner) if inner else None
        if token.plain and not token.quoted and token.text == "NOT" and self._tokens:
            inner = self._term(self._tokens.pop(), depth)
            return None if inner is None else Without(inner)
        found = self._leaf(token)
        return Without(found) if found is not None and token.minus else found

    def _leaf(self, token: _Token) -> Term | None:
        self._count += 1
        if self._count > MAX_TERMS:
            raise BadInput(f"A search has at most {MAX_TERMS} parts.", "Leave some of them out.")
        text, quoted = token.text, token.quoted
        if not token.name:
            return words(text, whole=quoted)
        if not text and self._tokens and self._tokens[-1].plain:  # `from: alice`
            following = self._tokens.pop()
            text, quoted = following.text, following.quoted
        if token.name in PLACES:
            return words(text, PLACES[token.name], whole=quoted)
        return read_value(token.name, text, self._today) if text else None  # nothing: still being typed


def _either(first: Term, second: Term) -> Either:
    return Either((*first.terms, second)) if isinstance(first, Either) else Either((first, second))


def _flat(query: Query) -> list[Term]:
    """Brackets around what must hold anyway say nothing."""
    return [each for term in query.terms for each in (_flat(term) if isinstance(term, Query) else [term])]
