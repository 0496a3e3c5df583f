"""Authentication-Results: what other programs read, this one reads; what they refuse, it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.authentication_results import (
    MAX_FIELD,
    MAX_RESULTS,
    MethodResult,
    Property,
    parse_arc_authentication_results,
    parse_authentication_results,
)
from linksec_tui.model.visible import visible_name

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "cases" / "authentication-results.json").read_text()
)
# How go-msgauth's cases name properties of RFC 8601 §2.7
NAMED = {"from": ("smtp", "mailfrom"), "auth": ("smtp", "auth"), "identifier": ("header", "i")}


@pytest.mark.parametrize("case", CASES, ids=[f"{at} {case['header'][:40]}" for at, case in enumerate(CASES)])
def test_a_field_is_read_as_other_programs_read_it(case: dict[str, Any]) -> None:
    found = parse_authentication_results(case["header"])
    assert (found is not None) is case["valid"]
    if found is None:
        return
    assert found.authserv_id == case["authserv_id"]
    assert [(each.method, each.result, each.reason) for each in found.results] == [
        (each["method"], each["result"], each.get("reason", "")) for each in case["results"]
    ]
    for ours, theirs in zip(found.results, case["results"], strict=True):
        if "props" in theirs:
            wanted = [Property(kind=p["ptype"], name=p["property"], value=p["value"]) for p in theirs["props"]]
            assert list(ours.properties) == wanted
        for key, (kind, name) in NAMED.items():
            if key in theirs:
                assert ours.value(kind, name) == theirs[key]
        if "headerkey" in theirs:
            assert ours.value("header", theirs["headerkey"]) == theirs["headervalue"]


# RFC 8601, appendix B.7
COMMENTED = """foo.example.net (foobar) 1 (baz);
 dkim (Because I like it) / 1 (One yay) = (wait for it) fail
 policy (A dot can go here) . (like that) expired
 (this surprised me) = (as I wasn't expecting it) 1362471462"""


# RFC 8601, appendix B
@pytest.mark.parametrize(
    ("field", "results"),
    [
        ("example.org 1; none", ()),
        (
            "example.com;\r\n auth=pass (cram-md5) smtp.auth=a@example.net;\r\n spf=pass smtp.mailfrom=example.net",
            (("auth", "pass"), ("spf", "pass")),
        ),
        (COMMENTED, (("dkim", "fail"),)),
    ],
)
def test_the_examples_of_the_standard_are_read(field: str, results: tuple[tuple[str, str], ...]) -> None:
    found = parse_authentication_results(field)
    assert found is not None
    assert tuple((each.method, each.result) for each in found.results) == results


def test_the_example_with_a_comment_everywhere_has_its_property() -> None:
    found = parse_authentication_results(COMMENTED)
    assert found is not None
    assert found.results[0].properties == (Property(kind="policy", name="expired", value="1362471462"),)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ('"odd name"@example.org', "odd name@example.org"),
        ("SRS0=abc=tt=example.org=a@example.net", "SRS0=abc=tt=example.org=a@example.net"),
        ("bounce+x=y@example.net", "bounce+x=y@example.net"),
        ("Z9k/yZIA==", "Z9k/yZIA=="),
        ('"a;b"', "a;b"),
        ('"a\\"b"', 'a"b'),
        ('"\x1b]0;x"', "\ufffd]0;x"),
        ('"✓ bank"', "· bank"),
    ],
)
def test_values_are_read_as_servers_write_them_and_shown_safely(value: str, shown: str) -> None:
    found = parse_authentication_results(f"x.example; spf=pass smtp.mailfrom={value} policy.x=1")
    assert found is not None
    assert found.results == (
        MethodResult(
            method="spf",
            result="pass",
            properties=(
                Property(kind="smtp", name="mailfrom", value=shown),
                Property(kind="policy", name="x", value="1"),
            ),
        ),
    )


@pytest.mark.parametrize(
    "field",
    [
        "example.org",  # nothing is said
        "example.org 2; dmarc=pass header.from=bank.example",  # another version
        "; dmarc=pass",
        "example.org; dmarc",
        "example.org; dmarc=",
        "example.org; =pass",
        "example.org; dmarc=pass header.from",
        "example.org; dmarc=pass header.from=",
        "example.org; dmarc=pass headerfrom=x",
        "example.org; dmarc=pass;; spf=pass",
        "example.org; none; dmarc=pass",
        "example.org; dkim/2=pass",
        "example.org (unclosed; dmarc=pass",
        "example.org closed); dmarc=pass",
        'example.org; dmarc=pass header.from="x',
        "example.org more; dmarc=pass",
        "spf=pass smtp.mailfrom=example.org; dkim=pass",  # Outlook, which names nobody
    ],
)
def test_a_field_that_is_not_whole_is_none_at_all(field: str) -> None:
    assert parse_authentication_results(field) is None


def test_a_verdict_hidden_in_a_comment_or_a_quotation_is_not_one() -> None:
    found = parse_authentication_results(
        'a.example; spf=fail (; dmarc=pass header.from=bank.example) smtp.mailfrom="x;dkim=pass header.d=bank.example"'
    )
    assert found is not None
    assert [each.method for each in found.results] == ["spf"]


def test_the_copy_that_arc_keeps_is_the_same_behind_its_number() -> None:
    copy = parse_arc_authentication_results("i=1; mx.google.com;\r\n dkim=pass header.i=@example.org")
    assert copy == parse_authentication_results("mx.google.com; dkim=pass header.i=@example.org")
    assert parse_arc_authentication_results("mx.google.com; dkim=pass") is None


def test_what_is_too_much_is_not_read() -> None:
    assert parse_authentication_results("a.example;" + " spf=pass;" * MAX_RESULTS) is not None
    assert parse_authentication_results("a.example;" + " spf=pass;" * (MAX_RESULTS + 1)) is None
    assert parse_authentication_results("a.example; spf=pass" + " a.b=c" * 51) is None
    assert parse_authentication_results("a.example; none" + " " * MAX_FIELD) is None


@given(st.text(alphabet='abz.=;/"\\()1 \t\r\n@_-\x1b\x00é✓', max_size=200))
def test_nothing_breaks_the_parser_or_gets_through_it(text: str) -> None:
    for field in (text, f"a.b; {text}", f"a.b; dkim=pass {text}"):
        found = parse_authentication_results(field)
        if found is not None:
            texts = [found.authserv_id, *(each.reason for each in found.results)]
            texts += [each.value for result in found.results for each in result.properties]
            assert all(each == visible_name(each) for each in texts)


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * MAX_FIELD, "()" * (MAX_FIELD // 2), '"' * MAX_FIELD, "a;" + "x=y " * 4000, "a;" + "a-" * 8000,
        "a; b=c d." + "-a" * 8000, "a; b=c" + "\t" * 16_000, "a; a=b a.b=" + '"\\""' * 4000, "a; a=b" + " a.b=c" * 2600,
        " " * MAX_FIELD, ";" * MAX_FIELD, "\\" * MAX_FIELD,
    ],
)  # fmt: skip
def test_a_hostile_field_takes_no_time(hostile: str) -> None:
    parse_authentication_results(hostile)
