"""Which servers an account gets: vouched for, confirmed by the person, typed by them, or none."""

from __future__ import annotations

import pytest

from linksec_tui.desk.set_up_servers import agree, parse_server
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.discovery import Candidate, Discovery, Origin, Service, Unusable, Vouching
from linksec_tui.model.errors import BadInput
from linksec_tui.model.set_up import NotSetUp, Wanted
from tests.desk.small_provider import READING, SENDING
from tests.desk.table_person import ADDRESS, NAMED, TablePerson


def candidate(service: Service, host: str, doubt: str = "") -> Candidate:
    vouching = Vouching(origin=Origin.SRV, authenticated=not doubt, doubt=doubt)
    return Candidate(service=service, server=Server(host=host, port=993), user=str(ADDRESS), vouching=vouching)


def found(*candidates: Candidate, **more: object) -> Discovery:
    return Discovery(address=ADDRESS, shown_domain="own.example", candidates=candidates, **more)  # pyright: ignore[reportArgumentType]


DOUBT = "DNS names a server outside own.example, and nobody signed that."


async def test_servers_that_a_stranger_could_have_named_are_asked_about() -> None:
    both = found(
        candidate(Service.IMAP, "imap.bad.example", DOUBT), candidate(Service.SUBMISSION, "smtp.bad.example", DOUBT)
    )
    person = TablePerson({DOUBT: "no"})
    with pytest.raises(NotSetUp, match="nothing was sent there"):
        await agree(Wanted(address=ADDRESS), both, person)
    assert "Your password would go there." in person.asked[0]
    assert "imap.bad.example and smtp.bad.example" in person.asked[0]
    servers = await agree(Wanted(address=ADDRESS), both, TablePerson({DOUBT: "yes"}))
    assert servers.imap.host == "imap.bad.example"
    servers = await agree(Wanted(address=ADDRESS), both, TablePerson({DOUBT: "by-hand"}))
    assert servers.imap == NAMED.imap


async def test_servers_that_are_vouched_for_are_not_asked_about() -> None:
    both = found(candidate(Service.IMAP, "imap.own.example"), candidate(Service.SUBMISSION, "smtp.own.example"))
    servers = await agree(Wanted(address=ADDRESS), both, TablePerson())
    assert (servers.imap.host, servers.submission.host) == ("imap.own.example", "smtp.own.example")


async def test_what_is_never_used_is_told_with_its_reason() -> None:
    clear = Unusable(service=Service.IMAP, host="imap.own.example", port=143, source=Origin.SRV, reason="no TLS")
    person = TablePerson({"No server for reading": "no"})
    with pytest.raises(NotSetUp):
        await agree(Wanted(address=ADDRESS), found(candidate(Service.SUBMISSION, SENDING), unusable=(clear,)), person)
    assert "Never used: imap.own.example: no TLS" in person.told


async def test_a_domain_that_does_not_exist_is_a_slip_of_the_finger() -> None:
    with pytest.raises(NotSetUp, match="Is it spelt right"):
        await agree(Wanted(address=ADDRESS), found(no_such_domain=True), TablePerson())


@pytest.mark.parametrize(
    ("typed", "service", "server"),
    [
        ("imap.own.example", Service.IMAP, Server(host=READING, port=993)),
        (" IMAP.own.example:9993 ", Service.IMAP, Server(host=READING, port=9993)),
        (SENDING, Service.SUBMISSION, Server(host=SENDING, port=465)),
        (f"{SENDING}:587", Service.SUBMISSION, Server(host=SENDING, port=587, tls=Tls.STARTTLS)),
        ("bücher.example", Service.IMAP, Server(host="xn--bcher-kva.example", port=993)),
    ],
)
def test_a_server_is_read_as_it_is_typed(typed: str, service: Service, server: Server) -> None:
    assert parse_server(typed, service) == server


@pytest.mark.parametrize(
    "typed", ["", ":993", "imap.own.example:", "a b", "imap:0", "imap:70000", "imap.example:143", "x:25"]
)
def test_what_can_be_no_server_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        parse_server(typed, Service.IMAP)
