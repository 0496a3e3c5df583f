"""Names beyond ASCII, and recipients as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.domain_name import (
    MAX_RECIPIENTS_TEXT,
    domain_name,
    parse_mailbox,
    parse_recipient_text,
    to_ascii,
    to_unicode,
)
from linksec_tui.model.address import Field
from linksec_tui.model.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "inside"),
    [
        ("Example.ORG.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),  # typed with a combining mark
        ("straße.example", "xn--strae-oqa.example"),  # IDNA 2008 keeps ß
        ("例子.广告", "xn--fsqu00a.xn--4rr70v"),
        ("ａｂｃ。example", "abc.example"),  # full width, with its own dot
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
    ],
)
def test_a_domain_is_its_a_label_inside(typed: str, inside: str) -> None:
    assert to_ascii(typed) == inside


@pytest.mark.parametrize(
    "typed", ["", ".", "a..b", "xn--a.example", "☃.example", "a b.example", "-ä.example", "ä" * 60]
)
def test_what_is_not_a_domain_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        to_ascii(typed)


@pytest.mark.parametrize("domain", ["xn--bcher-kva.example", "example.org", "xn--fsqu00a.xn--4rr70v", "[192.0.2.1]"])
def test_both_forms_lead_to_each_other(domain: str) -> None:
    assert to_ascii(to_unicode(domain)) == domain


def test_a_label_that_is_no_valid_name_is_shown_as_it_is() -> None:
    assert to_unicode("xn--a.example") == "xn--a.example"


@pytest.mark.parametrize(
    ("domain", "mixed"),
    [
        ("xn--pple-43d.com", True),  # аpple.com, its first letter Cyrillic
        ("xn--bcher-kva.example", False),
        ("xn--e1afmkfd.com", False),  # пример.com: each label in one script
        ("xn--fsqu00a.xn--4rr70v", False),
        ("xn--eckwd4c7c.example", False),  # ドメイン
        ("example.org", False),
    ],
)
def test_a_name_that_mixes_scripts_is_marked(domain: str, mixed: bool) -> None:
    name = domain_name(domain)
    assert name.mixed == mixed
    assert (domain in name.shown) == (mixed or name.unicode == domain)


@pytest.mark.parametrize(
    ("typed", "recipients"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("Anna <a@b.example>", [("Anna", "a@b.example")]),
        ('"Doe, J." <j@b.example>, x@c.example', [("Doe, J.", "j@b.example"), ("", "x@c.example")]),
        ("a@b.example; c@d.example,", [("", "a@b.example"), ("", "c@d.example")]),
        ('"a,b"@c.example', [("", '"a,b"@c.example')]),
        ("Jörg <jörg@bücher.example>", [("Jörg", "jörg@xn--bcher-kva.example")]),
        ("<a@b.example>", [("", "a@b.example")]),
        ("● Link-secure <a@b.example>", [("· Link-secure", "a@b.example")]),
        ("a@[192.0.2.1]", [("", "a@[192.0.2.1]")]),
        ("", []),
        (" , ;", []),
    ],
)
def test_recipients_as_people_type_them(typed: str, recipients: list[tuple[str, str]]) -> None:
    found = parse_recipient_text(typed, Field.CC)
    assert [(recipient.name, str(recipient.address)) for recipient in found] == recipients
    assert all(recipient.field is Field.CC for recipient in found)


@pytest.mark.parametrize(
    "typed",
    [
        "a@x> NOTIFY=NEVER",
        "<a@b.example> NOTIFY=NEVER",
        "a@b.example\r\nRCPT TO:<c@d.example>",
        "a@b.example\nc@d.example",
        "a@b.example\0",
        "Anna\x1b]0;x\x07 <a@b.example>",
        "<a@b.example> <c@d.example>",
        "Anna <a@b.example",
        "Doe, J <j@b.example>",
        "Friends: a@b.example, c@d.example;",
        "nobody",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b@c.example",
        "a@b.example\u202e",
        "a\u200bb@c.example",
        '"a@b.example',
        "a..b@c.example",
    ],
)
def test_what_is_not_a_recipient_is_refused_and_never_cut(typed: str) -> None:
    with pytest.raises(BadInput):
        parse_recipient_text(typed)


def test_too_long_a_list_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadInput, match="too long"):
        parse_recipient_text("a@b.example," * (MAX_RECIPIENTS_TEXT // 12 + 1))


@given(st.text(max_size=200))
def test_whatever_is_accepted_is_clean_and_stands_in_the_text(typed: str) -> None:
    try:
        found = parse_recipient_text(typed)
    except BadInput:
        return
    for recipient in found:
        address = str(recipient.address)
        assert recipient.address == parse_mailbox(address)
        assert not any(character in address for character in "\r\n\0<> ") or address.startswith('"')
        assert recipient.address.local in typed
