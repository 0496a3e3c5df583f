"""Where secrets are kept: the system's keyring, the encrypted store, or nowhere; never a plain file (experience.md §5).

Who has no keyring is asked once what to do, in these words; the answer stands in the configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from linksec_tui.accounts.oauth_tokens import Drawer
from linksec_tui.config import KeySource, SecretsIn
from linksec_tui.store import secrets
from linksec_tui.store.vault import Vault
from linksec_tui.wire.keychain import Keychain, KeychainState


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDrawer:
    """In desk.db, which its own key encrypts."""

    vault: Vault

    async def read_secret(self, name: str) -> str | None:
        return await self.vault.run(secrets.read_secret, name)

    async def write_secret(self, name: str, secret: str) -> None:
        await self.vault.run(secrets.write_secret, name, secret)

    async def delete_secret(self, name: str) -> None:
        await self.vault.run(secrets.delete_secret, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDrawer:
    """In this process alone, for as long as it runs."""

    _kept: dict[str, str] = field(default_factory=dict[str, str], repr=False)

    async def read_secret(self, name: str) -> str | None:
        return self._kept.get(name)

    async def write_secret(self, name: str, secret: str) -> None:
        self._kept[name] = secret

    async def delete_secret(self, name: str) -> None:
        self._kept.pop(name, None)


def drawer_of(place: SecretsIn, keychain: Keychain, vault: Vault) -> Drawer:
    match place:
        case SecretsIn.KEYRING:
            return keychain
        case SecretsIn.STORE:
            return StoreDrawer(vault=vault)
        case SecretsIn.SESSION:
            return SessionDrawer()
        case _:
            assert_never(place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """One answer to “where shall passwords be kept?”: its name, what it means, and what it sets under [store].

    `command`: a password_command has to be named too. `possible`: False with the reason in `meaning`.
    """

    name: str
    meaning: str
    settings: Mapping[str, str]
    command: bool = False
    possible: bool = True


def ways_to_keep(keyring: KeychainState) -> tuple[Keeping, ...]:
    """All answers, the best one first. Without a usable keyring the person is asked; with one, it is simply used."""
    return (_keyring(keyring), _PASSPHRASE, _COMMAND, _SESSION)


def _keyring(state: KeychainState) -> Keeping:
    meaning = (
        f"{state.backend} keeps them, encrypted; they are open to your programs while you are logged in."
        if state.usable
        else f"Not possible here: {state.problem}"
    )
    settings = {"key": KeySource.KEYRING.value, "secrets": SecretsIn.KEYRING.value}
    return Keeping(name="In this system's keyring", meaning=meaning, settings=settings, possible=state.usable)


_PASSPHRASE = Keeping(
    name="In linksec-tui's own store, under a passphrase",
    meaning="You type the passphrase at each start. It opens your mail and your passwords; forgotten, both are lost.",
    settings={"key": KeySource.PASSPHRASE.value, "secrets": SecretsIn.STORE.value},
)
_COMMAND = Keeping(
    name="Elsewhere: a command of yours prints the password",
    meaning="As “pass show mail” does. What it prints also opens the store of your mail.",
    settings={"key": KeySource.PASSWORD.value, "secrets": SecretsIn.STORE.value},
    command=True,
)
_SESSION = Keeping(
    name="Nowhere",
    meaning="You type a passphrase for your mail and the password at each start; it is forgotten at the end.",
    settings={"key": KeySource.PASSPHRASE.value, "secrets": SecretsIn.SESSION.value},
)
