"""Exchangers, their addresses and their TLSA records, in the order of RFC 7672 §2.2."""

from __future__ import annotations

import pytest

from linksec_tui.link import dane, declaration, mx
from linksec_tui.link.mx import Located
from linksec_tui.link.source import Inquiry
from linksec_tui.model.evidence import (
    Dane,
    DaneStatus,
    Declaration,
    Dnssec,
    Failure,
    Route,
    RouteStatus,
    Source,
    Unavailable,
)
from linksec_tui.wire.resolver import Resolver
from tests.link.dns_table import Clock, DnsTable, resolver_over

DOMAIN = "a.example"
HOST = "mx.a.example"
TLSA = f"3 1 1 {'ab' * 32}"
UNUSABLE = f"1 0 1 {'ab' * 32}"


@pytest.fixture
def table() -> DnsTable:
    table = DnsTable(secure={DOMAIN})
    table.add(DOMAIN, "MX", f"10 {HOST}.")
    table.add(HOST, "A", "192.0.2.1")
    table.add(f"_25._tcp.{HOST}", "TLSA", TLSA)
    return table


@pytest.fixture
def resolver(table: DnsTable) -> Resolver:
    return resolver_over(table, Clock())


def inquiry(domain: str = DOMAIN) -> Inquiry:
    return Inquiry(domain=domain, at=Clock().now)


async def route_of(resolver: Resolver, domain: str = DOMAIN) -> Route:
    return await mx.ask(resolver, inquiry(domain))


async def located(resolver: Resolver, route: Route) -> Located:
    return await mx.locate(resolver, inquiry(), route.exchangers[0])


async def dane_of(resolver: Resolver, domain: str = DOMAIN) -> Dane:
    route = await route_of(resolver, domain)
    return await dane.ask(resolver, inquiry(domain), route, await located(resolver, route))


async def test_exchangers_come_best_first_and_once(table: DnsTable, resolver: Resolver) -> None:
    table.add(DOMAIN, "MX", "20 b.example.", "10 C.example.", "30 c.example.", "10 a.example.")
    route = await route_of(resolver)
    assert [one.host for one in route.exchangers] == ["a.example", "c.example", "b.example"]
    assert (route.status, route.dnssec) == (RouteStatus.FOUND, Dnssec.SECURE)


@pytest.mark.parametrize(
    ("domain", "status", "dnssec"),
    [
        ("null.a.example", RouteStatus.NULL_MX, Dnssec.SECURE),
        ("nothing.a.example", RouteStatus.NO_SUCH_DOMAIN, Dnssec.SECURE),
        ("nothing.example", RouteStatus.NO_SUCH_DOMAIN, Dnssec.INSECURE),
        ("empty.a.example", RouteStatus.NO_MAIL_HOST, Dnssec.SECURE),
        ("implicit.a.example", RouteStatus.IMPLICIT, Dnssec.SECURE),
        ("implicit6.b.example", RouteStatus.IMPLICIT, Dnssec.INSECURE),
        ("bogus.example", RouteStatus.FAILED, Dnssec.BOGUS),
        ("down.example", RouteStatus.FAILED, Dnssec.ERROR),
        ("lame.example", RouteStatus.FAILED, Dnssec.ERROR),
        ("[192.0.2.1]", RouteStatus.LITERAL, Dnssec.INSECURE),
        ("[IPv6:2001:db8::1]", RouteStatus.LITERAL, Dnssec.INSECURE),
    ],
)
async def test_where_mail_goes(
    table: DnsTable, resolver: Resolver, domain: str, status: RouteStatus, dnssec: Dnssec
) -> None:
    table.add("null.a.example", "MX", "0 .")
    table.add("empty.a.example", "TXT", "here")
    table.add("implicit.a.example", "A", "192.0.2.2")
    table.add("implicit6.b.example", "AAAA", "2001:db8::2")
    table.bogus, table.down, table.silent = {"bogus.example"}, {"down.example"}, {"lame.example"}
    table.add("bogus.example", "MX", "10 mx.bogus.example.")
    route = await route_of(resolver, domain)
    assert (route.status, route.dnssec) == (status, dnssec)


