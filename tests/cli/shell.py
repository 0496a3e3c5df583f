"""Commands run in this process, as a shell would see them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from linksec_tui.cli.arguments import parse
from linksec_tui.cli.call import Call
from linksec_tui.cli.guard import guarded
from linksec_tui.cli.output import Output, Style
from linksec_tui.cli.run import run_command


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended, and what it said where."""

    status: int
    out: str
    err: str


class Shell:
    """Runs commands with one configuration file."""

    def __init__(self, config_file: Path) -> None:
        self.config_file = config_file

    def __call__(self, *words: str, stdin: bytes = b"") -> Ended:
        stdout, stderr = io.StringIO(), io.StringIO()
        output = Output(stdout, stderr, Style())
        arguments = parse(["--config", str(self.config_file), *words])
        call = Call(output=output, stdin=io.BytesIO(stdin), config_file=arguments.config)
        status = guarded(output, lambda: run_command(call, arguments), arguments.config)
        return Ended(status=status, out=stdout.getvalue(), err=stderr.getvalue())

    def changed(self, old: str, new: str) -> Shell:
        """The same with another configuration file: `new` in place of `old`."""
        return self._with(self.config_file.read_text().replace(old, new))

    def without_account(self) -> Shell:
        """The same with no account configured."""
        return self._with(self.config_file.read_text().partition("[[account]]")[0])

    def _with(self, text: str) -> Shell:
        assert text != self.config_file.read_text()
        path = self.config_file.with_name("other.toml")
        path.write_text(text)
        return Shell(path)
