"""`account audit` against the embedded world, whose provider insists on as much as the test says."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from linksec_tui.world import Faults, World
from tests.cli.shell import Shell


@pytest.fixture(autouse=True)
def sound(world: World) -> Iterator[None]:
    yield
    world.misbehave(Faults())


@pytest.mark.parametrize(
    ("deaf", "enforces"),
    [
        (frozenset[str](), {"dane": "yes", "mta-sts": "yes", "requiretls-strict": "yes"}),
        (frozenset({"dane", "requiretls"}), {"dane": "no", "mta-sts": "yes", "requiretls-strict": "no"}),
    ],
)
def test_what_the_provider_insists_on_is_found_out(
    shell: Shell, world: World, deaf: frozenset[str], enforces: dict[str, str]
) -> None:
    world.misbehave(Faults(deaf=deaf))
    ended = shell("account", "audit", "--again", "--json")
    told = json.loads(ended.out)
    assert told["enforces"] == enforces, told
    assert ended.status == 0
    assert told["own_domain"]["assurance"] == "verifiable"
    again = json.loads(shell("account", "audit", "--json").out)
    assert again == told, "what is known is not asked anew"


def test_without_canaries_it_says_so_and_looks_at_the_own_domain(shell: Shell) -> None:
    text = next(line for line in shell.config_file.read_text().splitlines() if line.startswith("canaries"))
    ended = shell.changed(text, "")("account", "audit")
    assert ended.status == 78
    assert "No canaries are configured" in ended.err
    assert "Replies to you: Verifiable" in ended.out
