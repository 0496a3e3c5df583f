"""The first start of all: nothing is kept that could be shown, so the newest mail comes while the screens are loaded.

What it takes to connect is loaded before them: the server has its work to do meanwhile.

The event loop runs before the application does, in a thread; the application goes on with it, and with the connection
that was opened over it. So nobody signs in twice, and a password that was refused is not tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import TypeVar

from linksec_tui.config import Config
from linksec_tui.desk.glance import Glance
from linksec_tui.desk.secrets import Secrets
from linksec_tui.incoming.first_mail import FirstMail, fetch_first_mail
from linksec_tui.incoming.line import SignIn
from linksec_tui.model.account import Account
from linksec_tui.model.errors import LinksecError, MailboxRefused
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import Means
from linksec_tui.wire.resolver import Resolver, open_resolver

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """A session that is signed in, and what came over it."""

    session: ImapSession
    mail: FirstMail | None


class EarlyMail:
    """What is asked of the first account's server before there is a store, a desk or a screen."""

    def __init__(self, config: Config, account: Account) -> None:
        self.account = account
        self.secrets = Secrets()  # what is known by now is not asked for again
        self._config = config
        self._taken = False
        self._runner = asyncio.Runner()
        self._loop = self._runner.get_loop()
        self._coming = self._loop.create_task(self._come(), name="early mail")
        # A daemon: a command that waits for the person does not keep the program from ending.
        self._thread = Thread(target=self._loop.run_forever, name="early mail", daemon=True)
        self._thread.start()

    def run(self, application: Coroutine[object, object, Result]) -> Result:
        """The application, in the loop that runs already."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        with self._runner:
            return self._runner.run(self._until_the_end(application))

    async def glance(self, patience: float) -> Glance | None:
        """The newest mail, if it comes in that many seconds. What is wrong is said by the desk, and not here."""
        with suppress(LinksecError, TimeoutError):
            async with asyncio.timeout(patience):
                return _glance((await asyncio.shield(self._coming)).mail)
        return None

    @property
    def at_hand(self) -> Glance | None:
        """The newest mail, if it is here by now."""
        return _glance(self.mail)

    @property
    def mail(self) -> FirstMail | None:
        """What came, if it is here by now."""
        done = self._coming.done() and not self._coming.cancelled() and self._coming.exception() is None
        return self._coming.result().mail if done else None

    async def session(self) -> ImapSession:
        """The session, for whoever goes on with it. Raises what opening one does."""
        came = await asyncio.shield(self._coming)
        self._taken = True
        return came.session

    async def _come(self) -> _Came:
        resolver = open_resolver(self._config.network, _utc_now)
        try:
            session = await self._sign_in(resolver).session()
        finally:
            await resolver.close()
        try:
            with suppress(MailboxRefused):  # it works without, too
                await session.prepare()
            return _Came(session=session, mail=await fetch_first_mail(session, self.account))
        except BaseException:
            await session.close()
            raise

    def _sign_in(self, resolver: Resolver) -> SignIn:
        network = self._config.network
        dialler = Dialler(
            addresses_of=resolver.addresses,
            connect_to=network.connect_to,
            private_addresses=network.private_addresses,
        )
        means = Means(dialler=dialler, clock=_utc_now, ca_file=network.ca_file)
        return SignIn(account=self.account, means=means, credentials=self.secrets.source(self.account))

    async def _until_the_end(self, application: Coroutine[object, object, Result]) -> Result:
        try:
            return await application
        finally:
            self._coming.cancel()
            with suppress(asyncio.CancelledError, LinksecError):
                came = await self._coming
                if not self._taken:
                    await came.session.close()


def _glance(mail: FirstMail | None) -> Glance | None:
    return Glance(mailbox=mail.inbox, rows=tuple(mail.headers)) if mail else None


def _utc_now() -> datetime:
    return datetime.now(UTC)
