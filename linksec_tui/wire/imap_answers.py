"""IMAP responses as typed values: mailboxes, messages, response codes (RFC 3501 §7, RFC 6154).

A server's response that cannot be read is left out, never guessed at; it cannot take the others with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from linksec_tui.model.visible import visible_name
from linksec_tui.wire.imap_names import decode_name
from linksec_tui.wire.imap_tokens import Response, Token, parse_tokens
from linksec_tui.wire.imap_uids import MAX_UID, UidRange

MAX_NAME = 1024  # bytes of a mailbox name
MAX_FLAGS = 64  # on one message; keywords of real servers stay below twenty
MAX_FLAG = 64
MAX_MODSEQ = (1 << 63) - 1  # RFC 7162 §7: mod-sequence-value
MAX_GMAIL_ID = (1 << 63) - 1  # the number begins with the time: today's have 61 bits, and SQLite keeps 63

_CODE = re.compile(rb"\[([A-Z0-9-]{1,40})(?: ([^\]]{0,4096}))?\]", re.IGNORECASE)
_INTERNALDATE = re.compile(rb"([ \d]\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\Z")
_OF_A_SESSION = frozenset({"\\Recent"})  # RFC 3501 §2.3.2: for whoever came first, until he leaves
_VERSIONS = frozenset({"IMAP4REV1", "IMAP4REV2"})  # RFC 3501 §7.2.1: one stands in every list of capabilities
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLine:
    """One line of LIST. `name` is visible text; `attributes` are lower case, with their backslash."""

    wire_name: str
    name: str
    delimiter: str
    attributes: frozenset[str]

    @property
    def selectable(self) -> bool:
        return not self.attributes & {"\\noselect", "\\nonexistent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A mailbox as SELECT found it. `modseq`: its latest change, 0 where the server counts none (RFC 7162).

    `since` is what has changed since then, where that was asked for and told completely (QRESYNC).
    """

    wire_name: str
    uidvalidity: int
    uidnext: int
    exists: int
    readonly: bool
    keywords: bool = True  # may a message carry more than the system's flags? (RFC 3501 §7.1, PERMANENTFLAGS)
    modseq: int = 0
    since: Since | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What became of the messages that were there before: which went, and the flags of those that changed."""

    gone: tuple[UidRange, ...]
    flags: Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of STATUS; what it does not say is 0."""

    wire_name: str
    messages: int = 0
    unseen: int = 0
    uidnext: int = 0
    uidvalidity: int = 0
    modseq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFetch:
    """What a list needs of one message; `header_bytes` are the fields asked for, as the sender wrote them.

    `gmail_id` is Gmail's number for it (X-GM-MSGID), one and the same under all of its labels; 0 elsewhere.
    """

    uid: int
    flags: frozenset[str]
    internaldate: datetime | None
    size: int
    header_bytes: bytes
    gmail_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsFetch:
    uid: int
    flags: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One FETCH response, by what it carries: names in upper case, sections without their origin."""

    number: int
    items: dict[bytes, Token]

    @property
    def uid(self) -> int:
        return number(self.items.get(b"UID"))

    @property
    def flags(self) -> frozenset[str]:
        return flags(self.items.get(b"FLAGS"))

    @property
    def gmail_id(self) -> int:
        return _up_to(MAX_GMAIL_ID, self.items.get(b"X-GM-MSGID"))

    @property
    def section(self) -> bytes:
        found = next((item for name, item in self.items.items() if name.startswith(b"BODY[")), None)
        return found if isinstance(found, bytes) else b""


def parse_fetch(response: Response) -> Fetched | None:
    """The FETCH response, or None where it cannot be read."""
    match _tokens(response):
        case [_, bytes() as sequence, _, [*pairs]]:
            names = (name.upper() for name in pairs[::2] if isinstance(name, bytes))
            return Fetched(number=number(sequence), items=dict(zip(names, pairs[1::2], strict=False)))
        case _:
            return None


def as_header(fetched: Fetched) -> HeaderFetch:
    """The header of one message."""
    return HeaderFetch(
        uid=fetched.uid,
        flags=fetched.flags,
        internaldate=parse_internaldate(fetched.items.get(b"INTERNALDATE")),
        size=number(fetched.items.get(b"RFC822.SIZE")),
        header_bytes=fetched.section,
        gmail_id=fetched.gmail_id,
    )


def parse_list(response: Response) -> MailboxLine | None:
    """One mailbox, or None: a name that could never be sent back is no mailbox for us."""
    match _tokens(response):
        case [_, _, [*attributes], (bytes() | None) as delimiter, bytes() as raw, *_] if len(raw) <= MAX_NAME:
            pass
        case _:
            return None
    try:
        wire_name = raw.decode()
    except UnicodeDecodeError:
        return None
    if not wire_name or "\0" in wire_name:
        return None
    wire_name = "INBOX" if wire_name.upper() == "INBOX" else wire_name  # RFC 3501 §5.1: in any case
    return MailboxLine(
        wire_name=wire_name,
        name=visible_name(decode_name(wire_name)),
        delimiter=delimiter.decode("ascii", "replace")[:1] if delimiter else "",
        attributes=frozenset(a.decode("ascii", "replace").lower() for a in attributes if isinstance(a, bytes)),
    )


def parse_status(response: Response) -> Told | None:
    """One mailbox's counts (RFC 9051 §7.3.4)."""
    match _tokens(response):
        case [_, _, bytes() as raw, [*pairs]] if 0 < len(raw) <= MAX_NAME:
            pass
        case _:
            return None
    try:
        wire_name = raw.decode()
    except UnicodeDecodeError:
        return None
    names = (name.upper() for name in pairs[::2] if isinstance(name, bytes))
    items = dict(zip(names, pairs[1::2], strict=False))
    return Told(
        wire_name="INBOX" if wire_name.upper() == "INBOX" else wire_name,
        messages=number(items.get(b"MESSAGES")),
        unseen=number(items.get(b"UNSEEN")),
        uidnext=number(items.get(b"UIDNEXT")),
        uidvalidity=number(items.get(b"UIDVALIDITY")),
        modseq=modseq(items.get(b"HIGHESTMODSEQ")),
    )


