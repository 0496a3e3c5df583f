"""The sentence under the selector says how many meet the requirement and who does not, and promises nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linksec_tui.model import assessment as judgement
from linksec_tui.model.address import Address, Recipient
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.meeting import meeting_sentence, requirement_words

if TYPE_CHECKING:
    from conftest import Judge

PEOPLE = [Recipient(address=Address("a", f"{n}.example")) for n in range(5)]


def sentence(judge: Judge, rungs: list[Assurance], requirement: Requirement, *, unknown: int = 0) -> str:
    known = {f"{n}.example": judge(f"{n}.example", rung) for n, rung in enumerate(rungs)}
    people = PEOPLE[: len(rungs) + unknown]
    return " · ".join(piece.plain for piece in meeting_sentence(people, known, requirement, Glyphs.UNICODE))


@pytest.mark.parametrize(
    ("rungs", "requirement", "unknown", "expected"),
    [
        ([], Requirement.ENFORCED, 0, "Nobody to write to yet."),
        ([Assurance.ENFORCED], Requirement.ANY, 0, "Can be written to"),
        (
            [Assurance.EXPOSED, Assurance.ENFORCED],
            Requirement.ANY,
            0,
            "2 of 2 can be written to · anybody on the way can read the one to a@0.example",
        ),
        (
            [Assurance.EXPOSED] * 3,
            Requirement.ANY,
            0,
            "3 of 3 can be written to · anybody on the way can read 3 of them",
        ),
        ([Assurance.UNDELIVERABLE], Requirement.ANY, 0, "0 of 1 can be written to · a@0.example is ✕ No way there"),
        ([Assurance.ENFORCED] * 2, Requirement.VERIFIABLE, 0, "All 2 meet Verifiable"),
        (
            [Assurance.ENFORCED],
            Requirement.LINK_SECURE,
            1,
            "0 of 2 meet Link-secure · 1 not known yet · a@0.example is ◕ Enforced",
        ),
        (
            [Assurance.EXPOSED] * 4,
            Requirement.ENCRYPTED,
            0,
            "0 of 4 meet Encrypted · a@0.example is ○ Exposed · a@1.example is ○ Exposed · and 2 more",
        ),
    ],
)  # fmt: skip
def test_who_meets_it(
    judge: Judge, rungs: list[Assurance], requirement: Requirement, unknown: int, expected: str
) -> None:
    assert sentence(judge, rungs, requirement, unknown=unknown) == expected


def test_who_carries_a_warning_of_the_gate_meets_nothing(judge: Judge) -> None:
    warning = judgement.Warning(code="possible-attack")
    assert not judge("x.example", Assurance.LINK_SECURE, warnings=(warning,)).meets(Requirement.ANY.minimum)


def test_the_middle_requirements_are_called_what_they_are_a_check_before_sending() -> None:
    strict = ProviderFacts(account="home", linksec_level=3)
    assert "nobody holds the letter back" in requirement_words(Requirement.VERIFIABLE, None)
    assert "nobody holds the letter back" not in requirement_words(Requirement.VERIFIABLE, strict)
    assert "comes back" in requirement_words(Requirement.ENFORCED, None)
