"""DNS messages on the wire: read as dnspython reads them, and hostile ones refused without a fuss."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, cast

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linksec_tui.model.evidence import Tlsa
from linksec_tui.wire import dns_wire
from linksec_tui.wire.dns_wire import (
    MAX_ALIASES,
    MAX_RECORDS,
    PAYLOAD,
    Message,
    MxRecord,
    Question,
    Record,
    SrvRecord,
    parse_reply,
    render_query,
)

NUMBER = b"\x12\x34"
A_EXAMPLE = b"\x01a\x07example\x00"

labels = st.one_of(
    st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?", fullmatch=True),
    st.sampled_from(["a", "mx", "_25", "_tcp", r"a\.b", r"\000", r"\255", r"\"\(\;\@\$\\"]),
)
names = st.lists(labels, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "example"]))


def mx(told: tuple[int, str]) -> str:
    return f"{told[0]} {told[1]}."


def srv(told: tuple[int, str]) -> str:
    return f"{told[0]} 5 465 {told[1]}."


def tlsa(told: tuple[int, int, int, bytes]) -> str:
    """dnspython writes no association whose length does not fit its matching type."""
    usage, selector, matching, octets = told
    fitting = {1: octets[:32], 2: octets}.get(matching, octets[: 1 + usage % 64])
    return f"{usage} {selector} {matching} {fitting.hex()}"


octet = st.integers(0, 255)
rdatas: dict[str, st.SearchStrategy[str]] = {
    "A": st.ip_addresses(v=4).map(str),
    "AAAA": st.ip_addresses(v=6).map(str),
    "MX": st.tuples(st.integers(0, 65535), names).map(mx),
    "SRV": st.tuples(st.integers(0, 65535), names).map(srv),
    "TLSA": st.tuples(octet, octet, octet, st.binary(min_size=64, max_size=64)).map(tlsa),
    "TXT": st.lists(st.from_regex(r"[a-z0-9=; ]{0,60}", fullmatch=True).map('"{}"'.format), min_size=1, max_size=4).map(
        " ".join
    ),
    "CNAME": names.map("{}.".format),
    "NS": names.map("{}.".format),
}


def test_a_question_is_one_that_others_understand() -> None:
    wire = render_query(Question(name="_25._tcp.mx.example", rdtype="TLSA"), NUMBER)
    query = dns.message.from_wire(wire)
    assert query.question[0].to_text() == "_25._tcp.mx.example. IN TLSA"
    assert (query.id, query.flags, query.ednsflags) == (0x1234, dns.flags.RD | dns.flags.AD, 0)
    assert (query.edns, query.payload) == (0, PAYLOAD)


def test_checking_is_disabled_where_that_is_wanted() -> None:
    wire = render_query(Question(name="a.example", rdtype="MX"), NUMBER, checking_disabled=True)
    assert dns.message.from_wire(wire).flags & dns.flags.CD


@given(names)
def test_every_name_that_was_read_can_be_asked_about(name: str) -> None:
    query = dns.message.from_wire(render_query(Question(name=name, rdtype="A"), NUMBER))
    assert query.question[0].name.to_text(omit_final_dot=True).lower() == name


@pytest.mark.parametrize(
    "name",
    ["a..example", ".example", f"{'x' * 64}.example", ".".join(["x" * 62] * 5), "ä.example", r"\999.example"],
)
def test_what_is_no_name_is_not_asked_about(name: str) -> None:
    with pytest.raises(ValueError):
        render_query(Question(name=name, rdtype="A"), NUMBER)


def test_a_record_type_that_nobody_reads_is_not_asked_for() -> None:
    with pytest.raises(ValueError):
        render_query(Question(name="a.example", rdtype="HINFO"), NUMBER)


@st.composite
def replies(draw: st.DrawFn) -> tuple[Question, dns.message.Message]:
    """Aliases, then records or none, and perhaps the zone's SOA."""
    rdtype = draw(st.sampled_from(sorted(rdatas)))
    chain = draw(st.lists(names, min_size=1, max_size=1 if rdtype == "CNAME" else 5, unique=True))
    query = dns.message.make_query(f"{chain[0]}.", rdtype, use_edns=0)
    reply = dns.message.make_response(query, recursion_available=True)
    ttls = st.integers(0, 100_000)
    for owner, target in pairwise(chain):
        reply.answer.append(_rrset(owner, "CNAME", draw(ttls), f"{target}."))
    if texts := draw(st.lists(rdatas[rdtype], max_size=1 if rdtype == "CNAME" else 6, unique=True)):
        reply.answer.append(_rrset(chain[-1], rdtype, draw(ttls), *texts))
    else:
        start = f"ns.example. host.example. 1 3600 600 86400 {draw(ttls)}"
        reply.authority.append(_rrset("example", "SOA", draw(ttls), start))
        reply.set_rcode(draw(st.sampled_from([dns.rcode.NOERROR, dns.rcode.NXDOMAIN])))
    if draw(st.booleans()):
        reply.flags |= dns.flags.AD
    return Question(name=chain[0], rdtype=rdtype), reply


