"""One command, from its arguments to its exit status."""

from __future__ import annotations

import asyncio
from pathlib import Path

from linksec_tui.cli.call import Call
from linksec_tui.cli.command import Arguments
from linksec_tui.diagnostics import start_logging
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.visible import visible


def run_command(call: Call, arguments: Arguments) -> int:
    """Run what the arguments ask for. Raises LinksecError."""
    assert arguments.command.run is not None  # start takes those that have none
    return asyncio.run(arguments.command.run(call, arguments))


def start_log(path: Path | None) -> None:
    """The log that `--log` names, or none. Raises ConfigurationError."""
    try:
        start_logging(path)
    except OSError as error:
        what = f"The log {visible(str(path))} cannot be written ({error.strerror})."
        raise ConfigurationError(what, "Name another file with --log.") from error
