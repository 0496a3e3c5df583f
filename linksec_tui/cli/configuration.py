"""`config`: where the configuration is, what is in force, and everything that is wrong with it."""

from __future__ import annotations

import argparse

from linksec_tui import config_file
from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.config_text import render_config
from linksec_tui.cli.options import add_common
from linksec_tui.model.errors import ConfigurationError

SUMMARY = "where the configuration is, what it says, what is wrong with it"
_WRONG = 1


class ConfigArguments(argparse.Namespace):
    action: str


def declare(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (
        ("path", "where the configuration file is"),
        ("show", "what is in force, defaults included, as TOML"),
        ("check", "everything that is wrong with it"),
    ):
        add_common(actions.add_parser(name, help=text, description=text, allow_abbrev=False))


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = ConfigArguments(**vars(arguments))
    match asked.action:
        case "path":
            call.output.line(str(config_file.config_path(call.config_file)))
            return OK
        case "show":
            call.output.line(render_config(call.load()))
            return OK
        case _:
            return _check(call)


def _check(call: Call) -> int:
    try:
        config = call.load()
    except ConfigurationError as error:
        for line in str(error).splitlines():
            call.output.note(line)
        return _WRONG
    if config.path is None:
        path = config_file.config_path(call.config_file)
        call.output.line(f"There is no configuration at {path}; the defaults are in force, and there is no account.")
    else:
        call.output.line(f"{config.path} is well.")
    return OK
