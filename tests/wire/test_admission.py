"""Being let in: a refused token is replaced once, a refused password never, and no session is left open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from linksec_tui.model.credentials import BearerToken, Credentials, Password
from linksec_tui.model.errors import CredentialsRefused, Unreachable
from linksec_tui.wire.admission import CredentialSource, admitted


@dataclass
class Server:
    """Lets in whoever brings one of these."""

    takes: frozenset[str]
    brought: list[str] = field(default_factory=list[str])
    open_sessions: int = 0

    async def connect(self) -> Session:
        self.open_sessions += 1
        return Session(self)


@dataclass
class Session:
    server: Server

    async def login(self, credentials: Credentials) -> None:
        secret = credentials.token if isinstance(credentials, BearerToken) else credentials.password
        self.server.brought.append(secret)
        if secret not in self.server.takes:
            raise CredentialsRefused("No.")

    async def close(self) -> None:
        self.server.open_sessions -= 1


def source(given: Iterator[Credentials], refused: list[Credentials]) -> CredentialSource:
    async def ask() -> Credentials:
        return next(given)

    return CredentialSource(ask=ask, refused=refused.append)


def tokens(*names: str) -> list[Credentials]:
    return [BearerToken(user="alice", token=name) for name in names]


async def test_a_token_that_was_withdrawn_is_replaced_once() -> None:
    server, refused = Server(frozenset({"new"})), list[Credentials]()
    await admitted(server.connect, source(iter(tokens("old", "new")), refused))
    assert (server.brought, refused, server.open_sessions) == (["old", "new"], tokens("old"), 1)


async def test_a_second_refusal_is_the_last() -> None:
    server, refused = Server(frozenset({"third"})), list[Credentials]()
    with pytest.raises(CredentialsRefused):
        await admitted(server.connect, source(iter(tokens("first", "second", "third")), refused))
    assert (server.brought, refused, server.open_sessions) == (["first", "second"], tokens("first", "second"), 0)


async def test_a_refused_password_is_not_tried_again() -> None:
    server, refused = Server(frozenset()), list[Credentials]()
    password = Password(user="alice", password="wrong")
    with pytest.raises(CredentialsRefused):
        await admitted(server.connect, source(iter([password, password]), refused))
    assert (server.brought, refused, server.open_sessions) == (["wrong"], [password], 0)


async def test_where_nothing_can_be_brought_the_session_is_closed() -> None:
    server = Server(frozenset())

    async def offline() -> Credentials:
        raise Unreachable("The provider does not answer.")

    with pytest.raises(Unreachable):
        await admitted(server.connect, CredentialSource(ask=offline, refused=lambda _: None))
    assert (server.brought, server.open_sessions) == ([], 0)
