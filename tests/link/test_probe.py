"""Looking at exchangers: once a day, believed only with a control, and what a handshake verifies for which domain."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linksec_tui.config import ConnectTo
from linksec_tui.link.probe import CONTROL_COUNTS, ONCE_A_DAY, PAUSE_UNREACHED, Look, Prober, Published, observe, verify
from linksec_tui.model.evidence import (
    CertificateState,
    Dane,
    DaneStatus,
    Exchanger,
    Mechanism,
    StarttlsStatus,
    Sts,
    StsStatus,
    Tlsa,
)
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.starttls_probe import Seen, StarttlsProbe
from tests.link.dns_table import Clock, DnsTable, resolver_over
from tests.wire import strangers
from tests.wire.strangers import Authority, serve

PLAIN = b"250-mx\r\n250 SIZE 1000\r\n"
GOOD, BARE, CONTROL, LATER = "mx.good.example", "mx.bare.example", "mx.control.example", "mx.later.example"


@dataclass(slots=True, kw_only=True)
class Street:
    """Some exchangers on loopback, and a prober that finds them."""

    clock: Clock
    table: DnsTable
    exchangers: Mapping[str, strangers.Exchanger]
    prober: Prober

    async def look(self, host: str) -> Look:
        return await self.prober.look(Exchanger(host=host, addresses=("192.0.2.1",), exists=True))


@pytest.fixture
async def street(tmp_path: Path) -> AsyncGenerator[Street]:
    authority, clock, table = Authority(tmp_path), Clock(), DnsTable()
    table.add("control.example", "MX", f"10 {CONTROL}.")
    table.add(CONTROL, "A", "192.0.2.1")
    exchangers = {
        GOOD: strangers.Exchanger(authority.context(GOOD)),
        BARE: strangers.Exchanger(ehlo=PLAIN),
        CONTROL: strangers.Exchanger(authority.context(CONTROL)),
        LATER: strangers.Exchanger(authority.context(LATER)),
    }
    async with AsyncExitStack() as stack:
        ports = {host: await stack.enter_async_context(serve(one.talk)) for host, one in exchangers.items()}
        rules = tuple(ConnectTo(host=h, port=25, address="127.0.0.1", to_port=p) for h, p in ports.items())
        resolver = resolver_over(table, clock)
        probe = StarttlsProbe(
            dialler=Dialler(addresses_of=resolver.addresses, connect_to=rules), ca_file=authority.file
        )
        prober = Prober(probe=probe, resolver=resolver, clock=clock, controls=["control.example"])
        yield Street(clock=clock, table=table, exchangers=exchangers, prober=prober)


async def test_a_host_is_looked_at_once_a_day(street: Street) -> None:
    first = await street.look(GOOD)
    street.clock.pass_(ONCE_A_DAY - timedelta(seconds=1))
    assert await street.look(GOOD) == first
    assert street.exchangers[GOOD].connections == 1
    street.clock.pass_(timedelta(seconds=1))
    await street.look(GOOD)
    assert street.exchangers[GOOD].connections == 2


async def test_several_domains_that_share_a_host_look_once(street: Street) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(street.look(GOOD))
    assert street.exchangers[GOOD].connections == 1


async def test_who_did_not_greet_may_be_tried_again_soon(street: Street) -> None:
    absent = Exchanger(host="mx.nowhere.example", exists=True)
    first = await street.prober.look(absent)
    assert (first.seen.starttls, first.seen.spoke) == (StarttlsStatus.UNREACHABLE, False)
    street.clock.pass_(PAUSE_UNREACHED)
    assert (await street.prober.look(absent)).at > first.at


async def test_an_absence_is_believed_where_a_control_was_let_through(street: Street) -> None:
    assert (await street.look(BARE)).seen.starttls is StarttlsStatus.NOT_OFFERED
    assert await street.prober.lets_starttls_through()
    assert street.exchangers[CONTROL].connections == 1


async def test_a_host_that_was_seen_with_starttls_a_moment_ago_is_control_enough(street: Street) -> None:
    await street.look(GOOD)
    assert await street.prober.lets_starttls_through()
    assert street.exchangers[CONTROL].connections == 0


async def test_an_absence_is_not_believed_where_the_control_lacks_it_too(street: Street) -> None:
    street.exchangers[CONTROL].ehlo = PLAIN
    assert not await street.prober.lets_starttls_through()


async def test_nor_where_there_is_no_control(street: Street) -> None:
    street.table.take("control.example", "MX")
    street.table.take(CONTROL, "A")
    assert not await street.prober.lets_starttls_through()


async def test_a_control_is_of_its_hour(street: Street) -> None:
    await street.look(GOOD)
    street.exchangers[CONTROL].ehlo = PLAIN
    street.clock.pass_(CONTROL_COUNTS)
    assert not await street.prober.lets_starttls_through()


async def test_a_look_under_way_is_waited_for_before_a_control_is_asked(street: Street) -> None:
    street.table.take("control.example", "MX")
    street.table.take(CONTROL, "A")
    async with asyncio.TaskGroup() as group:
        group.create_task(street.look(LATER))
        bare = group.create_task(street.look(BARE))
        await bare
        through = group.create_task(street.prober.lets_starttls_through())
    assert through.result()


NOW = Clock().now
HOST = GOOD
DOMAIN = "good.example"


def tlsa_of(der: bytes) -> Tlsa:
    key = x509.load_der_x509_certificate(der).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Tlsa(usage=3, selector=1, matching=1, association=hashlib.sha256(spki).digest())


def look_at(der: bytes, state: CertificateState = CertificateState.VALID, *, old: bool = False) -> Look:
    seen = Seen(
        starttls=StarttlsStatus.OFFERED,
        chain=(der,),
        certificate=state,
        requiretls=True,
        linksec="4 max-age=60",
        old_tls=old,
        spoke=True,
    )
    return Look(seen=seen, at=NOW)


def published(record: Tlsa | None = None, mx: tuple[str, ...] = ()) -> Published:
    status = DaneStatus.SECURE if record else DaneStatus.ABSENT
    return Published(
        domain=DOMAIN,
        dane=Dane(host=HOST, status=status, records=(record,) if record else (), base=HOST),
        sts=Sts(status=StsStatus.ENFORCE if mx else StsStatus.ABSENT, mx=mx),
    )


@pytest.fixture
def der() -> bytes:
    """A leaf for HOST."""
    pem = trustme.CA().issue_cert(HOST).cert_chain_pems[0].bytes()
    return ssl.PEM_cert_to_DER_cert(pem.decode())


def test_a_handshake_verifies_under_what_the_domain_publishes(der: bytes) -> None:
    observation = observe(look_at(der), HOST, published(tlsa_of(der), (HOST,)))
    assert observation.verified_under == {Mechanism.DANE, Mechanism.MTA_STS}
    assert observation.failed_under == frozenset()
    assert (observation.requiretls, observation.linksec_level, observation.linksec_max_age) == (True, 4, 60)


def test_another_certificate_fails_under_dane(der: bytes) -> None:
    wrong = replace(tlsa_of(der), association=bytes(32))
    observation = observe(look_at(der), HOST, published(wrong))
    assert (observation.verified_under, observation.failed_under) == (frozenset(), {Mechanism.DANE})


@pytest.mark.parametrize("state", [state for state in CertificateState if state is not CertificateState.VALID])
def test_a_certificate_that_no_authority_vouches_for_fails_under_mta_sts_alone(
    der: bytes, state: CertificateState
) -> None:
    observation = observe(look_at(der, state), HOST, published(tlsa_of(der), (HOST,)))
    assert (observation.verified_under, observation.failed_under) == ({Mechanism.DANE}, {Mechanism.MTA_STS})


def test_where_nothing_is_published_nothing_verifies_and_nothing_fails(der: bytes) -> None:
    observation = observe(look_at(der), HOST, published(mx=("mx.other.example",)))
    assert (observation.verified_under, observation.failed_under) == (frozenset(), frozenset())


def test_old_tls_verifies_under_nothing(der: bytes) -> None:
    observation = observe(look_at(der, old=True), HOST, published(tlsa_of(der), (HOST,)))
    assert observation.verified_under == frozenset()


def test_a_remembered_handshake_is_held_against_todays_records(der: bytes) -> None:
    then = observe(look_at(der), HOST, published(tlsa_of(der)))
    rolled = replace(tlsa_of(der), association=bytes(32))
    assert verify(then, published(rolled)).failed_under == {Mechanism.DANE}
    assert verify(then, published()).verified_under == frozenset()


def test_what_one_domain_publishes_proves_nothing_for_another_on_the_same_host(der: bytes) -> None:
    """The host is shared; the policy is not."""
    mine = observe(look_at(der), HOST, published(mx=(HOST,)))
    theirs = observe(look_at(der), HOST, replace(published(), domain="other.example"))
    assert mine.verified_under == {Mechanism.MTA_STS}
    assert theirs.verified_under == frozenset()


def test_a_bounce_is_not_turned_into_a_handshake(der: bytes) -> None:
    look = Look(seen=Seen(starttls=StarttlsStatus.FAILED), at=NOW)
    observation = replace(observe(look, HOST, published(tlsa_of(der))), failed_under=frozenset({Mechanism.DANE}))
    assert verify(observation, published(tlsa_of(der))) == observation


def test_an_endless_chain_is_cut(der: bytes) -> None:
    seen = replace(look_at(der).seen, chain=(der, *([b"x" * 20_000] * 5), *([der] * 50)))
    observation = observe(Look(seen=seen, at=NOW), HOST, published())
    assert len(observation.chain) <= 10
    assert sum(map(len, observation.chain)) < 200_000
