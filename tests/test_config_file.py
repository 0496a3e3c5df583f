"""The configuration says every problem it has, names the nearest known key, and refuses what would be unsafe."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui import config_file
from linksec_tui.config import Config, ConnectTo, KeySource, Lookups, ProbeWhen
from linksec_tui.model.account import SentCopy, Server, Tls
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.evidence import Mechanism
from linksec_tui.model.letter import Requirement

PATH = Path("/somewhere/config.toml")

WHOLE = """
lookups = "asked"

[network]
resolver = "tls://9.9.9.9#dns.quad9.net"
trusted = true
ca_file = "ca.pem"
connect_to = ["mx.shop.example:25:127.0.0.1:10025", "::[::1]:"]
probe = "never"
private_addresses = true
timeout = 3

[paths]
state = "state"

[store]
key = "command"
key_command = "pass show key"

[[account]]
name = "home"
address = "alice@home.example"
display_name = "Alice"
identities = ["Alice <alice@home.example>"]
user = "alice"
password_command = "pass show mail"
imap = { host = "imap.home.example" }
submission = { host = "smtp.home.example", port = 587, tls = "starttls" }
enforces = ["dane", "requiretls-strict"]
local_domains = ["home.example"]
require = "verifiable"
sent = "client"
mailboxes = { sent = "Gesendet" }
signature = "A."
trusted_hosts = ["mx.home.example"]
authserv_id = "mx.home.example"

[compose]
undo_seconds = 5
editor = "vi"

[theme]
glyphs = "ascii"

