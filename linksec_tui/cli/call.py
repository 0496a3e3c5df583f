"""One call of the command: where it reads, where it speaks, which configuration it was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from linksec_tui import config_file
from linksec_tui.cli.output import Output
from linksec_tui.config import Config
from linksec_tui.model.account import Account
from linksec_tui.model.errors import EXIT_USAGE, BadInput, ConfigurationError, LinksecError
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.visible import visible

OK = 0


class UsageError(LinksecError):
    """The command line asks for something that cannot be meant."""

    exit_status = EXIT_USAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What every command is handed."""

    output: Output
    stdin: BinaryIO
    config_file: Path | None = None

    def load(self) -> Config:
        """The configuration; from now on the output draws as it says. Raises ConfigurationError."""
        config = config_file.load(self.config_file)
        if config.theme.glyphs:
            self.output.style = replace(self.output.style, glyphs=Glyphs(config.theme.glyphs))
        return config

    def read_input(self, limit: int) -> bytes:
        """Standard input to its end. Raises BadInput where it is larger than `limit`."""
        return _bounded(self.stdin.read(limit + 1), limit, "Standard input")

    def read_file(self, name: str, limit: int) -> bytes:
        """The file of that name; `-` is standard input. Raises BadInput."""
        if name == "-":
            return self.read_input(limit)
        try:
            with Path(name).open("rb") as stream:
                return _bounded(stream.read(limit + 1), limit, visible(name))
        except OSError as error:
            raise BadInput(f"{visible(name)} cannot be read ({error.strerror}).", "Check the path.") from error


def _bounded(content: bytes, limit: int, what: str) -> bytes:
    if len(content) > limit:
        raise BadInput(f"{what} is larger than {limit // (1 << 20)} MiB.", "Give a smaller one.")
    return content


def chosen_account(config: Config, name: str | None) -> Account | None:
    """The account of that name, or the first one; None where none is configured. Raises UsageError."""
    account = config.account(name)
    if account is None and name is not None:
        known = _listed(each.name for each in config.accounts)
        raise UsageError(f"There is no account called “{visible(name)}”.", f"Known accounts: {known}.")
    return account


def needed_account(config: Config, name: str | None) -> Account:
    """As `chosen_account`, where nothing can be done without one. Raises ConfigurationError."""
    account = chosen_account(config, name)
    if account is None:
        raise ConfigurationError(
            "No account is configured.",
            f"Run “linksec-tui account add ADDRESS”, or add an [[account]] to {config_file.config_path(config.path)}.",
        )
    return account


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(visible, names)) or "none"
