"""The keys of the demonstration's tour (`keys`)."""

from __future__ import annotations

from linksec_tui.tui.key import Key, Place, table

KEYS: tuple[Key, ...] = (
    *table(
        Place.TOUR_OFFER,
        ("offer.begin", "enter", "answer(True)", "Take the tour", "hint"),
        ("offer.alone", "escape", "answer(False)", "Look around alone", "hint"),
    ),
    *table(
        Place.TOUR,
        ("tour.do", "f9", "tour_do", "Do this step for me", "priority"),
        ("tour.end", "escape", "tour_end", "End the tour", "priority"),
    ),
    *table(
        Place.TOUR_END,
        ("end.account", "a", "account", "Add an account", "hint"),
        ("end.stay", "escape,enter", "back", "Stay here", "hint"),
        ("end.quit", "q", "app.leave", "Quit", "hint"),
    ),
)
