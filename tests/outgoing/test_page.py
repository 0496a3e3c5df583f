"""The text as a page: its Markdown, and nothing in it that a reader's program would run or fetch."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.outgoing.page import render_page


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("# Friday", "<h1>Friday</h1>"),
        ("**now** and *then*", "<p><strong>now</strong> and <em>then</em></p>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("a\nb", "<p>a<br />\nb</p>"),
        ("[us](https://a.example/?x=1&y)", '<p><a href="https://a.example/?x=1&amp;y">us</a></p>'),
        ("<b>bold</b> & so on", "<p>&lt;b&gt;bold&lt;/b&gt; &amp; so on</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](data:text/html,hi)", "<p>[x](data:text/html,hi)</p>"),
        ("![cat](https://spy.example/a.png)", '<p>!<a href="https://spy.example/a.png">cat</a></p>'),
    ],
)
def test_markdown_becomes_tags_and_tags_stay_text(text: str, made: str) -> None:
    assert f"<body>\n{made}\n</body>" in render_page(text)


@given(st.text(alphabet=st.sampled_from("<>\"'&![]()#*_`\\ \nabhrefscipt:/=") | st.characters(), max_size=120))
def test_whatever_is_typed_nothing_is_fetched_or_run(text: str) -> None:
    page = render_page(text)
    assert not re.search(r"<(?:img|script|iframe|object|link|style|svg|form)\b", page, re.IGNORECASE)
    for address in re.findall(r'href="([^"]*)"', page):
        assert address.lower().startswith(("https:", "http:", "mailto:"))
    assert not re.search(r"<[a-z]+[^>]*\son\w+=", page, re.IGNORECASE)
