"""SRV records (RFC 6186, RFC 8314 §5.1): what is offered, in which order, and how far it is believed."""

from __future__ import annotations

import pytest

from linksec_tui.accounts import by_srv
from linksec_tui.accounts.asking import Answer
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.discovery import Candidate, Found, Service, Unusable
from tests.accounts.internet import Internet

IMAPS, SUBMISSIONS, SUBMISSION = (f"_{name}._tcp.home.example" for name in ("imaps", "submissions", "submission"))


async def ask(internet: Internet) -> Answer:
    async with internet.asking("alice@home.example") as asking:
        return await by_srv.ask(asking)


async def candidates(internet: Internet) -> list[Candidate]:
    return [offer for offer in (await ask(internet)).offers if isinstance(offer, Candidate)]


async def test_each_service_has_its_kind_of_tls(internet: Internet) -> None:
    internet.dns.add(IMAPS, "SRV", "0 1 993 imap.home.example.")
    internet.dns.add(SUBMISSIONS, "SRV", "0 1 465 smtp.home.example.")
    internet.dns.add(SUBMISSION, "SRV", "10 1 587 smtp.home.example.")
    assert [(each.service, each.server) for each in await candidates(internet)] == [
        (Service.IMAP, Server(host="imap.home.example", port=993)),
        (Service.SUBMISSION, Server(host="smtp.home.example", port=465)),
        (Service.SUBMISSION, Server(host="smtp.home.example", port=587, tls=Tls.STARTTLS)),
    ]


async def test_services_in_clear_are_not_even_asked_about(internet: Internet) -> None:
    internet.dns.add("_imap._tcp.home.example", "SRV", "0 1 143 imap.home.example.")
    answer = await ask(internet)
    assert answer.offers == ()
    assert {name for name, _ in internet.dns.asked} == {IMAPS, SUBMISSIONS, SUBMISSION}


async def test_the_user_name_is_the_address_where_nobody_tells_one(internet: Internet) -> None:
    internet.dns.add(IMAPS, "SRV", "0 1 993 imap.home.example.")
    [candidate] = await candidates(internet)
    assert (candidate.user, candidate.user_told, candidate.auth) == ("alice@home.example", False, ())


async def test_priority_comes_first_and_then_weight(internet: Internet) -> None:
    internet.dns.add(IMAPS, "SRV", "10 99 993 c.home.example.", "0 1 993 b.home.example.", "0 50 993 a.home.example.")
    assert [each.server.host[0] for each in await candidates(internet)] == ["a", "b", "c"]


async def test_only_so_many_records_are_taken(internet: Internet) -> None:
    internet.dns.add(IMAPS, "SRV", *(f"{n} 1 993 s{n}.home.example." for n in range(50)))
    assert len(await candidates(internet)) == by_srv.MAX_RECORDS


async def test_a_dot_says_that_it_is_not_offered(internet: Internet) -> None:
    internet.dns.add(IMAPS, "SRV", "0 0 0 .")
    answer = await ask(internet)
    assert answer.offers == ()
    assert (answer.report.found, "does not offer" in answer.report.detail) == (Found.NOTHING, True)


@pytest.mark.parametrize("target", ["imap.home.example", "home.example"])
async def test_an_unsigned_name_inside_the_domain_needs_no_confirmation(internet: Internet, target: str) -> None:
    internet.dns.add(IMAPS, "SRV", f"0 1 993 {target}.")
    [candidate] = await candidates(internet)
    assert (candidate.authenticated, candidate.needs_confirmation) == (False, False)


@pytest.mark.parametrize("target", ["imap.hoster.example", "evilhome.example", "home.example.evil.example"])
async def test_an_unsigned_name_elsewhere_needs_confirmation(internet: Internet, target: str) -> None:
    internet.dns.add(IMAPS, "SRV", f"0 1 993 {target}.")
    [candidate] = await candidates(internet)
    assert (candidate.authenticated, candidate.needs_confirmation) == (False, True)
    assert target in candidate.vouching.doubt


async def test_a_signed_name_elsewhere_is_the_domains_own_word(internet: Internet) -> None:
    internet.dns.secure.add("home.example")
    internet.dns.add(IMAPS, "SRV", "0 1 993 imap.hoster.example.")
    [candidate] = await candidates(internet)
    assert (candidate.authenticated, candidate.needs_confirmation) == (True, False)


async def test_a_signature_that_nobody_checked_is_none(internet: Internet) -> None:
    internet.believed = False
    internet.dns.secure.add("home.example")
    internet.dns.add(IMAPS, "SRV", "0 1 993 imap.hoster.example.")
    [candidate] = await candidates(internet)
    assert (candidate.authenticated, candidate.needs_confirmation) == (False, True)


async def test_one_signed_service_does_not_vouch_for_another(internet: Internet) -> None:
    internet.dns.secure.add(IMAPS)
    internet.dns.add(IMAPS, "SRV", "0 1 993 imap.hoster.example.")
    internet.dns.add(SUBMISSIONS, "SRV", "0 1 465 smtp.hoster.example.")
    answer = await ask(internet)
    assert [each.authenticated for each in answer.offers if isinstance(each, Candidate)] == [True, False]
    assert not answer.report.authenticated


@pytest.mark.parametrize("state", ["bogus", "down", "silent"])
async def test_an_answer_that_fails_is_not_an_absence(internet: Internet, state: str) -> None:
    internet.dns.add(IMAPS, "SRV", "0 1 993 imap.home.example.")
    getattr(internet.dns, state).add("home.example")
    answer = await ask(internet)
    assert (answer.offers, answer.report.found) == ((), Found.CANNOT_TELL)
    assert answer.report.detail


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("0 1 0 imap.home.example.", "not a port"),
        ("0 1 143 imap.home.example.", "Port 143"),
        ("0 1 993 192.0.2.1.", "not the name"),
        ("0 1 993 localhost.", "not the name"),
        ("0 1 993 a\\027b.home.example.", "not the name"),
        ("0 1 993 _x.home.example.", "not the name"),
    ],
)
async def test_a_record_that_can_be_no_server_is_told_and_not_used(internet: Internet, record: str, said: str) -> None:
    internet.dns.add(IMAPS, "SRV", record)
    [unusable] = (await ask(internet)).offers
    assert isinstance(unusable, Unusable)
    assert said in unusable.reason
    assert "\x1b" not in unusable.host
