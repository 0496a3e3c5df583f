"""Exchangers that misbehave: what the client says of them, and what becomes of a letter to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from linksec_tui.config import Config
from linksec_tui.link.gather import Asked
from linksec_tui.link.provider import provider_facts
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.evidence import CertificateState, Observation, StarttlsStatus
from linksec_tui.world import ExchangerFaults, World
from tests.world.asking import open_gatherer
from tests.world.talk import Sending, submit

WRONG_NAME = ExchangerFaults(wrong_name=True)
OLD_TLS = ExchangerFaults(old_tls=True)
BUSY = ExchangerFaults(greeting="421 4.3.2 Too many callers, come again")
ENDLESS = ExchangerFaults(seconds=60)
DAWDLING = ExchangerFaults(seconds=0.1)
ARRIVES = ""
_WORDS = {WRONG_NAME: "wrong-name", OLD_TLS: "old-tls", BUSY: "busy", ENDLESS: "endless", DAWDLING: "dawdling"}


def word_of(value: object) -> str | None:
    """Faults by a word, the rest as pytest has it."""
    return _WORDS.get(value) if isinstance(value, ExchangerFaults) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a domain one of whose exchangers misbehaves."""

    assurance: Assurance
    warnings: frozenset[str] = frozenset()


COMES_BACK = Verdict(assurance=Assurance.ENFORCED, warnings=frozenset({"will-come-back"}))
OLD_AND_BACK = Verdict(assurance=Assurance.ENFORCED, warnings=frozenset({"will-come-back", "old-tls"}))
STILL_ENFORCED = Verdict(assurance=Assurance.ENFORCED)
STILL_ENCRYPTED = Verdict(assurance=Assurance.ENCRYPTED)
NO_NEWS = Verdict(assurance=Assurance.UNKNOWN)

JUDGED = [
    # nobody looks at the name of a club's certificate; a policy does (RFC 8461 §4.2)
    ("club.example", WRONG_NAME, STILL_ENCRYPTED),
    ("shop.example", WRONG_NAME, COMES_BACK),
    ("notary.example", WRONG_NAME, COMES_BACK),
    # better than nothing for who takes what he gets; who verifies does not go below TLS 1.2
    ("club.example", OLD_TLS, Verdict(assurance=Assurance.ENCRYPTED, warnings=frozenset({"old-tls"}))),
    ("shop.example", OLD_TLS, OLD_AND_BACK),
    ("bank.example", OLD_TLS, Verdict(assurance=Assurance.LINK_SECURE, warnings=OLD_AND_BACK.warnings)),
    ("bank.example", WRONG_NAME, Verdict(assurance=Assurance.LINK_SECURE, warnings=COMES_BACK.warnings)),
    # a server that is busy, or does not answer in time, has said nothing about TLS
    ("club.example", BUSY, NO_NEWS),
    ("oldserver.example", BUSY, NO_NEWS),
    ("shop.example", BUSY, STILL_ENFORCED),
    ("club.example", ENDLESS, NO_NEWS),
    ("oldserver.example", ENDLESS, NO_NEWS),
    ("shop.example", ENDLESS, STILL_ENFORCED),
    # slow is not broken
    ("club.example", DAWDLING, STILL_ENCRYPTED),
    ("oldserver.example", DAWDLING, Verdict(assurance=Assurance.EXPOSED)),
    ("shop.example", DAWDLING, STILL_ENFORCED),
]


async def judged(config: Config, domain: str, seconds: float = 40.0) -> Assessment:
    network = replace(config.network, timeout=seconds)
    asked = Asked(provider=provider_facts(config.accounts[0]), probe=True)
    async with open_gatherer(replace(config, network=network)) as gatherer:
        return await gatherer.assessment(domain, asked)


def seen(assessment: Assessment) -> Observation:
    return assessment.evidence.observations[f"mx.{assessment.domain}"]


@pytest.mark.parametrize(("domain", "faults", "verdict"), JUDGED, ids=word_of)
async def test_an_exchanger_that_misbehaves_is_judged_by_what_it_shows(
    world: World, config: Config, domain: str, faults: ExchangerFaults, verdict: Verdict
) -> None:
    world.misbehave_at(f"mx.{domain}", faults)
    found = await judged(config, domain, 4.0 if faults is ENDLESS else 40.0)
    assert (found.assurance, {warning.code for warning in found.warnings}) == (verdict.assurance, verdict.warnings)


