"""One connection to an account's server, signed in, handed out to one user at a time, opened again when it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from linksec_tui.model.account import Account
from linksec_tui.model.errors import ConfigurationError, ConnectionProblem, MailboxRefused
from linksec_tui.wire.admission import CredentialSource, admitted
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import Means


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How an account's server is reached, and who asks."""

    account: Account
    means: Means
    credentials: CredentialSource

    async def session(self) -> ImapSession:
        """A new session, signed in. Raises ConnectionProblem, ConfigurationError, KeychainUnusable."""
        server = self.account.imap
        if server is None:
            raise ConfigurationError(
                f"The account {self.account.name} has no IMAP server.", 'Add imap = { host = "…" } to it.'
            )
        return await admitted(lambda: ImapSession.connect(server, self.means), self.credentials)


Opening = Callable[[], Awaitable[ImapSession]]


class Line:
    """The connection that work is done on. Whoever waits gets it next, so a long task takes it piece by piece.

    `first`: a session that is being opened already, taken once, with the failure that it may have met.
    """

    def __init__(self, sign_in: SignIn, first: Opening | None = None) -> None:
        self._sign_in = sign_in
        self._first = first
        self._session: ImapSession | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0

    @property
    def wanted(self) -> bool:
        """Somebody else waits for it."""
        return self._waiting > 0

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[ImapSession]:
        """The session, opened where there is none. A failure closes it, except a refusal, which is an answer."""
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            yield await self._alive()
        except MailboxRefused:
            raise
        except ConnectionProblem:
            await self._drop()
            raise
        finally:
            self._turn.release()

    async def _alive(self) -> ImapSession:
        if self._session is not None and not self._session.alive:
            await self._drop()
        if self._session is None:
            first, self._first = self._first, None
            self._session = await (first or self._sign_in.session)()
            await self._session.prepare()
        return self._session

    @asynccontextmanager
    async def mailbox(self, wire_name: str, uidvalidity: int) -> AsyncGenerator[ImapSession]:
        """The session with a mailbox selected whose UIDs are still the ones that we know."""
        async with self.session() as session:
            selected = session.selected
            if selected is None or selected.wire_name != wire_name:
                selected = await session.select(wire_name)
            if selected.uidvalidity != uidvalidity:
                raise MailboxRefused(
                    "The server has renumbered this mailbox.", "It is being read again; try once more in a moment."
                )
            yield session

    def doubt(self) -> None:
        """It may be dead without anybody having said so."""
        if self._session is not None:
            self._session.doubt()

    async def close(self) -> None:
        async with self._turn:
            await self._drop()

    async def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
