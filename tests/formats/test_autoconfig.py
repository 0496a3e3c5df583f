"""The configuration file of mail providers, as written by providers and by those who mean harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.autoconfig import (
    MAX_FIELD,
    MAX_SERVERS,
    ConfiguredServer,
    NotAutoconfig,
    Socket,
    fill,
    parse_autoconfig,
)
from linksec_tui.model.address import Address
from linksec_tui.model.visible import visible

FRED = Address("fred", "example.com")
SERVER = """<incomingServer type="imap"><hostname>imap.example.com</hostname><port>993</port>
<socketType>SSL</socketType><authentication>OAuth2</authentication>
<authentication system="sasl">SCRAM-SHA-256-PLUS</authentication><authentication>password-cleartext</authentication>
<username>%EMAILADDRESS%</username></incomingServer>"""
OAUTH = """<oAuth2><issuer>login.example.com</issuer><scope>mail  offline</scope>
<authURL>https://login.example.com/auth</authURL><tokenURL>{token}</tokenURL></oAuth2>"""


def document(inside: str = SERVER, after: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="example.com"><domain>Example.com</domain>'
        f"<displayName>Example</displayName>{inside}</emailProvider>{after}</clientConfig>"
    ).encode()


def test_a_server_is_read_as_it_is_written() -> None:
    config = parse_autoconfig(document())
    assert (config.name, config.domains) == ("Example", ("example.com",))
    assert config.servers == (
        ConfiguredServer(
            kind="imap",
            host="imap.example.com",
            port="993",
            socket=Socket.TLS,
            user="%EMAILADDRESS%",
            authentication=("OAuth2", "SCRAM-SHA-256-PLUS", "password-cleartext"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "socket"),
    [
        *(("SSL", Socket.TLS), ("ssl", Socket.TLS), ("STARTTLS", Socket.STARTTLS)),
        *(("plain", Socket.PLAIN), ("", Socket.PLAIN), ("TLS maybe", Socket.PLAIN)),
    ],
)
def test_what_is_not_said_to_be_encrypted_is_in_clear(text: str, socket: Socket) -> None:
    config = parse_autoconfig(document(SERVER.replace("SSL", text)))
    assert config.servers[0].socket is socket


def test_the_login_page_comes_with_the_file() -> None:
    oauth = parse_autoconfig(document(after=OAUTH.format(token="https://login.example.com/token"))).oauth
    assert oauth is not None
    assert (oauth.issuer, oauth.scopes) == ("login.example.com", ("mail", "offline"))
    assert (oauth.authorization, oauth.token) == ("https://login.example.com/auth", "https://login.example.com/token")


@pytest.mark.parametrize(
    "token",
    [
        *("http://login.example.com/token", "javascript:alert(1)", "https://login.example.com@evil.example/", ""),
        *("https://192.0.2.1/token", "https://login.example.com/a b", "https://x.example/\N{RIGHT-TO-LEFT OVERRIDE}"),
        *("https://login.example.com:99999/", "https://login/", "data:text/html,x", "https:///x"),
    ],
)
def test_a_login_page_that_is_not_https_to_a_named_host_is_none(token: str) -> None:
    assert parse_autoconfig(document(after=OAUTH.format(token=token))).oauth is None


def test_pages_of_help_are_https_only_and_the_switch_stands_first() -> None:
    pages = (
        '<documentation url="https://example.com/how"/><documentation url="javascript:alert(1)"/>'
        '<documentation url="http://example.com/how"/><enable visiturl="https://example.com/on"/>'
    )
    assert parse_autoconfig(document(SERVER + pages)).help == ("https://example.com/on", "https://example.com/how")


def test_no_text_of_the_file_reaches_a_terminal_as_it_is() -> None:
    hostile = "imap&#x9b;31m\N{RIGHT-TO-LEFT OVERRIDE}●" + "x" * 500
    config = parse_autoconfig(document(SERVER.replace("imap.example.com", hostile), ""))
    host = config.servers[0].host
    assert visible(host) == host
    assert len(host) <= MAX_FIELD
    assert "●" not in parse_autoconfig(document().replace(b"<displayName>", "<displayName>● ".encode())).name


def test_only_so_many_servers_are_taken() -> None:
    assert len(parse_autoconfig(document(SERVER * (MAX_SERVERS + 5))).servers) == MAX_SERVERS


@pytest.mark.parametrize(
    "octets",
    [b"<html><body>404</body></html>", b"<clientConfig/>", b"<emailProvider/>", b"", b"{}", b"<!DOCTYPE html><html/>"],
)
def test_another_file_is_refused(octets: bytes) -> None:
    with pytest.raises(NotAutoconfig):
        parse_autoconfig(octets)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("%EMAILADDRESS%", "fred@example.com"),
        ("%EMAILLOCALPART%", "fred"),
        ("%EMAILLOCALPART%.%EMAILDOMAIN%", "fred.example.com"),
        ("mail.%EMAILDOMAIN%", "mail.example.com"),
        ("imap.example.com", "imap.example.com"),
        ("%EMAILADDRESS", None),
        ("%MXHOST%", None),
        ("50%off", "50%off"),
    ],
)
def test_placeholders_are_those_of_the_draft(template: str, filled: str | None) -> None:
    assert fill(template, FRED) == filled


@given(st.from_regex(r"[a-z%!#$&'*+/=?^_`{|}~-]{1,20}", fullmatch=True))
def test_what_an_address_holds_is_never_taken_for_a_placeholder(local: str) -> None:
    address = Address(local, "example.com")
    assert fill("%EMAILLOCALPART%/%EMAILADDRESS%", address) == f"{local}/{address}"