async def test_a_null_mx_among_others_is_not_one(table: DnsTable, resolver: Resolver) -> None:
    table.add(DOMAIN, "MX", "0 .", f"10 {HOST}.")
    assert [one.host for one in (await route_of(resolver)).exchangers] == [HOST]


async def test_no_mx_and_a_lookup_of_the_address_that_fails_is_not_an_absence(
    table: DnsTable, resolver: Resolver
) -> None:
    table.add("b.example", "TXT", "here")
    table.silent.add("b.example")
    assert (await route_of(resolver, "b.example")).status is RouteStatus.FAILED


async def test_a_domain_that_is_an_alias_is_followed_for_its_exchangers(table: DnsTable, resolver: Resolver) -> None:
    table.add("alias.a.example", "CNAME", f"{DOMAIN}.")
    table.add("insecure.b.example", "CNAME", f"{DOMAIN}.")
    for domain, dnssec in (("alias.a.example", Dnssec.SECURE), ("insecure.b.example", Dnssec.INSECURE)):
        route = await route_of(resolver, domain)
        assert ([one.host for one in route.exchangers], route.dnssec) == ([HOST], dnssec)


async def test_an_alias_without_mx_is_its_own_exchanger_by_the_name_that_was_typed(
    table: DnsTable, resolver: Resolver
) -> None:
    table.add("alias.a.example", "CNAME", f"{HOST}.")
    route = await route_of(resolver, "alias.a.example")
    assert (route.status, route.exchangers[0].host) == (RouteStatus.IMPLICIT, "alias.a.example")


async def test_addresses_are_ipv4_or_else_ipv6(table: DnsTable, resolver: Resolver) -> None:
    found = await located(resolver, await route_of(resolver))
    assert (found.exchanger.addresses, found.exchanger.dnssec, found.exchanger.exists) == (
        ("192.0.2.1",),
        Dnssec.SECURE,
        True,
    )
    assert table.count(HOST, "AAAA") == 0
    table.add("six.a.example", "MX", "10 host.six.a.example.")
    table.add("host.six.a.example", "AAAA", "2001:db8::1")
    assert (await located(resolver, await route_of(resolver, "six.a.example"))).exchanger.addresses == ("2001:db8::1",)


async def test_a_domain_whose_every_exchanger_does_not_exist_has_no_mail_host(
    table: DnsTable, resolver: Resolver
) -> None:
    table.take(HOST, "A")
    table.take(f"_25._tcp.{HOST}", "TLSA")
    route = await route_of(resolver)
    found = await located(resolver, route)
    assert found.exchanger.exists is False
    ended = mx.without_exchangers(Route(status=route.status, dnssec=route.dnssec, exchangers=(found.exchanger,)))
    assert (ended.status, ended.dnssec) == (RouteStatus.NO_MAIL_HOST, Dnssec.SECURE)


async def test_tlsa_is_read_where_everything_before_it_is_signed(resolver: Resolver) -> None:
    found = await dane_of(resolver)
    assert (found.status, found.base, [str(r) for r in found.records]) == (DaneStatus.SECURE, HOST, [TLSA])


async def test_its_absence_is_proved(table: DnsTable, resolver: Resolver) -> None:
    table.take(f"_25._tcp.{HOST}", "TLSA")
    assert (await dane_of(resolver)).status is DaneStatus.ABSENT


async def test_records_that_cannot_be_used(table: DnsTable, resolver: Resolver) -> None:
    table.add(f"_25._tcp.{HOST}", "TLSA", UNUSABLE)
    assert (await dane_of(resolver)).status is DaneStatus.UNUSABLE


