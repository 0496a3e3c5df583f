"""Strangers' mail in any order and shape: nothing raises, nothing takes long, nothing that steers a terminal comes out.

A few examples here, many in `make soak`; `python -m tests.fuzz.steered` searches by coverage where atheris is at hand.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import targets
from tests.fuzz.mail_pieces import messages, pages, received, results

SLOW_TO_MAKE = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)
FEW = settings(max_examples=60, suppress_health_check=SLOW_TO_MAKE)
MANY = settings(max_examples=20_000, derandomize=False, suppress_health_check=SLOW_TO_MAKE)

SUBJECTS: dict[str, tuple[Callable[..., None], st.SearchStrategy[str] | st.SearchStrategy[bytes]]] = {
    "messages": (targets.parser, messages),
    "pages": (targets.renderer, pages),
    "calendars": (targets.calendar, pages),
    "received": (targets.received, received),
    "results": (targets.results, results),
}


def searched(name: str, how_long: settings) -> None:
    target, inputs = SUBJECTS[name]

    @how_long
    @given(inputs)
    def search(found: str | bytes) -> None:
        target(found)

    search()


@pytest.mark.parametrize("name", SUBJECTS)
def test_nothing_a_stranger_writes_is_too_much(name: str) -> None:
    searched(name, FEW)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SUBJECTS)
def test_nothing_a_stranger_writes_is_too_much_for_long(name: str) -> None:
    searched(name, MANY)
