"""What a command is, and the two that are the client itself."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linksec_tui.cli.call import Call
from linksec_tui.model.visible import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name, what it does in a line, its options, and how it runs (None: start's own)."""

    name: str
    summary: str
    declare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Call, argparse.Namespace], Coroutine[Any, Any, int]] | None = None


class Arguments(argparse.Namespace):
    """What every command line has."""

    command: Command
    config: Path | None
    log: Path | None


class OpenArguments(Arguments):
    account: str | None
    letter: str
    attach: list[Path]


class DemoArguments(Arguments):
    world_only: bool
    unattended: bool
    fast: bool
    web: bool
    port: int
    served: bool


def _declare_open(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", metavar="A", help="begin with this account")
    parser.add_argument("--attach", metavar="F", action="append", type=Path, default=[], help="a letter with this file")
    parser.add_argument(
        "letter", metavar="mailto:…", nargs="?", default="", type=_letter, help="begin a letter as this address says"
    )


def _letter(address: str) -> str:
    if address and not address.lower().startswith("mailto:"):
        raise argparse.ArgumentTypeError(f"“{visible(address)[:60]}” is not a mailto: address.")
    return address


def _declare_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--world-only", action="store_true", help="start the mail world, print a configuration file for it, and stay"
    )
    parser.add_argument(
        "--unattended", action="store_true", help="the tour goes by itself and ends; without a terminal, as plain text"
    )
    parser.add_argument("--fast", action="store_true", help="no pauses for reading")
    parser.add_argument("--web", action="store_true", help="in a browser on this machine; never with your own mail")
    parser.add_argument(
        "--port", metavar="N", type=int, default=0, help="of the page for the browser (default: a free one)"
    )
    parser.add_argument("--served", action="store_true", help=argparse.SUPPRESS)  # what `--web` starts for its page


OPEN = Command(name="open", summary="the mail client (also without any command)", declare=_declare_open)
DEMO = Command(
    name="demo", summary="the client in a small mail world, without account or network", declare=_declare_demo
)