@pytest.mark.parametrize(("state", "status"), [("bogus", DaneStatus.BOGUS), ("down", DaneStatus.ERROR)])
async def test_a_failure_is_never_an_absence(
    table: DnsTable, resolver: Resolver, state: str, status: DaneStatus
) -> None:
    getattr(table, state).add(f"_25._tcp.{HOST}")
    assert (await dane_of(resolver)).status is status


async def test_an_insecure_exchanger_is_not_asked_for_tlsa(table: DnsTable, resolver: Resolver) -> None:
    table.add("b.example", "MX", "10 mx.b.example.")
    table.add("mx.b.example", "A", "192.0.2.1")
    table.secure.add("b.example")
    table.secure.add("b.example")
    table.add(DOMAIN, "MX", "10 mx.c.example.")
    table.add("mx.c.example", "A", "192.0.2.1")
    table.down.add("_25._tcp.mx.c.example")
    assert (await dane_of(resolver)).status is DaneStatus.INSECURE
    assert table.count("_25._tcp.mx.c.example", "TLSA") == 0


async def test_without_a_signed_list_of_exchangers_nothing_is_asked(table: DnsTable, resolver: Resolver) -> None:
    table.add("b.example", "MX", f"10 {HOST}.")
    assert (await dane_of(resolver, "b.example")).status is DaneStatus.INSECURE
    assert table.count(f"_25._tcp.{HOST}", "TLSA") == 0


async def test_a_resolver_that_is_not_believed_leaves_dane_unchecked(table: DnsTable) -> None:
    resolver = resolver_over(table, Clock(), believed=False)
    assert (await dane_of(resolver)).status is DaneStatus.UNCHECKED
    assert table.count(f"_25._tcp.{HOST}", "TLSA") == 0


@pytest.mark.parametrize(
    ("at_target", "at_name", "base", "status"),
    [
        (TLSA, None, "real.a.example", DaneStatus.SECURE),  # RFC 7672 §2.2.2: the expanded name first
        (None, TLSA, "alias.a.example", DaneStatus.SECURE),  # then the name itself
        (TLSA, UNUSABLE, "real.a.example", DaneStatus.SECURE),
        (None, None, "alias.a.example", DaneStatus.ABSENT),
    ],
)
async def test_an_exchanger_that_is_an_alias(
    table: DnsTable, resolver: Resolver, at_target: str | None, at_name: str | None, base: str, status: DaneStatus
) -> None:
    table.add(DOMAIN, "MX", "10 alias.a.example.")
    table.add("alias.a.example", "CNAME", "real.a.example.")
    table.add("real.a.example", "A", "192.0.2.1")
    for name, record in (("real.a.example", at_target), ("alias.a.example", at_name)):
        if record is not None:
            table.add(f"_25._tcp.{name}", "TLSA", record)
    found = await dane_of(resolver)
    assert (found.status, found.base) == (status, base)


async def test_an_alias_into_an_unsigned_zone_leaves_the_aliass_own_name(table: DnsTable, resolver: Resolver) -> None:
    """RFC 7672 §2.1.3: the alias is signed, its end is not."""
    table.add(DOMAIN, "MX", "10 alias.a.example.")
    table.add("alias.a.example", "CNAME", "host.cloud.example.")
    table.add("host.cloud.example", "A", "192.0.2.1")
    table.add("_25._tcp.host.cloud.example", "TLSA", TLSA)
    assert (await dane_of(resolver)).status is DaneStatus.ABSENT
    table.add("_25._tcp.alias.a.example", "TLSA", TLSA)
    found = await dane_of(resolver_over(table, Clock()))
    assert (found.status, found.base) == (DaneStatus.SECURE, "alias.a.example")


@pytest.mark.parametrize(("state", "status"), [("bogus", DaneStatus.BOGUS), ("down", DaneStatus.ERROR)])
async def test_an_address_that_cannot_be_had(
    table: DnsTable, resolver: Resolver, state: str, status: DaneStatus
) -> None:
    getattr(table, state).add(HOST)
    assert (await dane_of(resolver)).status is status