def _rrset(owner: str, rdtype: str, ttl: int, *texts: str) -> dns.rrset.RRset:
    return dns.rrset.from_text_list(f"{owner}.", ttl, dns.rdataclass.IN, rdtype, texts)


@given(replies())
def test_a_reply_is_read_as_dnspython_reads_it(asked: tuple[Question, dns.message.Message]) -> None:
    question, reply = asked
    wire = reply.to_wire(max_size=65535)
    theirs = cast("dns.message.QueryMessage", dns.message.from_wire(wire)).resolve_chaining()
    ours = parse_reply(wire, question)
    assert ours.ttl == theirs.minimum_ttl
    _assert_same(ours, cast("dns.message.QueryMessage", reply), theirs)


def _assert_same(ours: Message, reply: dns.message.QueryMessage, theirs: dns.message.ChainingResult) -> None:
    assert (ours.rcode, ours.authenticated) == (reply.rcode(), bool(reply.flags & dns.flags.AD))
    assert ours.canonical == _plain(theirs.canonical_name)
    assert set(ours.records) == set(_values(theirs.answer or ()))


def _values(rrset: Iterable[Any]) -> Iterator[Record]:
    """dnspython's records in our words."""
    for rdata in rrset:
        match dns.rdatatype.to_text(rdata.rdtype):
            case "MX":
                yield MxRecord(preference=rdata.preference, host=_plain(rdata.exchange))
            case "SRV":
                numbers = {"priority": rdata.priority, "weight": rdata.weight, "port": rdata.port}
                yield SrvRecord(target=_plain(rdata.target), **numbers)
            case "TLSA":
                yield Tlsa(usage=rdata.usage, selector=rdata.selector, matching=rdata.mtype, association=rdata.cert)
            case "A" | "AAAA":
                yield str(ipaddress.ip_address(rdata.address))
            case "TXT":
                yield b"".join(rdata.strings).decode("latin-1")
            case _:
                yield _plain(rdata.target)


