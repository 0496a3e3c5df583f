"""A DNS answer as a value: its records, and what may be believed of it (RFC 4035 §4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from linksec_tui.model.evidence import Dnssec, Failure, Source, Tlsa, Unavailable
from linksec_tui.wire import dns_wire
from linksec_tui.wire.dns_wire import Message, MxRecord, Question, Record, SrvRecord

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply as it came: `refused` is a response code that is no answer (SERVFAIL and its like).

    `unreachable`: for the reason that none of the domain's name servers could be reached.
    """

    answer: DnsAnswer | None = None
    refused: str = ""
    unreachable: bool = False


def read_reply(wire: bytes, question: Question, now: datetime, *, believed: bool) -> Reply:
    """Raises ValueError for anything that is not a whole answer to `question`."""
    message = dns_wire.parse_reply(wire, question)
    if message.rcode not in (dns_wire.NOERROR, dns_wire.NXDOMAIN):
        refused = dns_wire.RCODES.get(message.rcode, f"no, with code {message.rcode}")
        return Reply(refused=refused, unreachable=message.unreachable)
    secure = Dnssec.SECURE if message.authenticated else Dnssec.INSECURE
    return Reply(
        answer=DnsAnswer(
            name=question.name,
            rdtype=question.rdtype,
            status=_status(message),
            dnssec=secure if believed else Dnssec.UNCHECKED,
            canonical=message.canonical,
            observed_at=now,
            expires_at=now + _kept(message),
            records=message.records,
        )
    )


def _status(message: Message) -> DnsStatus:
    if message.rcode == dns_wire.NXDOMAIN:
        return DnsStatus.NXDOMAIN
    return DnsStatus.NOERROR if message.records else DnsStatus.NODATA


def _kept(message: Message) -> timedelta:
    longest = LONGEST_KEPT if message.records else NEGATIVE_KEPT
    return max(SHORTEST_KEPT, min(timedelta(seconds=message.ttl), longest))


__all__ = [
    "DnsAnswer",
    "DnsStatus",
    "MxRecord",
    "Question",
    "Record",
    "Reply",
    "SrvRecord",
    "failed_answer",
    "read_reply",
    "unavailable",
]
