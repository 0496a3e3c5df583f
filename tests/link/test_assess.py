"""The reckoning, case by case: tests/cases/assess.toml says what each is about."""

from __future__ import annotations

from typing import Any

import pytest

from linksec_tui.link.assess import Circumstances, assess, for_person
from linksec_tui.link.explain import explain
from linksec_tui.model.assessment import Assurance
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
