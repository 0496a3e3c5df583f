"""Words that speak of an attachment, in one's own text, in many languages."""

from __future__ import annotations

import pytest

from linksec_tui.outgoing.reminder import word_of_attachment
from linksec_tui.outgoing.reply import FORWARDED


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The file is attached.", "attached"),
        ("See the Attachment!", "Attachment"),
        ("Anbei die Rechnung", "Anbei"),
        ("Im Anhang finden Sie", "Im Anhang"),
        ("Vous trouverez ci-joint", "ci-joint"),
        ("la pièce jointe", "pièce jointe"),
        ("Adjunto el documento", "Adjunto"),
        ("in allegato", "in allegato"),
        ("Zie de bijlage", "bijlage"),
        ("W załączniku przesyłam", "W załączniku"),
        ("Файл во вложении", "во вложении"),
        ("I am much attracted by that", ""),
        ("> see the attached file", ""),
        ("Hello\n-- \nMy attachments are big", ""),
        (f"Hello\n\n{FORWARDED}\nthe attached file", ""),
        ("", ""),
    ],
)
def test_only_ones_own_words_count(text: str, word: str) -> None:
    assert word_of_attachment("", text).casefold() == word.casefold()


def test_the_subject_counts_too() -> None:
    assert word_of_attachment("Attached: the minutes", "Hello") == "Attached"


def test_a_long_text_is_looked_through_in_time() -> None:
    assert word_of_attachment("", "attache " * 500_000) == ""
