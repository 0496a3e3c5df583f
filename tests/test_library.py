"""The library: the examples of its document run as they stand, in the embedded world."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import linksec_tui
from linksec_tui import Assessor, Assurance, BadInput, Network, assess, library
from linksec_tui.config import Config
from linksec_tui.link.brief_memory import BriefMemory, BriefPolicies
from linksec_tui.link.provider import provider_facts
from linksec_tui.model.evidence import Failure
from linksec_tui.world import World

EXAMPLES = re.findall(
    r"```python\n(.*?)```", (Path(__file__).parents[1] / "docs" / "library.md").read_text(), re.DOTALL
)


def lines_of(example: str) -> int:
    return sum(bool(line.strip()) for line in example.splitlines())


# What an example says of the Internet, and what stands for it in the world; `world` is the world's network.
IN_THE_WORLD = {
    'assess("alice@example.org")': 'assess("alice@example.org", network=world)',
    "Assessor()": "Assessor(world)",
    'Network(resolver="tls://9.9.9.9#dns.quad9.net", timeout=5)': "world",
    "example.org": "shop.example",
    "example.net": "club.example",
}


@pytest.fixture(autouse=True)
def just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program remembers what it saw: each test is one that has seen nothing yet."""
    monkeypatch.setattr(library, "_memory", BriefMemory(clock=lambda: datetime.now(UTC)))
    monkeypatch.setattr(library, "_policies", BriefPolicies(clock=lambda: datetime.now(UTC)))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, r"Verifiable: shop\.example [^\n]+\nTrue\n"),
        (1, r"bob@club\.example Unknown: [^\n]+\n"),
        (2, r"verifiable\n"),
    ],
    ids=["one", "many", "settings"],
)
def test_an_example_of_the_document_runs(
    number: int, said: str, config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = EXAMPLES[number]
    for theirs, ours in IN_THE_WORLD.items():
        example = example.replace(theirs, ours)
    file = tmp_path / "example.py"
    file.write_text(example)
    runpy.run_path(str(file), init_globals={"world": config.network})
    assert re.fullmatch(said, capsys.readouterr().out)


def test_there_are_no_other_examples() -> None:
    assert len(EXAMPLES) == 3


def test_the_first_example_has_eight_lines_at_most() -> None:
    assert lines_of(EXAMPLES[0]) <= 8


async def test_an_assessment_is_the_clients(config: Config) -> None:
    assessment = await assess("Dave <dave@shop.example>", network=config.network)
    assert assessment.assurance is Assurance.VERIFIABLE
    assert assessment.meets(Assurance.ENCRYPTED)
    assert assessment.complete


async def test_with_a_provider_the_ladder_goes_on(config: Config) -> None:
    async with Assessor(config.network, provider_facts(config.accounts[0])) as assessor:
        assert (await assessor.assess("bank.example")).assurance >= Assurance.ENFORCED


async def test_many_come_as_they_arrive_and_each_once(config: Config, world: World) -> None:
    everybody = [each.address for each in world.recipients]
    async with Assessor(config.network) as assessor:
        found = {person: assessment async for person, assessment in assessor.assess_many(everybody, probe=True)}
    assert sorted(found) == sorted(everybody)
    assert max(each.assurance for each in found.values()) is Assurance.VERIFIABLE


async def test_an_endless_list_is_read_as_far_as_there_is_work(config: Config) -> None:
    drawn = 0

    def endless() -> Iterator[str]:
        nonlocal drawn
        while True:
            drawn += 1
            yield f"person{drawn}@shop.example"

    async with Assessor(config.network) as assessor:
        people = assessor.assess_many(endless())
        await anext(people)
        await people.aclose()
    assert drawn < 1000


async def test_what_is_no_recipient_is_refused(config: Config) -> None:
    for text in ("", "a b", "a@", "a@b.example, c@d.example"):
        with pytest.raises(BadInput):
            await assess(text, network=config.network)
    async with Assessor(config.network) as assessor:
        with pytest.raises(BadInput):
            _ = [each async for each in assessor.assess_many(["bank.example", "no body"])]


async def test_a_lookup_that_fails_is_part_of_the_answer() -> None:
    assessment = await assess("bank.example", network=Network(resolver="127.0.0.1:1", timeout=40))
    assert assessment.assurance is Assurance.UNKNOWN
    assert assessment.evidence.route.failure is not None
    assert assessment.evidence.route.failure.kind is Failure.NETWORK


@pytest.mark.parametrize("name", linksec_tui.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(linksec_tui, name).__name__ == name
    assert name in dir(linksec_tui)


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = linksec_tui.nothing  # pyright: ignore[reportAttributeAccessIssue]  # that is what is tried


def test_the_library_loads_neither_screen_nor_store() -> None:
    question = (
        "import sys; from linksec_tui import assess;"
        "print([name for name in ('textual', 'rich', 'apsw', 'keyring', 'pymap') if name in sys.modules])"
    )
    answer = subprocess.run((sys.executable, "-c", question), capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
