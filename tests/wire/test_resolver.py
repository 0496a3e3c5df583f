"""Questions to DNS: what the answers are worth, what is asked again and what is not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from linksec_tui.model.evidence import Dnssec, Failure, Tlsa
from linksec_tui.wire.dns_answer import NEGATIVE_KEPT, MxRecord
from linksec_tui.wire.dns_cache import AnswerCache
from linksec_tui.wire.resolver import DnsAnswer, DnsStatus, Resolver
from tests.link.dns_table import Clock, DnsTable, GatedTable, resolver_over


@pytest.fixture
def table() -> DnsTable:
    table = DnsTable(secure={"signed.example"}, bogus={"bogus.example"}, down={"down.example"})
    table.add("signed.example", "MX", "20 mx2.signed.example.", "10 MX1.signed.example.")
    table.add("mx1.signed.example", "A", "192.0.2.1")
    table.add("_25._tcp.mx1.signed.example", "TLSA", f"3 1 1 {'ab' * 32}")
    table.add("plain.example", "TXT", '"v=STSv1; " "id=1"', r'"\195\164"')
    table.add("alias.signed.example", "CNAME", "mx1.signed.example.")
    table.add("half.signed.example", "CNAME", "host.plain.example.")
    table.add("host.plain.example", "A", "192.0.2.9")
    table.add("six.plain.example", "AAAA", "2001:db8::1")
    table.add("bogus.example", "MX", "10 mx.bogus.example.")
    return table


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def resolver(table: DnsTable, clock: Clock) -> Resolver:
    return resolver_over(table, clock)


async def test_an_answer_from_a_signed_zone_is_secure(resolver: Resolver) -> None:
    answer = await resolver.query("Signed.Example.", "MX")
    assert (answer.status, answer.dnssec) == (DnsStatus.NOERROR, Dnssec.SECURE)
    assert set(answer.exchangers) == {
        MxRecord(preference=10, host="mx1.signed.example"),
        MxRecord(preference=20, host="mx2.signed.example"),
    }


async def test_an_answer_without_the_ad_bit_is_insecure(resolver: Resolver) -> None:
    assert (await resolver.query("host.plain.example", "A")).dnssec is Dnssec.INSECURE


async def test_a_resolver_that_is_not_believed_leaves_everything_unchecked(table: DnsTable, clock: Clock) -> None:
    resolver = resolver_over(table, clock, believed=False)
    for name, rdtype in (("signed.example", "MX"), ("host.plain.example", "A"), ("bogus.example", "MX")):
        assert (await resolver.query(name, rdtype)).dnssec is Dnssec.UNCHECKED


async def test_no_data_and_no_name_are_two_things(resolver: Resolver) -> None:
    assert (await resolver.query("signed.example", "TXT")).status is DnsStatus.NODATA
    nothing = await resolver.query("nothing.signed.example", "A")
    assert (nothing.status, nothing.dnssec) == (DnsStatus.NXDOMAIN, Dnssec.SECURE)


async def test_bogus_is_told_from_down(resolver: Resolver) -> None:
    bogus = await resolver.query("bogus.example", "MX")
    assert (bogus.status, bogus.dnssec, bogus.records) == (DnsStatus.BOGUS, Dnssec.BOGUS, ())
    down = await resolver.query("down.example", "MX")
    assert (down.status, down.dnssec) == (DnsStatus.ERROR, Dnssec.ERROR)
    assert bogus.failure is not None
    assert down.failure is not None
    assert (bogus.failure.kind, down.failure.kind) == (Failure.BOGUS, Failure.SERVER)


async def test_silence_is_an_error_and_never_an_absence(table: DnsTable, resolver: Resolver) -> None:
    table.silent.add("lame.example")
    answer = await resolver.query("lame.example", "MX")
    assert answer.failed
    assert answer.failure is not None
    assert answer.failure.kind is Failure.TIMEOUT


async def test_an_alias_leads_to_its_canonical_name(resolver: Resolver) -> None:
    answer = await resolver.query("alias.signed.example", "A")
    assert (answer.canonical, answer.dnssec) == ("mx1.signed.example", Dnssec.SECURE)


async def test_an_alias_that_leaves_the_signed_zone_is_not_secure(resolver: Resolver) -> None:
    assert (await resolver.query("half.signed.example", "A")).dnssec is Dnssec.INSECURE
    alias = await resolver.query("half.signed.example", "CNAME")
    assert (alias.dnssec, alias.texts) == (Dnssec.SECURE, ("host.plain.example",))


async def test_a_loop_of_aliases_ends_as_an_error(table: DnsTable, resolver: Resolver) -> None:
    table.add("a.loop.example", "CNAME", "b.loop.example.")
    table.add("b.loop.example", "CNAME", "a.loop.example.")
    answer = await resolver.query("a.loop.example", "A")
    assert answer.records == ()


async def test_records_become_plain_values(resolver: Resolver) -> None:
    tlsa = await resolver.query("_25._tcp.mx1.signed.example", "TLSA")
    assert tlsa.tlsa == (Tlsa(usage=3, selector=1, matching=1, association=b"\xab" * 32),)
    texts = await resolver.query("plain.example", "TXT")
    assert set(texts.texts) == {"v=STSv1; id=1", "Ã¤"}  # the strings of one record are joined; octets stay octets


async def test_an_answer_is_kept_until_it_expires(table: DnsTable, resolver: Resolver, clock: Clock) -> None:
    await resolver.query("signed.example", "MX")
    clock.pass_(timedelta(seconds=299))
    await resolver.query("signed.example", "MX")
    assert table.count("signed.example", "MX") == 1
    clock.pass_(timedelta(seconds=1))
    await resolver.query("signed.example", "MX")
    assert table.count("signed.example", "MX") == 2


async def test_an_absence_is_kept_for_minutes_only(table: DnsTable, resolver: Resolver, clock: Clock) -> None:
    await resolver.query("nothing.example", "A")
    clock.pass_(NEGATIVE_KEPT)
    await resolver.query("nothing.example", "A")
    assert table.count("nothing.example", "A") == 2


async def test_a_fresh_answer_is_asked_for_once(table: DnsTable, resolver: Resolver, clock: Clock) -> None:
    await resolver.query("signed.example", "MX")
    clock.pass_(timedelta(seconds=10))
    for _ in range(3):
        await resolver.query("signed.example", "MX", newer_than=clock.now)
    assert table.count("signed.example", "MX") == 2


async def test_the_same_question_under_way_is_asked_once(clock: Clock) -> None:
    table = GatedTable()
    table.add("a.example", "A", "192.0.2.1")
    resolver = resolver_over(table, clock)
    async with asyncio.TaskGroup() as group:
        askers = [group.create_task(resolver.query("a.example", "A")) for _ in range(20)]
        await table.reached.wait()
        table.opened.set()
    assert table.count("a.example", "A") == 1
    assert {asker.result().texts for asker in askers} == {("192.0.2.1",)}


async def test_when_the_first_asker_gives_up_another_takes_over(clock: Clock) -> None:
    table = GatedTable()
    table.add("a.example", "A", "192.0.2.1")
    resolver = resolver_over(table, clock)
    first = asyncio.create_task(resolver.query("a.example", "A"))
    second = asyncio.create_task(resolver.query("a.example", "A"))
    await table.reached.wait()
    first.cancel()
    table.opened.set()
    assert (await second).texts == ("192.0.2.1",)
    assert first.cancelled()


async def test_addresses_are_ipv4_or_else_ipv6(table: DnsTable, resolver: Resolver) -> None:
    assert await resolver.addresses("host.plain.example") == ("192.0.2.9",)
    assert table.count("host.plain.example", "AAAA") == 0
    assert await resolver.addresses("six.plain.example") == ("2001:db8::1",)
    assert await resolver.addresses("localhost") == ("127.0.0.1", "::1")


@pytest.mark.parametrize("host", ["nothing.example", "down.example", "bogus.example"])
async def test_addresses_that_cannot_be_told_are_an_error(resolver: Resolver, host: str) -> None:
    with pytest.raises(OSError, match=host):
        await resolver.addresses(host)


def test_the_cache_holds_no_more_than_it_may(clock: Clock) -> None:
    cache = AnswerCache(capacity=2)
    answers = [
        DnsAnswer(
            name=f"{n}.example",
            rdtype="A",
            status=DnsStatus.NODATA,
            dnssec=Dnssec.INSECURE,
            canonical=f"{n}.example",
            observed_at=clock.now,
            expires_at=clock.now + timedelta(hours=1),
        )
        for n in range(3)
    ]
    for answer in answers:
        cache.write(answer)
    assert [cache.read(answer.question, clock.now) for answer in answers] == [None, *answers[1:]]


async def test_the_root_can_be_asked(table: DnsTable, resolver: Resolver) -> None:
    assert not (await resolver.query(".", "NS")).failed
    assert table.count(".", "NS") == 1
