"""Where letters end up, domain by domain: the world's servers do as those outside do."""

from __future__ import annotations

import pytest

from linksec_tui.model.eavesdrop import ImpostorMode, TappedLink
from linksec_tui.world import World
from tests.world.talk import TEXT, Question, Sending, ask, submit, texts

ARRIVES = ""
NO_HOST = "Host or domain name not found. Name service error for name="

PLAIN = {
    "bob@bank.example": ARRIVES,
    "carol@university.example": ARRIVES,
    "dave@shop.example": ARRIVES,
    "erin@club.example": ARRIVES,
    "frank@office.example": ARRIVES,
    "grace@oldserver.example": ARRIVES,
    "heidi@broken.example": ARRIVES,
    "judy@notary.example": ARRIVES,
    "peggy@home.example": ARRIVES,
    "carol@universty.example": f"5.4.4 X-Postbox; {NO_HOST}universty.example type=A: Host not found",
    "ivan@museum.example": "5.7.5 X-Postbox; Server certificate not verified",
    "mallory@nomail.example": "5.1.0 X-Postbox; Domain nomail.example does not accept mail (nullMX)",
    "oscar@bogus.example": f"4.4.3 X-Postbox; {NO_HOST}bogus.example type=MX: Host not found, try again",
    "nobody@club.example": "5.1.1 smtp; 550 5.1.1 <nobody@club.example>: Recipient address rejected: User unknown",
    "full@club.example": "5.2.2 smtp; 552 5.2.2 <full@club.example>: Mailbox full",
}
_NO_POLICY = (
    "5.7.10 X-Postbox; Sender requested REQUIRETLS, but my configured TLS security level 'may' disables certificate "
    "matching. The last attempted server was "
)
_UNSUPPORTED = (
    "5.7.30 X-Postbox; Sender requested REQUIRETLS, but no server was found that supports REQUIRETLS. "
    "The last attempted server was "
)
REQUIRETLS = {
    "bob@bank.example": ARRIVES,
    "judy@notary.example": ARRIVES,
    "peggy@home.example": ARRIVES,
    "carol@university.example": f"{_UNSUPPORTED}mx2.university.example[127.0.0.1]",
    "dave@shop.example": f"{_UNSUPPORTED}mx.shop.example[127.0.0.1]",
    "erin@club.example": f"{_NO_POLICY}mx.club.example",
    "frank@office.example": f"{_NO_POLICY}mx.office.example",
    "grace@oldserver.example": f"{_NO_POLICY}mx.oldserver.example",
    "heidi@broken.example": f"{_NO_POLICY}mx.broken.example",
    "ivan@museum.example": "5.7.10 X-Postbox; Sender requested REQUIRETLS, but no matching server certificate was "
    "found. The last attempted server was mx.museum.example[127.0.0.1]",
}
NOT_OFFERED = "5.7.4 X-Postbox; TLS is required, but was not offered by host "
UNVERIFIED = "5.7.5 X-Postbox; Server certificate not verified"
STRIPPED = {
    "bob@bank.example": f"{NOT_OFFERED}mx.bank.example[127.0.0.1]",
    "carol@university.example": f"{NOT_OFFERED}mx2.university.example[127.0.0.1]",
    "dave@shop.example": f"{NOT_OFFERED}mx.shop.example[127.0.0.1]",
    "erin@club.example": ARRIVES,
    "grace@oldserver.example": ARRIVES,
    "heidi@broken.example": ARRIVES,
    "peggy@home.example": ARRIVES,
}
IMPERSONATED = {
    "bob@bank.example": UNVERIFIED,
    "carol@university.example": UNVERIFIED,
    "dave@shop.example": UNVERIFIED,
    "erin@club.example": ARRIVES,
    "grace@oldserver.example": ARRIVES,
    "heidi@broken.example": ARRIVES,
}
STRIPPED_REQUIRETLS = {
    "bob@bank.example": "5.7.30 X-Postbox; Sender requested REQUIRETLS, but TLS service was not offered by host "
    "mx.bank.example[127.0.0.1]",
}


async def outcome(world: World, what: Sending) -> dict[str, str]:
    """For each recipient the status and diagnostic of what came back; empty where the letter is in the mailbox."""
    before = {address: len(world.inbox(address)) for address in what.to if _has_mailbox(address)}
    returned = await submit(world, what)
    found = {address: f"{verdict.status} {verdict.diagnostic}" for address, verdict in returned.items()}
    for address in what.to:
        arrived = address in before and len(world.inbox(address)) > before[address]
        assert arrived is (address not in found)
    return {address: found.get(address, ARRIVES) for address in what.to}


def _has_mailbox(address: str) -> bool:
    local, _, domain = address.partition("@")
    return local not in {"nobody", "full"} and domain not in {"universty.example", "nomail.example", "bogus.example"}


def links_to(world: World, domain: str) -> list[TappedLink]:
    return [link for link in world.tap.links() if link.domain == domain]