async def test_a_declaration_is_authenticated_by_its_zone(table: DnsTable, resolver: Resolver) -> None:
    for name in (DOMAIN, "b.example"):
        table.add(f"_linksec.{name}", "TXT", '"v=LINKSEC1; level=4; max-age=60; id=x"')
        found = await declaration.ask(resolver, inquiry(), name)
        assert isinstance(found, Declaration)
        assert (found.level, found.id, found.authenticated) == (4, "x", name == DOMAIN)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (['"v=LINKSEC1; level=4; max-age=60"', '"v=LINKSEC1; level=3; max-age=60"'], "2 declarations"),
        (['"v=LINKSEC1; level=9; max-age=60"'], "level must be"),
        (['"v=LINKSEC1; level=4"'], "max-age must be"),
        (['"v=LINKSEC1; \\027]0;owned\\007; level=4; max-age=1"'], "is not tag=value"),
        (['"v=LINKSEC1; ' + "x" * 200 + '" "' + "y" * 250 + '"'], "is not tag=value"),
    ],
)
async def test_a_declaration_that_breaks_the_grammar_is_none_and_says_why(
    table: DnsTable, resolver: Resolver, texts: list[str], reason: str
) -> None:
    table.add(f"_linksec.{DOMAIN}", "TXT", *texts)
    found = await declaration.ask(resolver, inquiry(), DOMAIN)
    assert isinstance(found, Unavailable)
    assert (found.source, found.kind) == (Source.DECLARATION, Failure.INVALID)
    assert reason in found.detail
    assert found.detail.isprintable()
    assert len(found.detail) < 200


async def test_other_texts_at_its_name_are_ignored(table: DnsTable, resolver: Resolver) -> None:
    garbage = ['"v=spf1 -all"', '"\\255\\254"', '"v=LINKSEC2; level=9"', '"level=4; v=LINKSEC1; max-age=60"']
    table.add(f"_linksec.{DOMAIN}", "TXT", *garbage, '"v=LINKSEC1; level=2; max-age=60"')
    found = await declaration.ask(resolver, inquiry(), DOMAIN)
    assert isinstance(found, Declaration)
    assert found.level == 2


async def test_no_declaration_and_no_answer_are_two_things(table: DnsTable, resolver: Resolver) -> None:
    assert await declaration.ask(resolver, inquiry(), DOMAIN) is None
    table.down.add("_linksec.c.example")
    failed = await declaration.ask(resolver, inquiry(), "c.example")
    assert isinstance(failed, Unavailable)
    assert (failed.source, failed.kind) == (Source.DECLARATION, Failure.SERVER)
    assert "_linksec.c.example" in failed.detail


# what strangers may publish


@pytest.mark.parametrize(("state", "status"), [("bogus", DaneStatus.BOGUS), ("down", DaneStatus.ERROR)])
async def test_an_alias_whose_signature_cannot_be_had_is_not_an_insecure_one(
    table: DnsTable, resolver: Resolver, state: str, status: DaneStatus
) -> None:
    """RFC 7672 §2.1.1: the exchanger may be skipped, and must not be used as if it had no DANE."""
    table.add(DOMAIN, "MX", "10 alias.a.example.")
    table.add("alias.a.example", "CNAME", "host.cloud.example.")
    table.add("host.cloud.example", "A", "192.0.2.1")
    route = await route_of(resolver)
    found = await located(resolver, route)
    getattr(table, state).add("alias.a.example")
    read = await dane.ask(resolver, inquiry(), route, found)
    assert (read.status, read.base) == (status, "alias.a.example")


async def test_a_long_list_of_exchangers_is_read_whole_and_once(table: DnsTable, resolver: Resolver) -> None:
    table.add(DOMAIN, "MX", *(f"{number} mx{number}.a.example." for number in range(200, 0, -1)))
    route = await route_of(resolver)
    assert len(route.exchangers) == 200
    assert route.exchangers[0].host == "mx1.a.example"


