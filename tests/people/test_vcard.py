"""vCard: what address books of many programs write, what hostile ones do, and that what we write is read again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.address import Address
from linksec_tui.model.contact import Contact, Person
from linksec_tui.people.vcard import MAX_FILE, MAX_LINE, WIDTH, Version, read_vcards, write_vcards


def card(*lines: str, version: str = "4.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


# What is read


def test_the_example_of_the_standard_is_read() -> None:
    """RFC 6350 §8, the author's own card."""
    content = card(
        "FN:Simon Perreault", "N:Perreault;Simon;;;ing. jr,M.Sc.", "BDAY:--0203", "ANNIVERSARY:20090808T1430-0500",
        "GENDER:M", "LANG;PREF=1:fr", "LANG;PREF=2:en", "ORG;TYPE=work:Viagenie",
        "ADR;TYPE=work:;Suite D2-630;2875 Laurier;Quebec;QC;G1V 2M2;Canada",
        'TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+1-418-656-9254;ext=102',
        "EMAIL;TYPE=work:simon.perreault@viagenie.ca", "GEO;TYPE=work:geo:46.772673,-71.282945", "TZ:-0500",
    )  # fmt: skip
    (read,) = read_vcards(content).cards
    assert (read.name, read.addresses) == ("Simon Perreault", (Address("simon.perreault", "viagenie.ca"),))


@pytest.mark.parametrize(
    ("lines", "addresses"),
    [
        (("EMAIL:a@b.example", "EMAIL;PREF=1:c@d.example"), ["c@d.example", "a@b.example"]),
        (("EMAIL;TYPE=INTERNET:a@b.example", "EMAIL;TYPE=INTERNET,PREF:c@d.example"), ["c@d.example", "a@b.example"]),
        (("EMAIL;INTERNET;PREF:c@d.example", "EMAIL:c@d.example"), ["c@d.example"]),
        (("item1.EMAIL;type=INTERNET:a@b.example", "item1.X-ABLabel:_$!<Other>!$_"), ["a@b.example"]),
        (("EMAIL:mailto:a@b.example",), ["a@b.example"]),
        (("EMAIL:a@bücher.example",), ["a@xn--bcher-kva.example"]),
        (('EMAIL;X-LABEL="a:b":a@b.example',), ["a@b.example"]),
        (("EMA", " IL:a@b", "\t.example"), ["a@b.example"]),
        (("EMAIL:",), []),
    ],
)
def test_addresses_are_found_the_preferred_one_first(lines: tuple[str, ...], addresses: list[str]) -> None:
    read = read_vcards(card("FN:Somebody", *lines))
    assert [str(each) for each in read.cards[0].addresses] == addresses
    assert not read.problem_count


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("FN:Anna Bank\\, Dr.",), "Anna Bank, Dr."),
        (("N:Bank;Anna;Maria;Dr.;jr.",), "Dr. Anna Maria Bank jr."),
        (("N:Bank",), "Bank"),
        (("NICKNAME:anni",), "anni"),
        (("ORG:Bank;Loans",), "Bank Loans"),
        (("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen =", "M=C3=BCller"), "Jürgen Müller"),
        (("FN:\x1b]0;owned\x07● Link-secure",), "�]0;owned�· Link-secure"),
        (("FN:" + "x" * 500,), "x" * 200),
        ((), ""),
    ],
)
def test_the_name_is_what_the_card_says_and_nothing_that_a_terminal_obeys(lines: tuple[str, ...], name: str) -> None:
    assert read_vcards(card(*lines)).cards[0].name == name


def test_categories_notes_and_the_uid_are_read() -> None:
    lines = ("FN:x", "CATEGORIES:Choir,Board\\, old,Choir", "NOTE:one\\ntwo\\;", "UID:urn:uuid:4fbe8971")
    (read,) = read_vcards(card(*lines)).cards
    assert (read.groups, read.note, read.uid) == (("Choir", "Board, old"), "one\ntwo;", "4fbe8971")


@pytest.mark.parametrize(
    "lines",
    [
        ("KIND:group", "FN:Choir", "MEMBER:urn:uuid:one", "MEMBER:mailto:a@b.example"),
        ("X-ADDRESSBOOKSERVER-KIND:group", "FN:Choir", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:one",
         "X-ADDRESSBOOKSERVER-MEMBER:mailto:a@b.example"),
    ],
)  # fmt: skip
def test_the_card_of_a_group_names_its_members(lines: tuple[str, ...]) -> None:
    (read,) = read_vcards(card(*lines)).cards
    assert (read.name, read.members) == ("Choir", ("one", "a@b.example"))


