"""Signing in to an account at its provider: the steps for the front end, and the grant into the drawer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from linksec_tui.accounts import oauth
from linksec_tui.accounts.oauth_answer import Grant
from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.account import Account
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.oauth import SignedIn, SignInStep, SignInWay


def ways(account: Account) -> tuple[SignInWay, ...]:
    """How this account can be signed in to, the easier way first; none where it has a password."""
    return oauth.ways(account.oauth) if account.oauth else ()


async def sign_in(rooms: Rooms, account: Account, way: SignInWay | None) -> AsyncGenerator[SignInStep]:
    """What the person is to do, step by step; the last is SignedIn. The account need not be configured yet.

    Raises CredentialsRefused, ConnectionProblem, ConfigurationError, KeychainUnusable.
    """
    tokens = rooms.secrets.tokens
    if tokens is None or not ways(account):
        raise ConfigurationError(
            f"The account {account.name} signs in by password.", "docs/oauth.md says which providers want otherwise."
        )
    means = oauth.Means(forms=tokens.forms, clock=rooms.clock, token=lambda: rooms.token() + rooms.token())
    async with aclosing(oauth.sign_in(account, way or ways(account)[0], means)) as steps:
        async for step in steps:
            if isinstance(step, Grant):
                await tokens.keep(account, step)
                yield SignedIn(account=account.name, lasting=bool(step.refresh_token))
            else:
                yield step
