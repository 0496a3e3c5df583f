"""The world's resolver: what exists, what does not, and what DNSSEC says of either."""

from __future__ import annotations

import socket

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import pytest

from linksec_tui.world import World
from tests.world.talk import LOOPBACK, Question, ask, texts

SECURE, INSECURE = True, False
POSITIVE = [
    ("bank.example", "MX", SECURE, "10 mx.bank.example."),
    ("mx.bank.example", "A", SECURE, "127.0.0.1"),
    ("_linksec.bank.example", "TXT", SECURE, '"v=LINKSEC1; level=4; max-age=604800; id=20260101"'),
    ("nomail.example", "MX", SECURE, "0 ."),
    ("_imaps._tcp.home.example", "SRV", SECURE, "0 1 993 imap.home.example."),
    ("_submissions._tcp.home.example", "SRV", SECURE, "0 1 465 smtp.home.example."),
    ("_submission._tcp.home.example", "SRV", SECURE, "0 1 587 smtp.home.example."),
    ("_pop3s._tcp.home.example", "SRV", SECURE, "0 0 0 ."),
    ("shop.example", "MX", INSECURE, "10 mx.shop.example."),
    ("_mta-sts.shop.example", "TXT", INSECURE, '"v=STSv1; id=20260101T000000;"'),
    ("mta-sts.notary.example", "A", INSECURE, "127.0.0.1"),
    ("club.example", "MX", INSECURE, "10 mx.club.example."),
    ("oldserver.example", "MX", INSECURE, "10 mx.oldserver.example."),
]
NEGATIVE = [
    ("universty.example", "MX", SECURE, dns.rcode.NXDOMAIN),
    ("mx.universty.example", "A", SECURE, dns.rcode.NXDOMAIN),
    ("nowhere.bank.example", "A", SECURE, dns.rcode.NXDOMAIN),
    ("_mta-sts.bank.example", "TXT", SECURE, dns.rcode.NXDOMAIN),
    ("_tcp.mx.bank.example", "TLSA", SECURE, dns.rcode.NOERROR),  # an empty name between
    ("mx.bank.example", "AAAA", SECURE, dns.rcode.NOERROR),
    ("_25._tcp.mx.club.example", "TLSA", INSECURE, dns.rcode.NXDOMAIN),
    ("mx.club.example", "AAAA", INSECURE, dns.rcode.NOERROR),
]


@pytest.mark.parametrize(("name", "kind", "secure", "text"), POSITIVE)
def test_what_exists_is_told_with_dnssecs_verdict(world: World, name: str, kind: str, secure: bool, text: str) -> None:
    answer = ask(world, Question(name=name, kind=kind))
    assert texts(answer) == [text]
    assert bool(answer.flags & dns.flags.AD) is secure


@pytest.mark.parametrize(("name", "kind", "secure", "rcode"), NEGATIVE)
def test_absence_is_told_with_dnssecs_verdict_too(
    world: World, name: str, kind: str, secure: bool, rcode: dns.rcode.Rcode
) -> None:
    answer = ask(world, Question(name=name, kind=kind))
    assert answer.rcode() == rcode
    assert not answer.answer
    assert answer.authority[0].rdtype == dns.rdatatype.SOA
    assert bool(answer.flags & dns.flags.AD) is secure


def test_a_bogus_zone_is_refused_unless_the_question_takes_it_unchecked(world: World) -> None:
    refused = ask(world, Question(name="bogus.example", kind="MX"))
    assert refused.rcode() == dns.rcode.SERVFAIL
    assert "EDE 6 (DNSSEC Bogus)" in refused.to_text()
    unchecked = ask(world, Question(name="bogus.example", kind="MX", checking_disabled=True))
    assert texts(unchecked) == ["10 mx.bogus.example."]
    assert not unchecked.flags & dns.flags.AD


def test_nobody_is_told_about_dnssec_who_did_not_ask(world: World) -> None:
    assert not ask(world, Question(name="bank.example", kind="MX", edns=False)).flags & dns.flags.AD


def test_the_ad_bit_in_a_question_asks_for_the_verdict(world: World) -> None:
    question = Question(name="bank.example", kind="MX", edns=False, authentic_data=True)
    assert ask(world, question).flags & dns.flags.AD


@pytest.mark.parametrize("edns", [True, False])
def test_an_answer_that_is_too_long_for_udp_is_cut_and_comes_whole_over_tcp(world: World, edns: bool) -> None:
    cut = ask(world, Question(name="home.example", kind="TXT", edns=edns))
    assert cut.flags & dns.flags.TC
    whole = ask(world, Question(name="home.example", kind="TXT", edns=edns, tcp=True))
    assert not whole.flags & dns.flags.TC
    assert len(whole.to_wire()) > 1232


def test_letters_case_makes_no_difference(world: World) -> None:
    answer = ask(world, Question(name="Bank.EXAMPLE", kind="MX"))
    assert [text.lower() for text in texts(answer)] == ["10 mx.bank.example."]
    assert answer.flags & dns.flags.AD


def test_nothing_outside_can_be_reached_from_inside(world: World) -> None:
    assert ask(world, Question(name="gmail.com", kind="MX")).rcode() == dns.rcode.SERVFAIL


def test_an_alias_is_followed_and_secure_only_if_both_ends_are(world: World) -> None:
    world.publish("www.bank.example", "CNAME", "mx.club.example.")
    try:
        answer = ask(world, Question(name="www.bank.example", kind="A"))
    finally:
        world.publish("www.bank.example", "CNAME")
    assert [rrset.rdtype for rrset in answer.answer] == [dns.rdatatype.CNAME, dns.rdatatype.A]
    assert not answer.flags & dns.flags.AD


def test_an_alias_that_leads_to_itself_ends(world: World) -> None:
    world.publish("loop.bank.example", "CNAME", "loop.bank.example.")
    try:
        answer = ask(world, Question(name="loop.bank.example", kind="A"))
    finally:
        world.publish("loop.bank.example", "CNAME")
    assert {rrset.rdtype for rrset in answer.answer} == {dns.rdatatype.CNAME}


def test_a_name_that_is_withdrawn_does_not_exist_any_more(world: World) -> None:
    world.publish("guest.bank.example", "A", "127.0.0.1")
    world.publish("guest.bank.example", "A")
    assert ask(world, Question(name="guest.bank.example", kind="A")).rcode() == dns.rcode.NXDOMAIN


def test_garbage_gets_no_answer_and_does_no_harm(world: World) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"\x00", (LOOPBACK, world.port("resolver", 53)))
        client.sendto(b"\xff" * 600, (LOOPBACK, world.port("resolver", 53)))
    assert ask(world, Question(name="bank.example", kind="MX")).answer


def test_an_update_is_not_implemented(world: World) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(60)
        query = dns.message.make_query("bank.example", "SOA")
        query.set_opcode(dns.opcode.UPDATE)
        client.sendto(query.to_wire(), (LOOPBACK, world.port("resolver", 53)))
        assert dns.message.from_wire(client.recv(4096)).rcode() == dns.rcode.NOTIMP
