"""What letters to broken domains tell, and what silence does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linksec_tui.model.address import Address
from linksec_tui.model.audit import Breaks, Canary, CanaryLetter, Fate, conclude
from linksec_tui.model.evidence import Answer, Mechanism

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def letters(**fates: Fate) -> list[CanaryLetter]:
    """By what is broken, its underscores for hyphens."""
    return [
        CanaryLetter(
            canary=Canary(address=Address("info", f"{name}.example"), breaks=Breaks(name.replace("_", "-"))),
            sent_at=NOW,
            fate=fate,
        )
        for name, fate in fates.items()
    ]


@pytest.mark.parametrize(
    ("fates", "dane"),
    [
        ({"nothing": Fate.ARRIVED, "dane": Fate.CAME_BACK}, Answer.YES),
        ({"nothing": Fate.ARRIVED, "dane": Fate.ARRIVED}, Answer.NO),
        ({"nothing": Fate.WAITING, "dane": Fate.ARRIVED}, Answer.NO),
        ({"nothing": Fate.ARRIVED, "dane": Fate.WAITING}, None),
        ({"nothing": Fate.CAME_BACK, "dane": Fate.CAME_BACK}, None),
        ({"nothing": Fate.WAITING, "dane": Fate.CAME_BACK}, None),
        ({"dane": Fate.CAME_BACK}, None),
        ({"nothing": Fate.ARRIVED}, None),
    ],
)
def test_only_what_was_heard_tells(fates: dict[str, Fate], dane: Answer | None) -> None:
    assert conclude(letters(**fates)).get(Mechanism.DANE) is dane


def test_a_provider_that_does_not_take_requiretls_does_not_insist_on_it() -> None:
    assert conclude(letters(requiretls=Fate.NOT_OFFERED)) == {Mechanism.REQUIRETLS: Answer.NO}


def test_two_canaries_that_disagree_tell_that_nobody_insists() -> None:
    found = [*letters(nothing=Fate.ARRIVED, mta_sts=Fate.CAME_BACK), *letters(mta_sts=Fate.ARRIVED)]
    assert conclude(found) == {Mechanism.MTA_STS: Answer.NO}
