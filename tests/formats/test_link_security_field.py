"""The header field Link-Security (docs/protocol.md §4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.link_security_field import LinkSecurity, parse_link_security, strictest
from linksec_tui.formats.sts_policy import Invalid
from linksec_tui.model.letter import Fallback, Requirement


@pytest.mark.parametrize(
    ("value", "require", "fallback"),
    [
        ("require=encrypted", Requirement.ENCRYPTED, Fallback.BOUNCE),
        ("require=link-secure; fallback=notice", Requirement.LINK_SECURE, Fallback.NOTICE),
        (" REQUIRE = Enforced ;fallback=BOUNCE; ", Requirement.ENFORCED, Fallback.BOUNCE),
        ("require=verifiable; colour=blue", Requirement.VERIFIABLE, Fallback.BOUNCE),
    ],
)
def test_a_field_is_read(value: str, require: Requirement, fallback: Fallback) -> None:
    assert parse_link_security(value) == LinkSecurity(require=require, fallback=fallback)


@pytest.mark.parametrize(
    "value",
    [
        "", "encrypted", "require=", "require=any", "require=safe", "fallback=notice",
        "require=enforced; require=encrypted",
        "fallback=notice; require=enforced", "require=enforced; fallback=drop", "require=enforced;; fallback=notice",
        "require=enforced\r\nBcc: x", f"require=enforced; x={'y' * 1000}",
    ],
    ids=lambda value: value[:40],
)  # fmt: skip
def test_what_is_no_field_has_a_reason(value: str) -> None:
    parsed = parse_link_security(value)
    assert isinstance(parsed, Invalid)
    assert parsed.reason


def test_of_several_fields_the_strictest_counts() -> None:
    values = ["require=encrypted; fallback=notice", "require=enforced"]
    assert strictest(values) == LinkSecurity(require=Requirement.ENFORCED, fallback=Fallback.BOUNCE)
    assert strictest([]) is None


def test_one_field_that_cannot_be_read_spoils_all() -> None:
    assert isinstance(strictest(["require=encrypted", "require=?"]), Invalid)


@given(st.text())
def test_no_text_breaks_the_reader(value: str) -> None:
    parse_link_security(value)
