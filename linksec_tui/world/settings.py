"""The configuration file that puts a client into this world, and the two secrets that it reads by command."""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .story import CANARIES, HOME, IMAP_HOST, SENDER, SENDER_NAME, SUBMISSION_HOST
from .streams import LOOPBACK

CONFIG, CA, PASSWORD, KEY, STATE = "config.toml", "ca.pem", "password", "store-key", "state"
_KEY = re.compile(r"[0-9a-f]{64}\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where on loopback each server listens; `places` maps (host, port) to the real port."""

    dns: int
    places: Mapping[tuple[str, int], int]


def write_settings(directory: Path, ports: Ports, ca_pem: str) -> Path:
    """Writes everything that the client needs; returns the path of the configuration."""
    (directory / STATE).mkdir(mode=0o700, exist_ok=True)
    _write(directory / CA, ca_pem)
    path = directory / CONFIG
    _write(path, "\n".join(_lines(directory, ports)) + "\n")
    return path


def keep_secrets(directory: Path) -> str:
    """The password and the store's key, made at the first start and kept: the store must open again later."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = directory / KEY
    if not key.exists() or not _KEY.fullmatch(key.read_text("ascii", "replace")):
        _write(key, f"{secrets.token_hex(32)}\n")
    password = directory / PASSWORD
    if not password.exists() or not password.read_text("ascii", "replace").strip():
        _write(password, f"{secrets.token_urlsafe(12)}\n")
    return password.read_text("ascii").strip()


def _lines(directory: Path, ports: Ports) -> Iterable[str]:
    yield "# The embedded mail world: everything here is made up, and gone when the world stops."
    yield "[network]"
    yield f"resolver = {_text(f'{LOOPBACK}:{ports.dns}')}"
    yield f"ca_file = {_text(directory / CA)}"
    yield "connect_to = ["
    for (host, port), to in ports.places.items():
        yield f"  {_text(f'{host}:{port}:{LOOPBACK}:{to}')},"
    yield "]"
    yield 'probe = "automatic"'
    yield "timeout = 60"  # all of it is as near as can be: whoever is late here has a busy machine, and says what it is
    yield "private_addresses = true"
    yield ""
    yield "[paths]"
    yield f"state = {_text(directory / STATE)}"
    yield ""
    yield "[store]"
    yield 'key = "command"'
    yield f"key_command = {_text(_print(directory / KEY))}"
    yield 'secrets = "store"'  # never in the person's keyring
    yield ""
    yield "[compose]"
    yield "undo_seconds = 0"  # whoever looks at the wire sees a letter on it when it was sent
    yield ""
    yield "[audit]"
    yield f"canaries = [{', '.join(_text(f'{breaks} {address}') for breaks, address in CANARIES)}]"
    yield ""
    yield "[[account]]"
    yield 'name = "home"'
    yield f"address = {_text(SENDER)}"
    yield f"identities = [{_text(f'{SENDER_NAME} <{SENDER}>')}]"
    yield f"password_command = {_text(_print(directory / PASSWORD))}"
    yield f"imap = {{ host = {_text(IMAP_HOST)}, port = 993 }}"
    yield f'submission = {{ host = {_text(SUBMISSION_HOST)}, port = 465, tls = "implicit" }}'
    yield 'enforces = ["dane", "mta-sts", "requiretls-strict"]'
    yield f"local_domains = [{_text(HOME)}]"
    yield f"authserv_id = {_text(f'mx.{HOME}')}"
    yield f"trusted_hosts = [{_text(IMAP_HOST)}, {_text(SUBMISSION_HOST)}, {_text(f'mx.{HOME}')}]"
    boxes = ("sent", "drafts", "archive", "trash", "junk")
    yield f"mailboxes = {{ {', '.join(f'{box} = {_text(box.capitalize())}' for box in boxes)} }}"


def _print(path: Path) -> str:
    return f"cat {shlex.quote(str(path))}"


def _text(value: str | Path) -> str:
    """A TOML basic string; JSON's escapes are a subset of its own, but for DEL (TOML 1.0, String)."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")


def _write(path: Path, content: str) -> None:
    """As a whole or not at all, and never readable by others, not even for a moment."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
    part.replace(path)
