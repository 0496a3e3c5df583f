"""`account`: the group of commands about one's own accounts. Each is one file, and one line in the table here."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from linksec_tui.cli import (
    account_add,
    account_audit,
    account_discover,
    account_list,
    account_remove,
    account_sign_in,
    account_test,
)
from linksec_tui.cli.call import Call
from linksec_tui.cli.options import add_common

SUMMARY = "your own accounts: find their servers, sign in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One command of the group: its name, what it does in a line, its options, and how it runs."""

    name: str
    summary: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Call, argparse.Namespace], Coroutine[Any, Any, int]]


ACTIONS = (
    Action(
        name="discover",
        summary=account_discover.SUMMARY,
        declare=account_discover.declare,
        run=account_discover.run,
    ),
    Action(
        name="add",
        summary=account_add.SUMMARY,
        declare=account_add.declare,
        run=account_add.run,
    ),
    Action(
        name="remove",
        summary=account_remove.SUMMARY,
        declare=account_remove.declare,
        run=account_remove.run,
    ),
    Action(
        name="list",
        summary=account_list.SUMMARY,
        declare=account_list.declare,
        run=account_list.run,
    ),
    Action(
        name="test",
        summary=account_test.SUMMARY,
        declare=account_test.declare,
        run=account_test.run,
    ),
    Action(
        name="audit",
        summary=account_audit.SUMMARY,
        declare=account_audit.declare,
        run=account_audit.run,
    ),
    Action(
        name="sign-in",
        summary=account_sign_in.SUMMARY,
        declare=account_sign_in.declare,
        run=account_sign_in.run,
    ),
)


def declare(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for action in ACTIONS:
        one = actions.add_parser(action.name, help=action.summary, description=action.summary, allow_abbrev=False)
        add_common(one)
        action.declare(one)
        one.set_defaults(action=action)


async def run(call: Call, arguments: argparse.Namespace) -> int:
    action: Action = arguments.action
    return await action.run(call, arguments)