def test_what_is_no_address_is_told_and_nothing_else_is_lost() -> None:
    read = read_vcards(card("FN:Anna", "EMAIL:nobody", "EMAIL:a@b.example", "EMAIL:a@b.example> NOTIFY=NEVER"))
    assert [str(each) for each in read.cards[0].addresses] == ["a@b.example"]
    assert (read.problem_count, read.problems[0]) == (2, "“nobody” of Anna is not a mail address.")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_understood(encoding: str) -> None:
    text = card("FN:Jürgen", "EMAIL:j@b.example").decode()
    assert read_vcards(text.encode(encoding)).cards[0].name == "Jürgen"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\n"])
def test_every_way_of_ending_a_line_is_read(end: str) -> None:
    content = end.join(["BEGIN:vcard", "fn:Anna", "email:a@b.example", "end:VCARD"]).encode()
    assert [each.name for each in read_vcards(content).cards] == ["Anna"]


# What hostile files do


def test_ten_megabytes_of_one_line_are_a_card_without_a_photograph() -> None:
    photograph = "PHOTO;ENCODING=b;TYPE=JPEG:" + "QUJD" * (10 << 18)
    (read,) = read_vcards(card("FN:Anna", photograph, "EMAIL:a@b.example")).cards
    assert [str(each) for each in read.addresses] == ["a@b.example"]


def test_ten_megabytes_folded_at_every_letter_end_at_the_bound() -> None:
    (read,) = read_vcards(card("FN:Anna", "NOTE:" + "x\r\n " * (10 << 18), "EMAIL:a@b.example")).cards
    assert len(read.note) <= MAX_LINE
    assert len(read.addresses) == 1


def test_cards_nested_without_end_are_one_card() -> None:
    content = b"BEGIN:VCARD\nFN:outer\n" + b"BEGIN:VCARD\nFN:inner\n" * 100_000
    assert [each.name for each in read_vcards(content).cards] == ["outer"]


def test_a_card_with_a_hundred_thousand_addresses_keeps_a_hundred() -> None:
    content = card("FN:Anna", *(f"EMAIL:a{n}@b.example" for n in range(100_000)))
    read = read_vcards(content)
    assert len(read.cards[0].addresses) == 100
    assert read.problems == ("Anna has more than 100 addresses.",)


def test_a_file_beyond_the_bound_is_read_to_the_bound() -> None:
    content = card("FN:Anna", "EMAIL:a@b.example") + b"x" * MAX_FILE
    read = read_vcards(content)
    assert len(read.cards) == 1
    assert "only its beginning" in read.problems[0]


@given(st.binary(max_size=400))
def test_whatever_it_is_it_is_read(content: bytes) -> None:
    read_vcards(content)
    read_vcards(b"BEGIN:VCARD\n" + content + b"\nEND:VCARD\n")


@given(st.text(alphabet='BEGIN:VCARD;=\\,"\n\r\t EMAILFN@QUOTED-PRINTABLE', max_size=300))
def test_whatever_looks_like_one_is_read(text: str) -> None:
    read_vcards(f"BEGIN:VCARD\nFN:x\n{text}\nEND:VCARD\n".encode())


# What is written

UNWRITTEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")
WORDS = st.text(st.characters(min_codepoint=32, exclude_categories=UNWRITTEN), min_size=1, max_size=60)


@given(
    name=WORDS, groups=st.lists(WORDS, max_size=3, unique=True), note=st.lists(WORDS, max_size=3).map("\n".join),
    version=st.sampled_from(Version),
)  # fmt: skip
def test_what_we_write_we_read(name: str, groups: list[str], note: str, version: Version) -> None:
    contacts = (Contact(address=Address("a", "b.example")), Contact(address=Address("c", "d.example")))
    person = Person(id="1", name=name, groups=tuple(groups), note=note, contacts=contacts)
    written = write_vcards([person], version)
    assert all(len(line.encode()) <= WIDTH for line in written.split("\r\n"))
    (read,) = read_vcards(written.encode()).cards
    again = replace(person, uid=read.uid, name=read.name, groups=read.groups, note=read.note)
    shown = write_vcards([again], version)
    assert read_vcards(shown.encode()).cards == (read,)  # once made visible, nothing changes any more
    assert [str(each) for each in read.addresses] == ["a@b.example", "c@d.example"]
    if name.isalnum():
        assert read.name == name


def test_a_written_card_has_what_each_version_demands() -> None:
    person = Person(id="7", name="Anna; Bank", contacts=(Contact(address=Address("a", "b.example")),))
    assert write_vcards([person]).split("\r\n") == [
        "BEGIN:VCARD", "VERSION:4.0", "UID:7", "FN:Anna\\; Bank", "EMAIL:a@b.example", "END:VCARD", "",
    ]  # fmt: skip
    assert "N:Anna\\; Bank;;;;\r\n" in write_vcards([person], Version.V3)
