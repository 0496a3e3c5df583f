"""A command of the user's that prints a secret (`pass show mail`): its first line, which is never logged or quoted."""

from __future__ import annotations

import asyncio
import shlex
from asyncio.subprocess import DEVNULL, PIPE, Process

from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.visible import visible
from linksec_tui.wire.ended import ended

TIMEOUT = 60.0  # seconds: it may ask the person to touch a key or to type a passphrase
_LONGEST = 16 << 10  # octets of its first line


async def run_secret_command(command: str, timeout: float = TIMEOUT) -> str:  # noqa: ASYNC109 - the process is ended too
    """The first line that the shell command prints. Raises ConfigurationError, without a word of what it printed.

    Its error output goes nowhere: on our screen it would be noise, in our log it might be the secret.
    """
    started = await asyncio.create_subprocess_shell(
        command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )
    try:
        async with asyncio.timeout(timeout):
            line = await _first_line(started)
            status = await started.wait()
    except TimeoutError as error:
        raise _problem(command, f"did not end within {timeout:.0f} seconds") from error
    finally:
        await ended(started)
    if status:
        raise _problem(command, f"failed with status {status}" if status > 0 else f"was ended by signal {-status}")
    if not line:
        raise _problem(command, "printed nothing, or nothing that can be a secret")
    return line


async def _first_line(started: Process) -> str:
    """Everything is read, so that the command can end; no more than a line is kept."""
    assert started.stdout is not None
    kept = b""
    while chunk := await started.stdout.read(_LONGEST):
        kept = (kept + chunk)[: _LONGEST + 1]
    line = kept.partition(b"\n")[0].removesuffix(b"\r")
    try:
        return "" if len(line) > _LONGEST or b"\0" in line else line.decode()
    except UnicodeDecodeError:
        return ""


def _problem(command: str, what: str) -> ConfigurationError:
    return ConfigurationError(f"The command “{_name(command)}” {what}.", "Run it in a terminal to see what is wrong.")


def _name(command: str) -> str:
    """Its first word: what follows, or a variable that is set before it, may itself be secret."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    return visible(next((word for word in words if "=" not in word), "?"))[:40]
