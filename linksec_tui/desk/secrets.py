"""Passwords of accounts: from the configured command or the system keyring, kept for the session, never written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from linksec_tui.model.account import Account
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.wire.keychain import SERVICE, Keychain, password_entry
from linksec_tui.wire.secret_command import run_secret_command


@dataclass(slots=True)
class Secrets:
    """One question an account, however many connections wait for the answer."""

    keychain: Keychain = field(default_factory=Keychain)
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def password(self, account: Account) -> str:
        """The account's password. Raises ConfigurationError, KeychainUnusable where none can be had."""
        async with self._asking:
            if account.name not in self._known:
                self._known[account.name] = await self._ask(account)
            return self._known[account.name]

    def forget(self, account: Account) -> None:
        """The server refused it: ask again next time."""
        self._known.pop(account.name, None)

    async def _ask(self, account: Account) -> str:
        if account.password_command:
            return await run_secret_command(account.password_command)
        password = await self.keychain.password_for(account)
        if password is None:
            raise ConfigurationError(
                f"There is no password for the account {account.name} in the keyring.",
                f'Put it there with “keyring set {SERVICE} "{password_entry(account)}"”,'
                " or name a password_command in the configuration.",
            )
        return password
