"""A DNS answer as a value: its records, and what may be believed of it (RFC 4035 §4.3).

The only file that reads dnspython's messages; the rest of the program sees plain values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from linksec_tui.model.evidence import Dnssec, Failure, Source, Tlsa, Unavailable

LONGEST_KEPT = timedelta(days=1)
SHORTEST_KEPT = timedelta(seconds=5)  # one assessment asks some names twice; a TTL of 0 must not double its queries
NEGATIVE_KEPT = timedelta(minutes=5)
FAILURE_KEPT = timedelta(seconds=2)


class DnsStatus(StrEnum):
    NOERROR = "noerror"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"
    BOGUS = "bogus"  # answered only when told not to check: DNSSEC is broken or forged
    ERROR = "error"


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
class Question:
    """A name and a record type; `name` is lower case, without the last dot."""

    name: str
    rdtype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer:
    """One answer. `canonical` is the name at the end of its aliases; names are lower case without the last dot."""

    name: str
    rdtype: str
    status: DnsStatus
    dnssec: Dnssec
    canonical: str
    observed_at: datetime
    expires_at: datetime
    records: tuple[Record, ...] = ()
    failure: Unavailable | None = None

    @property
    def question(self) -> Question:
        return Question(name=self.name, rdtype=self.rdtype)

    @property
    def failed(self) -> bool:
        return self.status in (DnsStatus.BOGUS, DnsStatus.ERROR)

    @property
    def texts(self) -> tuple[str, ...]:
        """TXT strings, addresses or names."""
        return tuple(record for record in self.records if isinstance(record, str))

    @property
    def exchangers(self) -> tuple[MxRecord, ...]:
        return tuple(record for record in self.records if isinstance(record, MxRecord))

    @property
    def tlsa(self) -> tuple[Tlsa, ...]:
        return tuple(record for record in self.records if isinstance(record, Tlsa))


def failed_answer(question: Question, failure: Unavailable, now: datetime, dnssec: Dnssec) -> DnsAnswer:
    """The answer that we did not get, as a value."""
    bogus = failure.kind is Failure.BOGUS
    return DnsAnswer(
        name=question.name,
        rdtype=question.rdtype,
        status=DnsStatus.BOGUS if bogus else DnsStatus.ERROR,
        dnssec=dnssec,
        canonical=question.name,
        observed_at=now,
        expires_at=now + FAILURE_KEPT,
        failure=failure,
    )


def unavailable(kind: Failure, detail: str) -> Unavailable:
    return Unavailable(source=Source.DNS, kind=kind, detail=detail)


def build_query(question: Question, *, checking_disabled: bool) -> bytes:
    """The question on the wire: recursion desired, EDNS with the DO bit, 1232 octets (RFC 9715)."""
    import dns.flags  # deferred: 50 ms, only when something is looked up
    import dns.message

    message = dns.message.make_query(
        f"{question.name}.", question.rdtype, use_edns=0, want_dnssec=True, payload=1232, flags=dns.flags.RD
    )
    if checking_disabled:
        message.flags |= dns.flags.CD
    return message.to_wire()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply as it came: `refused` is a response code that is no answer (SERVFAIL and its like)."""

    answer: DnsAnswer | None = None
    refused: str = ""


def read_reply(wire: bytes, question: Question, now: datetime, *, believed: bool) -> Reply:
    """Raises ValueError for anything that is not a whole answer to `question`."""
    import dns.exception  # deferred: as in build_query
    import dns.flags
    import dns.message
    import dns.rcode

    try:
        message = dns.message.from_wire(wire, ignore_trailing=True)
        _check_question(message, question)
        rcode = message.rcode()
        if rcode not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return Reply(refused=dns.rcode.to_text(rcode))
        chain = cast("dns.message.QueryMessage", message).resolve_chaining()
    except (dns.exception.DNSException, ValueError, AttributeError, IndexError) as error:
        # whatever a hostile server makes the library trip over: not an answer
        raise ValueError(f"not a DNS answer ({type(error).__name__})") from error
    records = tuple(_records(chain.answer)) if chain.answer is not None else ()
    secure = Dnssec.SECURE if message.flags & dns.flags.AD else Dnssec.INSECURE
    answer = DnsAnswer(
        name=question.name,
        rdtype=question.rdtype,
        status=_status(records, nxdomain=rcode == dns.rcode.NXDOMAIN),
        dnssec=secure if believed else Dnssec.UNCHECKED,
        canonical=_plain(chain.canonical_name),
        observed_at=now,
        expires_at=now,
        records=records,
    )
    return Reply(answer=replace(answer, expires_at=now + _kept(answer, chain.minimum_ttl)))


def _check_question(message: Any, question: Question) -> None:
    """An answer about another name is no answer to us, whatever it says (RFC 5452 §9.1)."""
    asked = [(_plain(rrset.name).rstrip("."), rrset.rdtype.name) for rrset in message.question]
    if asked != [(question.name, question.rdtype)]:
        raise ValueError("an answer to another question")


def _status(records: tuple[Record, ...], *, nxdomain: bool) -> DnsStatus:
    if nxdomain:
        return DnsStatus.NXDOMAIN
    return DnsStatus.NOERROR if records else DnsStatus.NODATA


def _kept(answer: DnsAnswer, ttl: int) -> timedelta:
    longest = LONGEST_KEPT if answer.records else NEGATIVE_KEPT
    return max(SHORTEST_KEPT, min(timedelta(seconds=ttl), longest))


def _records(rrset: Any) -> Iterator[Record]:
    """dnspython's rdata → our values; types that nobody here asks for are left out."""
    for rdata in rrset:
        match type(rdata).__name__:
            case "MX":
                yield MxRecord(preference=rdata.preference, host=_plain(rdata.exchange))
            case "A" | "AAAA":
                yield str(rdata.address)
            case "TLSA":
                yield Tlsa(
                    usage=rdata.usage, selector=rdata.selector, matching=rdata.mtype, association=bytes(rdata.cert)
                )
            case "TXT":
                yield b"".join(rdata.strings).decode("latin-1")  # one character an octet: parsers judge what it is
            case "SRV":
                yield SrvRecord(
                    priority=rdata.priority, weight=rdata.weight, port=rdata.port, target=_plain(rdata.target)
                )
            case "CNAME" | "PTR":
                yield _plain(rdata.target)
            case _:
                continue


def _plain(name: Any) -> str:
    """A name as text: lower case, without the last dot; dnspython escapes what is not printable ASCII."""
    return str(name.to_text(omit_final_dot=True)).lower()
