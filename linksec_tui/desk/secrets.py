"""How an account proves who it is: by a password from a command or a drawer, or by a token that renews itself.

Sessions of every kind ask here, and only here. What was found is kept in memory for the session, and never written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linksec_tui.model.account import Account
from linksec_tui.model.credentials import BearerToken, Credentials, Password
from linksec_tui.model.errors import ConfigurationError, NoKey
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.keychain import SERVICE, Keychain, password_entry
from linksec_tui.wire.secret_command import run_secret_command

if TYPE_CHECKING:  # with a password nobody signs in at a page: 10 ms before the first mail
    from linksec_tui.accounts.oauth_answer import Grant
    from linksec_tui.accounts.oauth_tokens import Drawer, Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What lets a new account in, given before there was a drawer to keep it: a password, or a sign-in."""

    account: Account
    secret: str | Grant = field(repr=False)


@dataclass(slots=True)
class Secrets:
    """One question an account, however many connections wait for the answer.

    Before the store is open there is the keyring, and what commands print; afterwards `tokens`, and their drawer.
    `ask` puts a question to the person, in a thread, where they can be asked.
    """

    keychain: Keychain = field(default_factory=Keychain)
    ask: Callable[[str], str] | None = None
    tokens: Tokens | None = None
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    _doubted: dict[str, str] = field(default_factory=dict, repr=False)  # what a server refused last
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def drawer(self) -> Drawer:
        return self.tokens.drawer if self.tokens else self.keychain

    def source(self, account: Account) -> CredentialSource:
        """What a session of this account is let in with."""
        return CredentialSource(
            ask=lambda: self.credentials(account), refused=lambda credentials: self.refused(account, credentials)
        )

    async def credentials(self, account: Account) -> Credentials:
        """What is valid now. Raises CredentialsRefused, ConfigurationError, KeychainUnusable, ConnectionProblem."""
        if account.oauth is None:
            return Password(user=account.user or str(account.address), password=await self.password(account))
        if self.tokens is None:
            from linksec_tui.accounts.oauth_refusal import not_signed_in  # deferred: see above

            raise not_signed_in(account)
        return await self.tokens.bearer(account, account.oauth)

    def refused(self, account: Account, credentials: Credentials) -> None:
        """The server did not take it: ask again, or renew, next time."""
        if isinstance(credentials, BearerToken):
            if self.tokens is not None:
                self.tokens.refused(credentials)
        elif self._known.get(account.name) == credentials.password:
            self._doubted[account.name] = self._known.pop(account.name)

    async def password(self, account: Account) -> str:
        """The account's password. Raises ConfigurationError, KeychainUnusable where none can be had."""
        async with self._asking:
            if account.name not in self._known:
                self._known[account.name] = await self._ask(account)
            return self._known[account.name]

    async def keep_password(self, account: Account, password: str) -> None:
        """Where the configuration says. Raises KeychainUnusable."""
        await self.drawer.write_secret(password_entry(account), password)
        self._known[account.name] = password

    async def take(self, brought: Brought) -> None:
        """Keep what was brought, where the configuration says. Raises KeychainUnusable."""
        if isinstance(brought.secret, str):
            await self.keep_password(brought.account, brought.secret)
        elif self.tokens is not None:
            await self.tokens.keep(brought.account, brought.secret)

    async def forget(self, account: Account) -> None:
        """The password and the sign-in of an account that goes. Idempotent."""
        self._known.pop(account.name, None)
        await self.drawer.delete_secret(password_entry(account))
        if self.tokens is not None:
            await self.tokens.forget(account)

    async def _ask(self, account: Account) -> str:
        if account.password_command:
            return await run_secret_command(account.password_command)
        kept = await self.drawer.read_secret(password_entry(account))
        person = self.ask if self.drawer is not self.keychain else None
        if person is not None and kept in (None, self._doubted.get(account.name)):
            return await self._ask_person(account, person)
        if kept is not None:
            return kept
        raise ConfigurationError(
            f"There is no password for the account {account.name} in the keyring.",
            f'Put it there with “keyring set {SERVICE} "{password_entry(account)}"”,'
            " or name a password_command in the configuration.",
        )

    async def _ask_person(self, account: Account, ask: Callable[[str], str]) -> str:
        try:
            password = await asyncio.to_thread(ask, f"The password of {account.address}")
        except NoKey as error:
            raise ConfigurationError(
                f"There is no password for the account {account.name}.", "Start this where you can be asked for it."
            ) from error
        await self.drawer.write_secret(password_entry(account), password)
        return password
