"""Signing in to an account at its provider, by a browser on this machine (RFC 8252, 7636) or a code (RFC 8628).

The person signs in there, not here: no password of theirs is ever seen. What they are to do comes as steps, which both
front ends show; what the provider gave comes out at the end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from linksec_tui.accounts.oauth_answer import (
    DeviceCode,
    Grant,
    Refusal,
    missing_scopes,
    parse_device_code,
    parse_grant,
    parse_redirect,
)
from linksec_tui.accounts.oauth_form import Attempt, authorization_address, code_form, device_form, device_token_form
from linksec_tui.accounts.oauth_refusal import of_sign_in
from linksec_tui.model.account import Account
from linksec_tui.model.errors import ConfigurationError, CredentialsRefused, Unreachable
from linksec_tui.model.oauth import EnterCode, OAuth, OpenBrowser, SignInWay, Waiting
from linksec_tui.wire.https_form import FormSender
from linksec_tui.wire.loopback_redirect import listening

log = logging.getLogger("linksec_tui.accounts")

BROWSER_WAITS = timedelta(minutes=10)  # a person finds a password, and a second factor
SLOWER = 5.0  # seconds more between two questions when told to slow down (RFC 8628 §3.5)
_LONGEST_PAUSE = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """`token`: at least 32 unguessable octets as letters, digits, `-` and `_`. `pause` waits that many seconds."""

    forms: FormSender
    clock: Callable[[], datetime]
    token: Callable[[], str]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


Step = OpenBrowser | EnterCode | Waiting | Grant


def ways(oauth: OAuth) -> tuple[SignInWay, ...]:
    """What the provider's configured addresses allow, the easier one first."""
    return tuple(
        way
        for way, endpoint in (
            (SignInWay.BROWSER, oauth.authorization_endpoint),
            (SignInWay.CODE, oauth.device_endpoint),
        )
        if endpoint
    )


async def sign_in(account: Account, way: SignInWay, means: Means) -> AsyncGenerator[Step]:
    """What the person is to do, step by step; the last step is the grant.

    Raises CredentialsRefused, ConnectionProblem, ConfigurationError. Ended early, it leaves nothing behind.
    """
    oauth = account.oauth
    if oauth is None:
        raise ConfigurationError(
            f"The account {account.name} signs in by password.", 'Set oauth = "google", "microsoft" or your own.'
        )
    if way not in ways(oauth):
        raise ConfigurationError(
            f"{oauth.name} has no sign-in by {way.value}.",
            f"Choose another: {', '.join(ways(oauth)) or 'there is none'}.",
        )
    log.info("signing in to %s by %s", account.name, way.value)
    begin = _by_browser if way is SignInWay.BROWSER else _by_code
    async with aclosing(begin(account, oauth, means)) as steps:
        async for step in steps:
            if isinstance(step, Grant):
                _check(step, oauth)
            yield step


async def _by_browser(account: Account, oauth: OAuth, means: Means) -> AsyncGenerator[Step]:
    state, verifier = means.token(), means.token()
    try:
        async with listening(state, oauth.redirect_host) as redirect:
            attempt = Attempt(redirect_uri=redirect.address, state=state, verifier=verifier)
            yield OpenBrowser(address=authorization_address(oauth, attempt, account.user or str(account.address)))
            yield Waiting(until=means.clock() + BROWSER_WAITS)
            async with asyncio.timeout(BROWSER_WAITS.total_seconds()):
                answer = await redirect.answer()
    except TimeoutError:
        raise CredentialsRefused(
            f"Nobody signed in within {BROWSER_WAITS // timedelta(minutes=1)} minutes.", "Sign in again when you want."
        ) from None
    except OSError as error:
        raise Unreachable(
            f"No port could be opened for the browser's answer ({error.strerror}).", "Sign in by code instead."
        ) from error
    code = parse_redirect(answer)
    if isinstance(code, Refusal):
        raise of_sign_in(code, oauth)
    yield await _redeem(oauth, attempt, code, means)


async def _redeem(oauth: OAuth, attempt: Attempt, code: str, means: Means) -> Grant:
    answer = await means.forms.post(oauth.token_endpoint, code_form(oauth, attempt, code))
    found = parse_grant(answer.status, answer.body, means.clock())
    if isinstance(found, Refusal):
        raise of_sign_in(found, oauth)
    return found


async def _by_code(account: Account, oauth: OAuth, means: Means) -> AsyncGenerator[Step]:  # noqa: ARG001 - as by browser
    answer = await means.forms.post(oauth.device_endpoint, device_form(oauth))
    offer = parse_device_code(answer.status, answer.body)
    if isinstance(offer, Refusal):
        raise of_sign_in(offer, oauth)
    yield EnterCode(address=offer.address, code=offer.user_code, direct=offer.direct)
    until = means.clock() + timedelta(seconds=offer.expires_in)
    yield Waiting(until=until)
    yield await _poll(oauth, offer, until, means)


async def _poll(oauth: OAuth, offer: DeviceCode, until: datetime, means: Means) -> Grant:
    """Ask whether the person has done it, as often as we may (RFC 8628 §3.5)."""
    interval = offer.interval
    while means.clock() < until:
        await means.pause(interval)
        try:
            answer = await means.forms.post(oauth.token_endpoint, device_token_form(oauth, offer.device_code))
        except Unreachable:
            interval = min(interval * 2, _LONGEST_PAUSE)  # as §3.5 wants it after a lost connection
            continue
        found = parse_grant(answer.status, answer.body, means.clock())
        if isinstance(found, Grant):
            return found
        match found.code:
            case "authorization_pending":
                continue
            case "slow_down":
                interval = min(interval + SLOWER, _LONGEST_PAUSE)
            case _:
                raise of_sign_in(found, oauth)
    raise of_sign_in(Refusal(code="expired_token", said=""), oauth)


def _check(grant: Grant, oauth: OAuth) -> None:
    missing = missing_scopes(oauth.scopes, grant.scopes)
    if missing:
        raise CredentialsRefused(
            f"You signed in, but without allowing everything that mail needs: {', '.join(missing)} is missing.",
            "Sign in again, and allow what is asked for; nothing was kept.",
        )
