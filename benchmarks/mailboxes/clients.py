"""The clients that are compared, each set up for one account of the benchmark's server, in a home of its own."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailboxes.dovecot import PASSWORD, Served
from mailboxes.letters import NEWEST_MARK, SUBJECT_MARK

_ROOT = Path(__file__).parents[2]
_ROWS = 10  # subjects on the screen: then it is a list
_MARK = re.compile(SUBJECT_MARK)

KEY = f"{1:064d}"  # of our store
_OURS = """\
[network]
ca_file = "{ca_file}"
connect_to = ["localhost:993:127.0.0.1:{port}"]
private_addresses = true

[paths]
state = "{home}/state"

[store]
{key}

[[account]]
name = "bench"
address = "{user}@bench.test"
user = "{user}"
password_command = "echo {password}"
imap = {{ host = "localhost", port = 993 }}
"""

_NEOMUTT = """\
set imap_user="{user}"
set imap_pass="{password}"
set folder="imaps://localhost:{port}/"
set spoolfile="imaps://localhost:{port}/INBOX"
set mailcap_path=""
set ssl_ca_certificates_file="{ca_file}"
set ssl_starttls=yes
set ssl_force_tls=yes
set header_cache="{home}/cache/"
set imap_qresync=no
set imap_condstore=no
set sort=reverse-date
set pager_index_lines=0
set wait_key=no
set quit=yes
set mark_old=no
set realname="Me"
set from="me@example.org"
"""

_AERC = """\
[bench]
source = imaps://{user}:{password}@localhost:{port}
outgoing = /bin/true
default = INBOX
from = Me <me@example.org>
cache-headers = true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One account, and the home of whoever reads it."""

    served: Served
    user: str
    home: Path

    def fill(self, text: str, **more: str) -> str:
        served = self.served
        return text.format(
            user=self.user, password=PASSWORD, port=served.port, ca_file=served.ca_file, home=self.home, **more
        )

    def environment(self) -> Mapping[str, str]:
        places = {f"XDG_{kind}_HOME": str(self.home / kind.lower()) for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
        own = {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home), "SSL_CERT_FILE": str(self.served.ca_file)}
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        return {"PATH": os.environ["PATH"], **terminal, **own, **places}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How a program is called, after its files were written."""

    name: str
    command: Callable[[Seat], Sequence[str]]
    missing: Callable[[], bool]


def shows_list(text: str) -> bool:
    """The newest letter and others below it."""
    return NEWEST_MARK in text and len(_MARK.findall(text)) >= _ROWS


def _ours(seat: Seat) -> Sequence[str]:
    config = write_ours(seat, "config.toml", f'key = "command"\nkey_command = "printf {KEY}"')
    return (sys.executable, "-m", "linksec_tui", "--config", str(config))


def write_ours(seat: Seat, name: str, key: str) -> Path:
    """Our configuration; `key` says where the store's key is."""
    config = seat.home / name
    config.write_text(seat.fill(_OURS, key=key))
    return config


def _neomutt(seat: Seat) -> Sequence[str]:
    (seat.home / "cache").mkdir(exist_ok=True)
    settings = seat.home / "neomuttrc"
    settings.write_text(seat.fill(_NEOMUTT))
    return ("neomutt", "-n", "-F", str(settings))


def _aerc(seat: Seat) -> Sequence[str]:
    settings = seat.home / "config" / "aerc"
    settings.mkdir(parents=True, exist_ok=True)
    accounts = settings / "accounts.conf"
    accounts.write_text(seat.fill(_AERC))
    accounts.chmod(0o600)  # else it refuses them
    for name in ("aerc.conf", "binds.conf"):
        shutil.copy(f"/usr/share/aerc/{name}", settings / name)
    return ("aerc",)


OURS = Client(name="linksec-tui", command=_ours, missing=lambda: False)
NEOMUTT = Client(name="neomutt", command=_neomutt, missing=lambda: shutil.which("neomutt") is None)
AERC = Client(name="aerc", command=_aerc, missing=lambda: shutil.which("aerc") is None)
