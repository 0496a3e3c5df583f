"""Which exchangers a policy names (RFC 8461 §4.1); the first cases are other programs' own (tests/cases/NOTICE.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.evidence import Sts, StsStatus

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "mta-sts.json").read_text(encoding="utf-8")
)["mx_match"]


def names(host: str, *patterns: str) -> bool:
    return Sts(status=StsStatus.ENFORCE, mx=patterns).names(host)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["mx"])
def test_a_policy_names_a_host_as_its_source_says(case: dict[str, Any]) -> None:
    assert names(case["mx"], *case["patterns"]) == case["match"]


@pytest.mark.parametrize("host", ["example.org.evil.example", "mx.example.org.evil.example", "notexample.org", "org"])
def test_a_name_that_only_resembles_is_not_named(host: str) -> None:
    assert not names(host, "example.org", "*.example.org")


def test_hosts_are_compared_without_regard_to_case_or_the_last_dot() -> None:
    assert names("mx.example.ORG.", "mx.example.org")


@given(st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,10}){1,3}", fullmatch=True))
def test_a_star_stands_for_one_label(host: str) -> None:
    assert names(f"mx.{host}", f"*.{host}")
    assert not names(host, f"*.{host}")
    assert not names(f"a.mx.{host}", f"*.{host}")
