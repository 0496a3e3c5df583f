"""`account sign-in`: at the provider's own page, in a browser here or with a code on any other device."""

from __future__ import annotations

import argparse
from contextlib import aclosing
from typing import assert_never

from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.opened import opened
from linksec_tui.cli.output import Output
from linksec_tui.desk.browser import has_screen, open_page
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.oauth import EnterCode, OpenBrowser, SignedIn, SignInStep, SignInWay, Waiting

SUMMARY = "sign in to an account at its provider's own page (OAuth2)"


class SignInArguments(argparse.Namespace):
    name: str | None
    code: bool
    browser: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="the account (the first one, if none is named)")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--browser", action="store_true", help="sign in with a browser on this machine")
    way.add_argument("--code", action="store_true", help="sign in anywhere, with a code that is shown here")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = SignInArguments(**vars(arguments))
    config = call.load()
    account = config.account(asked.name)
    if account is None:
        raise ConfigurationError(
            f"There is no account called {asked.name}." if asked.name else "There is no account yet.",
            "“linksec-tui config show” lists them.",
        )
    async with opened(call, config) as desk:
        way = _way(asked, desk.ways_to_sign_in(account))
        async with aclosing(desk.sign_in(account, way)) as steps:
            async for step in steps:
                await _show(call.output, step)
    return OK


def _way(asked: SignInArguments, ways: tuple[SignInWay, ...]) -> SignInWay | None:
    """As asked; else a code where no browser can be, if the provider has codes."""
    if asked.code:
        return SignInWay.CODE
    if asked.browser or has_screen() or SignInWay.CODE not in ways:
        return SignInWay.BROWSER if SignInWay.BROWSER in ways or asked.browser else None
    return SignInWay.CODE


async def _show(output: Output, step: SignInStep) -> None:
    match step:
        case OpenBrowser():
            output.line("Sign in with a browser on this machine, at this address:")
            output.line(step.address)
            await open_page(step.address)
        case EnterCode():
            output.line(f"On any device, open {step.address} and enter this code: {step.code}")
        case Waiting():
            output.note("Waiting until you have signed in; ctrl+c gives up.")
        case SignedIn():
            output.line(f"Signed in to {step.account}.")
            if not step.lasting:
                output.note("The provider gave nothing to renew it with: you will be asked again when it ends.")
        case _:
            assert_never(step)
