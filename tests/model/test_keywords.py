"""Keywords as people write and read them."""

from __future__ import annotations

import pytest

from linksec_tui.model.errors import BadInput
from linksec_tui.model.keywords import as_written, changed, keyword_name


@pytest.mark.parametrize(
    ("flag", "name"),
    [
        ("work", "work"), ("$label4", "to do"), ("$LABEL1", "important"), ("\\Seen", ""), ("$MDNSent", ""),
        ("NonJunk", ""), ("a\x1bb", "a\ufffdb"),
    ],
)  # fmt: skip
def test_what_programs_note_for_each_other_is_nobodys_word(flag: str, name: str) -> None:
    assert keyword_name(flag) == name


@pytest.mark.parametrize(
    ("flags", "written", "add", "remove"),
    [
        (["work", "\\Seen", "$Junk"], "work", "", ""),
        (["work"], "", "", "work"),
        (["work"], "#Work tax/2026", "tax/2026", ""),
        (["$label4", "$label1"], "to-do later", "later", "$label1"),
        ([], "  a   a  #a ", "a", ""),
        (["$label1", "important", "$Important"], "", "", "$label1 important $Important"),
    ],
)
def test_what_is_written_in_place_of_keywords_sets_and_takes_off(
    flags: list[str], written: str, add: str, remove: str
) -> None:
    assert changed(written, as_written(flags)) == (set(add.split()), set(remove.split()))


@pytest.mark.parametrize("written", ["$Junk", "\\Deleted", "a(b", "caf\u00e9", "a*", "x" * 51, "#"])
def test_what_a_server_or_a_filter_would_take_for_something_else_is_no_keyword(written: str) -> None:
    with pytest.raises(BadInput, match="cannot be a keyword"):
        changed(written, {})


@pytest.mark.parametrize("written", ["junk", "NonJunk", "forwarded"])
def test_a_word_that_programs_use_among_themselves_is_refused_as_such(written: str) -> None:
    with pytest.raises(BadInput, match="mail programs tell each other"):
        changed(written, {})
