from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linksec_tui.model.address import Address
from linksec_tui.model.audit import Audit, Breaks, Canary, CanaryLetter, Fate
from linksec_tui.model.audit_words import age_words, doubt_words

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


@pytest.mark.parametrize(
    ("control", "dane", "words"),
    [
        (Fate.ARRIVED, Fate.CAME_BACK, ""),
        (Fate.WAITING, Fate.WAITING, ""),
        (Fate.WAITING, Fate.CAME_BACK, "counts as soon as the letter to the sound domain is known to have arrived"),
        (Fate.CAME_BACK, Fate.CAME_BACK, "may have come back for another reason"),
        (None, Fate.CAME_BACK, "No letter went to a sound domain"),
    ],
)
def test_why_nothing_is_concluded_is_told(control: Fate | None, dane: Fate, words: str) -> None:
    fates = {Breaks.NOTHING: control, Breaks.DANE: dane}
    letters = tuple(
        CanaryLetter(canary=Canary(address=Address("info", "a.example"), breaks=breaks), sent_at=NOW, fate=fate)
        for breaks, fate in fates.items()
        if fate is not None
    )
    told = doubt_words(Audit(account="home", letters=letters))
    assert words in told
    assert bool(words) is bool(told)