[keys]
"list.next" = "n,j"
"""


def parsed(text: str, *, explicit: bool = False) -> Config:
    return config_file.parse(text.encode(), path=PATH, explicit=explicit)


def problems_of(text: str, *, explicit: bool = False) -> str:
    with pytest.raises(ConfigurationError) as refused:
        parsed(text, explicit=explicit)
    return str(refused.value)


def test_a_pin_is_read_in_both_spellings() -> None:
    digits = "ab" * 32
    printed = ":".join(digits[at : at + 2].upper() for at in range(0, 64, 2))
    for text in (digits, printed):
        (account,) = parsed(
            f'[[account]]\naddress = "a@b.c"\nimap = {{ host = "i.c", pin = "sha256:{text}" }}'
        ).accounts
        assert account.imap == Server(host="i.c", port=993, pin=digits)


def test_every_key_arrives_where_it_belongs() -> None:
    config = parsed(WHOLE, explicit=True)
    assert config.path == PATH
    assert config.state == PATH.parent / "state"
    assert config.lookups is Lookups.ASKED
    assert (config.network.resolver, config.network.trusted) == ("tls://9.9.9.9#dns.quad9.net", True)
    assert config.network.ca_file == PATH.parent / "ca.pem"
    assert config.network.connect_to == (
        ConnectTo(host="mx.shop.example", port=25, address="127.0.0.1", to_port=10025),
        ConnectTo(host="", port=0, address="::1", to_port=0),
    )
    assert config.network.probe is ProbeWhen.NEVER
    assert config.network.private_addresses
    assert config.network.timeout == 3.0
    assert (config.store.key, config.store.key_command) == (KeySource.COMMAND, "pass show key")
    assert (config.compose.undo_seconds, config.compose.editor) == (5, "vi")
    assert config.theme.glyphs == "ascii"
    assert dict(config.keys) == {"list.next": "n,j"}


def test_an_account_is_read_whole() -> None:
    (account,) = parsed(WHOLE, explicit=True).accounts
    assert (account.name, str(account.address), account.user) == ("home", "alice@home.example", "alice")
    assert account.imap == Server(host="imap.home.example", port=993)
    assert account.submission == Server(host="smtp.home.example", port=587, tls=Tls.STARTTLS)
    assert account.insists == {Mechanism.DANE, Mechanism.REQUIRETLS}
    assert account.local_domains == {"home.example"}
    assert (account.require, account.sent) == (Requirement.VERIFIABLE, SentCopy.CLIENT)
    assert dict(account.mailboxes) == {"sent": "Gesendet"}
    assert account.trusted_hosts == {"mx.home.example"}
    assert account.authserv_id == "mx.home.example"


def test_what_a_provider_insists_on_is_unknown_unless_it_is_said() -> None:
    account = '[[account]]\naddress = "a@b.example"\n'
    assert parsed(account).accounts[0].insists is None
    assert parsed(account + "enforces = []").accounts[0].insists == frozenset()


def test_an_account_without_name_and_user_takes_its_address() -> None:
    (account,) = parsed('[[account]]\naddress = "a@b.example"').accounts
    assert (account.name, account.user) == ("a@b.example", "a@b.example")


def test_lookups_may_stand_below_network_as_the_documentation_shows_it() -> None:
    assert parsed('[network]\nlookups = "asked"').lookups is Lookups.ASKED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[network]\nresolvr = 1", "network.resolvr is not known; did you mean resolver?"),
        ("[netwrk]", "netwrk is not known; did you mean network?"),
        ("[network]\nresolver = 5", "network.resolver must be a text"),
        ('[network]\nresolver = "quad nine"', "network.resolver must be system, an address"),
        ("[network]\ntimeout = 0", "network.timeout must be a number from 1 to 120."),
        ("[network]\ntimeout = true", "network.timeout must be a number"),
        ('[network]\ntrusted = "yes"', "network.trusted must be true or false"),
        ('[network]\nprobe = "always"', "network.probe must be one of: never, on-demand, automatic."),
        ('[network]\nconnect_to = ["mx:25"]', "write it as HOST:PORT:ADDRESS:PORT"),
        ('[network]\nconnect_to = ["mx:99999:127.0.0.1:1"]', "a port is at most 65535"),
        ('[network]\nconnect_to = ["mx:25:127.0.0.1:143"]', "port 143 is never used"),
        ('[network]\nconnect_to = ["::a..b:"]', "“a..b” is not a domain name"),
        ('[network]\nconnect_to = ["::127.0.0.1 -x:"]', "is not a domain name"),
        ('[network]\nca_file = "~nobody-of-this-name/ca.pem"', "network.ca_file begins with the home of somebody"),
        ('[paths]\nstate = "~nobody-of-this-name/mail"', "paths.state begins with the home of somebody"),
        ('[paths]\nstate = "a\\u0000b"', "paths.state has a NUL character in it."),
        ('[network]\nconnect_to = ["::\\u0000:"]', "network.connect_to has a NUL character in it."),
        ("network = 1", "network must be a table"),
        ('[store]\nkey = "command"', "store.key_command is missing"),
        ("[compose]\nundo_seconds = -1", "compose.undo_seconds must be a number"),
        ('[audit]\ncanaries = ["everything a@b.example"]', "does not begin with what is broken"),
        ('[audit]\ncanaries = ["dane nobody"]', "nobody"),
        ('[theme]\nglyphs = "emoji"', "theme.glyphs must be unicode or ascii."),
        ("[keys]\nnext = 5", "keys.next must be keys in a text"),
        ("account = 1", "account must be written as [[account]]."),
        ("[[account]]", "account[1].address is needed"),
        ('[[account]]\naddress = "a@x> NOTIFY=NEVER"', "account[1].address is needed"),
        ('[[account]]\naddress = "a@b.c"\nenforces = ["dnae"]', "did you mean dane?"),
        ('[[account]]\naddress = "a@b.c"\nrequire = "green"', "account[1].require must be one of: any, encrypted"),
        ('[[account]]\naddress = "a@b.c"\npassword = "hunter2"', "account[1].password is not known"),
        ('[[account]]\naddress = "a@b.c"\nimap = { host = "i.c", port = 143 }', "143 is never used"),
        ('[[account]]\naddress = "a@b.c"\nimap = { host = "i.c", pin = "sha1:ab" }', "64 hexadecimal digits"),
        ('[[account]]\naddress = "a@b.c"\nimap = { host = "i.c", tls = "starttls" }', "TLS from the first byte"),
        ('[[account]]\naddress = "a@b.c"\nsubmission = { host = "s.c", port = 25 }', "submission is 465 or 587"),
        ('[[account]]\naddress = "a@b.c"\nsubmission = { host = "s.c", port = 143 }', "143 is never used"),
        ('[[account]]\naddress = "a@b.c"\nsubmission = { host = "s.c", tls = "none" }', "implicit, starttls"),
        ('[[account]]\naddress = "a@b.c"\nimap = { port = 993 }', "account[1].imap.host is needed"),
        ('[[account]]\naddress = "a@b.c"\n[[account]]\naddress = "a@b.c"', "two accounts are called a@b.c."),
    ],
)
def test_a_mistake_is_named_with_what_would_be_right(text: str, said: str) -> None:
    assert said in problems_of(text)


def test_all_problems_are_said_not_the_first() -> None:
    said = problems_of('[network]\ntimeout = 0\nprobe = "no"\n[store]\nkye = 1')
    assert all(part in said for part in ("network.timeout", "network.probe", "store.kye"))


def test_a_password_written_into_the_file_is_not_repeated() -> None:
    assert "hunter2" not in problems_of('[[account]]\naddress = "a@b.c"\npassword = "hunter2"')


def test_a_file_of_its_own_place_must_say_where_its_state_lives() -> None:
    assert "paths.state must be set" in problems_of("", explicit=True)
    assert parsed("", explicit=False).accounts == ()


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"a = ", b"[[[", b"a = 1\na = 2", b"a = " + b"[" * 5000, b"a = " + b"9" * 5000]
)
def test_what_is_not_toml_is_one_sentence(raw: bytes) -> None:
    with pytest.raises(ConfigurationError, match="is not valid TOML"):
        config_file.parse(raw, path=PATH, explicit=False)


def test_a_file_far_too_large_is_not_parsed() -> None:
    with pytest.raises(ConfigurationError, match="larger than"):
        config_file.parse(b"#" * (config_file.MAX_FILE + 1), path=PATH, explicit=False)


def test_an_escape_sequence_in_a_key_is_shown_not_obeyed() -> None:
    assert "\x1b" not in problems_of('"\\u001b]0;x" = 1')


@given(st.text(max_size=200))
def test_any_text_is_a_configuration_or_a_sentence(text: str) -> None:
    with suppress(ConfigurationError):
        config_file.parse(text.encode("utf-8", "replace"), path=PATH, explicit=False)


def test_the_command_line_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(config_file.ENVIRONMENT, str(tmp_path / "env.toml"))
    assert config_file.config_path() == tmp_path / "env.toml"
    assert config_file.config_path("named.toml") == Path("named.toml")
    monkeypatch.delenv(config_file.ENVIRONMENT)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_file.config_path() == tmp_path / "linksec-tui" / "config.toml"


def test_no_file_is_an_empty_configuration_unless_one_was_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(config_file.ENVIRONMENT, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_file.load() == Config(state=config_file.load().state)
    with pytest.raises(ConfigurationError, match="There is no configuration file"):
        config_file.load(tmp_path / "absent.toml")


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        config_file.load(tmp_path)


def test_a_file_without_end_is_read_no_further_than_a_configuration_can_be() -> None:
    with pytest.raises(ConfigurationError, match="larger than"):
        config_file.load("/dev/zero")


def test_the_home_of_nobody_is_a_file_that_is_not_there() -> None:
    with pytest.raises(ConfigurationError, match="There is no configuration file"):
        config_file.load("~nobody-of-this-name/config.toml")
