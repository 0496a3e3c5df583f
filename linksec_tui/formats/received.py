"""A `Received` field → what the receiving server says of one hop (RFC 5321 §4.4, RFC 3848, RFC 6531 §4.3).

Everything before `by` may contain words of the other side: a HELO name can read "x with ESMTPS". So the protocol is
taken from behind `by` alone, and what is said of TLS before it only from the last comment, which the server wrote.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from linksec_tui.formats.mail_date import parse_mail_date
from linksec_tui.model.visible import visible_name

MAX_FIELD = 8192  # characters; real ones stay below one thousand
MAX_DEPTH = 20  # comments in comments
MAX_SHOWN = 255

_CLAUSES = frozenset({"by", "via", "with", "id", "for"})
_ADDRESS = re.compile(r"\[?(?:IPv6:)?((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{2,45})\]?", re.IGNORECASE)
_NAMED_PEER = re.compile(r"([A-Za-z0-9._-]{1,253}?)\.? \[")
_GREETING = re.compile(r"\bhelo=\S*")  # Exim's (helo=[127.0.0.1]): the other side's own word, an address though it be
_OVER_TLS = re.compile(r"(?:UTF8)?(?:E?SMTP|LMTP|HTTP)SA?", re.IGNORECASE)
_STORE = frozenset({"mapi", "local", "lmtp"})  # delivery into the store, not a way over a network
_LOCAL_PICKUP = re.compile(r"\(.*(?:from userid|invoked by uid|invoked from userid)\b")
_MTA_USERS = frozenset({"debian-exim", "exim", "exim4", "_exim", "mailnull"})  # as whom Exim writes its reports
_VERSION = re.compile(r"\b((?:TLS|SSL)[v_ ]?\d(?:[._]\d)?)\b", re.IGNORECASE)
_CIPHER = re.compile(r"(?:\bcipher[ =]|\btls |TLS[v_]?[\d._]+:|bits,)\s*([A-Z0-9][A-Za-z0-9_-]{5,60})")
_TLS_COMMENT = re.compile(
    r"\((?:using (?:TLS|SSL)v|TLS: |version=(?:TLS|SSL)|(?:TLS|SSL)v?\d[\d.]*[:)]|TLS\)|[A-Z0-9-]{6,60} encrypted\))"
)
_ABOUT_CLIENT = re.compile(r"\((?:No client certificate|Client )", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One field, its texts visible. `greeting` is the other side's own word for itself, `peer` the name that the
    receiving server found for its address; `tls` is None where nothing tells.
    """

    greeting: str = ""
    peer: str = ""
    address: str = ""
    by: str = ""
    protocol: str = ""
    tls: bool | None = None
    version: str = ""
    cipher: str = ""
    at: datetime | None = None
    local: bool = False
    local_user: bool = False  # a person's or a web site's program on that machine, not the mail server itself

    @property
    def from_user(self) -> bool:
        """The other side was a person's program, which is there or has signed in (RFC 3848), not a server."""
        return self.local_user or bool(re.fullmatch(r"(?:UTF8)?(?:E?SMTP|LMTP)S?A|ASMTP", self.protocol, re.IGNORECASE))


def parse_received(value: str) -> Received:
    """One hop. Never raises; what is not told stays empty."""
    text, _, date = value[:MAX_FIELD].rpartition(";")
    words = list(_words(text or date))
    split = next((at for at, word in enumerate(words) if word.lower() == "by" and at + 1 < len(words)), len(words))
    before, after = words[:split], words[split:]
    clauses = _clauses(after)
    protocol = " ".join(clauses.get("with", ()))
    peer, address = _peer(before, after)
    local = _is_local(before, after, protocol, address)
    comments = [*_last_comment(before), *(word for word in after if word.startswith("("))]
    told = " ".join((*comments, *_between(after)))
    tls = None if local else _tls(protocol, comments, after, before)
    return Received(
        greeting=_shown(before[1] if len(before) > 1 and before[0].lower() == "from" else ""),
        peer=_shown(peer),
        address=address,
        by=_shown(next(iter(clauses.get("by", ())), "").rstrip(".")),
        protocol=_shown(protocol),
        tls=tls,
        version=_first(_VERSION, told) if tls else "",
        cipher=_first(_CIPHER, told) if tls else "",
        at=parse_mail_date(date) if text else None,
        local=local,
        local_user=_is_local_user(before, after, protocol),
    )