@pytest.mark.parametrize("name", [DOMAIN, HOST])
async def test_aliases_that_go_round_in_a_circle_are_a_failure(table: DnsTable, resolver: Resolver, name: str) -> None:
    table.take(name, "MX" if name == DOMAIN else "A")
    table.add(name, "CNAME", "round.a.example.")
    table.add("round.a.example", "CNAME", f"{name}.")
    route = await route_of(resolver)
    if name == DOMAIN:
        assert route.status is RouteStatus.FAILED
    else:
        found = await located(resolver, route)
        assert found.exchanger.exists is None
        assert (await dane.ask(resolver, inquiry(), route, found)).status is DaneStatus.ERROR


@pytest.mark.parametrize(
    ("addresses", "forbidden"),
    [
        (["127.0.0.1"], True),
        (["10.1.2.3"], True),
        (["192.168.0.1", "172.16.0.1"], True),
        (["169.254.1.1"], True),
        (["224.0.0.1"], True),
        (["0.0.0.0"], True),
        (["10.1.2.3", "9.9.9.9"], False),
        (["9.9.9.9"], False),
    ],
)
async def test_an_exchanger_at_a_private_address_is_known_as_such(
    table: DnsTable, resolver: Resolver, addresses: list[str], forbidden: bool
) -> None:
    table.add(HOST, "A", *addresses)
    route = await route_of(resolver)
    strict = Inquiry(domain=DOMAIN, at=Clock().now, public_only=True)
    found = (await mx.locate(resolver, strict, route.exchangers[0])).exchanger
    assert (found.forbidden, found.exists) == (forbidden, True)
    assert not (await mx.locate(resolver, inquiry(), route.exchangers[0])).exchanger.forbidden


@pytest.mark.parametrize(("literal", "forbidden"), [("[127.0.0.1]", True), ("[IPv6:::1]", True), ("[9.9.9.9]", False)])
async def test_so_is_an_address_in_brackets(resolver: Resolver, literal: str, forbidden: bool) -> None:
    strict = Inquiry(domain=literal, at=Clock().now, public_only=True)
    route = await mx.ask(resolver, strict)
    assert (await mx.locate(resolver, strict, route.exchangers[0])).exchanger.forbidden == forbidden


@pytest.mark.parametrize("name", ["192.0.2.7", "mx\\032evil.a.example", "xn--80ak6aa92e.a.example", "localhost"])
async def test_an_odd_name_of_an_exchanger_leads_nowhere(table: DnsTable, resolver: Resolver, name: str) -> None:
    table.add(DOMAIN, "MX", f"10 {name}.")
    route = await route_of(resolver)
    (exchanger,) = route.exchangers
    assert exchanger.host.isprintable()
    assert (await mx.locate(resolver, inquiry(), exchanger)).exchanger.exists is False


@pytest.mark.parametrize(
    ("records", "status"),
    [
        (["# 030101"], DaneStatus.UNUSABLE),  # no digest at all
        (["# 0301010102030405"], DaneStatus.UNUSABLE),
        (["# ffffff00"], DaneStatus.UNUSABLE),
        (["# 0300003003020101"], DaneStatus.UNUSABLE),  # a sequence, and no certificate
        (["# ffffff00", TLSA], DaneStatus.SECURE),
        (["# 03"], DaneStatus.ERROR),  # not even the three numbers: the answer cannot be read
        ([f"3 1 1 {number:064x}" for number in range(200)], DaneStatus.SECURE),
    ],
    ids=["empty", "short digest", "unknown numbers", "no certificate", "one good among them", "cut", "two hundred"],
)
async def test_garbage_in_tlsa_is_unusable_and_never_a_proof(
    table: DnsTable, resolver: Resolver, records: list[str], status: DaneStatus
) -> None:
    table.add(f"_25._tcp.{HOST}", "TLSA", *records)
    assert (await dane_of(resolver)).status is status
