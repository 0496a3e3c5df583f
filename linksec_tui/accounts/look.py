"""A look at one server of an account: does it prove who it is? Nobody signs in, and nothing is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from linksec_tui.accounts import pinned
from linksec_tui.model.account import Server
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.discovery import Service
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import Means
from linksec_tui.wire.resolver import Resolver
from linksec_tui.wire.smtp import SubmissionSession, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """By which means servers are looked at."""

    resolver: Resolver
    dialler: Dialler
    clock: Callable[[], datetime]
    ca_file: Path | None = None

    async def look(self, service: Service, server: Server) -> TlsFacts:
        """What it showed, with what signed DNS says of it. Raises ConnectionProblem, ConfigurationError."""
        session = await self._session(service, server)
        try:
            return await pinned.compare(self.resolver, session.facts, self.clock())
        finally:
            await session.close()

    async def _session(self, service: Service, server: Server) -> ImapSession | SubmissionSession:
        if service is Service.IMAP:
            return await ImapSession.connect(
                server, Means(dialler=self.dialler, clock=self.clock, ca_file=self.ca_file)
            )
        terms = Terms(clock=self.clock, ca_file=self.ca_file)
        return await SubmissionSession.connect(server, self.dialler, terms)
