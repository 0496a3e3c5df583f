"""config.toml → Config: every problem is found and said, not the first; an unknown key names the nearest known one."""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

import platformdirs

from linksec_tui.config import (
    Compose,
    Config,
    ConnectTo,
    Download,
    KeySource,
    Lookups,
    Mail,
    Network,
    Notify,
    ProbeWhen,
    SecretsIn,
    Store,
    Theme,
)
from linksec_tui.config_oauth import chosen, read_oauth
from linksec_tui.config_table import Table, nearest
from linksec_tui.model.account import Account, Identity, SentCopy, Server, Tls
from linksec_tui.model.address import Address, parse_address, parse_domain
from linksec_tui.model.audit import Breaks, Canary
from linksec_tui.model.errors import BadInput, ConfigurationError
from linksec_tui.model.evidence_words import Mechanism
from linksec_tui.model.letter_words import Requirement
from linksec_tui.model.oauth import OAuth
from linksec_tui.model.visible import visible

ENVIRONMENT = "LINKSEC_TUI_CONFIG"
MAX_FILE = 1 << 20  # a configuration is written by hand
_APP = "linksec-tui"
_IMAP_IN_CLEAR = 143  # RFC 8314 §3.3: a port of servers that wait to be asked for TLS
_RESOLVER = re.compile(r"system|tls://.+|https://.+|[0-9a-fA-F.:\[\]]+")

_DICTIONARY = re.compile(r"[A-Za-z][A-Za-z0-9_,-]{0,80}")
_AUTHSERV_ID = re.compile(r"[^\s;=\"()]{1,255}")

_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


def config_path(named: str | Path | None = None) -> Path:
    """The file named on the command line, by the environment, or the platform's place for it."""
    chosen = named or os.environ.get(ENVIRONMENT)
    if not chosen:
        return Path(platformdirs.user_config_dir(_APP)) / "config.toml"
    try:
        return Path(chosen).expanduser()
    except RuntimeError:  # `~name`, and nobody is called so: then it is a file's name
        return Path(chosen)


def load(named: str | Path | None = None) -> Config:
    """The configuration; without a file, an empty one. Raises ConfigurationError with every problem."""
    path = config_path(named)
    explicit = named is not None or ENVIRONMENT in os.environ
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE + 1)  # whatever the name leads to may have no end
    except FileNotFoundError as error:
        if explicit:
            raise ConfigurationError(f"There is no configuration file at {path}.", "Check the path.") from error
        return Config(state=Path(platformdirs.user_state_dir(_APP)))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read ({error.strerror}).", "Check its permissions.") from error
    return parse(raw, path=path, explicit=explicit)


def parse(raw: bytes, *, path: Path, explicit: bool) -> Config:
    """The text of a configuration file → Config. Raises ConfigurationError with every problem."""
    if len(raw) > MAX_FILE:
        raise ConfigurationError(f"{path} is larger than a configuration can be.", "Check the path.")
    try:
        document = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, a number of thousands of digits
        raise ConfigurationError(f"{path} is not valid TOML: {visible(str(error))}.", "Mend that line.") from error
    reader = _Reader(path)
    config = reader.config(document, explicit=explicit)
    if reader.problems:
        listed = "\n".join(f"  {problem}" for problem in reader.problems)
        raise ConfigurationError(f"{path} has problems:\n{listed}")
    return config


