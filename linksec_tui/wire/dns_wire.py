"""DNS messages on the wire ↔ values (RFC 1035 §4, RFC 6891), as far as this program asks questions. Pure.

Written for speed, since a check asks ten questions, and for hostile octets: names only point backwards, every count has
a bound, and what is not a whole message is a ValueError. A test holds it against dnspython.
"""

from __future__ import annotations

import ipaddress
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from linksec_tui.model.evidence import Tlsa

MAX_RECORDS = 2_000  # in one message: 64 KiB hold more only where they are nonsense
MAX_ALIASES = 16
PAYLOAD = 1232  # octets that fit through any path in one piece (RFC 9715)

NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
RCODES = {1: "FORMERR", SERVFAIL: "SERVFAIL", 4: "NOTIMP", 5: "REFUSED", 16: "BADVERS"}

_TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "TLSA": 52}
_OPT, _EDE, _IN = 41, 15, 1
_NOBODY_REACHED = (22, 23)  # RFC 8914 §4: No Reachable Authority, Network Error
_RD, _AD, _CD, _TC, _QR = 0x0100, 0x0020, 0x0010, 0x0200, 0x8000
_OPCODE, _RCODE = 0x7800, 0x000F
_LONGEST_LABEL, _LONGEST_NAME = 63, 255
_MAX_POINTERS = 127  # in one name: as many as it can have labels; more would only cost time
_SHORTEST_SOA = 22  # two root names and five numbers
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_PLAIN_LABEL = re.compile(rb"[a-z0-9_-]+")
_SPECIAL = frozenset(b'"().;\\@$')
_EDNS = struct.pack("!BHHIH", 0, _OPT, PAYLOAD, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A name and a record type; `name` is lower case, without the last dot: empty for the root."""

    name: str
    rdtype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MxRecord:
    preference: int
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SrvRecord:
    priority: int
    weight: int
    port: int
    target: str


Record = MxRecord | SrvRecord | Tlsa | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A reply. `canonical` is the name at the end of its aliases, `records` are those of the type that was asked.

    `ttl` is the shortest on the way there; of an absence, how long it may be believed (RFC 2308 §5: without SOA, not).
    """

    rcode: int
    authenticated: bool
    canonical: str
    records: tuple[Record, ...]
    ttl: int
    unreachable: bool = False  # the resolver says of itself that it reached none of the name servers


def render_query(question: Question, number: bytes, *, checking_disabled: bool = False) -> bytes:
    """The question on the wire: recursion desired, EDNS, and AD set, which asks for the verdict without the
    signatures that nobody here reads (RFC 6840 §5.7). Raises ValueError for what is no name.
    """
    flags = _RD | _AD | (_CD if checking_disabled else 0)
    kind = _TYPES.get(question.rdtype)
    if kind is None:
        raise ValueError("a record type that is never asked for")
    head = number + struct.pack("!HHHHH", flags, 1, 0, 0, 1)
    return head + _render_name(question.name) + struct.pack("!HH", kind, _IN) + _EDNS


def parse_reply(wire: bytes, question: Question) -> Message:
    """Raises ValueError for anything that is not a whole reply to `question`."""
    try:
        return _Reply(wire).read(question)
    except (IndexError, struct.error) as error:
        raise ValueError("a DNS message that ends too early") from error


class _Raw(NamedTuple):
    """A record whose rdata still stands in the message."""

    owner: str
    kind: int
    ttl: int
    start: int
    end: int


class _Reply:
    """One message, read from front to back."""

    def __init__(self, wire: bytes) -> None:
        self._wire = wire
        self._names: dict[int, str] = {}
        self._answers: dict[tuple[str, int], list[_Raw]] = {}
        self._absence: dict[str, int] = {}  # seconds by zone, from its SOA
        self._extended = 0
        self._unreachable = False

    def read(self, question: Question) -> Message:
        _, flags, questions, answers, authorities, additional = struct.unpack_from("!HHHHHH", self._wire)
        if not flags & _QR or flags & (_OPCODE | _TC) or questions != 1:
            raise ValueError("not a whole answer")
        if answers + authorities + additional > MAX_RECORDS:
            raise ValueError("an answer with too many records")
        at = self._check_question(question)
        for count, keep in ((answers, self._keep), (authorities, self._keep_absence), (additional, self._keep_edns)):
            for _ in range(count):
                at = self._record(at, keep)
        if at != len(self._wire):
            raise ValueError("octets behind the answer's end")
        rcode = self._extended << 4 | flags & _RCODE
        return self._message(question, rcode, authenticated=bool(flags & _AD))

    def _check_question(self, question: Question) -> int:
        """An answer about another name is no answer to us, whatever it says (RFC 5452 §9.1)."""
        name, at = self._name(12)
        kind, group = struct.unpack_from("!HH", self._wire, at)
        if (name, kind, group) != (question.name, _TYPES[question.rdtype], _IN):
            raise ValueError("an answer to another question")
        return at + 4

    def _record(self, at: int, keep: Callable[[_Raw], None]) -> int:
        owner, at = self._name(at)
        kind, group, ttl, length = struct.unpack_from("!HHIH", self._wire, at)
        raw = _Raw(owner, kind, ttl, at + 10, at + 10 + length)
        if raw.end > len(self._wire):
            raise ValueError("a record that ends too early")
        if group == _IN or kind == _OPT:
            keep(raw)
        return raw.end

    def _keep(self, raw: _Raw) -> None:
        self._answers.setdefault((raw.owner, raw.kind), []).append(raw)

    def _keep_absence(self, raw: _Raw) -> None:
        if raw.kind == _TYPES["SOA"]:
            if raw.end - raw.start < _SHORTEST_SOA:
                raise ValueError("a SOA record that ends too early")
            (minimum,) = struct.unpack_from("!I", self._wire, raw.end - 4)
            self._absence[raw.owner] = min(_seconds(raw.ttl), _seconds(minimum))

    def _keep_edns(self, raw: _Raw) -> None:
        if raw.kind == _OPT:
            self._extended = raw.ttl >> 24  # RFC 6891 §6.1.3
            at = raw.start
            while at + 4 <= raw.end:
                option, length = struct.unpack_from("!HH", self._wire, at)
                if at + 4 + length > raw.end:
                    raise ValueError("an option that ends too early")
                if option == _EDE and length >= 2:  # RFC 8914 §2: the code comes first, then words
                    self._unreachable |= struct.unpack_from("!H", self._wire, at + 4)[0] in _NOBODY_REACHED
                at += 4 + length

    def _message(self, question: Question, rcode: int, *, authenticated: bool) -> Message:
        wanted = _TYPES[question.rdtype]
        name, shortest = question.name, 1 << 31
        for _ in range(MAX_ALIASES + 1):
            found = self._answers.get((name, wanted), [])
            alias = self._answers.get((name, _TYPES["CNAME"]))
            if found or not alias:
                break
            name, shortest = self._whole_name(alias[0].start, alias[0].end), min(_seconds(alias[0].ttl), shortest)
        else:
            raise ValueError("aliases without end")
        if found and rcode == NXDOMAIN:
            raise ValueError("records of a name that does not exist")
        if not found:
            shortest = min(shortest, self._absent_for(name))
        records = dict.fromkeys(self._read(wanted, raw.start, raw.end) for raw in found)
        return Message(
            rcode=rcode,
            authenticated=authenticated,
            canonical=name,
            records=tuple(records),
            unreachable=self._unreachable,
            ttl=min([shortest, *(_seconds(raw.ttl) for raw in found)]),
        )

    def _absent_for(self, name: str) -> int:
        zones = (seconds for zone, seconds in self._absence.items() if not zone or f".{name}".endswith(f".{zone}"))
        return next(zones, 0)

    def _read(self, kind: int, start: int, end: int) -> Record:
        """The rdata as a value. Raises ValueError."""
        wire = self._wire
        match kind:
            case 1 if end - start == 4:
                return ".".join(map(str, wire[start:end]))
            case 28 if end - start == 16:
                return str(ipaddress.IPv6Address(wire[start:end]))
            case 15 if end - start > 2:
                (preference,) = struct.unpack_from("!H", wire, start)
                return MxRecord(preference=preference, host=self._whole_name(start + 2, end))
            case 16:
                return _strings(wire[start:end])
            case 52 if end - start >= 3:
                usage, selector, matching = wire[start : start + 3]
                return Tlsa(usage=usage, selector=selector, matching=matching, association=wire[start + 3 : end])
            case 33 if end - start > 6:
                priority, weight, port = struct.unpack_from("!HHH", wire, start)
                target = self._whole_name(start + 6, end)
                return SrvRecord(priority=priority, weight=weight, port=port, target=target)
            case 2 | 5 | 12:
                return self._whole_name(start, end)
            case _:
                raise ValueError("a record of the wrong length")

    def _whole_name(self, start: int, end: int) -> str:
        name, at = self._name(start)
        if at != end:
            raise ValueError("a name of the wrong length")
        return name or "."

    def _name(self, start: int) -> tuple[str, int]:
        """The name that stands at an offset, and where what follows it begins."""
        wire, at, after, lowest = self._wire, start, 0, start
        labels: list[str] = []
        length, pointers = 1, 0
        while octet := wire[at]:
            if octet > _LONGEST_LABEL:
                target = (octet & 0x3F) << 8 | wire[at + 1]
                pointers += 1
                # RFC 1035 §4.1.4: to a *prior* occurrence
                if octet < 0xC0 or target >= lowest or pointers > _MAX_POINTERS:
                    raise ValueError("a name that points nowhere")
                after, lowest = after or at + 2, target
                if not labels and target in self._names:
                    return self._names[target], after
                at = target
                continue
            length += octet + 1
            if length > _LONGEST_NAME:
                raise ValueError("a name that is too long")
            labels.append(_label(wire[at + 1 : at + 1 + octet]))
            at += octet + 1
        self._names[start] = name = ".".join(labels)
        return name, after or at + 1


def _seconds(ttl: int) -> int:
    return ttl if ttl < 1 << 31 else 0  # RFC 2181 §8


def _strings(rdata: bytes) -> str:
    """All strings of one TXT record as one; a character an octet: parsers judge what it is (RFC 7208 §3.3)."""
    pieces: list[bytes] = []
    at = 0
    while at < len(rdata):
        end = at + 1 + rdata[at]
        if end > len(rdata):
            raise ValueError("a text that ends too early")
        pieces.append(rdata[at + 1 : end])
        at = end
    if not pieces:
        raise ValueError("a text record without text")
    return b"".join(pieces).decode("latin-1")


def _label(octets: bytes) -> str:
    """Lower case; what is not a plain character is escaped (RFC 1035 §5.1)."""
    lower = octets.lower()
    if _PLAIN_LABEL.fullmatch(lower):
        return lower.decode("ascii")
    return "".join(map(_escaped, lower))


def _escaped(octet: int) -> str:
    if octet in _SPECIAL:
        return f"\\{octet:c}"
    return chr(octet) if 0x20 < octet < 0x7F else f"\\{octet:03d}"


def _render_name(name: str) -> bytes:
    if not name:
        return b"\0"
    labels = name.encode("ascii").split(b".") if _PLAIN_NAME.fullmatch(name) else _unescaped(name)
    if not all(0 < len(label) <= _LONGEST_LABEL for label in labels):
        raise ValueError("a name with an empty or too long label")
    wire = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    if len(wire) > _LONGEST_NAME:
        raise ValueError("a name that is too long")
    return wire


def _unescaped(name: str) -> list[bytes]:
    """`a\\.b.example` → two labels (RFC 1035 §5.1)."""
    labels = [bytearray()]
    for dot, number, quoted, plain in re.findall(r"(?s)(\.)|\\(\d{3})|\\(\D)|([^\\.])", name):
        if dot:
            labels.append(bytearray())
        else:
            labels[-1] += bytes((int(number),)) if number else (quoted or plain).encode("ascii")
    return [bytes(label) for label in labels]
