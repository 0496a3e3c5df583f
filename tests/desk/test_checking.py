"""A long list of domains: what is at hand comes first, the last word on each is complete, and closing it ends it."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from linksec_tui.config import PROBED_AT_ONCE, Config, ProbeWhen
from linksec_tui.desk import open_desk
from linksec_tui.model.assessment import Assurance
from linksec_tui.world import World


async def test_everybody_in_the_world_is_told_apart_and_the_last_word_is_complete(world: World, config: Config) -> None:
    truth = {each.address.rpartition("@")[2]: each.truth for each in world.recipients}
    async with open_desk(config, worker=False) as desk:
        found = {each.domain: each async for each in desk.assess_many(truth)}
    assert {domain: each.assurance for domain, each in found.items()} == truth
    assert all(each.complete for each in found.values())


async def test_what_is_at_hand_comes_before_anybody_is_asked(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        [_] = [each async for each in desk.assess_many(["bank.example"]) if each.complete]
        order = [each.domain async for each in desk.assess_many(["old.example", "club.example", "bank.example"])]
    assert order[0] == "bank.example"
    assert sorted(order) == ["bank.example", "club.example", "old.example"]


async def test_closed_early_it_asks_no_more_and_can_be_asked_again(config: Config) -> None:
    domains = ["bank.example", "university.example", "shop.example", "club.example"]
    async with open_desk(config, worker=False) as desk:
        async with aclosing(desk.assess_many(domains)) as assessments:
            first = await anext(assessments)
        again = {each.domain: each async for each in desk.assess_many(domains)}
    assert first.domain in domains
    assert again["bank.example"].assurance is Assurance.LINK_SECURE


@pytest.mark.parametrize(("others", "seen"), [(PROBED_AT_ONCE - 1, True), (PROBED_AT_ONCE, False)])
async def test_servers_are_asked_by_themselves_for_few_and_not_for_a_long_list(
    config: Config, others: int, seen: bool
) -> None:
    assert config.network.probe is ProbeWhen.AUTOMATIC
    domains = ["club.example", *(f"d{number}.nowhere.example" for number in range(others))]
    async with open_desk(config, worker=False) as desk:
        found = {each.domain: each async for each in desk.assess_many(domains)}
    assert bool(found["club.example"].evidence.observations) is seen