async def test_where_nothing_is_demanded_a_letter_takes_whatever_way_there_is(world: World) -> None:
    assert await outcome(world, Sending(to=tuple(PLAIN))) == PLAIN


async def test_requiretls_arrives_only_where_everything_on_the_way_vouches_for_itself(world: World) -> None:
    assert await outcome(world, Sending(to=tuple(REQUIRETLS), options=["REQUIRETLS"])) == REQUIRETLS


async def test_who_says_that_tls_is_not_required_overrules_dane_and_mta_sts(world: World) -> None:
    world.impostor.switch(ImpostorMode.STRIP)
    to = ("bob@bank.example", "carol@university.example", "dave@shop.example", "ivan@museum.example")
    sending = Sending(to=to, headers={"TLS-Required": "No"})
    assert await outcome(world, sending) == dict.fromkeys(to, ARRIVES)


async def test_requiretls_counts_for_more_than_tls_required_no(world: World) -> None:
    sending = Sending(to=("erin@club.example",), options=["REQUIRETLS"], headers={"TLS-Required": "No"})
    assert (await outcome(world, sending))["erin@club.example"] == REQUIRETLS["erin@club.example"]


async def test_stripping_starttls_stops_what_is_enforced_and_opens_the_rest(world: World) -> None:
    world.impostor.switch(ImpostorMode.STRIP)
    assert await outcome(world, Sending(to=tuple(STRIPPED))) == STRIPPED
    for domain in ("club.example", "broken.example"):
        assert any(TEXT.encode() in chunk.content for link in links_to(world, domain) for chunk in link.chunks)


async def test_stripping_starttls_returns_what_asked_for_requiretls(world: World) -> None:
    world.impostor.switch(ImpostorMode.STRIP)
    sending = Sending(to=tuple(STRIPPED_REQUIRETLS), options=["REQUIRETLS"])
    assert await outcome(world, sending) == STRIPPED_REQUIRETLS


async def test_a_false_certificate_passes_only_where_nobody_looks_at_it(world: World) -> None:
    world.impostor.switch(ImpostorMode.CERTIFICATE)
    assert await outcome(world, Sending(to=tuple(IMPERSONATED))) == IMPERSONATED


async def test_somebody_busy_gets_the_letter_at_the_next_try(world: World) -> None:
    assert await outcome(world, Sending(to=("busy@club.example",))) == {"busy@club.example": ARRIVES}


@pytest.mark.parametrize("domain", ["bank.example", "university.example", "shop.example", "club.example"])
async def test_the_tap_hears_only_noise_where_tls_came_about(world: World, domain: str) -> None:
    await submit(world, Sending(to=(f"bob@{domain}",)))
    (link,) = links_to(world, domain)
    heard = b"".join(chunk.content for chunk in link.chunks)
    assert b"STARTTLS" in heard
    assert TEXT.encode() not in heard
    assert b"MAIL FROM" not in heard
    assert not link.in_clear_after_greeting
    assert not link.open
    assert not link.impostor


@pytest.mark.parametrize("domain", ["oldserver.example", "broken.example"])
async def test_the_tap_reads_the_letter_where_tls_did_not_come_about(world: World, domain: str) -> None:
    await submit(world, Sending(to=(f"bob@{domain}",)))
    link = links_to(world, domain)[-1]
    assert TEXT.encode() in b"".join(chunk.content for chunk in link.chunks)
    assert link.in_clear_after_greeting


async def test_mail_that_stays_inside_the_provider_crosses_no_wire(world: World) -> None:
    await submit(world, Sending(to=("peggy@home.example",)))
    assert world.tap.links() == ()


async def test_a_second_exchanger_takes_the_letter_when_the_first_cannot_prove_itself(world: World) -> None:
    """The university's second exchanger is covered by its authority (usage 2); the first one's record is made wrong."""
    owner = "_25._tcp.mx1.university.example"
    right = texts(ask(world, Question(name=owner, kind="TLSA")))
    world.publish(owner, "TLSA", "3 1 1 " + "00" * 32)
    try:
        found = await outcome(world, Sending(to=("carol@university.example",)))
    finally:
        world.publish(owner, "TLSA", *right)
    assert found == {"carol@university.example": ARRIVES}
    assert [link.exchanger for link in world.tap.links()] == ["mx1.university.example", "mx2.university.example"]


async def test_a_policy_that_does_not_name_the_exchanger_sends_the_letter_back(world: World) -> None:
    await submit(world, Sending(to=("dave@shop.example",)))
    world.publish("shop.example", "MX", "10 mx.club.example.")
    try:
        found = await outcome(world, Sending(to=("dave@shop.example",)))
    finally:
        world.publish("shop.example", "MX", "10 mx.shop.example.")
    reason = "mx host mx.club.example does not match enforced mta-sts policy with hosts mx.shop.example"
    assert found == {"dave@shop.example": f"5.7.5 X-Postbox; {reason}"}
