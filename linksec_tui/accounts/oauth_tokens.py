"""The tokens of signed-in accounts: kept where secrets are kept, renewed before they end, by one session at a time.

A refresh token may be good for one use only (rotation), and using an old one again may end the whole sign-in
(RFC 9700 §4.14.2). So between the sessions of one process there is a lock, between processes another, and what a
renewal gave is kept before it is used.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from linksec_tui.accounts.oauth_answer import Grant, Refusal, parse_grant, read_grant, render_grant
from linksec_tui.accounts.oauth_form import refresh_form
from linksec_tui.accounts.oauth_refusal import not_signed_in, of_renewal, sign_in_again
from linksec_tui.model.account import Account
from linksec_tui.model.credentials import BearerToken
from linksec_tui.model.errors import CredentialsRefused, KeychainUnusable, LinksecError, Unreachable
from linksec_tui.model.oauth import OAuth
from linksec_tui.store.durable import make_private_directory
from linksec_tui.store.lock import FileLock
from linksec_tui.wire.https_form import FormSender

log = logging.getLogger("linksec_tui.accounts")

LOCK_FILE = "sign-in.lock"
_OTHERS_MAY_TAKE = 60.0  # seconds: another process's renewal, with a keyring that waits to be unlocked
_LOOK_AGAIN = 0.1


class Drawer(Protocol):
    """Where secrets are kept: the keyring, the encrypted store, or this process's memory."""

    async def read_secret(self, name: str) -> str | None: ...
    async def write_secret(self, name: str, secret: str) -> None: ...
    async def delete_secret(self, name: str) -> None: ...


@dataclass(slots=True, kw_only=True)
class Tokens:
    """`state`: the directory whose processes share these tokens."""

    drawer: Drawer
    forms: FormSender
    clock: Callable[[], datetime]
    state: Path
    _known: dict[str, Grant] = field(default_factory=dict, repr=False)
    _refused: set[str] = field(default_factory=set, repr=False)  # access tokens that a mail server did not take
    _unkept: dict[str, Grant] = field(default_factory=dict, repr=False)  # newer than what the drawer has
    _ended: dict[str, CredentialsRefused] = field(default_factory=dict, repr=False)  # by refresh token
    _turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def bearer(self, account: Account, oauth: OAuth) -> BearerToken:
        """A token that is valid now. Raises CredentialsRefused where the person has to sign in."""
        async with self._turns[account.name]:
            grant = self._known.get(account.name)
            if grant is None or not self._fresh(grant):
                grant = await self._renewed(account, oauth)
                self._known[account.name] = grant
            return BearerToken(user=account.user or str(account.address), token=grant.access_token)

    def refused(self, token: BearerToken) -> None:
        """A server did not take it: the next one that is asked for is a new one."""
        self._refused.add(token.token)

    async def keep(self, account: Account, grant: Grant) -> None:
        """A new sign-in. Raises KeychainUnusable."""
        async with self._turns[account.name], self._alone():
            await self.drawer.write_secret(grant_entry(account), render_grant(grant))
            self._known[account.name] = grant
            self._unkept.pop(account.name, None)

    async def forget(self, account: Account) -> None:
        """Nobody is signed in any more, as far as this machine goes. Idempotent."""
        async with self._turns[account.name], self._alone():
            for remembered in (self._known, self._unkept):
                remembered.pop(account.name, None)
            await self.drawer.delete_secret(grant_entry(account))

    async def _renewed(self, account: Account, oauth: OAuth) -> Grant:
        async with self._alone():
            grant = self._unkept.get(account.name) or await self._read(account)
            if grant is None:
                raise not_signed_in(account)
            if self._fresh(grant):  # another process, or a new sign-in, was faster
                return grant
            try:
                return await self._renew(account, oauth, grant)
            except Unreachable:
                if self._usable(grant):
                    return grant  # it ends soon, not yet
                raise

    async def _renew(self, account: Account, oauth: OAuth, grant: Grant) -> Grant:
        if not grant.refresh_token:
            raise CredentialsRefused(
                f"Your sign-in to the account {account.name} has ended; {oauth.name} gave nothing to renew it with.",
                sign_in_again(account),
            )
        if ended := self._ended.get(grant.refresh_token):
            raise CredentialsRefused(ended.sentence, ended.next_step)
        answer = await self.forms.post(oauth.token_endpoint, refresh_form(oauth, grant.refresh_token))
        found = parse_grant(answer.status, answer.body, self.clock())
        if isinstance(found, Refusal):
            return await self._refused_renewal(account, grant, of_renewal(found, oauth, account))
        log.info("the sign-in of %s was renewed", account.name)
        # RFC 6749 §6: without a new refresh token the old one stays
        new = replace(
            found, refresh_token=found.refresh_token or grant.refresh_token, scopes=found.scopes or grant.scopes
        )
        await self._write(account, new)
        return new

    async def _refused_renewal(self, account: Account, grant: Grant, error: LinksecError) -> Grant:
        """Somebody beyond our locks may have used the token first: then there is a newer one."""
        newer = await self._read(account)
        if newer is not None and newer != grant and self._fresh(newer):
            return newer
        if isinstance(error, CredentialsRefused):
            self._ended[grant.refresh_token] = error  # it will not get better: the server is not asked again
            self._unkept.pop(account.name, None)
        log.info("the sign-in of %s was not renewed: %s", account.name, type(error).__name__)
        raise error

    async def _read(self, account: Account) -> Grant | None:
        kept = await self.drawer.read_secret(grant_entry(account))
        return read_grant(kept) if kept else None

    async def _write(self, account: Account, grant: Grant) -> None:
        """A keyring that was locked meanwhile costs a sign-in at the next start, not this session."""
        try:
            await self.drawer.write_secret(grant_entry(account), render_grant(grant))
            self._unkept.pop(account.name, None)
        except KeychainUnusable as error:
            self._unkept[account.name] = grant
            log.warning("the renewed sign-in of %s could not be kept: %s", account.name, type(error).__name__)

    def _fresh(self, grant: Grant) -> bool:
        return self._usable(grant) and (grant.renew_at is None or self.clock() < grant.renew_at)

    def _usable(self, grant: Grant) -> bool:
        if grant.access_token in self._refused:
            return False
        return grant.expires_at is None or self.clock() < grant.expires_at

    @asynccontextmanager
    async def _alone(self) -> AsyncGenerator[None]:
        """No other process of this state directory renews meanwhile."""
        await asyncio.to_thread(make_private_directory, self.state)
        lock = FileLock(self.state / LOCK_FILE)
        try:
            async with asyncio.timeout(_OTHERS_MAY_TAKE):
                while not lock.try_alone():  # noqa: ASYNC110 - another process's lock tells nobody when it goes
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError:
            lock.release()
            raise Unreachable("Another linksec-tui is still signing in.", "It will be tried again.") from None
        except BaseException:
            lock.release()
            raise
        try:
            yield
        finally:
            lock.release()


def grant_entry(account: Account) -> str:
    """Where an account's tokens stand: by user and server, as its password does."""
    server = account.imap or account.submission
    return f"sign-in of {account.user or account.address} at {server.host if server else account.address.domain}"
