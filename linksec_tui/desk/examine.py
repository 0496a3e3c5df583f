"""A look over this machine for `doctor`: is the resolver believed, the keyring usable, does the store open?

Nothing is changed and no secret is read; one question is put to DNS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from linksec_tui.config import Config, KeySource
from linksec_tui.desk.unlock import DESK_FILE, MAIL_FILE
from linksec_tui.model.errors import LinksecError, StoreError
from linksec_tui.store.durable import in_our_words
from linksec_tui.store.lock import WORKER_FILE, FileLock
from linksec_tui.wire.keychain import Keychain
from linksec_tui.wire.resolver import open_resolver

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
class Examination:
    resolver: ResolverState
    keyring: KeyringState
    store: StoreState


async def examine(config: Config, clock: Callable[[], datetime]) -> Examination:
    """Everything that can be seen from here. Never raises for what is broken: that is what it tells."""
    keyring = await _keyring()
    return Examination(
        resolver=await _resolver(config, clock), keyring=keyring, store=_store(config, keyring_usable=keyring.usable)
    )


async def _resolver(config: Config, clock: Callable[[], datetime]) -> ResolverState:
    try:
        resolver = open_resolver(config.network, clock)
    except LinksecError as error:
        return ResolverState(configured=config.network.resolver, problem=str(error))
    account = config.account()
    try:
        answer = await resolver.query(account.address.domain if account else _SIGNED_DOMAIN, "MX")
    finally:
        await resolver.close()
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