class _Reader:
    """Reads the whole document and collects what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []

    def problem(self, text: str) -> None:
        self.problems.append(text)

    def config(self, document: Mapping[str, object], *, explicit: bool) -> Config:
        top = Table(self.problem, "", dict(document))
        network = top.sub("network")
        # TOML puts a key written below [network] into it: `lookups` is accepted in both places.
        lookups = (network if network.has("lookups") else top).choice("lookups", Lookups, Lookups.TYPING)
        oauth = read_oauth(top.sub("oauth"))
        config = Config(
            path=self.path,
            state=self._state(top.sub("paths"), explicit=explicit),
            network=self._network(network),
            lookups=lookups,
            store=self._store(top.sub("store")),
            accounts=self._accounts(top.take("account"), oauth),
            oauth=oauth,
            compose=self._compose(top.sub("compose")),
            notify=self._notify(top.sub("notify")),
            mail=self._mail(top.sub("mail")),
            theme=self._theme(top.sub("theme")),
            keys=self._keys(top.take("keys")),
            canaries=self._canaries(top.sub("audit")),
        )
        top.unknown()
        return config

    def _network(self, table: Table) -> Network:
        resolver = table.text("resolver", "system")
        if not _RESOLVER.fullmatch(resolver):
            table.problem("resolver", "must be system, an address, tls://ADDRESS#NAME or https://….")
        network = Network(
            resolver=resolver,
            trusted=table.flag("trusted", default=False),
            ca_file=self._file(table, "ca_file"),
            connect_to=table.converted("connect_to", parse_connect_to),
            probe=table.choice("probe", ProbeWhen, ProbeWhen.ON_DEMAND),
            private_addresses=table.flag("private_addresses", default=False),
            timeout=table.number("timeout", 8.0, least=1, most=120),
        )
        table.unknown()
        return network

    def _file(self, table: Table, key: str) -> Path | None:
        text = table.text(key)
        return self._path(table, key, text) if text else None

    def _path(self, table: Table, key: str, text: str) -> Path:
        """Seen from the configuration's own place; `~` is somebody's home."""
        try:
            return self.path.parent / Path(text).expanduser()
        except RuntimeError:
            table.problem(key, "begins with the home of somebody who is not known here.")
            return self.path.parent / text

    def _state(self, table: Table, *, explicit: bool) -> Path:
        text = table.text("state")
        table.unknown()
        if text:
            return self._path(table, "state", text)
        if explicit:
            table.problem("state", "must be set in a configuration file of its own place, so that worlds never mix.")
        return Path(platformdirs.user_state_dir(_APP))

    def _store(self, table: Table) -> Store:
        key = table.choice("key", KeySource, KeySource.KEYRING) if table.has("key") else None
        store = Store(
            key=key,
            key_command=table.text("key_command"),
            secrets=table.choice("secrets", SecretsIn, SecretsIn.KEYRING),
        )
        if key is KeySource.COMMAND and not store.key_command:
            table.problem("key_command", 'is missing (key = "command" needs it).')
        table.unknown()
        return store

    def _compose(self, table: Table) -> Compose:
        compose = Compose(
            undo_seconds=int(table.number("undo_seconds", Compose().undo_seconds, least=0, most=3600)),
            editor=table.text("editor"),
            attach_reminder=table.flag("attach_reminder", default=Compose().attach_reminder),
            spelling=self._dictionary(table),
        )
        table.unknown()
        return compose

    def _dictionary(self, table: Table) -> str:
        """It goes on a program's command line."""
        name = table.text("spelling")
        if name and not _DICTIONARY.fullmatch(name):
            table.problem("spelling", 'must name a dictionary, such as "en_GB" or "de_DE,en_GB".')
        return name

    def _notify(self, table: Table) -> Notify:
        usual = Notify()
        notify = Notify(
            bell=table.flag("bell", default=usual.bell),
            terminal=table.flag("terminal", default=usual.terminal),
            desktop=table.flag("desktop", default=usual.desktop),
            command=table.text("command"),
            subject=table.flag("subject", default=usual.subject),
        )
        table.unknown()
        return notify

    def _mail(self, table: Table) -> Mail:
        mail = Mail(
            download=table.choice("download", Download, Download.RECENT),
            keep_days=int(table.number("keep_days", 0, least=0, most=36_500)),
        )
        table.unknown()
        return mail

    def _canaries(self, table: Table) -> tuple[Canary, ...]:
        canaries = table.converted("canaries", _canary)
        table.unknown()
        return canaries

    def _theme(self, table: Table) -> Theme:
        glyphs = table.text("glyphs")
        if glyphs not in ("", "unicode", "ascii"):
            table.problem("glyphs", "must be unicode or ascii.")
        theme = Theme(name=table.text("name", Theme().name), glyphs=glyphs)
        table.unknown()
        return theme

    def _keys(self, content: object) -> Mapping[str, str]:
        if content is None:
            return MappingProxyType({})
        table = cast("dict[str, Any]", content) if isinstance(content, dict) else {"": None}
        for key, value in table.items():
            if not isinstance(value, str):
                self.problem(f'keys.{visible(key)} must be keys in a text, such as "n,j".')
        return MappingProxyType({key: value for key, value in table.items() if isinstance(value, str)})

    def _accounts(self, content: object, oauth: Mapping[str, OAuth]) -> tuple[Account, ...]:
        if content is None:
            return ()
        if not isinstance(content, list):
            self.problem("account must be written as [[account]].")
            return ()
        accounts = [
            self._account(Table(self.problem, f"account[{number}]", item), oauth)
            for number, item in enumerate(cast("list[object]", content), 1)
        ]
        names = [account.name for account in accounts]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.problem(f"two accounts are called {visible(name)}.")
        return tuple(accounts)

    def _account(self, table: Table, oauth: Mapping[str, OAuth]) -> Account:
        address = self._address(table)
        insists = table.converted("enforces", _mechanism) if table.has("enforces") else None
        mailboxes = table.sub("mailboxes")
        account = Account(
            name=table.text("name") or str(address),
            address=address,
            display_name=table.text("display_name"),
            identities=self._identities(table),
            user=table.text("user") or str(address),
            password_command=table.text("password_command"),
            oauth=chosen(table, oauth),
            imap=self._server(table, "imap", default_port=993),
            submission=self._server(table, "submission", default_port=465),
            insists=None if insists is None else frozenset(insists),
            local_domains=frozenset(table.converted("local_domains", parse_domain)),
            require=self._requirement(table) or Requirement.ANY,
            sent=table.choice("sent", SentCopy, SentCopy.AUTO),
            mailboxes=MappingProxyType({key: mailboxes.text(key) for key in _MAILBOX_KEYS if mailboxes.has(key)}),
            signature=table.text("signature"),
            trusted_hosts=frozenset(table.converted("trusted_hosts", parse_domain)),
            authserv_id=self._authserv_id(table),
        )
        mailboxes.unknown()
        table.unknown()
        return account

    def _address(self, table: Table) -> Address:
        text = table.text("address")
        try:
            return parse_address(text)
        except BadInput as error:
            table.problem("address", f"is needed, as name@domain ({error.sentence})")
            return Address("nobody", "invalid")

    def _identities(self, account: Table) -> tuple[Identity, ...]:
        """Texts, or tables where one has a requirement of its own."""
        content = account.take("identities")
        if not isinstance(content, list | None):
            account.problem("identities", "must be a list.")
            return ()
        items = enumerate(cast("list[object]", content or []), 1)
        return tuple(self._identity(account.name(f"identities[{number}]"), item) for number, item in items)

    def _identity(self, where: str, item: object) -> Identity:
        table = Table(self.problem, where, {"address": item} if isinstance(item, str) else item)
        written = table.text("address")
        if "@" not in written:
            table.problem("address", 'is needed, as "name@domain" or "Name <name@domain>".')
        identity = Identity(written=written, require=self._requirement(table))
        table.unknown()
        return identity

    def _authserv_id(self, table: Table) -> str:
        text = table.text("authserv_id").lower()
        if text and not _AUTHSERV_ID.fullmatch(text):
            table.problem("authserv_id", "must be one word, as it stands at the head of Authentication-Results.")
        return text

    def _requirement(self, table: Table) -> Requirement | None:
        """None where the table does not say."""
        text = table.text("require")
        try:
            return Requirement(text) if text else None
        except ValueError:
            table.problem("require", f"must be one of: {', '.join(item.value for item in Requirement)}.")
            return None

    def _server(self, account: Table, key: str, *, default_port: int) -> Server | None:
        if not account.has(key):
            account.take(key)
            return None
        table = account.sub(key)
        host = table.text("host")
        tls = table.choice("tls", Tls, Tls.IMPLICIT)
        port = int(table.number("port", default_port, least=1, most=65535))
        server = Server(host=host, port=port, tls=tls, pin=self._pin(table))
        self._check_server(table, key, server)
        table.unknown()
        return server

    def _pin(self, table: Table) -> str:
        """As `openssl x509 -fingerprint -sha256` prints it, too."""
        text = table.text("pin")
        pin = text.removeprefix("sha256:").replace(":", "").lower()
        if text and not (text.startswith("sha256:") and re.fullmatch("[0-9a-f]{64}", pin)):
            table.problem("pin", "must be sha256: and the 64 hexadecimal digits of one certificate.")
        return pin

    def _check_server(self, table: Table, key: str, server: Server) -> None:
        try:
            parse_domain(server.host)
        except BadInput:
            table.problem("host", "is needed, as the name of a server.")
        if server.port == _IMAP_IN_CLEAR:
            table.problem("port", "143 is never used: it waits to be asked for TLS.")
        if key == "imap" and server.tls is not Tls.IMPLICIT:
            table.problem("port", "must be one that speaks TLS from the first byte, usually 993.")
        if server.port == 25:
            table.problem("port", "25 is for servers among themselves; submission is 465 or 587.")


