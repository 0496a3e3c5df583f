"""Being let in: a session is opened, who we are is asked for, and a token that is refused is replaced once.

A provider may withdraw an access token before its time (a new password, a closed session); a fresh one tells whether
the sign-in itself still holds. A refused password is never tried twice: providers lock accounts for that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from linksec_tui.model.credentials import BearerToken, Credentials
from linksec_tui.model.errors import CredentialsRefused


class Session(Protocol):
    """What an IMAP and a submission session have in common."""

    async def login(self, credentials: Credentials) -> None: ...
    async def close(self) -> None: ...


AnySession = TypeVar("AnySession", bound=Session)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSource:
    """Where a session's credentials come from. `ask` may ask the keyring, a command, or an authorization server;
    `refused` is told what a server did not take, so that it is not given out again."""

    ask: Callable[[], Awaitable[Credentials]]
    refused: Callable[[Credentials], None]


async def admitted(connect: Callable[[], Awaitable[AnySession]], source: CredentialSource) -> AnySession:
    """A session that is signed in. Raises ConnectionProblem, ConfigurationError, KeychainUnusable."""
    session, refusal = await _try(connect, source)
    if refusal is not None and isinstance(refusal.credentials, BearerToken):
        session, refusal = await _try(connect, source)
    if refusal is not None:
        raise refusal.error
    assert session is not None
    return session


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    credentials: Credentials
    error: CredentialsRefused


async def _try(
    connect: Callable[[], Awaitable[AnySession]], source: CredentialSource
) -> tuple[AnySession | None, _Refusal | None]:
    session = await connect()
    try:
        credentials = await source.ask()
        try:
            await session.login(credentials)
        except CredentialsRefused as error:
            source.refused(credentials)
            await session.close()
            return None, _Refusal(credentials=credentials, error=error)
    except BaseException:
        await session.close()
        raise
    return session, None
