"""PACC on the network: the record first, the file only then, and only the file whose digest stands in DNS."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from linksec_tui.accounts import by_pacc
from linksec_tui.accounts.asking import Answer
from linksec_tui.model.account import Server
from linksec_tui.model.discovery import AuthMethod, Candidate, Found, Service
from tests.accounts.internet import PACC, Internet

HOST, RECORD = "ua-auto-config.home.example", "_ua-auto-config.home.example"
FILE = json.dumps(
    {
        "protocols": {"imap": {"host": "imap.hoster.example"}, "submit": {"host": "smtp.hoster.example"}},
        "authentication": {"oauth-public": {"issuer": "https://login.hoster.example"}, "password": True},
        "info": {"provider": {"name": "Home"}},
    }
).encode()


def digest_record(body: bytes) -> str:
    return f'"v=UAAC1; a=sha256; d={base64.b64encode(hashlib.sha256(body).digest()).decode()}"'


async def ask(internet: Internet) -> Answer:
    async with internet.asking("alice@home.example") as asking:
        return await by_pacc.ask(asking)


async def test_servers_logins_and_name_are_taken(internet: Internet) -> None:
    internet.dns.add(RECORD, "TXT", '"v=spf1 -all"', digest_record(FILE))
    internet.site(HOST, PACC, FILE)
    answer = await ask(internet)
    imap, submission = (each for each in answer.offers if isinstance(each, Candidate))
    assert (imap.service, imap.server) == (Service.IMAP, Server(host="imap.hoster.example", port=993))
    assert submission.server == Server(host="smtp.hoster.example", port=465)
    assert (imap.user, imap.user_told) == ("alice@home.example", True)
    assert imap.auth == (AuthMethod.OAUTH2, AuthMethod.PASSWORD)
    assert imap.oauth is not None
    assert imap.oauth.issuer == "https://login.hoster.example"
    assert (imap.authenticated, imap.needs_confirmation) == (True, False)
    assert answer.provider == "Home"


async def test_without_a_record_no_web_server_hears_of_us(internet: Internet) -> None:
    site = internet.site(HOST, PACC, FILE)
    answer = await ask(internet)
    assert (answer.report.found, site.requests) == (Found.NOTHING, [])


@pytest.mark.parametrize("record", [digest_record(FILE + b" "), '"v=UAAC1; a=md5; d=AAAA"', '"v=UAAC1"'])
async def test_a_file_that_the_record_does_not_name_is_not_used(internet: Internet, record: str) -> None:
    internet.dns.add(RECORD, "TXT", record)
    internet.site(HOST, PACC, FILE)
    answer = await ask(internet)
    assert (answer.offers, answer.report.found) == ((), Found.CANNOT_TELL)
    assert "digest" in answer.report.detail


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"protocols": []}', b"[" * 60_000], ids=range(4))
async def test_a_file_that_is_none_is_refused_even_with_its_digest(internet: Internet, body: bytes) -> None:
    internet.dns.add(RECORD, "TXT", digest_record(body))
    internet.site(HOST, PACC, body)
    answer = await ask(internet)
    assert (answer.offers, answer.report.found) == ((), Found.CANNOT_TELL)


async def test_a_server_for_reading_alone_is_a_start(internet: Internet) -> None:
    body = b'{"protocols": {"imap": {"host": "imap.home.example"}, "smtp": {"host": "127.0.0.1"}}}'
    internet.dns.add(RECORD, "TXT", digest_record(body))
    internet.site(HOST, PACC, body)
    offers = (await ask(internet)).offers
    assert [type(each).__name__ for each in offers] == ["Candidate", "Unusable"]


@pytest.mark.parametrize("state", ["bogus", "down", "silent"])
async def test_a_record_that_cannot_be_had_is_not_an_absence(internet: Internet, state: str) -> None:
    getattr(internet.dns, state).add("home.example")
    assert (await ask(internet)).report.found is Found.CANNOT_TELL


async def test_a_certificate_for_another_name_is_refused(internet: Internet) -> None:
    internet.dns.add(RECORD, "TXT", digest_record(FILE))
    internet.site(HOST, PACC, FILE).certificate_for = "home.example"
    answer = await ask(internet)
    assert (answer.offers, answer.report.found) == ((), Found.CANNOT_TELL)
