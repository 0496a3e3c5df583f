"""Which texts name a server that a certificate can be for."""

from __future__ import annotations

import pytest

from linksec_tui.formats.host_name import host_name
from linksec_tui.formats.https_url import MAX_URL, https_url


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("imap.example.com", "imap.example.com"),
        ("IMAP.Example.COM.", "imap.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("3com.example", "3com.example"),
        ("a.b-c.d3", "a.b-c.d3"),
    ],
)
def test_a_name_is_kept_in_its_ascii_form(text: str, name: str) -> None:
    assert host_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "localhost", "imap", "192.0.2.1", "::1", "[192.0.2.1]", "[IPv6:::1]", "0x7f.1", "1.2.3", "127.1"),
        *("a..b", "-a.example", "a_b.example", "a b.example", "a.example/x", "a.example:993", "user@a.example"),
        *("a\n.example", "a\x1b[31m.example", "a\N{RIGHT-TO-LEFT OVERRIDE}.example"),
        *("x" * 64 + ".example", "x." * 130 + "example", "*.example.com", "%EMAILDOMAIN%", "javascript:alert(1)"),
    ],
)
def test_whatever_else_there_is_is_no_name_of_a_server(text: str) -> None:
    assert host_name(text) is None


@pytest.mark.parametrize("url", ["https://a.example", "https://a.example:8443/x?y=1#z", "https://a.example?x"])
def test_an_https_address_is_kept_as_it_is(url: str) -> None:
    assert https_url(f" {url}\n") == url


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://a.example", "https://a.example:0/", "https://a.example\\@evil.example/", "//a.example"),
        *(
            "https://a.example/" + "x" * MAX_URL,
            "HTTPS://a.example",
            "https://[::1]/",
            "https://a.example/\x1b]0;x\x07",
        ),
    ],
)
def test_what_is_not_plainly_https_is_none(url: str) -> None:
    assert https_url(url) is None
