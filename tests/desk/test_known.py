"""The known list at work: every assessment goes by it at once, also by what another process did to it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from linksec_tui.config import Config, ConnectTo
from linksec_tui.desk import Desk, known, known_fetch, open_desk
from linksec_tui.desk.known import Known, KnownRefused
from linksec_tui.link.known_files import ListRefused
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.evidence import Answer, Mechanism
from linksec_tui.model.json_text import rfc3339
from tests.link.policy_host import PolicyHost
from tests.wire.strangers import Authority, serve, stranger_context

CLUB = "club.example"  # takes TLS, publishes nothing
SHOP = "shop.example"  # MTA-STS
HOST = "lists.example"


async def assessed(desk: Desk, domain: str) -> Assessment:
    """Without a look at the servers, so that nothing but names and lists speaks."""
    return [one async for one in desk.assess(domain, probe=False)][-1]


def a_list(desk: Desk, *entries: Mapping[str, object], days: int = 0, **more: object) -> bytes:
    """Our own format, issued so many days ago."""
    now = desk.now()
    dated = now.date().isoformat()
    head = {"format": "linksec-known-list", "version": 1, "issued": rfc3339(now - timedelta(days=days))}
    return json.dumps(
        {**head, **more, "entries": [{"source": "x", "date": dated, **each} for each in entries]}
    ).encode()


# the user's own word


async def test_a_domain_set_to_exposed_is_exposed_at_once_and_no_longer_when_that_is_taken_back(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        before = (await assessed(desk, SHOP)).assurance
        assert before is Assurance.ENFORCED
        await desk.known.set_word(SHOP, None)
        exposed = await assessed(desk, SHOP)
        assert (exposed.assurance, exposed.reasons[0].code) == (Assurance.EXPOSED, "user-exposed")
        await desk.known.unset(SHOP)
        assert (await assessed(desk, SHOP)).assurance is before


async def test_naming_a_mechanism_raises_to_verifiable_and_no_further(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        assert (await assessed(desk, CLUB)).assurance is Assurance.UNKNOWN
        await desk.known.set_word(CLUB, Mechanism.DANE)
        assert (await assessed(desk, CLUB)).assurance is Assurance.VERIFIABLE
        await desk.known.set_word(f"mx.{CLUB}", Mechanism.DANE)
        await desk.known.unset(CLUB)
        assert (await assessed(desk, CLUB)).assurance is Assurance.UNKNOWN, "a subdomain's word is not the domain's"


async def test_what_another_process_sets_counts_for_the_next_assessment(config: Config) -> None:
    async with open_desk(config, worker=False) as desk, open_desk(config, worker=False) as other:
        await assessed(desk, SHOP)
        await other.known.set_word(SHOP, None)
        assert (await assessed(desk, SHOP)).assurance is Assurance.EXPOSED
        await other.known.import_list("l", a_list(other, {"domain": CLUB, "mta_sts": "enforce"}))
        assert (await assessed(desk, CLUB)).warned("listed-but-not-confirmed")


async def test_what_was_set_outlives_the_program_with_a_copy(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        await desk.known.set_word("Bücher.example", None)
    (config.state / "desk.db").unlink()
    async with open_desk(config, worker=False) as desk:
        assert list((await desk.known.names()).words) == ["xn--bcher-kva.example"]
        assert desk.notices, "the file was missing, and its copy has it"


async def test_an_address_in_brackets_can_only_be_exposed(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        with pytest.raises(KnownRefused, match="neither DANE nor MTA-STS"):
            await desk.known.set_word("[192.0.2.1]", Mechanism.DANE)
        assert await desk.known.set_word("[192.0.2.1]", None) == "[192.0.2.1]"


@pytest.mark.parametrize("name", ["", "example", "a b.example", "\x1b[2J.example", "a" * 64 + ".example"])
async def test_what_is_no_domain_is_refused(config: Config, name: str) -> None:
    async with open_desk(config, worker=False) as desk:
        for verb in (desk.known.set_word(name, None), desk.known.set_provider(name, {}), desk.known.unset(name)):
            with pytest.raises(KnownRefused, match="is not the name of a domain") as refused:
                await verb
            assert "\x1b" not in str(refused.value)


async def test_without_a_key_for_the_store_nothing_is_promised(config: Config, tmp_path: Path) -> None:
    async with open_desk(config, worker=False) as desk:
        passing = Known(
            rooms=replace(desk.rooms, config=replace(desk.config, state=tmp_path / "elsewhere")), book=desk.known.book
        )
        for verb in (passing.set_word(SHOP, None), passing.set_provider(SHOP, {}), passing.import_list("l", b"{}")):
            with pytest.raises(KnownRefused, match="nothing that you set could be kept"):
                await verb
        assert (await desk.known.names()).words == {}


# what a provider does


async def test_the_users_word_about_their_provider_counts_where_the_configuration_says_nothing(config: Config) -> None:
    silent = replace(config, accounts=tuple(replace(account, insists=None) for account in config.accounts))
    async with open_desk(silent, worker=False) as desk:
        facts = desk.provider_facts(None)
        assert facts is not None
        assert facts.answer(Mechanism.MTA_STS) is Answer.UNKNOWN
        await assessed(desk, SHOP)  # by now the submission server has been met
        await desk.known.set_provider("home.example", {Mechanism.MTA_STS: Answer.YES})
        assert (await assessed(desk, SHOP)).assurance is Assurance.ENFORCED
        await desk.known.set_provider("smtp.home.example", {Mechanism.MTA_STS: Answer.NO})
        assert (await assessed(desk, SHOP)).assurance is Assurance.UNKNOWN
        await desk.known.unset("smtp.home.example")
        assert (await assessed(desk, SHOP)).assurance is Assurance.ENFORCED


async def test_the_configuration_stands_before_it(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        await desk.known.set_provider("smtp.home.example", {Mechanism.MTA_STS: Answer.NO})
        assert (await assessed(desk, SHOP)).assurance is Assurance.ENFORCED


# lists


async def test_a_hint_that_an_exchanger_takes_tls_raises_to_encrypted(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        assert (await assessed(desk, CLUB)).assurance is Assurance.UNKNOWN
        await desk.known.import_list("l", a_list(desk, {"exchanger": CLUB, "starttls": True}))
        found = await assessed(desk, CLUB)
        assert (found.assurance, found.reasons[0].code) == (Assurance.ENCRYPTED, "starttls-listed")
        assert found.reasons[0].text.endswith(f"nobody looked today (x, {desk.now():%Y-%m-%d}).")
        assert found.headline.startswith("Encrypted, unproven: club.example is listed as taking mail over TLS")
        await desk.known.unset("l")
        assert (await assessed(desk, CLUB)).assurance is Assurance.UNKNOWN


async def test_a_hint_that_a_domain_published_enforce_raises_nothing_and_warns(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        hints = [{"domain": domain, "mta_sts": "enforce"} for domain in (CLUB, SHOP)]
        await desk.known.import_list("l", a_list(desk, *hints))
        club, shop = await assessed(desk, CLUB), await assessed(desk, SHOP)
        assert (club.assurance, [warning.code for warning in club.warnings]) == (
            Assurance.UNKNOWN,
            ["listed-but-not-confirmed"],
        )
        assert f"demanded verified TLS on {desk.now():%Y-%m-%d}, but today" in club.warnings[0].text
        assert (shop.assurance, shop.warnings) == (Assurance.ENFORCED, ())


async def test_an_exchanger_that_a_domains_entry_names_is_meant_alone(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        await desk.known.import_list("l", a_list(desk, {"domain": CLUB, "exchangers": [CLUB]}))
        assert (await assessed(desk, CLUB)).assurance is Assurance.UNKNOWN, "its exchanger is mx.club.example"
        await desk.known.import_list("l", a_list(desk, {"domain": CLUB, "exchangers": [f"mx.{CLUB}"]}))
        assert (await assessed(desk, CLUB)).assurance is Assurance.ENCRYPTED


async def test_a_level_that_its_operator_declared_is_reported_by_a_list(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        page = "https://shop.example/mail"
        await desk.known.import_list("l", a_list(desk, {"domain": SHOP, "level": 4, "source": page}))
        found = await assessed(desk, SHOP)
        assert (found.assurance, found.declared_level) == (Assurance.LINK_SECURE, 4)


async def test_an_import_replaces_the_one_of_its_name_as_a_whole_unless_it_is_older(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        first = await desk.known.import_list("l", a_list(desk, {"domain": CLUB, "mta_sts": "enforce"}, days=2))
        assert (first.taken, first.replaced) == (1, None)
        second = await desk.known.import_list("l", a_list(desk, {"domain": SHOP, "mta_sts": "enforce"}, days=1))
        assert second.replaced == first.head.imported_at
        assert [each.hint.name for each in (await desk.known.names(".example")).hints] == [SHOP]
        with pytest.raises(ListRefused, match="older than the one that is here"):
            await desk.known.import_list("l", a_list(desk, days=2))
        await desk.known.import_list("l", a_list(desk, days=1))
        assert (await desk.known.names(".example")).hints == ()


async def test_a_list_can_stand_in_place_of_the_shipped_hints_but_not_of_what_is_known_of_providers(
    config: Config,
) -> None:
    async with open_desk(config, worker=False) as desk:
        assert (await desk.known.names("posteo.de")).hints
        await desk.known.import_list("l", a_list(desk, {"domain": CLUB, "mta_sts": "enforce"}), instead=True)
        assert [each.hint.name for each in (await desk.known.names()).hints] == [CLUB]
        assert (await desk.known.names("smtp.office365.com")).providers
        await desk.known.unset("l")
        assert (await desk.known.names("posteo.de")).hints


async def test_an_export_imported_elsewhere_gives_the_same_and_here_changes_nothing(
    config: Config, tmp_path: Path
) -> None:
    async with open_desk(config, worker=False) as desk:
        mine = a_list(desk, {"domain": CLUB, "exchangers": [".club.example"], "expires": "2099-01-01T00:00:00Z"})
        await desk.known.import_list("mine", mine)
        await desk.known.set_word(SHOP, None)
        exported = json.dumps(await desk.known.export()).encode()
        here = [each.hint for each in (await desk.known.names()).hints]
        await desk.known.import_list("export", exported)
        assert [each.hint for each in (await desk.known.names()).hints] == here
    async with open_desk(replace(config, state=tmp_path / "other"), worker=False) as elsewhere:
        await elsewhere.known.import_list("export", exported)
        names = await elsewhere.known.names()
        assert [each.hint for each in names.hints] == here
        assert names.words == {}, "whom somebody writes to is not exported"
        await elsewhere.known.import_list("export", exported, instead=True)
        assert [each.hint for each in (await elsewhere.known.names()).hints] == here


async def test_no_more_is_kept_than_fits(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MAX_IMPORTED", 3)
    monkeypatch.setattr(known, "MAX_LISTS", 2)
    async with open_desk(config, worker=False) as desk:
        rows = [{"domain": f"d{number}.example", "mta_sts": "enforce"} for number in range(4)]
        await desk.known.import_list("a", a_list(desk, *rows[:2]))
        exported = json.dumps(await desk.known.export()).encode()
        await desk.known.import_list("b", exported)  # what is shipped or here does not count again
        with pytest.raises(ListRefused, match="more than 3 imported entries"):
            await desk.known.import_list("b", a_list(desk, *rows[2:]))
        with pytest.raises(ListRefused, match="2 lists were imported already"):
            await desk.known.import_list("c", a_list(desk, rows[2]))
        await desk.known.unset("b")
        await desk.known.import_list("c", a_list(desk, rows[2]))


async def test_names_are_found_in_both_their_forms_and_by_patterns(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        await desk.known.set_word("bücher.example", None)
        for pattern in ("büch", "BÜCHER", "xn--bcher", "*.example", "b?cher.*"):
            assert list((await desk.known.names(pattern)).words) == ["xn--bcher-kva.example"], pattern
        assert (await desk.known.names("[")).is_empty
        assert (await desk.known.names("*" * 30 + "x")).words == {}


# fetched


@dataclass(slots=True, kw_only=True)
class Fetching:
    """A desk and a host with lists that it can reach."""

    desk: Desk
    host: PolicyHost = field(default_factory=lambda: PolicyHost(HOST, page="a list"))


@asynccontextmanager
async def fetching(config: Config, tmp_path: Path, *, trusted: bool = True) -> AsyncGenerator[Fetching]:
    authority = Authority(tmp_path)
    host = PolicyHost(HOST, page="a list", media_type="application/json")
    context = authority.context(HOST) if trusted else stranger_context(HOST)
    async with serve(host.talk, context) as port:
        rule = ConnectTo(host=HOST, port=443, address="127.0.0.1", to_port=port)
        network = replace(config.network, connect_to=(rule,), ca_file=authority.file)
        async with open_desk(replace(config, network=network), worker=False) as desk:
            yield Fetching(desk=desk, host=host)


async def test_a_list_is_fetched_from_an_https_address(config: Config, tmp_path: Path) -> None:
    async with fetching(config, tmp_path) as scene:
        name, content = await scene.desk.known.fetch("https://Lists.example:443/known.json?issue=7")
        assert (name, content) == ("https://lists.example/known.json?issue=7", b"a list")
        assert scene.host.asked == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://lists.example/known.json",
        "ftp://lists.example/known.json",
        "https://lists.example:8443/known.json",
        "https://somebody@lists.example/known.json",
        "https://lists.example?/known.json",
        "https://lists.example/a b",
        "https://lists.example/\r\nHost: b.example",
        "https://127.0.0.1/known.json",
        "https://localhost/known.json",
        "https://",
    ],
)
async def test_any_other_address_is_refused_unasked(config: Config, tmp_path: Path, url: str) -> None:
    async with fetching(config, tmp_path) as scene:
        with pytest.raises(ListRefused, match="is not an address that a list can be fetched from"):
            await scene.desk.known.fetch(url)
        assert scene.host.asked == 0


@pytest.mark.parametrize("status", ["404 Not Found", "301 Moved\r\nLocation: https://b.example/", "500 Oops"])
async def test_another_answer_than_a_list_is_told(config: Config, tmp_path: Path, status: str) -> None:
    async with fetching(config, tmp_path) as scene:
        scene.host.status = status
        with pytest.raises(ListRefused, match=f"lists.example answered with {status[:3]} and no list"):
            await scene.desk.known.fetch("https://lists.example/known.json")


async def test_a_list_that_is_too_large_is_not_read_to_its_end(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_fetch, "MAX_OCTETS", 5)
    async with fetching(config, tmp_path) as scene:
        with pytest.raises(ListRefused, match="longer than 5 bytes"):
            await scene.desk.known.fetch("https://lists.example/known.json")


async def test_a_host_that_cannot_prove_its_name_gives_no_list(config: Config, tmp_path: Path) -> None:
    async with fetching(config, tmp_path, trusted=False) as scene:
        with pytest.raises(ListRefused, match="does not verify"):
            await scene.desk.known.fetch("https://lists.example/known.json")
        assert scene.host.asked == 0
