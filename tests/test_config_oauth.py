"""[oauth.NAME]: two providers are known but for the client id, any other is told, and what is unsafe is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.cli.config_text import render_config
from linksec_tui.config import Config, SecretsIn
from linksec_tui.config_oauth import KNOWN
from linksec_tui.model.errors import BadInput, ConfigurationError
from linksec_tui.model.oauth import parse_endpoint

ACCOUNT = '[[account]]\naddress = "a@b.example"\n'
OWN = """
[oauth.own]
client_id = "id"
authorization_endpoint = "https://auth.b.example/authorize"
token_endpoint = "https://auth.b.example:8443/token"
scopes = ["mail"]
"""


def parse(text: str) -> Config:
    return config_file.parse(text.encode(), path=Path("/somewhere/config.toml"), explicit=False)


def problems(text: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        parse(text)
    return str(error.value)


@pytest.mark.parametrize("name", KNOWN)
def test_of_the_known_providers_only_the_client_id_is_missing(name: str) -> None:
    config = parse(f'[oauth.{name}]\nclient_id = "mine"\n{ACCOUNT}oauth = "{name}"')
    oauth = config.accounts[0].oauth
    assert oauth is not None
    assert (oauth.client_id, oauth.token_endpoint) == ("mine", KNOWN[name].token_endpoint)
    assert oauth.scopes
    assert "client_id is needed" in problems(f"[oauth.{name}]")


def test_any_other_provider_is_told_and_an_account_names_it() -> None:
    config = parse(f'{OWN}{ACCOUNT}oauth = "own"')
    oauth = config.accounts[0].oauth
    assert oauth is config.oauth["own"]
    assert oauth is not None
    assert (oauth.scopes, oauth.redirect_host, oauth.device_endpoint) == (("mail",), "127.0.0.1", "")


def test_a_provider_that_is_not_there_is_missed_and_the_nearest_named() -> None:
    assert "did you mean own?" in problems(f'{OWN}{ACCOUNT}oauth = "onw"')
    assert "there is no [oauth.google]; docs/oauth.md says" in problems(f'{ACCOUNT}oauth = "google"')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://auth.b.example/authorize", "http://auth.b.example/authorize", "not the https address"),
        ("https://auth.b.example/authorize", "https://user@auth.b.example/", "not the https address"),
        ("https://auth.b.example:8443/token", "", "token_endpoint is needed"),
        ("https://auth.b.example/authorize", "", "or device_endpoint is needed"),
        ('scopes = ["mail"]', 'scopes = "mail"', "must be a list of texts"),
        ('scopes = ["mail"]', 'scope = ["mail"]', "did you mean scopes?"),
        ('scopes = ["mail"]', 'redirect_host = "0.0.0.0"', "must be one of: 127.0.0.1, localhost"),
    ],
)
def test_what_is_wrong_with_a_provider_is_said(old: str, new: str, said: str) -> None:
    assert said in problems(OWN.replace(old, new))


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://a.example", ("a.example", 443, "/")),
        ("https://a.example:8443/x?y=z", ("a.example", 8443, "/x?y=z")),
        ("https://[::1]/x", ("::1", 443, "/x")),
        ("http://a.example/", None),
        ("https:///x", None),
        ("https://a.example/\r\nHost: b", None),
        ("https://a.example/ x", None),
        ("https://a.example:99999/", None),
        ("https://ä.example/", None),
        ("javascript:alert(1)", None),
    ],
)
def test_only_an_https_address_of_a_server_is_one(url: str, parts: tuple[str, int, str] | None) -> None:
    if parts is None:
        with pytest.raises(BadInput, match="https"):
            parse_endpoint(url)
    else:
        assert parse_endpoint(url) == parts


def test_what_is_in_force_is_shown_without_the_client_secret() -> None:
    config = parse(f'{OWN}client_secret = "whisper"\n{ACCOUNT}oauth = "own"\n[store]\nsecrets = "store"')
    shown = render_config(config)
    assert "whisper" not in shown + repr(config)
    assert 'oauth = "own"' in shown
    again = parse(shown)
    assert again.oauth["own"].token_endpoint == config.oauth["own"].token_endpoint
    assert again.store.secrets is SecretsIn.STORE
