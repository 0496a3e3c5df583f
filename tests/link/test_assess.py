"""The reckoning, case by case: tests/cases/assess.toml says what each is about."""

from __future__ import annotations

from typing import Any

import pytest

from linksec_tui.link.assess import Circumstances, assess, for_person
from linksec_tui.link.explain import explain
from linksec_tui.link.explanations import REASONS
from linksec_tui.model.assessment import Assessment, Assurance
from tests.link.evidence_cases import NOW, Case, evidence_of_case, read_cases

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=[f"{number} {case['name']}" for number, case in enumerate(CASES, 1)])
def test_the_domain_gets_what_the_case_says(case: Case) -> None:
    assessment = explain(assess(evidence_of_case(case), NOW))
    found: dict[str, Any] = {
        "gets": assessment.assurance.value,
        "warnings": [warning.code for warning in assessment.warnings],
        "because": [reason.code for reason in assessment.reasons],
        "securely": assessment.securely_undeliverable,
        "dropped": list(assessment.dropped_hosts),
        "needs_requiretls": assessment.needs_requiretls,
        "every_host_offers": assessment.offers_requiretls,
        "level": assessment.declared_level,
        "headline": assessment.headline,
    }
    expected = {key: case[key] for key in found if key in case}
    missing = set(expected.pop("because", [])) - set(found["because"])
    assert {key: found[key] for key in expected} == expected
    assert not missing, f"not among the reasons {found['because']}: {missing}"


def enforced() -> Assessment:
    """A domain that would be green."""
    case = {"mx": "secure", "hosts": [{"host": "mx.a.example", "dane": "secure"}], "provider": ["dane"]}
    return assess(evidence_of_case(case), NOW)


def test_a_mailing_list_is_never_green() -> None:
    assessment = explain(for_person(enforced(), Circumstances(mailing_list=True)))
    assert assessment.assurance is Assurance.VERIFIABLE
    assert [warning.code for warning in assessment.warnings] == ["list"]
    assert not assessment.gate_warnings


def test_somebody_who_may_not_be_who_you_think_is_asked_about() -> None:
    assessment = explain(for_person(enforced(), Circumstances(not_who_you_think=True)))
    assert assessment.assurance is Assurance.VERIFIABLE
    assert [warning.code for warning in assessment.gate_warnings] == ["not-who-you-think"]
    assert assessment.headline.startswith("Verifiable: ")


def test_nothing_special_about_a_person_changes_nothing() -> None:
    assert for_person(enforced(), Circumstances()) == enforced()


def test_every_code_of_a_case_has_its_sentence() -> None:
    told = {reason for case in CASES for reason in case.get("because", [])}
    assert told <= set(REASONS)


def test_headlines_never_name_what_they_cannot_promise() -> None:
    """A green word needs a green rung; below it nothing is promised."""
    for case in CASES:
        assessment = explain(assess(evidence_of_case(case), NOW))
        green = assessment.assurance in (Assurance.ENFORCED, Assurance.LINK_SECURE)
        assert ("comes back" in assessment.headline or "stays inside" in assessment.headline) == green
