"""What the user configured, as a frozen Config; no secret stands in it (experience.md §5).

`config_file` reads it from TOML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from .model.account import Account
from .model.audit import Canary
from .model.oauth import OAuth

PROBED_AT_ONCE = (
    50  # recipients that `automatic` looks at by itself (experience.md §5); more are a list, which must ask
)


class ProbeWhen(StrEnum):
    """When an exchanger may be asked for STARTTLS (link-security.md §2.5)."""

    NEVER = "never"
    ON_DEMAND = "on-demand"
    AUTOMATIC = "automatic"


class Lookups(StrEnum):
    """When names are looked up: while typing, or only when the person asks."""

    TYPING = "typing"
    ASKED = "asked"


class KeySource(StrEnum):
    """Where the store's key comes from."""

    KEYRING = "keyring"
    COMMAND = "command"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a choice
    PASSWORD = "password"  # noqa: S105 - as above


class SecretsIn(StrEnum):
    """Where passwords and sign-ins are kept, unless an account has a command that prints its password."""

    KEYRING = "keyring"
    STORE = "store"  # linksec-tui's own encrypted store, which something else opens
    SESSION = "session"  # nowhere: asked for at each start, forgotten at its end


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectTo:
    """HOST:PORT:ADDRESS:PORT as curl means it; an empty HOST or a PORT of 0 stands for any."""

    host: str
    port: int
    address: str
    to_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    resolver: str = "system"
    trusted: bool = False
    ca_file: Path | None = None
    connect_to: tuple[ConnectTo, ...] = ()
    probe: ProbeWhen = ProbeWhen.ON_DEMAND
    private_addresses: bool = False
    timeout: float = 8.0  # seconds for one whole assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    key: KeySource | None = None  # None: keyring, or password where no keyring is usable
    key_command: str = ""
    secrets: SecretsIn = SecretsIn.KEYRING


@dataclass(frozen=True, slots=True, kw_only=True)
class Compose:
    undo_seconds: int = 5  # for so long a letter can be taken back
    editor: str = ""
    attach_reminder: bool = True  # a letter that speaks of a file and has none is asked about
    spelling: str = ""  # the dictionary's name, as hunspell or aspell has it; empty: nothing is marked


class Download(StrEnum):
    """Which messages are fetched whole before anybody opens them."""

    NONE = "none"
    RECENT = "recent"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How much of the mail is kept on this machine; the servers keep theirs whatever stands here."""

    download: Download = Download.RECENT
    keep_days: int = 0  # 0: until there is no room


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """How new mail is announced. `subject`: whether its sender and subject may be told outside of the client."""

    bell: bool = True
    terminal: bool = True
    desktop: bool = False
    command: str = ""
    subject: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    name: str = "linksec-dark"
    glyphs: str = ""  # "unicode", "ascii", or empty: as the terminal allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the user configured. `state` is where store, memory, outbox and cache live."""

    path: Path | None = None
    state: Path
    network: Network = field(default_factory=Network)
    lookups: Lookups = Lookups.TYPING
    store: Store = field(default_factory=Store)
    accounts: tuple[Account, ...] = ()
    oauth: Mapping[str, OAuth] = field(default_factory=lambda: MappingProxyType({}))
    compose: Compose = field(default_factory=Compose)
    notify: Notify = field(default_factory=Notify)
    mail: Mail = field(default_factory=Mail)
    theme: Theme = field(default_factory=Theme)
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    canaries: tuple[Canary, ...] = ()  # whom an audit of the provider writes to

    def account(self, name: str | None = None) -> Account | None:
        """The named account, or the first one; None where there is none."""
        return next((a for a in self.accounts if name in (None, a.name)), None)
