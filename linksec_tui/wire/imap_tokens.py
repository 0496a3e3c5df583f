"""IMAP's words: response lines → nested tokens, and arguments → what may stand on a command line (RFC 3501 §9).

The tokenizer is linear and does not recurse; what it cannot read is a ValueError and nothing else, because the
sender of a message chooses much of what stands in a response.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

# A response is its line, and where a line ended in a literal's size, that literal and the rest of the line.
Response: TypeAlias = list[bytes]
Token: TypeAlias = "bytes | list[Token] | None"  # noqa: S105 - a word of a grammar

MAX_TOKENS = 20_000  # in one response; ours have a hundred, and reading this many takes a tenth of a second
MAX_DEPTH = 60  # parentheses in parentheses; real servers stay below ten

_TOKEN = re.compile(
    rb"""[ ]*(?:
      (\()
    | (\))
    | "([^"\\]*(?:\\.[^"\\]*)*)"
    | (~?\{\d{1,20}\}\Z)
    | ((?:BODY(?:\.PEEK)?\[[^\]]{0,1024}\](?:<\d+>)?)   # the one atom with blanks inside
    |  [^\x00-\x20()"{\x7f]+)
    )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_NIL = (b"NIL", b"nil", b"Nil")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_PLAIN_ATOM = re.compile(r"[A-Za-z0-9._/+:,=@$-]+")
_QUOTABLE = re.compile(r"[\x20-\x7e]*")


def parse_tokens(response: Sequence[bytes]) -> list[Token]:
    """The tokens of a response. An atom NIL is None; a quoted one is text. Raises ValueError."""
    stack: list[list[Token]] = [[]]
    pieces = iter(response)
    room = MAX_TOKENS
    for line in pieces:
        text, at = line.rstrip(b" "), 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            room -= 1
            if found is None or room < 0:
                raise ValueError("not an IMAP response")
            at = found.end()
            match found.lastindex:
                case 5:
                    atom = found[5]
                    stack[-1].append(None if atom in _NIL else atom)
                case 3:
                    quoted = found[3]
                    stack[-1].append(_ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted)
                case 4:
                    stack[-1].append(_next_literal(pieces))
                case 1:
                    _open(stack)
                case _:
                    _close(stack)
    if len(stack) != 1:
        raise ValueError("a parenthesis stays open")
    return stack[0]


def _next_literal(pieces: Iterator[bytes]) -> bytes:
    content = next(pieces, None)
    if content is None:
        raise ValueError("a literal is missing")
    return content


def _open(stack: list[list[Token]]) -> None:
    if len(stack) > MAX_DEPTH:
        raise ValueError("too many parentheses inside each other")
    inner: list[Token] = []
    stack[-1].append(inner)
    stack.append(inner)


def _close(stack: list[list[Token]]) -> None:
    if len(stack) == 1:
        raise ValueError("a parenthesis closes nothing")
    stack.pop()


@dataclass(frozen=True, slots=True)
class Literal:
    """Bytes that travel after their size, when the server has asked for them (RFC 3501 §4.3)."""

    content: bytes


Argument: TypeAlias = "str | Literal"


def astring(text: str) -> Argument:
    """`text` as a command's argument: bare, quoted, or a literal for what quotes cannot hold. Raises ValueError."""
    if "\0" in text:
        raise ValueError("NUL cannot be sent")
    if _PLAIN_ATOM.fullmatch(text) and text.upper() != "NIL":
        return text
    if _QUOTABLE.fullmatch(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return Literal(text.encode())


def render_command(arguments: Iterable[Argument]) -> list[list[bytes]]:
    """The pieces of one command line: each but the first waits until the server asks for it. Raises ValueError.

    A piece is what goes out one after another: a large literal stays the object that it is.
    """
    pieces: list[list[bytes]] = [[]]
    separator = b""
    for argument in arguments:
        if isinstance(argument, Literal):
            pieces[-1].append(separator + b"{%d}\r\n" % len(argument.content))
            pieces.append([argument.content])
        else:
            if not argument.isascii() or any(mark in argument for mark in "\0\r\n"):
                raise ValueError("a bare argument may not carry line ends or letters beyond ASCII")
            pieces[-1].append(separator + argument.encode())
        separator = b" "
    pieces[-1].append(b"\r\n")
    return pieces


def uid_set(numbers: Iterable[int]) -> str:
    """Numbers as IMAP writes a set of them: `1:4,7` (RFC 3501 §9, sequence-set)."""
    ranges: list[str] = []
    first = last = 0
    for number in sorted(set(numbers)):
        if number == last + 1 and first:
            last = number
            continue
        if first:
            ranges.append(_range(first, last))
        first = last = number
    if first:
        ranges.append(_range(first, last))
    return ",".join(ranges)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}:{last}"