async def test_a_wrong_name_is_seen_as_such(world: World, config: Config) -> None:
    world.misbehave_at("mx.club.example", WRONG_NAME)
    assert seen(await judged(config, "club.example")).certificate is CertificateState.WRONG_NAME


async def test_old_tls_is_seen_with_its_version(world: World, config: Config) -> None:
    world.misbehave_at("mx.club.example", OLD_TLS)
    found = seen(await judged(config, "club.example"))
    assert (found.starttls, found.version, found.old_tls) == (StarttlsStatus.OFFERED, "TLSv1.1", True)


async def test_a_busy_server_s_words_are_kept(world: World, config: Config) -> None:
    world.misbehave_at("mx.club.example", BUSY)
    found = seen(await judged(config, "club.example"))
    assert found.starttls is StarttlsStatus.UNREACHABLE
    assert "421 4.3.2 Too many callers" in found.detail


DECLARED = [
    # beside a policy that the handshake verified under, an exchanger's own word counts
    ("shop.example", "4 max-age=600", 4, Assurance.LINK_SECURE),
    ("shop.example", "3 max-age=600", 3, Assurance.ENFORCED),
    ("shop.example", "4 max-age=0", 0, Assurance.ENFORCED),
    ("shop.example", "5 max-age=600", 0, Assurance.ENFORCED),
    ("shop.example", "4 max-age=soon", 0, Assurance.ENFORCED),
    # anybody could say so whose certificate nobody can check
    ("club.example", "4 max-age=600", 0, Assurance.ENCRYPTED),
    # what DNS says of the domain, and the exchanger of itself: the lower
    ("bank.example", "2 max-age=600", 2, Assurance.ENFORCED),
    ("bank.example", "4 max-age=600", 4, Assurance.LINK_SECURE),
]


@pytest.mark.parametrize(("domain", "said", "level", "assurance"), DECLARED)
async def test_what_an_exchanger_declares_counts_after_a_handshake_that_verified(
    world: World, config: Config, domain: str, said: str, level: int, assurance: Assurance
) -> None:
    world.misbehave_at(f"mx.{domain}", ExchangerFaults(linksec=said))
    found = await judged(config, domain)
    assert (found.declared_level, found.assurance) == (level, assurance)


async def test_a_declaration_under_a_certificate_for_another_name_does_not_count(world: World, config: Config) -> None:
    world.misbehave_at("mx.shop.example", ExchangerFaults(linksec="4 max-age=600", wrong_name=True))
    found = await judged(config, "shop.example")
    assert (found.declared_level, found.assurance) == (0, Assurance.ENFORCED)


CARRIED = [
    ("erin@club.example", WRONG_NAME, ARRIVES),
    ("dave@shop.example", WRONG_NAME, "5.7.5"),
    ("erin@club.example", OLD_TLS, ARRIVES),
    ("dave@shop.example", OLD_TLS, "5.7.5"),
    ("bob@bank.example", OLD_TLS, "5.7.5"),
    ("erin@club.example", BUSY, "4.3.2"),
    ("dave@shop.example", DAWDLING, ARRIVES),
]


@pytest.mark.parametrize(("address", "faults", "status"), CARRIED, ids=word_of)
async def test_the_provider_carries_a_letter_as_the_faults_let_it(
    world: World, address: str, faults: ExchangerFaults, status: str
) -> None:
    world.misbehave_at(f"mx.{address.partition('@')[2]}", faults)
    returned = await submit(world, Sending(to=(address,)))
    assert {told: verdict.status for told, verdict in returned.items()} == ({address: status} if status else {})


async def test_over_old_tls_the_tap_hears_noise_all_the_same(world: World) -> None:
    world.misbehave_at("mx.club.example", OLD_TLS)
    await submit(world, Sending(to=("erin@club.example",)))
    [link] = [link for link in world.tap.links() if link.domain == "club.example"]
    assert not link.in_clear_after_greeting
    assert b"(using TLSv1.1 " in world.inbox("erin@club.example")[-1]


async def test_who_has_mended_his_ways_is_as_the_story_says(world: World, config: Config) -> None:
    world.misbehave_at("mx.shop.example", OLD_TLS)
    world.mend()
    found = await judged(config, "shop.example")
    assert (found.assurance, found.warnings) == (Assurance.ENFORCED, ())
