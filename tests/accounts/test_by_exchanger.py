"""The provider behind a domain of one's own, by the name of the host that receives its mail."""

from __future__ import annotations

import pytest

from linksec_tui.accounts import by_exchanger
from linksec_tui.accounts.asking import Answer
from linksec_tui.model.discovery import Candidate, Found
from tests.accounts.internet import AUTOCONFIG, Internet, configuration, server

IMAP = server("imap", "imap.hoster.example", 993, "SSL", user="%EMAILADDRESS%")


async def ask_list(internet: Internet, address: str = "me@own.example") -> Answer:
    async with internet.asking(address) as asking:
        return await by_exchanger.ask_list(asking)


async def ask_published(internet: Internet, address: str = "me@own.example") -> Answer:
    async with internet.asking(address) as asking:
        return await by_exchanger.ask_published(asking)


def only(answer: Answer) -> Candidate:
    [candidate] = [offer for offer in answer.offers if isinstance(offer, Candidate)]
    return candidate


async def test_the_list_knows_the_provider_of_the_best_exchanger(internet: Internet) -> None:
    internet.dns.add("own.example", "MX", "20 mx.nobody.example.", "10 aspmx.l.google.com.")
    answer = await ask_list(internet)
    [imap, submission] = [offer for offer in answer.offers if isinstance(offer, Candidate)]
    assert (imap.server.host, submission.server.host) == ("imap.gmail.com", "smtp.gmail.com")
    assert imap.user == "me@own.example"
    assert answer.report.asked == "google.com"


async def test_unsigned_mx_records_need_confirmation(internet: Internet) -> None:
    internet.dns.add("own.example", "MX", "10 aspmx.l.google.com.")
    candidate = next(offer for offer in (await ask_list(internet)).offers if isinstance(offer, Candidate))
    assert (candidate.authenticated, candidate.needs_confirmation) == (False, True)
    assert "aspmx.l.google.com" in candidate.vouching.doubt


async def test_signed_mx_records_need_none(internet: Internet) -> None:
    internet.dns.secure.add("own.example")
    internet.dns.add("own.example", "MX", "10 aspmx.l.google.com.")
    candidate = next(offer for offer in (await ask_list(internet)).offers if isinstance(offer, Candidate))
    assert (candidate.authenticated, candidate.needs_confirmation) == (True, False)


async def test_a_country_with_two_levels_has_its_base_domain_one_level_down(internet: Internet) -> None:
    internet.dns.add("own.example", "MX", "10 mx1.mail.yahoo.co.jp.")
    assert (await ask_list(internet)).report.asked == "yahoo.co.jp"


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("mx.premium.europe.hoster.example", ["autoconfig.premium.europe.hoster.example", "autoconfig.hoster.example"]),
        ("mx.hoster.example", ["autoconfig.hoster.example"]),
        ("hoster.example", ["autoconfig.hoster.example"]),
        ("mx.hoster.co.uk", ["autoconfig.hoster.co.uk"]),
    ],
)
async def test_the_hosts_domain_is_asked_and_then_the_registered_one(
    internet: Internet, host: str, asked: list[str]
) -> None:
    internet.dns.add("own.example", "MX", f"10 {host}.")
    await ask_published(internet)
    assert [name for name, rdtype in internet.dns.asked if rdtype == "A"] == asked


async def test_what_the_provider_publishes_is_found(internet: Internet) -> None:
    internet.dns.add("own.example", "MX", "10 mx.hoster.example.")
    internet.site("autoconfig.hoster.example", AUTOCONFIG, configuration(IMAP))
    candidate = only(await ask_published(internet))
    assert (candidate.server.host, candidate.needs_confirmation) == ("imap.hoster.example", True)


async def test_a_certificate_does_not_make_good_for_an_unsigned_mx(internet: Internet) -> None:
    """Whoever can forge the MX record has a certificate for a name of his own."""
    internet.dns.add("own.example", "MX", "10 mx.evil.example.")
    internet.site("autoconfig.evil.example", AUTOCONFIG, configuration(IMAP))
    assert not only(await ask_published(internet)).authenticated


async def test_where_the_list_knows_the_domain_nobody_else_hears_of_it(internet: Internet) -> None:
    internet.dns.add("posteo.de", "MX", "10 mx.hoster.example.")
    site = internet.site("autoconfig.hoster.example", AUTOCONFIG, configuration(IMAP))
    answer = await ask_published(internet, "me@posteo.de")
    assert (answer.report.found, site.requests, internet.dns.asked) == (Found.NOT_ASKED, [], [])


async def test_a_domain_that_receives_its_own_mail_is_not_asked_twice(internet: Internet) -> None:
    internet.dns.add("own.example", "MX", "10 mx.own.example.")
    assert (await ask_published(internet)).report.found is Found.NOT_ASKED
    assert (await ask_list(internet)).report.found is Found.NOT_ASKED


@pytest.mark.parametrize("records", [[], ["0 ."], ["10 com."]], ids=["no MX", "null MX", "a public suffix"])
async def test_without_an_exchanger_there_is_nobody_to_look_under(internet: Internet, records: list[str]) -> None:
    if records:
        internet.dns.add("own.example", "MX", *records)
    answer = await ask_list(internet)
    assert answer.offers == ()
    assert answer.report.found in (Found.NOTHING, Found.NOT_ASKED)


@pytest.mark.parametrize("state", ["bogus", "down", "silent"])
async def test_mx_records_that_cannot_be_had_are_no_absence(internet: Internet, state: str) -> None:
    getattr(internet.dns, state).add("own.example")
    assert (await ask_list(internet)).report.found is Found.CANNOT_TELL
    assert (await ask_published(internet)).report.found is Found.CANNOT_TELL
