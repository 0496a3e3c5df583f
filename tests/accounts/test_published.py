"""The configuration file over HTTPS: found, absent, and everything that a web server can do wrong."""

from __future__ import annotations

import asyncio

import pytest

from linksec_tui.accounts import published
from linksec_tui.accounts.asking import Answer
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.discovery import AuthMethod, Candidate, Found, Origin, Service, Unusable, Vouching
from tests.accounts.internet import AUTOCONFIG, WELL_KNOWN, Internet, Site, configuration, server

HOST = "autoconfig.home.example"
VOUCHING = Vouching(origin=Origin.AUTOCONFIG, authenticated=True)
IMAP = server("imap", "imap.home.example", 993, "SSL", user="%EMAILLOCALPART%", auth="password-cleartext")
BILLION_LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(f'<!ENTITY {n} "{f"&{p};" * 10}">'.encode() for p, n in zip("abcdefgh", "bcdefghi", strict=True))
    + b"]><clientConfig>&i;</clientConfig>"
)


async def ask(internet: Internet, seconds: float = 10.0) -> Answer:
    async with internet.asking("alice@home.example", seconds) as asking:
        return await published.ask(asking, published.autoconfig_host("home.example"), VOUCHING)


async def test_a_server_in_the_file_is_one_to_use(internet: Internet) -> None:
    internet.site(HOST, AUTOCONFIG, configuration(IMAP))
    answer = await ask(internet)
    [candidate] = answer.offers
    assert isinstance(candidate, Candidate)
    assert (candidate.service, candidate.server) == (Service.IMAP, Server(host="imap.home.example", port=993))
    assert (candidate.user, candidate.user_told, candidate.auth) == ("alice", True, (AuthMethod.PASSWORD,))
    assert candidate.authenticated
    assert (answer.report.found, answer.report.authenticated) == (Found.SETTINGS, True)
    assert answer.provider == "Example"


async def test_the_web_server_learns_neither_the_address_nor_who_asks(internet: Internet) -> None:
    site = internet.site(HOST, AUTOCONFIG, configuration(IMAP))
    await ask(internet)
    [request] = site.requests
    assert request.startswith(f"GET {AUTOCONFIG} HTTP/1.1\r\n")
    assert "alice" not in request
    assert "linksec" not in request.lower()


async def test_the_second_place_is_on_the_domain_itself(internet: Internet) -> None:
    internet.site("home.example", WELL_KNOWN, configuration(IMAP))
    async with internet.asking("alice@home.example") as asking:
        answer = await published.ask(asking, published.well_known("home.example"), VOUCHING)
    assert len(answer.offers) == 1


@pytest.mark.parametrize("records", [(), ("TXT",)], ids=["no such name", "no address"])
async def test_a_host_that_is_not_there_has_nothing(internet: Internet, records: tuple[str, ...]) -> None:
    for rdtype in records:
        internet.dns.add(HOST, rdtype, '"x"')
    assert (await ask(internet)).report.found is Found.NOTHING


@pytest.mark.parametrize("state", ["bogus", "down", "silent"])
async def test_a_host_that_cannot_be_looked_up_is_another_matter(internet: Internet, state: str) -> None:
    getattr(internet.dns, state).add("home.example")
    assert (await ask(internet)).report.found is Found.CANNOT_TELL


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 Forbidden"])
async def test_a_web_server_without_the_file_has_nothing(internet: Internet, status: str) -> None:
    internet.site(HOST, AUTOCONFIG, b"x").status = status
    assert (await ask(internet)).report.found is Found.NOTHING


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Elsewhere"])
async def test_a_redirect_is_not_followed(internet: Internet, status: str) -> None:
    site = internet.site(HOST, AUTOCONFIG, configuration(IMAP))
    site.status, site.more_head = status, "Location: https://evil.example/mail/config-v1.1.xml\r\n"
    elsewhere = internet.site("evil.example", AUTOCONFIG, configuration(IMAP))
    answer = await ask(internet)
    assert (answer.offers, answer.report.found) == ((), Found.CANNOT_TELL)
    assert "not followed" in answer.report.detail
    assert elsewhere.requests == []


@pytest.mark.parametrize(
    "site",
    [Site(trusted=False), Site(certificate_for="www.home.example")],
    ids=["from nobody we know", "for another name"],
)
async def test_a_certificate_that_does_not_verify_leaves_the_question_open(internet: Internet, site: Site) -> None:
    internet.sites[HOST] = site
    internet.site(HOST, AUTOCONFIG, configuration(IMAP))
    answer = await ask(internet)
    assert (answer.offers, answer.report.found) == ((), Found.CANNOT_TELL)
    assert "certificate" in answer.report.detail
    assert site.requests == []


@pytest.mark.parametrize(
    "body",
    [
        BILLION_LAUGHS,
        b"<clientConfig>" + b"x" * 10_000_000,
        b"<a>" * 20_000,
        b"<!doctype html><html>welcome</html>",
        b"\x00\x01\x02",
        b"",
    ],
    ids=["billion laughs", "10 MB", "deep", "a web page", "noise", "nothing"],
)
async def test_a_file_that_is_none_is_refused(internet: Internet, body: bytes) -> None:
    internet.site(HOST, AUTOCONFIG, body)
    answer = await ask(internet)
    assert (answer.offers, answer.report.found) == ((), Found.CANNOT_TELL)