_MAILBOX_KEYS = ("sent", "drafts", "trash", "archive", "junk")


def _mechanism(text: str) -> Mechanism:
    try:
        return Mechanism(text)
    except ValueError:
        raise ValueError(f"one of: {', '.join(Mechanism)}{nearest(text, Mechanism)}") from None


def parse_connect_to(text: str) -> ConnectTo:
    """HOST:PORT:ADDRESS:PORT; HOST and the ports may be empty; an IPv6 ADDRESS stands in brackets."""
    match = re.fullmatch(r"([^:]*):(\d*):(\[[0-9a-fA-F:.]+\]|[^:]*):(\d*)", text)
    if match is None:
        raise ValueError("write it as HOST:PORT:ADDRESS:PORT")
    host, port, address, to_port = match.groups()
    ports = [int(number or 0) for number in (port, to_port)]
    if max(ports) > 65535:
        raise ValueError("a port is at most 65535")
    if ports[1] == _IMAP_IN_CLEAR:
        raise ValueError("port 143 is never used")
    address = address.strip("[]")
    try:
        ipaddress.ip_address(address or "::")
    except ValueError:
        parse_domain(address)
    return ConnectTo(host=host.lower(), port=ports[0], address=address, to_port=ports[1])


def _canary(written: str) -> Canary:
    """“BREAKS ADDRESS”. Raises BadInput."""
    breaks, _, address = written.strip().partition(" ")
    if breaks not in set(Breaks):
        raise BadInput(f"“{visible(written)[:60]}” does not begin with what is broken.", f"One of {', '.join(Breaks)}.")
    return Canary(breaks=Breaks(breaks), address=parse_address(address.strip()))
