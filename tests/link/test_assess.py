"""The reckoning, case by case: tests/cases/assess/ has the cases, tests/cases/assess.toml the rules that they show."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linksec_tui.link.assess import Circumstances, assess, for_person
from linksec_tui.link.explain import explain
from linksec_tui.link.explanations import REASONS, WARNINGS
from linksec_tui.model.assessment import Assessment, Assurance
from tests.link.evidence_cases import NOW, Case, evidence_of_case, read_cases, read_rules

CASES = read_cases()
RULES = read_rules()
ROOT = Path(__file__).parent.parent.parent
KEYS = {
    "name", "section", "shows", "mx", "route", "route_failure", "hosts", "many", "strips", "policy", "policy_mx",
    "policy_from", "policy_days_left", "provider", "provider_known", "provider_linksec", "offers_requiretls", "local",
    "declared", "remembered", "listed", "user", "failed", "pending", "address", "domain", "gets", "warnings", "because",
    "not_because", "says", "securely", "dropped", "needs_requiretls", "every_host_offers", "level", "headline",
    "opens_the_gate", "at_most_reasons",
}  # fmt: skip


def judged(case: Case) -> Assessment:
    address = case.get("address")
    circumstances = Circumstances(mailing_list=address == "list", not_who_you_think=address == "not-who-you-think")
    return explain(for_person(assess(evidence_of_case(case), NOW), circumstances))


def texts_of(assessment: Assessment) -> list[str]:
    told = (*assessment.reasons, *assessment.warnings)
    return [assessment.headline, *(each.text for each in told)]


@pytest.mark.parametrize("case", CASES, ids=[f"{c['section']} {n} {c['name']}" for n, c in enumerate(CASES, 1)])
def test_the_domain_gets_what_the_case_says(case: Case) -> None:
    assessment = judged(case)
    found: dict[str, Any] = {
        "gets": assessment.assurance.value,
        "warnings": [warning.code for warning in assessment.warnings],
        "securely": assessment.securely_undeliverable,
        "dropped": list(assessment.dropped_hosts),
        "needs_requiretls": assessment.needs_requiretls,
        "every_host_offers": assessment.offers_requiretls,
        "level": assessment.declared_level,
        "headline": assessment.headline,
        "opens_the_gate": bool(assessment.gate_warnings),
    }
    expected = {key: case[key] for key in found if key in case}
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("case", CASES, ids=[f"{c['section']} {n} {c['name']}" for n, c in enumerate(CASES, 1)])
def test_the_domain_is_told_why(case: Case) -> None:
    assessment = judged(case)
    codes = [reason.code for reason in assessment.reasons]
    missing = set(case.get("because", [])) - set(codes)
    assert not missing, f"not among the reasons {codes}: {missing}"
    assert not set(case.get("not_because", [])) & set(codes)
    everything = "\n".join(texts_of(assessment))
    assert [words for words in case.get("says", []) if words.lower() not in everything.lower()] == [], everything
    assert len(codes) <= case.get("at_most_reasons", len(codes))


def test_every_case_uses_words_that_are_known() -> None:
    assert {key for case in CASES for key in case} <= KEYS


def test_every_rule_has_a_case_or_a_test_of_its_own() -> None:
    shown = {rule for case in CASES for rule in case["shows"]}
    assert [rule["id"] for rule in RULES if rule["id"] not in shown and "shown_by" not in rule] == []


def test_every_case_shows_a_rule_that_there_is() -> None:
    known = {rule["id"] for rule in RULES}
    assert len(known) == len(RULES)
    assert {rule for case in CASES for rule in case["shows"]} <= known


@pytest.mark.parametrize("rule", [rule for rule in RULES if "shown_by" in rule], ids=lambda rule: str(rule["id"]))
def test_what_shows_a_rule_elsewhere_is_there(rule: Case) -> None:
    path, _, name = rule["shown_by"].partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^(async )?def {name or 'test_'}", text, re.MULTILINE)


def test_every_row_of_the_ladder_and_every_warning_has_a_case() -> None:
    assert {Assurance(case["gets"]) for case in CASES} == set(Assurance)
    warned = {warning for case in CASES for warning in case.get("warnings", [])}
    assert {
        code.partition("-dane")[0].partition("-mta-sts")[0].partition("-declaration")[0] for code in WARNINGS
    } == warned


def test_nothing_special_about_a_person_changes_nothing() -> None:
    for case in CASES:
        assessment = assess(evidence_of_case(case), NOW)
        assert for_person(assessment, Circumstances()) == assessment


def test_every_reason_has_a_case_that_names_it() -> None:
    named = {code for case in CASES for code in case.get("because", [])}
    rare = {f"{source}-unavailable" for source in ("dns", "known-list", "memory", "bounce", "provider", "user")}
    found = {reason.code for case in CASES for reason in judged(case).reasons}
    assert named <= found
    assert set(REASONS) - found - rare == {
        f"starttls-{seen}-though-promised" for seen in ("seen", "missing", "failed")
    }  # other wordings


@pytest.mark.parametrize("case", CASES, ids=[f"{c['section']} {n}" for n, c in enumerate(CASES, 1)])
def test_green_words_stand_beside_green_only(case: Case) -> None:
    """A green word needs a green rung; below it nothing is promised."""
    assessment = judged(case)
    green = assessment.assurance in (Assurance.ENFORCED, Assurance.LINK_SECURE)
    assert ("comes back" in assessment.headline or "stays inside" in assessment.headline) == green


def test_explaining_adds_words_and_nothing_else() -> None:
    for case in CASES:
        bare = assess(evidence_of_case(case), NOW)
        told = explain(bare)
        wordless = replace(
            told,
            headline="",
            reasons=tuple(replace(reason, text="") for reason in told.reasons),
            warnings=tuple(replace(warning, text="") for warning in told.warnings),
        )
        assert wordless == bare


def test_the_highest_rung_says_that_they_promise() -> None:
    highest = [judged(case) for case in CASES if case["gets"] == "link-secure"]
    assert highest
    assert all("they promise" in assessment.headline for assessment in highest)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['section']} {n}" for n, c in enumerate(CASES, 1)])
def test_sentences_are_whole_and_short(case: Case) -> None:
    for text in texts_of(judged(case)):
        assert text
        assert "{" not in text
        assert text.endswith((".", ")")) or text == judged(case).headline
        assert len(text) < 250