def parse_numbers(responses: Iterable[Response]) -> list[int]:
    """The numbers of SEARCH responses, in the server's order."""
    return [int(word) for response in responses for word in response[0].split()[2:] if _is_uid(word)]


def parse_capabilities(responses: Iterable[Response]) -> frozenset[str]:
    words = (word for response in responses for word in response[0].split()[2:])
    return frozenset(word.decode("ascii", "replace").upper() for word in words)


def told_capabilities(line: bytes) -> frozenset[str]:
    """What a server offers, where it says so in a greeting or at the end of a login (RFC 3501 §7.1); else none."""
    words = codes([line]).get(b"CAPABILITY", b"").split()
    told = frozenset(word.decode("ascii", "replace").upper() for word in words)
    return told if told & _VERSIONS else frozenset()


def codes(lines: Iterable[bytes]) -> dict[bytes, bytes]:
    """The response codes in status lines: `[UIDNEXT 12]` → UIDNEXT: 12."""
    found = (_CODE.search(line) for line in lines)
    return {code[1].upper(): code[2] or b"" for code in found if code}


def parse_internaldate(token: Token) -> datetime | None:
    """RFC 3501 §9 date-time, in UTC; None where it is none."""
    found = _INTERNALDATE.match(token) if isinstance(token, bytes) else None
    if not found or found[2] not in _MONTHS:
        return None
    day, _, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        local = datetime(
            int(year), _MONTHS.index(found[2]) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC
        )
        return local - offset if sign == b"+" else local + offset
    except (ValueError, OverflowError):
        return None


def render_internaldate(when: datetime) -> str:
    utc = when.astimezone(UTC)
    return f'"{utc.day:02d}-{_MONTHS[utc.month - 1].decode()}-{utc.year:04d} {utc:%H:%M:%S} +0000"'


def number(token: Token) -> int:
    """A number of RFC 3501's kind, or 0."""
    return int(token) if isinstance(token, bytes) and _is_uid(token) else 0


def modseq(token: Token) -> int:
    """A number of RFC 7162's kind, or 0."""
    return _up_to(MAX_MODSEQ, token)


def _up_to(limit: int, token: Token) -> int:
    fits = isinstance(token, bytes) and token.isdigit() and len(token) <= 19 and int(token) <= limit
    return int(token) if fits and isinstance(token, bytes) else 0


def flags(token: Token) -> frozenset[str]:
    """A message's flags; system flags in the spelling of the standard. What only a session has is none of it."""
    if not isinstance(token, list):
        return frozenset()
    words = [word for word in token if isinstance(word, bytes) and len(word) <= MAX_FLAG][:MAX_FLAGS]
    return frozenset(_spelled(visible_name(word.decode("utf-8", "replace"))) for word in words) - _OF_A_SESSION


def _spelled(flag: str) -> str:
    return "\\" + flag[1:].capitalize() if flag.startswith("\\") else flag


def _is_uid(word: bytes) -> bool:
    return word.isdigit() and len(word) <= 10 and int(word) <= MAX_UID


def _tokens(response: Response) -> list[Token]:
    try:
        return parse_tokens(response)
    except ValueError:
        return []
