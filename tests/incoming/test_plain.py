"""HTML as text: what is hidden is said, and where links lead is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.incoming.paragraphs import MAX_TEXT
from linksec_tui.incoming.plain import plain_text
from linksec_tui.model.visible import visible_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello   <b>there</b>,\n you</p><p>Bye", "Hello there, you\n\nBye"),
        ("one<br>two<div>three</div>four", "one\ntwo\nthree\nfour"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "• a\n• b\n  • c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<p>x<blockquote>q<blockquote>r</blockquote></blockquote>y", "x\n\n> q\n>\n> > r\n\ny"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<table><tr><td>A<td>B<tr><td>1<td>2</table>", "A  B\n1  2"),
        ("<style>p{}</style><script>alert(1)</script><!-- no -->yes", "yes"),
        ("<img src='http://t.example/x.gif'><img alt='Logo' src=y>", "[Logo]"),
        ("a&zwnj;&nbsp;&shy;b &lt;script&gt;", "a b <script>"),
        ("<template>no</template><title>no</title>yes", "yes"),
        ("", ""),
    ],
)
def test_a_page_reads_like_a_letter(html: str, text: str) -> None:
    assert plain_text(html).text == text


def test_links_are_numbered_and_their_targets_told_once() -> None:
    page = plain_text(
        '<a href="https://a.example/x">one</a>, <a href="https://b.example">two</a>, <a href=https://a.example/x>again</a>'
    )
    assert page.text == "one [1], two [2], again [1]"
    assert [link.target for link in page.links] == ["https://a.example/x", "https://b.example"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            '<a href="https://evil.example/">https://bank.example/login</a>',
            "https://bank.example/login [1: leads to evil.example]",
        ),
        ('<a href="https://evil.example/">www.bank.example</a>', "www.bank.example [1: leads to evil.example]"),
        ('<a href="https://www.bank.example/in">bank.example</a>', "bank.example [1]"),
        ('<a href="//evil.example/">bank.example</a>', "bank.example [1: leads to evil.example]"),
    ],
)
def test_a_link_that_names_another_host_is_told_on(html: str, text: str) -> None:
    assert plain_text(html).text == text


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("https://bank.example@evil.example/", "https://bank.example@evil.example/ (leads to evil.example)"),
        ("https://bаnk.example/", "https://bаnk.example/ (leads to xn--bnk-6cd.example)"),
    ],
)
def test_a_target_that_looks_like_another_says_where_it_leads(target: str, shown: str) -> None:
    assert plain_text(f'<a href="{target}">here</a>').links[0].shown == shown


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,x", "#top", "cid:1", "relative", "http://[", ""]
)
def test_what_leads_nowhere_outside_is_plain_text(target: str) -> None:
    page = plain_text(f'<a href="{target}">here</a>')
    assert (page.text, page.links) == ("here", ())


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">secret</p>',
        '<p style="color:red; DISPLAY : none">secret</p>',
        "<p hidden>secret</p>",
        '<span style="font-size:0px">secret</span>',
        '<span style="visibility:hidden">secret</span>',
    ],
)
def test_hidden_text_is_left_out_and_said_to_be(hidden: str) -> None:
    page = plain_text(f"shown{hidden}")
    assert page.text == "shown"
    assert page.hides


def test_a_font_of_ten_pixels_hides_nothing() -> None:
    assert not plain_text('<p style="font-size:10px">shown</p>').hides


HOSTILE = {
    "deep": "<div>" * 200_000 + "x",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x",
    "definitions": "<dd><dl>" * 60_000,
    "comments": "<!--" * 100_000,
    "scripts": "<script>" * 50_000,
    "lists": "<ul><li>" * 60_000,
    "quotations": "<blockquote>x" * 50_000,
    "tables": "<table><td>" * 50_000,
    "brackets": "<" * 1_000_000,
    "open tags": "<a href=" * 100_000,
    "long": "word " * 1_000_000,
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_end_soon_and_stay_small(html: str) -> None:
    assert len(plain_text(html).text) <= 2 * MAX_TEXT


def test_a_page_that_is_not_shown_whole_says_so() -> None:
    assert plain_text(HOSTILE["deep"]).cut
    assert plain_text(HOSTILE["long"]).cut
    assert not plain_text("<p>short").cut


@given(st.text(alphabet="<>/!-apbliu=\"' \n\x1b\x9b\u202e&;#", max_size=200))
def test_nothing_breaks_the_page_or_gets_through_it(html: str) -> None:
    text = plain_text(html).text
    assert text == visible_text(text)
