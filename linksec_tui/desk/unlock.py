"""The key that opens the store: from the keyring, a command, a passphrase, or wrapped under the account's password.

Where none can be had, one sentence is said and nothing is written (experience.md §5).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes

from linksec_tui.config import Config, KeySource
from linksec_tui.desk.glance import EarlyKey
from linksec_tui.desk.secrets import Secrets
from linksec_tui.desk.store_files import DESK_FILE, key_from_hex
from linksec_tui.model.errors import ConfigurationError, NoKey
from linksec_tui.store.durable import in_our_words
from linksec_tui.wire.keychain import store_key_entry
from linksec_tui.wire.secret_command import run_secret_command

_WRAPPED_FILE = "store.key"

Ask = Callable[[str], str]  # the question → what the person typed; called in a thread

OPENS = "The passphrase that opens the store"
NEW = "A new passphrase for the store"
AGAIN = "The same passphrase once more"


async def store_key(
    config: Config, secrets: Secrets, ask_passphrase: Ask | None, early: EarlyKey | None = None
) -> bytes:
    """The store's 32 bytes; `early` has asked for them already. Raises NoKey, StoreError, ConfigurationError."""
    if early is not None:
        return key_from_hex(await asyncio.wrap_future(early.line))
    match config.store.key:
        case KeySource.COMMAND:
            return key_from_hex(await run_secret_command(config.store.key_command))
        case KeySource.PASSPHRASE:
            return await _from_passphrase(config, ask_passphrase)
        case KeySource.PASSWORD:
            return await _from_password(config, secrets)
        case KeySource.KEYRING:
            return await _from_keyring(config, secrets)
        case None:
            return await _as_possible(config, secrets)


async def _as_possible(config: Config, secrets: Secrets) -> bytes:
    """Nothing configured: the keyring, else a key wrapped under what password_command prints."""
    has_command = any(account.password_command for account in config.accounts)
    if _is_there(config.state / _WRAPPED_FILE) or (has_command and not (await secrets.keychain.usable()).usable):
        return await _from_password(config, secrets)
    return await _from_keyring(config, secrets)


async def _from_keyring(config: Config, secrets: Secrets) -> bytes:
    keychain, entry = secrets.keychain, store_key_entry(config.state)
    state = await keychain.usable()
    if not state.usable:
        raise NoKey(
            f"No key for the store. {state.problem}",
            "Set [store] key to command, passphrase or password in the configuration.",
        )
    found = await keychain.read_secret(entry)
    if found is not None:
        return key_from_hex(found)
    if _is_there(config.state / DESK_FILE):
        raise NoKey(
            f"The key of the store in {config.state} is not in the keyring.",
            "Unlock the keyring that held it; without the key nothing can open the store.",
        )
    key = token_bytes(32)
    await keychain.write_secret(entry, key.hex())
    return key


async def _from_passphrase(config: Config, ask: Ask | None) -> bytes:
    if ask is None:
        raise NoKey("No key for the store: it is opened by a passphrase.", "Start this where you can be asked for it.")
    if (config.state / _WRAPPED_FILE).exists():
        return await asyncio.to_thread(_unwrap, config, await asyncio.to_thread(ask, OPENS))
    passphrase = await asyncio.to_thread(ask, NEW)
    if await asyncio.to_thread(ask, AGAIN) != passphrase:
        raise NoKey("No key for the store: the two passphrases differ. Nothing was written.", "Try again.")
    return await asyncio.to_thread(_unwrap, config, passphrase)


async def _from_password(config: Config, secrets: Secrets) -> bytes:
    account = next((account for account in config.accounts if account.password_command), None)
    if account is None:
        raise ConfigurationError(
            'The store\'s key is to be wrapped under a password (key = "password"), and no account has a'
            " password_command.",
            "Add one, or choose another [store] key.",
        )
    password = await secrets.password(account)
    return await asyncio.to_thread(_unwrap, config, password)


def _unwrap(config: Config, secret: str) -> bytes:
    from linksec_tui.store import wrapped_key  # deferred: Argon2 and ciphers, 30 ms, only where there is a passphrase

    path: Path = config.state / _WRAPPED_FILE
    if not secret:
        raise NoKey("No key for the store: the passphrase is empty.", "Give one.")
    if _is_there(path):
        return wrapped_key.read_key(path, secret)
    return wrapped_key.create_key(path, secret)


def has_store(state: Path) -> bool:
    """Is there a store, or the key of one, so that it matters how it is opened?"""
    return _is_there(state / _WRAPPED_FILE) or _is_there(state / DESK_FILE)


def _is_there(path: Path) -> bool:
    with in_our_words(path.parent):
        return path.exists()
