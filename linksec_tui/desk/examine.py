"""A look over this machine for `doctor`: is the resolver believed, the keyring usable, does the store open?

Nothing is changed and no secret is read; one question is put to DNS.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from linksec_tui.accounts.look import Looker
from linksec_tui.config import Config, KeySource
from linksec_tui.desk.store_files import DESK_FILE, MAIL_FILE
from linksec_tui.model.account import Server
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import LinksecError, StoreError
from linksec_tui.store.durable import in_our_words
from linksec_tui.store.lock import WORKER_FILE, FileLock
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.keychain import Keychain
from linksec_tui.wire.resolver import Resolver, open_resolver

_SIGNED_DOMAIN = "example.com"  # reserved (RFC 2606), always there, and signed


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverState:
    """`why` is a sentence on `believed`; `problem` is one where it does not answer."""

    configured: str
    believed: bool = False
    why: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringState:
    usable: bool
    backend: str = ""
    problem: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """`sizes` are those of the files that exist; `key` says where the key comes from."""

    directory: Path
    key: str
    sizes: tuple[tuple[str, int], ...] = ()
    worker: bool = False  # another process synchronises and submits just now
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """One server of an account: what it proved, or one sentence. No password was sent to learn it."""

    account: str
    service: Service
    facts: TlsFacts | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    resolver: ResolverState
    keyring: KeyringState
    store: StoreState
    servers: tuple[ServerState, ...] = ()


async def examine(config: Config, clock: Callable[[], datetime]) -> Examination:
    """Everything that can be seen from here. Never raises for what is broken: that is what it tells."""
    keyring = await _keyring()
    store = _store(config, keyring_usable=keyring.usable)
    try:
        resolver = open_resolver(config.network, clock)
    except LinksecError as error:
        unusable = ResolverState(configured=config.network.resolver, problem=str(error))
        return Examination(resolver=unusable, keyring=keyring, store=store)
    try:
        return Examination(
            resolver=await _resolver(config, resolver),
            keyring=keyring,
            store=store,
            servers=await _servers(config, resolver, clock),
        )
    finally:
        await resolver.close()


async def _servers(config: Config, resolver: Resolver, clock: Callable[[], datetime]) -> tuple[ServerState, ...]:
    """All at once: each of them may take its twelve seconds."""
    dialler = Dialler(
        addresses_of=resolver.addresses,
        connect_to=config.network.connect_to,
        private_addresses=config.network.private_addresses,
    )
    looker = Looker(resolver=resolver, dialler=dialler, clock=clock, ca_file=config.network.ca_file)
    looks = [
        _server(looker, account.name, service, server)
        for account in config.accounts
        for service, server in ((Service.IMAP, account.imap), (Service.SUBMISSION, account.submission))
        if server is not None
    ]
    return tuple(await asyncio.gather(*looks))


async def _server(looker: Looker, account: str, service: Service, server: Server) -> ServerState:
    try:
        return ServerState(account=account, service=service, facts=await looker.look(service, server))
    except LinksecError as error:
        return ServerState(account=account, service=service, problem=str(error))


async def _resolver(config: Config, resolver: Resolver) -> ResolverState:
    account = config.account()
    answer = await resolver.query(account.address.domain if account else _SIGNED_DOMAIN, "MX")
    return ResolverState(
        configured=config.network.resolver,
        believed=resolver.believed,
        why=resolver.upstream.why,
        problem=f"It does not answer ({answer.failure.detail})." if answer.failure else "",
    )


async def _keyring() -> KeyringState:
    state = await Keychain().usable()
    refused = tuple(f"{one.backend}: {one.why}" for one in state.refused)
    return KeyringState(usable=state.usable, backend=state.backend, problem=state.problem, refused=refused)


def _store(config: Config, *, keyring_usable: bool) -> StoreState:
    files = [config.state / name for name in (DESK_FILE, MAIL_FILE)]
    source = config.store.key or _source(config, keyring_usable=keyring_usable)
    problem = ""
    if source is None or (source is KeySource.KEYRING and not keyring_usable):
        problem = "No key for the store: there is no usable keyring, and no other source of a key is configured."
    state = StoreState(directory=config.state, key=source.value if source else "none", problem=problem)
    try:
        with in_our_words(config.state):
            sizes = tuple((path.name, path.stat().st_size) for path in files if path.exists())
            return replace(state, sizes=sizes, worker=_worker_elsewhere(config.state))
    except StoreError as error:
        return replace(state, problem=str(error))


def _source(config: Config, *, keyring_usable: bool) -> KeySource | None:
    """Where the key comes from when the configuration leaves it open (experience.md §5)."""
    if keyring_usable:
        return KeySource.KEYRING
    has_command = any(account.password_command for account in config.accounts)
    return KeySource.PASSWORD if has_command else None


def _worker_elsewhere(state: Path) -> bool:
    if not (state / WORKER_FILE).exists():
        return False
    with FileLock(state / WORKER_FILE) as lock:
        return not lock.try_alone()
