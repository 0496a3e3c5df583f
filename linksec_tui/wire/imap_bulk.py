"""The two answers that come by the hundred thousand, header fields and flags, read without taking them apart.

What does not look exactly as servers write it goes the long way through the tokenizer. Pure and without a loop, so that
a thread can do it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from linksec_tui.wire.imap_answers import (
    Fetched,
    HeaderFetch,
    as_header,
    flags,
    number,
    parse_fetch,
    parse_internaldate,
)
from linksec_tui.wire.imap_tokens import Response, Token

# The order is that of our question. In a flag there is no blank, parenthesis, quotation mark or brace (RFC 3501 §9).
_HEADER = re.compile(
    rb"\* \d{1,10} FETCH \(UID (\d{1,10}) FLAGS \(([^()\"{]*)\) INTERNALDATE \"([^\"\\]{26})\""
    rb" RFC822\.SIZE (\d{1,10}) BODY\[HEADER\.FIELDS \([^\]]{0,1024}\)\](?:<0>)? \{\d{1,20}\}\Z"
)
_FLAGS = re.compile(rb"\* \d{1,10} FETCH \(UID (\d{1,10}) FLAGS \(([^()\"{]*)\)(?: MODSEQ \(\d{1,19}\))?\)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What an answer held: headers or flags by UID, and what came unasked in between."""

    headers: dict[int, HeaderFetch]
    flags: dict[int, frozenset[str]]
    unasked: tuple[Fetched, ...]


def read_headers(responses: Iterable[Response]) -> Read:
    """The responses to a question for header fields."""
    headers: dict[int, HeaderFetch] = {}
    unasked: list[Fetched] = []
    for response in responses:
        header = _quick_header(response)
        if header is None:
            fetched = parse_fetch(response)
            if fetched is not None and fetched.uid and any(name.startswith(b"BODY[") for name in fetched.items):
                header = as_header(fetched)
            elif fetched is not None:
                unasked.append(fetched)
        if header is not None:
            headers[header.uid] = header
    return Read(headers=headers, flags={}, unasked=tuple(unasked))


def read_flags(responses: Iterable[Response]) -> Read:
    """The responses to a question for flags."""
    found: dict[int, frozenset[str]] = {}
    unasked: list[Fetched] = []
    for response in responses:
        quick = _FLAGS.match(response[0]) if len(response) == 1 else None
        fetched = None if quick else parse_fetch(response)
        if quick:
            found[number(quick[1])] = _flags(quick[2])
        elif fetched is not None and fetched.uid and b"FLAGS" in fetched.items:
            found[fetched.uid] = fetched.flags
        elif fetched is not None:
            unasked.append(fetched)
    found.pop(0, None)
    return Read(headers={}, flags=found, unasked=tuple(unasked))


def _quick_header(response: Response) -> HeaderFetch | None:
    if len(response) != 3 or response[2] != b")":
        return None
    found = _HEADER.match(response[0])
    if found is None or not (uid := number(found[1])):
        return None
    return HeaderFetch(
        uid=uid,
        flags=_flags(found[2]),
        internaldate=parse_internaldate(found[3]),
        size=number(found[4]),
        header_bytes=response[1],
    )


@lru_cache(maxsize=256)
def _flags(text: bytes) -> frozenset[str]:
    words: list[Token] = list(text.split())
    return flags(words)
