"""`account list`: the accounts of the configuration, and where each of them goes; nothing is asked or opened."""

from __future__ import annotations

import argparse

from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.output import Output
from linksec_tui.model.account import Account, Server, Tls
from linksec_tui.model.json_text import Json

SUMMARY = "the accounts of the configuration, and their servers"

_TLS = {Tls.IMPLICIT: "", Tls.STARTTLS: " (STARTTLS)"}


class ListArguments(argparse.Namespace):
    json: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = ListArguments(**vars(arguments))
    accounts = call.load().accounts
    if asked.json:
        call.output.document({"accounts": [render_account(account) for account in accounts]})
    elif accounts:
        for account in accounts:
            _show(account, call.output)
    else:
        call.output.note("No account is configured.")
    return OK


def render_account(account: Account) -> Json:
    """One account of `account list --json`; never a secret."""
    return {
        "name": account.name,
        "address": str(account.address),
        "user": account.user,
        "identities": [identity.written for identity in account.identities],
        "imap": _rendered(account.imap),
        "submission": _rendered(account.submission),
        "login": _login(account),
        "require": account.require.value,
        "enforces": sorted(account.insists) if account.insists is not None else None,
    }


def _rendered(server: Server | None) -> Json | None:
    if server is None:
        return None
    return {"host": server.host, "port": server.port, "tls": server.tls.value, "pinned": bool(server.pin)}


def _show(account: Account, output: Output) -> None:
    output.line(f"{account.name} <{account.address}>")
    for title, server in (("reads at", account.imap), ("sends through", account.submission)):
        output.line(f"  {title:<14} {_at(server)}")
    output.line(f"  {'signs in':<14} {_login(account)}")


def _at(server: Server | None) -> str:
    if server is None:
        return "no server"
    pinned = ", pinned, below the minimum" if server.pin else ""
    return f"{server.host}, port {server.port}{_TLS[server.tls]}{pinned}"


def _login(account: Account) -> str:
    if account.oauth is not None:
        return f"at the provider's own page ({account.oauth.name})"
    return "by password, from a command" if account.password_command else "by password"
