"""All sources together: who wins, what is joined, what is late, and what DNS says of the servers' keys."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest

from linksec_tui.accounts.discover import MAX_CANDIDATES, discover, merge
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.discovery import (
    AuthMethod,
    Candidate,
    Discovery,
    Found,
    OAuthEndpoints,
    Origin,
    Service,
    Vouching,
)
from linksec_tui.model.evidence import DaneStatus
from tests.accounts.internet import AUTOCONFIG, PACC, WELL_KNOWN, Internet, Site, configuration, server
from tests.accounts.test_pacc import FILE, digest_record
from tests.link.dns_table import GatedTable

IMAP = Server(host="imap.home.example", port=993)
SIGNED = Vouching(origin=Origin.SRV, authenticated=True)
UNSIGNED = Vouching(origin=Origin.SRV, authenticated=False)
DOUBTED = Vouching(origin=Origin.MX_AUTOCONFIG, authenticated=False, doubt="Is it?")
PUBLISHED = Vouching(origin=Origin.AUTOCONFIG, authenticated=True)


async def look(internet: Internet, address: str = "alice@home.example", seconds: float = 60.0) -> Discovery:
    async with internet.asking(address, seconds) as asking:
        return await discover(asking)


def one(vouching: Vouching, server: Server = IMAP, *, user: str = "", auth: tuple[AuthMethod, ...] = ()) -> Candidate:
    return Candidate(
        service=Service.IMAP,
        server=server,
        user=user or "a@b.example",
        user_told=bool(user),
        auth=auth,
        vouching=vouching,
    )


async def test_each_source_says_what_it_had(internet: Internet) -> None:
    found = await look(internet)
    assert [report.source for report in found.sources] == list(Origin)
    assert {report.found for report in found.sources} == {Found.NOTHING}
    assert (found.candidates, found.complete) == ((), False)


async def test_a_signed_domain_needs_nothing_but_its_srv_records(internet: Internet) -> None:
    internet.dns.secure.add("home.example")
    internet.dns.add("_imaps._tcp.home.example", "SRV", "0 1 993 imap.home.example.")
    internet.dns.add("_submissions._tcp.home.example", "SRV", "0 1 465 smtp.home.example.")
    found = await look(internet)
    assert found.complete
    assert found.imap is not None
    assert found.imap.authenticated
    assert found.submission is not None
    assert found.submission.server == Server(host="smtp.home.example", port=465)


async def test_the_best_vouched_wins_whoever_else_there_is(internet: Internet) -> None:
    internet.dns.add("home.example", "MX", "10 mx.hoster.example.")
    internet.dns.add("_imaps._tcp.home.example", "SRV", "0 1 993 imap.evil.example.")
    for host, path, name in (
        ("autoconfig.hoster.example", AUTOCONFIG, "mail.hoster.example"),
        ("autoconfig.home.example", AUTOCONFIG, "a.home.example"),
        ("home.example", WELL_KNOWN, "w.home.example"),
    ):
        internet.site(host, path, configuration(server("imap", name, 993, "SSL"), name=name))
    internet.dns.add("_ua-auto-config.home.example", "TXT", digest_record(FILE))
    internet.site("ua-auto-config.home.example", PACC, FILE)
    found = await look(internet)
    assert [each.source for each in found.candidates if each.service is Service.IMAP] == [
        Origin.PACC,
        Origin.AUTOCONFIG,
        Origin.WELL_KNOWN,
        Origin.SRV,
        Origin.MX_AUTOCONFIG,
    ]
    assert [each.needs_confirmation for each in found.candidates if each.service is Service.IMAP] == [
        *(False, False, False),
        *(True, True),
    ]
    assert found.provider == "Home"


async def test_tls_from_the_first_byte_comes_before_starttls(internet: Internet) -> None:
    sections = (
        server("smtp", "smtp.home.example", 587, "STARTTLS"),
        server("smtp", "smtp.home.example", 465, "SSL"),
    )
    internet.site("autoconfig.home.example", AUTOCONFIG, configuration(*sections))
    assert [each.server.tls for each in (await look(internet)).candidates] == [Tls.IMPLICIT, Tls.STARTTLS]


@pytest.mark.parametrize("order", list(permutations((UNSIGNED, SIGNED, DOUBTED, PUBLISHED))), ids=range(24))
def test_one_server_of_many_sources_is_one_candidate_whatever_their_order(order: tuple[Vouching, ...]) -> None:
    [merged] = merge([one(vouching) for vouching in order])
    assert merged.vouching == PUBLISHED
    assert merged.also == (SIGNED, DOUBTED)  # of one source the better word


def test_what_the_best_source_leaves_open_is_taken_from_one_that_is_believed_as_much() -> None:
    [merged] = merge(
        [one(SIGNED), one(Vouching(origin=Origin.LIST, authenticated=True), user="a", auth=(AuthMethod.OAUTH2,))]
    )
    assert (merged.source, merged.user, merged.auth) == (Origin.SRV, "a", (AuthMethod.OAUTH2,))


@pytest.mark.parametrize("vouching", [UNSIGNED, DOUBTED])
def test_a_login_page_that_could_be_forged_is_not_put_beside_a_server_that_could_not(vouching: Vouching) -> None:
    page = OAuthEndpoints(issuer="evil.example", authorization="https://evil.example/a", token="https://evil.example/t")
    forged = Candidate(
        service=Service.IMAP,
        server=IMAP,
        user="mallory",
        user_told=True,
        auth=(AuthMethod.OAUTH2,),
        oauth=page,
        vouching=vouching,
    )
    [merged] = merge([forged, one(Vouching(origin=Origin.MX_LIST, authenticated=True))])
    assert (merged.oauth, merged.auth, merged.user) == (None, (), "a@b.example")
    assert merged.authenticated


def test_no_more_are_shown_than_anybody_reads() -> None:
    many = [one(SIGNED, Server(host=f"s{n}.home.example", port=993)) for n in range(30)]
    assert len(merge(many)) == MAX_CANDIDATES


async def test_every_source_silent_is_told_as_such_and_the_list_still_answers(internet: Internet) -> None:
    internet.dns.silent.add("posteo.de")
    found = await look(internet, "alice@posteo.de", 5)
    assert found.complete
    reports = {report.source: report.found for report in found.sources}
    assert reports.pop(Origin.LIST) is Found.SETTINGS
    assert reports.pop(Origin.MX_AUTOCONFIG) is Found.NOT_ASKED
    assert set(reports.values()) == {Found.CANNOT_TELL}


async def test_a_resolver_that_never_answers_is_waited_for_no_longer_than_allowed(internet: Internet) -> None:
    internet.dns = GatedTable()  # nobody opens it
    found = await look(internet, seconds=0.3)
    assert {report.found for report in found.sources if report.source is not Origin.LIST} == {Found.CANNOT_TELL}


async def test_web_servers_that_say_nothing_take_nothing_else_with_them(internet: Internet) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    internet.sites = {"autoconfig.home.example": Site(talk=silent), "home.example": Site(talk=silent)}
    internet.dns.add("_imaps._tcp.home.example", "SRV", "0 1 993 imap.home.example.")
    found = await look(internet, seconds=3)
    assert found.imap is not None
    assert found.sources[1].found is found.sources[2].found is Found.CANNOT_TELL


@pytest.mark.parametrize(
    ("records", "believed", "state"),
    [
        (["3 1 1 " + "ab" * 32], True, DaneStatus.SECURE),
        (["3 1 1 " + "ab" * 32], False, DaneStatus.UNCHECKED),
        (["3 9 1 " + "ab" * 32], True, DaneStatus.UNUSABLE),
        ([], True, DaneStatus.ABSENT),
    ],
)
async def test_whether_the_key_is_pinned_in_signed_dns_is_a_fact_about_the_server(
    internet: Internet, records: list[str], *, believed: bool, state: DaneStatus
) -> None:
    internet.believed = believed
    internet.dns.secure.add("home.example")
    internet.dns.add("_imaps._tcp.home.example", "SRV", "0 1 993 imap.home.example.")
    internet.dns.add("imap.home.example", "A", "198.51.100.7")
    if records:
        internet.dns.add("_993._tcp.imap.home.example", "TLSA", *records)
    found = await look(internet)
    assert found.imap is not None
    assert found.imap.dane is state


async def test_an_unsigned_servers_tlsa_records_are_not_asked_for(internet: Internet) -> None:
    internet.dns.add("_imaps._tcp.home.example", "SRV", "0 1 993 imap.home.example.")
    internet.dns.add("imap.home.example", "AAAA", "2001:db8::7")
    internet.dns.add("_993._tcp.imap.home.example", "TLSA", "3 1 1 " + "ab" * 32)
    found = await look(internet)
    assert found.imap is not None
    assert found.imap.dane is DaneStatus.INSECURE
    assert internet.dns.count("_993._tcp.imap.home.example", "TLSA") == 0


async def test_nothing_that_many_sources_refuse_is_told_twice(internet: Internet) -> None:
    section = server("imap", "imap.home.example", 143, "plain")
    internet.site("autoconfig.home.example", AUTOCONFIG, configuration(section))
    internet.site("home.example", WELL_KNOWN, configuration(section))
    found = await look(internet)
    assert [(each.host, each.source) for each in found.unusable] == [("imap.home.example", Origin.AUTOCONFIG)]


async def test_an_internationalised_domain_is_asked_for_in_its_ascii_form(internet: Internet) -> None:
    internet.dns.add("_imaps._tcp.xn--bcher-kva.example", "SRV", "0 1 993 imap.xn--bcher-kva.example.")
    found = await look(internet, "alice@bücher.example")
    assert found.imap is not None
    assert found.imap.server.host == "imap.xn--bcher-kva.example"


async def test_only_the_instructions_of_whoever_is_best_are_shown(internet: Internet) -> None:
    internet.dns.add("home.example", "MX", "10 aspmx.l.google.com.")
    sections = (server("imap", "imap.home.example", 993, "SSL"), server("smtp", "smtp.home.example", 465, "SSL"))
    own = configuration(*sections, after='<enable visiturl="https://home.example/on"/>')
    internet.site("autoconfig.home.example", AUTOCONFIG, own)
    found = await look(internet)
    assert {each.source for each in found.candidates} == {Origin.AUTOCONFIG, Origin.MX_LIST}
    assert found.help == ("https://home.example/on",)


async def test_an_alias_may_have_its_key_pinned_at_its_end(internet: Internet) -> None:
    internet.dns.secure |= {"home.example", "hoster.example"}
    internet.dns.add("_imaps._tcp.home.example", "SRV", "0 1 993 imap.home.example.")
    internet.dns.add("imap.home.example", "CNAME", "m1.hoster.example.")
    internet.dns.add("m1.hoster.example", "A", "198.51.100.7")
    internet.dns.add("_993._tcp.m1.hoster.example", "TLSA", "3 1 1 " + "ab" * 32)
    found = await look(internet)
    assert found.imap is not None
    assert found.imap.dane is DaneStatus.SECURE