async def test_a_name_that_leads_into_our_own_network_is_refused(internet: Internet) -> None:
    internet.dns.add(HOST, "A", "127.0.0.1")
    answer = await ask(internet)
    assert answer.report.found is Found.CANNOT_TELL
    assert "private address" in answer.report.detail


async def test_a_web_server_that_says_nothing_costs_no_more_than_it_may(internet: Internet) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    internet.sites[HOST] = Site(talk=silent)
    answer = await ask(internet, seconds=2)
    assert answer.report.found is Found.CANNOT_TELL
    assert "in time" in answer.report.detail


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (server("imap", "imap.home.example", 143, "plain"), "without any encryption"),
        (server("imap", "imap.home.example", 143, "STARTTLS"), "STARTTLS"),
        (server("imap", "imap.home.example", 993, ""), "without any encryption"),
        (server("imap", "imap.home.example", 143, "SSL"), "Port 143"),
        (server("smtp", "smtp.home.example", 25, "STARTTLS"), "Port 25"),
        (server("smtp", "smtp.home.example", 587, "plain"), "without any encryption"),
        (server("imap", "imap.home.example", 0, "SSL"), "not a port"),
        (server("imap", "imap.home.example", 70000, "SSL"), "not a port"),
        (server("imap", "imap.home.example", "-1", "SSL"), "not a port"),
        (server("imap", "imap.home.example", "٩٩٣", "SSL"), "not a port"),  # digits, of another script
        (server("imap", "imap.home.example", "9" * 5000, "SSL"), "not well-formed|too long"),
        (server("imap", "192.0.2.1", 993, "SSL"), "not the name"),
        (server("imap", "[::1]", 993, "SSL"), "not the name"),
        (server("imap", "localhost", 993, "SSL"), "not the name"),
        (server("imap", "", 993, "SSL"), "not the name"),
        (server("imap", "javascript:alert(1)", 993, "SSL"), "not the name"),
        (server("imap", "imap.home.example&#x202e;", 993, "SSL"), "not the name"),
        (server("imap", "%HOST%.home.example", 993, "SSL"), "not the name"),
        (server("imap", "imap.home.example", 993, "SSL", auth="GSSAPI NTLM"), "kind of login"),
    ],
)
async def test_a_server_that_must_not_be_used_is_told_with_the_reason(
    internet: Internet, section: str, said: str
) -> None:
    internet.site(HOST, AUTOCONFIG, configuration(section))
    answer = await ask(internet)
    if "|" in said:
        assert answer.report.found is Found.CANNOT_TELL
        return
    [unusable] = answer.offers
    assert isinstance(unusable, Unusable)
    assert said in unusable.reason


async def test_submission_with_starttls_is_one_to_use(internet: Internet) -> None:
    internet.site(HOST, AUTOCONFIG, configuration(server("smtp", "smtp.home.example", 587, "STARTTLS")))
    [candidate] = (await ask(internet)).offers
    assert isinstance(candidate, Candidate)
    assert candidate.server == Server(host="smtp.home.example", port=587, tls=Tls.STARTTLS)


async def test_what_we_do_not_speak_is_passed_over(internet: Internet) -> None:
    sections = (server("pop3", "pop.home.example", 995, "SSL"), server("graph", "", "", ""), IMAP)
    internet.site(HOST, AUTOCONFIG, configuration(*sections))
    assert len((await ask(internet)).offers) == 1


async def test_a_file_without_any_server_of_ours_has_nothing(internet: Internet) -> None:
    internet.site(HOST, AUTOCONFIG, configuration(server("pop3", "pop.home.example", 995, "SSL")))
    assert (await ask(internet)).report.found is Found.NOTHING


async def test_a_user_name_with_hidden_characters_gives_way_to_the_address(internet: Internet) -> None:
    section = server("imap", "imap.home.example", 993, "SSL", user="al&#x202e;ice")
    internet.site(HOST, AUTOCONFIG, configuration(section))
    [candidate] = (await ask(internet)).offers
    assert isinstance(candidate, Candidate)
    assert (candidate.user, candidate.user_told) == ("alice@home.example", False)


async def test_the_login_page_is_carried_over_only_where_the_server_takes_it(internet: Internet) -> None:
    page = (
        "<oAuth2><issuer>login.home.example</issuer><scope>mail</scope>"
        "<authURL>https://login.home.example/a</authURL><tokenURL>https://login.home.example/t</tokenURL></oAuth2>"
    )
    smtp = server("smtp", "smtp.home.example", 465, "SSL", auth="OAuth2 password-cleartext")
    internet.site(HOST, AUTOCONFIG, configuration(IMAP, smtp, after=page))
    by_password, by_either = (each for each in (await ask(internet)).offers if isinstance(each, Candidate))
    assert by_password.oauth is None
    assert by_either.auth == (AuthMethod.OAUTH2, AuthMethod.PASSWORD)
    assert by_either.oauth is not None
    assert by_either.oauth.issuer == "login.home.example"
