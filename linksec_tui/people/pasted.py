"""Recipients pasted from anywhere: a header field, a web page, a spreadsheet, another program's chips. Pure.

`Name <a@b>`, `a@b (Name)`, `Name [mailto:a@b]`, `Doe, John <a@b>; …`, `Friends: a@b, c@d;` (RFC 5322 §3.4), a line or a
cell each. What cannot be read stays as it was, so that nobody is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linksec_tui.formats.domain_name import parse_recipient_text
from linksec_tui.model.address import Field, Recipient
from linksec_tui.model.errors import BadInput

MOST = 5_000  # recipients of one paste
MAX_PIECE = 1_000  # characters: an address has 254, a name 200

_BULLET = re.compile(r"^\s*(?:[-*•‣·–>]+|\(?\d{1,4}[.)])\s+")
# A field's or a group's name before a colon; not the scheme of a link.
_HEAD = re.compile(r"^\s*(?!mailto:)[^@:<>\"\[(]{1,80}:(?=\s|[^\s@]+@)", re.IGNORECASE)
_PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^<>]*>|\([^()]*\)|\[[^\[\]]*\]|[^,;\t])+|[,;\t]')
_LINKED = re.compile(
    r"^(?P<name>.*?)\s*[<\[(]?\s*mailto:(?P<address>[^\s\]>)?]+)(?:\?[^\s\]>)]*)?\s*[\]>)]?$", re.IGNORECASE
)
_BEHIND = re.compile(r"^(?P<address>[^\s<>()]+@[^\s<>()]+)\s+\(?(?P<name>[^@<>]*?)\)?$")
_BEFORE = re.compile(r"^(?P<name>[^@<>]+?)\s+[<(\[]?(?P<address>[^\s<>()\[\]]+@[^\s<>()\[\]]+?)[>)\]]?\.?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """Who was understood, and the text of what was not, with a sentence about the first of it."""

    recipients: tuple[Recipient, ...]
    left: tuple[str, ...] = ()
    sentence: str = ""


def read_pasted(text: str, field: Field) -> Pasted:
    """Everybody once."""
    found: dict[str, Recipient] = {}
    left: list[str] = []
    sentence = ""
    for piece in _pieces(text):
        try:
            recipient = _recipient(piece, field)
        except BadInput as refused:
            left.append(piece)
            sentence = sentence or str(refused)
            continue
        if len(found) < MOST:
            found.setdefault(str(recipient.address).casefold(), recipient)
        else:
            left.append(piece)
            sentence = sentence or f"More than {MOST:,} recipients do not fit into one letter."
    return Pasted(recipients=tuple(found.values()), left=tuple(left), sentence=sentence)


def _pieces(text: str) -> Iterator[str]:
    for line in text.splitlines():
        bare = _HEAD.sub("", _BULLET.sub("", line))
        pieces = _PIECE.findall(bare)
        # where a semicolon parts people, a comma belongs to a name: Doe, John <j@x>; Roe, Jane <r@x>
        parts = {";"} if ";" in pieces and _names_with_commas(pieces) else {",", ";", "\t"}
        yield from _joined(pieces, parts)


def _names_with_commas(pieces: list[str]) -> bool:
    """Does every comma stand in a name, before its address in brackets?"""
    written = "".join(pieces).split(";")
    return all(part.count("@") <= 1 and part.rfind(",") < max(part.find("<"), 0) + 1 for part in written)


def _joined(pieces: list[str], parts: set[str]) -> Iterator[str]:
    """A piece without an address belongs to the one behind it: a name with a comma in it, a cell of a spreadsheet."""
    waiting: list[str] = []
    for piece in [*pieces, ";"]:
        if piece in parts or piece == ";":
            whole = "".join(waiting).strip()
            if "@" in whole or piece == ";" or not whole:
                waiting = []
                if whole:
                    yield whole
            else:
                waiting.append(" " if piece == "\t" else f"{piece} ")
        else:
            waiting.append(piece)


def _recipient(piece: str, field: Field) -> Recipient:
    """Raises BadInput."""
    if len(piece) > MAX_PIECE:
        raise BadInput(f"“{piece[:40]}…” is too long for an address.", "Leave it out.")
    try:
        return _only(piece, field)
    except BadInput:
        for form in (_LINKED, _BEHIND, _BEFORE):
            if match := form.match(piece):
                name = " ".join(match["name"].strip(" \"'<,;").split()).replace('"', "")
                return _only(f'"{name}" <{match["address"]}>' if name else match["address"], field)
        raise


def _only(text: str, field: Field) -> Recipient:
    found = parse_recipient_text(text, field)
    if len(found) != 1:
        # a name with a comma, without the quotes that it should have
        name, _, address = text.rpartition("<")
        found = parse_recipient_text(f'"{name.strip().replace(chr(34), "")}" <{address}', field) if name else found
    if len(found) != 1:
        raise BadInput(f"“{text[:80]}” is not a mail address.", "Write it as name@domain.")
    return found[0]