def _plain(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


@given(replies(), st.data())
def test_a_spoiled_reply_is_an_answer_or_a_value_error(
    asked: tuple[Question, dns.message.Message], data: st.DataObject
) -> None:
    question, reply = asked
    wire = bytearray(reply.to_wire(max_size=65535))
    for _ in range(data.draw(st.integers(1, 4))):
        wire[data.draw(st.integers(2, len(wire) - 1))] = data.draw(st.integers(0, 255))
    spoiled = bytes(wire[: data.draw(st.integers(0, len(wire)))]) if data.draw(st.booleans()) else bytes(wire)
    _read_or_refuse(spoiled, question)


# What decides what a message says: lengths, types, classes, pointers.
telling = st.sampled_from([0, 1, 2, 3, 5, 12, 63, 64, 0x80, 0xC0, 0xFF]) | st.integers(0, 255)


@given(replies(), st.data())
def test_a_spoiled_reply_that_dnspython_reads_too_is_read_the_same(
    asked: tuple[Question, dns.message.Message], data: st.DataObject
) -> None:
    question, reply = asked
    wire = bytearray(reply.to_wire(max_size=65535))
    for _ in range(data.draw(st.integers(1, 3))):
        wire[data.draw(st.integers(2, len(wire) - 1))] = data.draw(telling)
    ours = _read_or_refuse(bytes(wire), question)
    try:
        other = dns.message.from_wire(bytes(wire))
        theirs = other.resolve_chaining() if isinstance(other, dns.message.QueryMessage) else None
    except (dns.exception.DNSException, ValueError):
        return  # it reads the rdata of every type; of those that nobody asked for we read none
    if ours is not None:
        assert isinstance(other, dns.message.QueryMessage)
        assert theirs is not None
        _assert_same(ours, other, theirs)


@given(st.binary(max_size=600))
@example(b"")
def test_any_octets_are_an_answer_or_a_value_error(octets: bytes) -> None:
    head = NUMBER + struct.pack("!HHHHH", 0x8180, 1, 5, 1, 1)
    _read_or_refuse(octets, Question(name="a.example", rdtype="A"))
    _read_or_refuse(head + A_EXAMPLE + struct.pack("!HH", 1, 1) + octets, Question(name="a.example", rdtype="A"))


def _read_or_refuse(wire: bytes, question: Question) -> Message | None:
    try:
        return parse_reply(wire, question)
    except ValueError:
        return None


def message(records: bytes, count: int, *, flags: int = 0x8180, question: bytes = A_EXAMPLE, kind: int = 1) -> bytes:
    """A reply by hand: `records` stand behind the question."""
    head = NUMBER + struct.pack("!HHHHH", flags, 1, count, 0, 0)
    return head + question + struct.pack("!HH", kind, 1) + records


def record(owner: bytes, kind: int, rdata: bytes, *, ttl: int = 300, group: int = 1) -> bytes:
    return owner + struct.pack("!HHIH", kind, group, ttl, len(rdata)) + rdata


POINTER = b"\xc0\x0c"  # to the question's name
HERE = 12 + len(A_EXAMPLE) + 4  # where the first record begins
ADDRESS = record(POINTER, 1, b"\xc0\0\2\1")
OPTION_CUT = record(b"\0", 41, struct.pack("!HH", 15, 2))


def test_a_message_by_hand_is_read() -> None:
    assert parse_reply(message(ADDRESS, 1), Question(name="a.example", rdtype="A")).records == ("192.0.2.1",)


@pytest.mark.parametrize(
    "wire",
    [
        message(ADDRESS, 1, flags=0x0100),
        message(ADDRESS, 1, flags=0x8380),
        message(ADDRESS, 1, flags=0xA980),
        message(ADDRESS, 1, question=b"\x01b\x07example\x00"),
        message(ADDRESS, 1, kind=28),
        message(ADDRESS, 2),
        message(record(POINTER, 1, b"\xc0\0\2"), 1),
        message(record(POINTER, 1, b"\xc0\0\2\1") + b"\xff" * 5, 2),
        message(record(struct.pack("!H", 0xC000 | HERE), 1, b"\xc0\0\2\1"), 1),
        message(record(struct.pack("!H", 0xC000 | HERE + 2), 1, b"\xc0\0\2\1"), 1),
        message(record(b"\x80\x0c", 1, b"\xc0\0\2\1"), 1),
        message(record((b"\x3f" + b"x" * 63) * 5 + b"\0", 1, b"\xc0\0\2\1"), 1),
        message(record(POINTER, 5, POINTER + b"\0"), 1),
        message(record(POINTER, 5, b"\x01b" + POINTER), 1)[:-1],
        message(ADDRESS, 1, flags=0x8183),
        message(b"", 0)[:11],
        message(ADDRESS, 1) + b"\0",
        message(b"", 0)[:10] + b"\0\1" + message(OPTION_CUT, 0)[12:],
    ],
    ids=[
        "a question",
        "cut short",
        "another operation",
        "another name",
        "another type",
        "fewer records than promised",
        "an address of three octets",
        "a record cut off",
        "a name that is itself",
        "a name that points ahead",
        "a label of an unknown kind",
        "a name without end",
        "an alias that is too long",
        "an alias cut off",
        "records of a name that does not exist",
        "half a header",
        "octets behind its end",
        "an option cut off",
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(wire: bytes) -> None:
    with pytest.raises(ValueError):
        parse_reply(wire, Question(name="a.example", rdtype="A"))


def test_more_records_than_anybody_has_are_refused() -> None:
    wire = message(ADDRESS * (MAX_RECORDS + 1), MAX_RECORDS + 1)
    with pytest.raises(ValueError, match="too many"):
        parse_reply(wire, Question(name="a.example", rdtype="A"))


@pytest.mark.parametrize("kind", [15, 52, 16, 33])
def test_a_record_too_short_for_its_type_spoils_the_answer(kind: int) -> None:
    rdtype = {15: "MX", 52: "TLSA", 16: "TXT", 33: "SRV"}[kind]
    for rdata in (b"", b"\1", b"\x05x"):
        with pytest.raises(ValueError):
            parse_reply(message(record(POINTER, kind, rdata), 1, kind=kind), Question(name="a.example", rdtype=rdtype))


def test_aliases_without_end_are_refused() -> None:
    hosts = [f"{number}.a.example." for number in range(MAX_ALIASES + 2)]
    reply = dns.message.make_response(dns.message.make_query(hosts[0], "A"))
    for owner, target in pairwise(hosts):
        reply.answer.append(_rrset(owner[:-1], "CNAME", 300, target))
    question = Question(name=hosts[0][:-1], rdtype="A")
    with pytest.raises(ValueError, match="without end"):
        parse_reply(reply.to_wire(), question)
    reply.answer.pop()
    assert parse_reply(reply.to_wire(), question).canonical == hosts[MAX_ALIASES][:-1]


def test_aliases_in_a_circle_are_refused() -> None:
    circle = record(POINTER, 5, b"\x01b" + POINTER) + record(b"\x01b" + POINTER, 5, POINTER)
    with pytest.raises(ValueError, match="without end"):
        parse_reply(message(circle, 2), Question(name="a.example", rdtype="A"))


def test_names_that_lean_on_each_other_cost_no_more_than_their_number() -> None:
    """Each of two thousand records with a name of 127 labels, all behind one pointer."""
    longest = b"\x01x" * 118 + A_EXAMPLE
    first = record(longest, 2, b"\x01y" + POINTER)
    others = record(struct.pack("!H", 0xC000 | HERE), 2, b"\x01y" + POINTER) * (MAX_RECORDS - 1)
    reply = parse_reply(message(first + others, MAX_RECORDS), Question(name="a.example", rdtype="A"))
    assert reply.records == ()


def test_a_name_of_nothing_but_pointers_is_refused() -> None:
    """Thousands of pointers in a row, and thousands of names that begin there: seconds of nothing but work."""
    many = 7_000
    first = HERE + 11  # behind owner, type, class, TTL and length
    chain = b"".join(struct.pack("!H", 0xC000 | (first + 2 * number - 2 if number else 12)) for number in range(many))
    leaning = record(b"\x01b" + struct.pack("!H", 0xC000 | first + 2 * many - 2), 99, b"")
    wire = message(record(b"\0", 99, chain) + leaning, 2)
    with pytest.raises(ValueError, match="points nowhere"):
        parse_reply(wire, Question(name="a.example", rdtype="A"))


def test_a_ttl_beyond_all_reason_is_none() -> None:
    wire = message(record(POINTER, 1, b"\xc0\0\2\1", ttl=1 << 31), 1)
    assert parse_reply(wire, Question(name="a.example", rdtype="A")).ttl == 0  # RFC 2181 §8


def test_an_absence_without_a_soa_may_not_be_kept() -> None:
    assert parse_reply(message(b"", 0), Question(name="a.example", rdtype="A")).ttl == 0  # RFC 2308 §5


def test_an_extended_code_is_no_success() -> None:
    """BADVERS has zero in the header; its upper bits stand in the OPT record (RFC 6891 §6.1.3)."""
    opt = struct.pack("!BHHIH", 0, 41, 1232, 1 << 24, 0)
    wire = bytearray(message(opt, 0))
    wire[10:12] = b"\0\1"
    assert dns_wire.RCODES[parse_reply(bytes(wire), Question(name="a.example", rdtype="A")).rcode] == "BADVERS"


def test_records_of_other_names_and_classes_are_not_ours() -> None:
    foreign = record(b"\x01b" + POINTER, 1, b"\xc0\0\2\2") + record(POINTER, 1, b"\xc0\0\2\3", group=3)
    assert parse_reply(message(foreign + ADDRESS, 3), Question(name="a.example", rdtype="A")).records == ("192.0.2.1",)


@pytest.mark.parametrize(("code", "expected"), [(22, True), (23, True), (6, False), (0, False)])
def test_a_resolver_says_that_it_reached_nobody(code: int, expected: bool) -> None:
    query = dns.message.make_query("a.example.", "A", use_edns=0)
    reply = dns.message.make_response(query)
    reply.set_rcode(dns.rcode.SERVFAIL)
    words = dns.edns.EDEOption(dns.edns.EDECode(code), "because")
    reply.use_edns(0, 0, 1232, options=[dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"12345678"), words])
    assert parse_reply(reply.to_wire(), Question(name="a.example", rdtype="A")).unreachable is expected
