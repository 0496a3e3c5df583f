"""Was the story true? What should be the case when a step of the tour is done, where nobody watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.tale import expect
from linksec_tui.tui.tour_words import Step

if TYPE_CHECKING:
    from linksec_tui.tui.tour import Tour


def check(tour: Tour) -> None:
    """Raises NotAsTold."""
    match tour.step:
        case Step.BADGES:
            _badges(tour)
        case Step.TAP:
            _first_letter(tour)
        case Step.IMPOSTOR:
            _second_letter(tour)
        case Step.CARD:
            _card(tour)
        case _:
            pass


def _badges(tour: Tour) -> None:
    for person in tour.plan.cast:
        found = tour.scene.known[person.domain].assurance
        expect(found is person.truth, f"{person.domain} is {person.truth.word}, and was taken for {found.word}")


def _first_letter(tour: Tour) -> None:
    for person, heard in zip(tour.plan.cast, tour.first, strict=True):
        exposed = person.truth is Assurance.EXPOSED
        expect(heard.crossed, f"the letter to {person.address} crossed the wire")
        expect(heard.read is exposed, f"{'somebody' if exposed else 'nobody'} can read the letter to {person.address}")


def _second_letter(tour: Tour) -> None:
    for person, heard in zip(tour.plan.cast, tour.second, strict=True):
        wish = "nobody can" if person.protected else "the impostor can"
        expect(heard.read is not person.protected, f"{wish} read the letter to {person.address}")


def _card(tour: Tour) -> None:
    expect(tour.card is not None, "the card of the returned letter is shown")
    assert tour.card is not None
    expect(tour.card.match.ours, "a report by your own provider is known as one")
    back = {line.recipient for line in tour.card.lines}
    expect(back == {p.address for p in tour.plan.cast if p.protected}, "only the protected letter comes back")
