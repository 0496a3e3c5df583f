"""`config show` prints what can be read again and means the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.cli.config_text import render_config

PATH = Path("/somewhere/config.toml")
ODD = 'a "quoted" \\ back\\u0041slash\tand\x7f Zoë 👍'

CONFIGURATIONS = {
    "empty": '[paths]\nstate = "/s"',
    "whole": """
lookups = "asked"
[network]
resolver = "127.0.0.1:5353"
trusted = true
ca_file = "ca.pem"
connect_to = ["mx.shop.example:25:127.0.0.1:10025", "::[::1]:"]
probe = "automatic"
private_addresses = true
timeout = 2.5
[paths]
state = "state"
[store]
key = "command"
key_command = "echo 'x'"
[[account]]
name = "home"
address = "alice@home.example"
display_name = "Alice"
identities = ["Alice <alice@home.example>", { address = "A. <office@home.example>", require = "enforced" }]
user = "alice"
password_command = "pass show mail"
imap = { host = "imap.home.example", port = 993 }
submission = { host = "smtp.home.example", port = 587, tls = "starttls" }
enforces = []
local_domains = ["home.example"]
require = "verifiable"
sent = "client"
mailboxes = { sent = "Gesendet", junk = "Müll" }
signature = '''a "quote"
and a line'''
trusted_hosts = ["mx.home.example"]
authserv_id = "mx.home.example"
[[account]]
address = "b@c.example"
[compose]
undo_seconds = 5
editor = "vi"
[audit]
canaries = ["nothing a@canary.example", "mta-sts b@canary.example"]
[theme]
name = "x"
glyphs = "ascii"
[keys]
"list.next" = "n,j"
"odd \\"key" = "x"
""",
}


@pytest.mark.parametrize("text", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_what_is_shown_is_read_back_as_the_same(text: str) -> None:
    config = config_file.parse(text.encode(), path=PATH, explicit=True)
    shown = render_config(config)
    assert config_file.parse(shown.encode(), path=PATH, explicit=True) == config


def test_odd_characters_survive() -> None:
    config = config_file.parse(CONFIGURATIONS["whole"].encode(), path=PATH, explicit=True)
    odd = replace(config, accounts=(replace(config.accounts[0], signature=ODD),))
    shown = render_config(odd)
    assert config_file.parse(shown.encode(), path=PATH, explicit=True).accounts[0].signature == ODD
