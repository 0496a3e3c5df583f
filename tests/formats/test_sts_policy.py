"""MTA-STS to the letter of RFC 8461; most cases are other programs' own (tests/cases/NOTICE.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.sts_policy import (
    Invalid,
    Mode,
    StsPolicy,
    StsRecord,
    parse_sts_policy,
    parse_sts_record,
)

CASES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "mta-sts.json").read_text(encoding="utf-8")
)


def policies() -> list[dict[str, Any]]:
    """The policy texts, and the bodies that policy hosts sent in the fetching cases, where the body decides."""
    bodies = [
        {"text": case["body"], "valid": case["expected"] == "VALID", "source": case["source"]}
        for case in CASES["fetch"]
        if "body" in case and case["http_status"] == 200 and "tls" not in case and case["content_type"] == "text/plain"
        if case["expected"] is not None
    ]
    return [*CASES["policy"], *bodies]


@pytest.mark.parametrize("case", CASES["record"], ids=lambda case: case["text"])
def test_a_record_is_read_as_its_source_says(case: dict[str, Any]) -> None:
    parsed = parse_sts_record([case["text"]])
    if case["valid"]:
        assert parsed == StsRecord(id=case["id"])
    else:
        assert not isinstance(parsed, StsRecord)


@pytest.mark.parametrize("case", CASES["lookup"], ids=lambda case: " | ".join(case["txt"]))
def test_there_must_be_exactly_one_record(case: dict[str, Any]) -> None:
    parsed = parse_sts_record(case["txt"])
    match case["result"]:
        case "ok":
            assert isinstance(parsed, StsRecord)
        case "no-record":
            assert parsed is None
        case _:
            assert isinstance(parsed, Invalid)


@pytest.mark.parametrize("case", policies(), ids=lambda case: repr(case["text"]))
def test_a_policy_is_read_as_its_source_says(case: dict[str, Any]) -> None:
    parsed = parse_sts_policy(case["text"])
    assert isinstance(parsed, StsPolicy) == case["valid"]
    if isinstance(parsed, StsPolicy) and "policy" in case:
        wanted = case["policy"]
        assert parsed == StsPolicy(mode=Mode(wanted["mode"]), max_age=wanted["max_age"], mx=tuple(wanted["mx"]))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["v=STSv1 ; id=1"], StsRecord(id="1")),  # §3.1: the delimiter may have blanks before it
        (["v=STSv1; id=1", "v=spf1 -all"], StsRecord(id="1")),
        (["v=STSv1; id=1; id=2"], Invalid),
        (["V=STSv1; id=1"], None),  # §3.1: the version is case-sensitive
        (["v=STSv1; ID=1"], Invalid),
        ([" v=STSv1; id=1"], None),
        (["v=STSv1; id=\u00e4"], Invalid),
    ],
)
def test_the_letter_of_the_record(texts: list[str], expected: object) -> None:
    parsed = parse_sts_record(texts)
    if isinstance(expected, type):
        assert isinstance(parsed, expected)
    else:
        assert parsed == expected


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("version: STSv1\nmode: none\nmax_age: 1\n", True),
        ("version: STSv1\r\nmode: none\r\nmax_age: 1\r\n", True),
        ("version: STSv1\nmode: none\nmode: enforce\nmax_age: 1\n", True),  # §3.2: of a repeated field the first
        ("version: STSv1\nversion: STSv2\nmode: none\nmax_age: 1", True),
        ("Version: STSv1\nmode: none\nmax_age: 1", False),  # field names are case-sensitive
        ("version: STSv1\nmode: NONE\nmax_age: 1", False),
        ("version: STSv1\nmode: none\nmax_age: 31557600", True),
        ("version: STSv1\nmode: none\nmax_age: 31557601", False),
        ("version: STSv1\nmode: none\nmax_age: -1", False),
        ("version: STSv1\nmode: none\nmax_age: 1\n\n", False),  # the grammar knows no empty line
        (" version: STSv1\nmode: none\nmax_age: 1", False),
        ("version: STSv1\nmode: none\nmax_age: 1\n# a comment", False),
        ("\ufeffversion: STSv1\nmode: none\nmax_age: 1", False),
        ("version: STSv1\nmode: enforce\nmx: *.com.\nmax_age: 1", False),
        ("version: STSv1\nmode: enforce\nmx: 192.0.2.1\nmax_age: 1", True),  # a name by its letters; matches no host
        (f"version: STSv1\nmode: enforce\nmx: {'a.' * 127}a\nmax_age: 1", False),
        ("version: STSv1\nmode: none\nmax_age: 1\nnote: gr\u00fc\u00dfe", True),
        ("version: STSv1\nmode: none\nmax_age: 1\nnote: a\x07b", False),
    ],
)
def test_the_letter_of_the_policy(text: str, valid: bool) -> None:
    assert isinstance(parse_sts_policy(text), StsPolicy) == valid


def test_hosts_are_kept_in_lower_case() -> None:
    policy = parse_sts_policy("version: STSv1\nmode: enforce\nmx: MX.Example.org\nmax_age: 1")
    assert isinstance(policy, StsPolicy)
    assert policy.mx == ("mx.example.org",)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_no_text_breaks_the_readers(policy: str, texts: list[str]) -> None:
    parse_sts_policy(policy)
    parse_sts_record(texts)
