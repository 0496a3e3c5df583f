"""What stands above a text: one line for each kind of thing, and all of it on request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.message import Reading
from linksec_tui.model.reading import Part, Unsubscribe
from linksec_tui.model.sender import SenderCheck, SenderWarning
from linksec_tui.model.sender_state import SenderState
from linksec_tui.model.wording import Wording
from linksec_tui.tui.letter_head import Look, can_be_cut, letter_head
from linksec_tui.tui.marks import marks
from tests.tui.table_facts import header

KEYS = {"read.head": "H", "read.parts": "P", "read.wording": "w", "read.unsubscribe": "X"}
LOOK = Look(marks=marks(Glyphs.UNICODE), width=76, key=KEYS.__getitem__)
PEOPLE = tuple(f"Person {n} <p{n}@club.example>" for n in range(40))
NOTE = Reading(
    header=replace(header(1), subject="Whales"),
    fields=(("From", "Bob <bob@club.example>"), ("To", "alice@home.example"), ("Date", "Sat, 21 Nov 2026 21:19:17")),
    text="",
    recipients=("alice@home.example",),
)
NEWSLETTER = replace(
    NOTE,
    fields=(*NOTE.fields[:1], ("Reply-To", "x@other.example"), ("To", ", ".join(PEOPLE)), ("Cc", "eve@club.example")),
    recipients=(*PEOPLE, "eve@club.example"),
    parts=tuple(Part(number=str(n), media_type="image/png", name=f"whale number {n}.png", size=1) for n in range(9)),
    notes=("3 pictures on the net were not loaded.", "bob@club.example asks to be told when you read this."),
    unsubscribe=Unsubscribe(letter="mailto:leave@club.example", page=f"https://club.example/{'x' * 200}"),
    others=(Wording.HTML,),
    problem="It says that it has a part which is not there, and then it goes on to say that there is yet another one.",
    sender=SenderCheck(
        address="bob@club.example", state=SenderState.UNVERIFIED, headline="Nobody vouches for it.",
        warnings=(
            SenderWarning(code="reply-to-differs", text="An answer would go elsewhere."),
            SenderWarning(code="first-message", text="The first message from this address.", grave=False),
        ),
    ),
)  # fmt: skip


def lines(reading: Reading, look: Look = LOOK) -> list[str]:
    return [line.plain for line in letter_head(reading, look)]


def test_an_ordinary_letter_takes_three_lines() -> None:
    assert lines(NOTE) == [
        "Whales",
        f"From     Bob <bob@club.example>{'Sat, 21 Nov 2026 21:19:17':>{76 - 31}}",
        "To       alice@home.example",
    ]


def test_each_kind_of_thing_has_one_line_and_fits() -> None:
    drawn = lines(NEWSLETTER)
    assert all(len(line) <= 76 for line in drawn)
    assert len(drawn) == 10
    assert can_be_cut(NEWSLETTER, LOOK)


def test_who_it_is_to_is_counted() -> None:
    (to,) = [line for line in lines(NEWSLETTER) if line.startswith("To ")]
    assert to == "To       Person 0 <p0@club.example> and 40 more H"
    assert not any(line.startswith("Cc") for line in lines(NEWSLETTER))


def test_the_senders_mark_and_grave_warnings_are_never_cut() -> None:
    narrow = "\n".join(lines(NEWSLETTER, replace(LOOK, width=24)))
    assert "Nobody vouches" in narrow.replace("\n  ", " ")
    assert "An answer would go" in narrow.replace("\n  ", " ")
    assert "bob@club.example" in narrow


def test_all_of_it_can_be_seen() -> None:
    whole = "\n".join(lines(NEWSLETTER, replace(LOOK, whole=True)))
    joined = " ".join(whole.split())
    for words in (*PEOPLE, "Cc eve@club.example", "yet another one", "The first message from this address."):
        assert words in joined
    assert "x" * 200 in "".join(whole.split())
    assert whole.count("\n· ") >= 3


@pytest.mark.parametrize("subject", ["x" * 8000, "Whales " * 1000, "鯨" * 4000, f"{'x' * 75} {'y' * 200} " * 40])
def test_no_subject_pushes_its_sender_out_of_sight(subject: str) -> None:
    drawn = "\n".join(lines(replace(NOTE, header=replace(NOTE.header, subject=subject)))).split("\n")
    assert drawn[2].endswith("… H")
    assert drawn[3].startswith("From     Bob <bob@club.example>")
    assert all(cell_len(line) <= 76 for line in drawn)
    whole = lines(replace(NOTE, header=replace(NOTE.header, subject=subject)), replace(LOOK, whole=True))
    assert whole[0] == subject


def test_no_name_pushes_its_address_out_of_sight() -> None:
    long = replace(NOTE, fields=(("From", f"{'Your bank ' * 800}<thief@evil.example>"), ("Date", "now " * 2000)))
    drawn = lines(replace(long, header=replace(NOTE.header, sender_address="thief@evil.example")))
    assert drawn[1].endswith("… <thief@evil.example>")
    assert cell_len(drawn[1]) <= 3 * 76
    assert drawn[2].startswith("Date     now now")
    assert drawn[2].endswith("… H")
    assert can_be_cut(long, LOOK)
