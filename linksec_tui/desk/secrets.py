"""How an account proves who it is: by a password from a command or the system keyring, or by a token.

Sessions of every kind ask here, and only here. What was found is kept in memory for the session, and never written.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from linksec_tui.model.account import Account
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.keychain import SERVICE, Keychain, password_entry
from linksec_tui.wire.secret_command import run_secret_command


@dataclass(slots=True)
class Secrets:
    """One question an account, however many connections wait for the answer."""

    keychain: Keychain = field(default_factory=Keychain)
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def source(self, account: Account) -> CredentialSource:
        """What a session of this account is let in with."""
        return CredentialSource(
            ask=lambda: self.credentials(account), refused=lambda credentials: self.refused(account, credentials)
        )

    async def credentials(self, account: Account) -> Credentials:
        """What is valid now. Raises CredentialsRefused, ConfigurationError, KeychainUnusable, ConnectionProblem."""
        return Password(user=account.user or str(account.address), password=await self.password(account))

    def refused(self, account: Account, credentials: Credentials) -> None:
        """The server did not take it: ask again next time."""
        if isinstance(credentials, Password) and self._known.get(account.name) == credentials.password:
            del self._known[account.name]

    async def password(self, account: Account) -> str:
        """The account's password. Raises ConfigurationError, KeychainUnusable where none can be had."""
        async with self._asking:
            if account.name not in self._known:
                self._known[account.name] = await self._ask(account)
            return self._known[account.name]

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
