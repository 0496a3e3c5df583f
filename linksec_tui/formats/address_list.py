"""`From`, `To`, `Cc`, `Reply-To` → names and addresses (RFC 5322 §3.4), read in one pass without recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from linksec_tui.model.visible import visible, visible_name

from .header_text import MAX_VALUE, decode_words

MAX_ADDRESSES = 1000
_SHORT = 200  # characters of a name that is remembered

# One token of an address list; a stray quotation mark or bracket counts as an ordinary character.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|\((?:[^()\\]|\\.)*\)|[,;:]|[^",;:<>()]+|.', re.DOTALL)

# What nearly all of them are: a plain or quoted name and an address, or an address alone.
_PLAIN = re.compile(r'[ ]*(?:"([^"\\,;:()<>]*)"[ ]*(?=<)|([^"\\,;:()<>]*))(?:<([^"\\,;:()<>\s]*)>)?[ ]*')


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """A name for people and the address as written; both visible text, neither checked."""

    name: str
    address: str


def parse_address_list(value: str) -> tuple[NamedAddress, ...]:
    """The addresses of a raw header value, at most 1000 of them. Groups are taken apart, comments become names."""
    value = value[:MAX_VALUE]
    plain = _all_plain(value)
    return _tokenised(value) if plain is None else tuple(plain[:MAX_ADDRESSES])


def _all_plain(value: str) -> list[NamedAddress] | None:
    """The quick way, with the result of the long one; None where something in it is not plain."""
    found: list[NamedAddress] = []
    for piece in value.split(","):
        match = _PLAIN.fullmatch(piece)
        if match is None:
            return None
        quoted, text, angle = match.groups()
        name, address = ("", text.strip()) if angle is None else (quoted or (text or "").strip(), angle)
        if address:
            found.append(_visible(name, address))
    return found


def _tokenised(value: str) -> tuple[NamedAddress, ...]:
    found: list[NamedAddress] = []
    words: list[str] = []
    for match in _TOKEN.finditer(value):
        piece = match.group()
        if piece in ",;":
            found.extend(_named(words))
            words = []
        elif piece == ":" and not any("@" in word for word in words):
            words = []  # what stood before it was a group's name
        else:
            words.append(piece)
        if len(found) >= MAX_ADDRESSES:
            break
    return tuple([*found, *_named(words)][:MAX_ADDRESSES])


def _named(words: list[str]) -> tuple[NamedAddress, ...]:
    angle = next((word for word in words if word.startswith("<") and word.endswith(">")), "")
    comments = " ".join(word[1:-1] for word in words if word.startswith("(") and word.endswith(")"))
    others = [word for word in words if not word.startswith("(") and word != angle]
    if angle:
        # a source route (RFC 5322 §4.4) says nothing any more
        address = angle[1:-1].strip().rpartition(":")[2] if angle.startswith("<@") else angle[1:-1].strip()
        name = " ".join(filter(None, (_unquoted(word) for word in others))) or comments
    else:
        address, name = "".join(others).strip(), comments
    if not address:
        return ()
    return (_visible(name, address),)


def _visible(name: str, address: str) -> NamedAddress:
    shown = _name_seen(name) if len(name) <= _SHORT else _name(name)
    return NamedAddress(shown, visible(address)[:320])


def _name(text: str) -> str:
    return visible_name(decode_words(text))[:200].strip()


_name_seen = lru_cache(maxsize=1024)(_name)  # the same people write again and again


def _unquoted(word: str) -> str:
    word = word.strip()
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if len(word) > 1 and word[0] == word[-1] == '"' else word
