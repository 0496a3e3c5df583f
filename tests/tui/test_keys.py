"""One table of keys: it is consistent, documented, and a wrong remap is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from linksec_tui.model.errors import ConfigurationError
from linksec_tui.tui.key import Place
from linksec_tui.tui.keymap import checked_keymap
from linksec_tui.tui.keys import KEYS, SCREENS, document, keys_of, shown

DOCUMENT = Path(__file__).parents[2] / "docs" / "keys.md"


def test_ids_are_unique() -> None:
    assert len({key.id for key in KEYS}) == len(KEYS)


@pytest.mark.parametrize("place", Place)
def test_no_key_means_two_things_in_one_place(place: Place) -> None:
    pressed = [one for key in keys_of(place) for one in key.keys.split(",")]
    assert len(set(pressed)) == len(pressed)


def test_every_place_stands_in_the_help_of_a_screen() -> None:
    helped = {place for places in SCREENS.values() for place in places}
    assert set(Place) - helped <= {Place.EVERYWHERE, Place.QUESTION, Place.PICK}


def test_the_document_is_the_table() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "write it anew: python -m linksec_tui.tui.keys > docs/keys.md"


@pytest.mark.parametrize(
    ("remapped", "sentence"),
    [
        ({"list.nxt": "n"}, "“list.nxt”"),
        ({"list.next": ""}, "no key"),
        ({"list.next": "k"}, "both"),
        ({"mail.compose": "r"}, "both"),
    ],
)
def test_a_wrong_remap_is_refused_in_a_sentence(remapped: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        checked_keymap(remapped)


def test_keys_may_swap_places() -> None:
    assert checked_keymap({"mail.compose": "r", "mail.reply": "c"})


def test_keys_are_shown_as_people_read_them() -> None:
    assert shown("question_mark,f1") == ("?", "f1")