def _words(text: str) -> Iterator[str]:
    """Words and whole comments. A quotation mark that is never closed is a character like any other."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        end = _comment_end(text, at) if text[at] == "(" else _word_end(text, at)
        yield " ".join(text[at:end].split())
        at = end


def _comment_end(text: str, at: int) -> int:
    depth = 0
    for place in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
        if depth > MAX_DEPTH:
            break
    return len(text)


def _word_end(text: str, at: int) -> int:
    while at < len(text) and not text[at].isspace() and text[at] != "(":
        closing = text.find('"', at + 1) if text[at] == '"' else -1
        at = closing + 1 if closing > 0 else at + 1
    return at


def _clauses(words: Sequence[str]) -> dict[str, list[str]]:
    """Each keyword behind `by` with the words after it, comments aside; the first of a kind counts."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for word in words:
        if word.lower() in _CLAUSES:
            current = [] if word.lower() in found else found.setdefault(word.lower(), [])
        elif not word.startswith("("):
            current.append(word)
    return found


def _between(after: Sequence[str]) -> Iterator[str]:
    """Exim writes `with esmtps (TLS1.3) tls TLS_AES_…`: the cipher is a word among the words."""
    for word, following in pairwise(after):
        if word == "tls":
            yield f"tls {following}"


def _last_comment(before: Sequence[str]) -> list[str]:
    comments = [word for word in before if word.startswith("(") and not _ABOUT_CLIENT.match(word)]
    return comments[-1:]


def _peer(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """The other side's name and address as the receiving server found them; a greeting alone proves neither."""
    comments = [word for word in before if word.startswith("(") and not _TLS_COMMENT.match(word)]
    for comment in reversed(comments):
        address = _address(_GREETING.sub("", comment))
        if address:
            named = _NAMED_PEER.search(comment.removeprefix("("))
            name = named[1] if named and "may be forged" not in comment else ""
            if not name and comment.startswith("([") and any(word.startswith("(Exim") for word in after):
                name = before[1]  # Exim writes a name there only when it has checked it
            return ("" if name == "unknown" else name), address
    # Exim writes `from [192.0.2.1] (helo=x)`; elsewhere a literal is the other side's own word
    checked = len(before) > 1 and any(comment.startswith(("(helo=", "(port=")) for comment in comments)
    return "", _address(before[1]) if checked and before[1].startswith("[") else ""


def _address(text: str) -> str:
    for found in _ADDRESS.finditer(text):
        try:
            return str(ipaddress.ip_address(found[1]))
        except ValueError:
            continue
    return ""


def _is_local(before: Sequence[str], after: Sequence[str], protocol: str, address: str) -> bool:
    if protocol.lower() in _STORE or (address and ipaddress.ip_address(address).is_loopback):
        return True
    if _picked_up(before, after):
        return True
    return not before and bool(after) and not protocol  # `by` alone: nobody else had a hand in it


def _is_local_user(before: Sequence[str], after: Sequence[str], protocol: str) -> bool:
    if protocol.lower() == "local":
        return len(before) < 2 or before[1].lower() not in _MTA_USERS
    return _picked_up(before, after)


def _picked_up(before: Sequence[str], after: Sequence[str]) -> bool:
    return any(_LOCAL_PICKUP.match(word) for word in (*before, *after))


def _tls(protocol: str, comments: Sequence[str], after: Sequence[str], before: Sequence[str]) -> bool | None:
    if _OVER_TLS.fullmatch(protocol.partition(" ")[0]) or any(_TLS_COMMENT.search(comment) for comment in comments):
        return True
    if "over TLS secured channel" in " ".join(after):
        return True
    plain = protocol and before and protocol.upper() != "HTTP"
    return False if plain else None


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return _shown(found[1]) if found else ""


def _shown(text: str) -> str:
    return visible_name(text)[:MAX_SHOWN]
