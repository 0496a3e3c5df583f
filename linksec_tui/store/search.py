"""Words → messages: an index without a copy of the mail (FTS5, contentless), answered newest first.

Newest first is the order of the ids, so the index stops at the limit; ranking would read every match.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

from linksec_tui.model.message import Header
from linksec_tui.store.connection import Connection

LARGEST = 1 << 20  # characters of a body that are indexed; beyond that it is an attachment in disguise
_MOST_TERMS = 32
_FIELDS = {"from": "sender", "subject": "subject", "body": "body"}
_TERM = re.compile(r'(?:(from|subject|body):)?(?:"([^"]*)"?|([^\s"]+))', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What of a message can be found."""

    sender: str
    subject: str
    body: str = ""


def sender_words(header: Header) -> str:
    return f"{header.sender_name} {header.sender_address}"


def write_words(connection: Connection, message: int, words: Words) -> None:
    """Index a message, in place of what was indexed of it."""
    connection.execute(
        "INSERT OR REPLACE INTO search (rowid, sender, subject, body) VALUES (?, ?, ?, ?)",
        *(message, words.sender, words.subject, words.body[:LARGEST]),
    )


def write_body_words(connection: Connection, header: Header, text: str) -> None:
    """Once a body was read: its words too, unless the message went away meanwhile."""
    with connection.transaction():
        if connection.one("SELECT 1 FROM messages WHERE id = ?", header.id):
            write_words(connection, header.id, Words(sender=sender_words(header), subject=header.subject, body=text))


def find(connection: Connection, query: str, limit: int) -> array[int]:
    """The newest messages in which all words of `query` occur."""
    terms = match_expression(query)
    if not terms:
        return array("q")
    return connection.integers(
        "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?", terms, limit
    )


def find_in(connection: Connection, mailbox: int, query: str, limit: int) -> array[int]:
    """As `find`, in one mailbox."""
    terms = match_expression(query)
    if not terms:
        return array("q")
    return connection.integers(
        """SELECT search.rowid FROM search CROSS JOIN messages ON messages.id = search.rowid
           WHERE search MATCH ? AND messages.mailbox = ? ORDER BY search.rowid DESC LIMIT ?""",
        *(terms, mailbox, limit),
    )


def match_expression(query: str) -> str:
    """A person's words as FTS5 wants them: beginnings of words, "whole phrases", from: and subject:."""
    terms: list[str] = []
    readable = query.encode(errors="replace").decode().replace("\0", " ")  # a terminal can hand us half a character
    for field, phrase, word in _TERM.findall(readable):
        text, prefix = (phrase, "") if phrase else (word, "*")
        if any(map(str.isalnum, text)):
            column = f"{_FIELDS[field.lower()]} : " if field else ""
            terms.append(f'{column}"{text}"{prefix}')
    return " AND ".join(terms[:_MOST_TERMS])
