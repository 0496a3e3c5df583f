from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linksec_tui.model.audit_words import age_words

NOW = datetime(2026, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=40), "40 days ago"),
    ],
)
def test_an_age_is_told_as_one_says_it(age: timedelta, words: str) -> None:
    assert age_words(NOW - age, NOW) == words
