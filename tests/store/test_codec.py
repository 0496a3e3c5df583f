"""Values survive the way into the store and back, and nothing else comes out of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linksec_tui.model.errors import NewerSchema, StoreDamaged
from linksec_tui.model.evidence import CachedPolicy, Observation, Promise
from linksec_tui.model.letter import Decision, Draft, Envelope, Outcome, RecipientDecision, Requirement
from linksec_tui.store.codec import decode, decode_tuple, encode, micros, moment
from tests.store.letters import ALICE, a_decision, a_draft

TIMES = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29), timezones=st.just(UTC))  # noqa: DTZ001
st.register_type_strategy(datetime, TIMES)  # all times of this program are aware
st.register_type_strategy(Path, st.text().map(Path))

KINDS = (Draft, Decision, Envelope, Outcome, RecipientDecision, Observation, Promise, CachedPolicy)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=40)
def test_what_is_written_comes_back(kind: type[object], data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    text = encode(value)
    assert text.isascii(), "any string, half a surrogate pair included, stands in a text column"
    assert decode(kind, text) == value


@given(st.lists(st.builds(Outcome), max_size=4))
def test_a_row_of_values_comes_back(outcomes: list[Outcome]) -> None:
    assert decode_tuple(Outcome, encode(tuple(outcomes))) == tuple(outcomes)


@given(TIMES)
def test_a_columns_time_is_exact(time: datetime) -> None:
    assert moment(micros(time)) == time


def changed(value: object, **changes: Any) -> str:
    return json.dumps(json.loads(encode(value)) | changes)


def test_a_field_that_only_a_newer_program_knows_is_refused_not_dropped() -> None:
    with pytest.raises(NewerSchema, match=r"Draft\.end_to_end is unknown here"):
        decode(Draft, changed(a_draft(), end_to_end=True))


def test_a_word_that_only_a_newer_program_knows_is_refused_not_guessed() -> None:
    with pytest.raises(NewerSchema, match="Requirement 'quantum'"):
        decode(Draft, changed(a_draft(), requirement="quantum"))


def test_a_field_that_an_older_program_did_not_know_takes_its_default() -> None:
    entry = json.loads(encode(replace(a_draft(), pickup="https://pickup.example/")))
    del entry["pickup"]
    assert decode(Draft, json.dumps(entry)).pickup == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        changed(a_draft(), subject=7),
        changed(a_draft(), subject=None),
        changed(a_draft(), tls_optional=1),
        changed(a_draft(), recipients={}),
        changed(a_draft(), sender="alice@home.example"),
        changed(a_draft(), sender={"local": "alice"}),
        changed(a_draft(), changed_at="yesterday"),
        changed(a_draft(), changed_at="2026-03-01T12:00:00"),
    ],
)
def test_anything_else_is_damaged(text: str) -> None:
    with pytest.raises(StoreDamaged, match="cannot be read"):
        decode(Draft, text)


def test_a_value_without_a_place_in_the_store_is_refused_when_writing() -> None:
    with pytest.raises(TypeError, match="object has no place in the store"):
        encode(object())


def test_what_a_decision_demanded_is_among_what_is_written() -> None:
    decision = a_decision(ALICE)
    assert decode(Decision, encode(decision)).requirement is Requirement.ENFORCED
