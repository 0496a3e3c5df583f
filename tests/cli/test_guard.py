"""However a command ends, it ends with a sentence and a status, never with a traceback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linksec_tui.cli.guard import CRASHED, INTERRUPTED, guarded
from linksec_tui.cli.output import Output, Style
from linksec_tui.model.errors import BadInput, ConfigurationError


def ended(action: Callable[[], int], config: Path | None = None) -> tuple[int, str]:
    stderr = io.StringIO()
    return guarded(Output(io.StringIO(), stderr, Style()), action, config), stderr.getvalue()


def failing(error: BaseException) -> Callable[[], int]:
    def action() -> int:
        raise error

    return action


def test_our_own_failures_are_one_line_and_their_status() -> None:
    assert ended(failing(BadInput("It is wrong.", "Mend it."))) == (65, "linksec-tui: It is wrong. Mend it.\n")


def test_a_failure_inside_a_task_group_is_still_a_sentence() -> None:
    group = BaseExceptionGroup("tasks", [ExceptionGroup("inner", [ValueError(), BadInput("It is wrong.")])])
    assert ended(failing(group)) == (65, "linksec-tui: It is wrong.\n")


def test_ctrl_c_is_quiet() -> None:
    assert ended(failing(KeyboardInterrupt())) == (INTERRUPTED, "")


def test_many_problems_become_one_line_and_the_way_to_see_all() -> None:
    error = ConfigurationError("c.toml has problems:\n  one is wrong.\n  two is wrong.")
    assert ended(failing(error)) == (
        78,
        "linksec-tui: c.toml has problems: one is wrong. (1 more) Run “linksec-tui config check” to see all of it.\n",
    )


def test_a_crash_is_a_sentence_and_a_report_without_values(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[paths]\nstate = "state"')
    status, said = ended(failing(RuntimeError("Dear Bob")), config)
    (report,) = (tmp_path / "state").iterdir()
    assert status == CRASHED
    assert said.startswith("linksec-tui: Something went wrong inside the program (RuntimeError).")
    assert said.count("\n") == 1
    assert str(report) in said
    assert "Dear Bob" not in said + report.read_text()


@pytest.mark.parametrize("state", ["~nobody-of-this-name/mail", "a\\u0000b"])
def test_a_state_directory_that_cannot_be_is_a_sentence(state: str, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[paths]\nstate = "{state}"')
    ended = run(f"--config {config} check a@b.example")
    assert (ended.returncode, ended.stderr.count("\n")) == (78, 1)


@pytest.mark.parametrize(("command", "status"), [("outbox list", 78), ("check a@b.example", 78), ("doctor", 1)])
def test_a_state_directory_that_cannot_be_used_is_a_sentence(command: str, status: int, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    config = tmp_path / "config.toml"
    config.write_text("""
        network.resolver = "127.0.0.1:1"
        paths.state = "file/below"
        store = { key = "command", key_command = "printf %064d 1" }
    """)
    ended = run(f"--config {config} {command}")
    assert ended.returncode == status
    assert "inside the program" not in ended.stderr + ended.stdout


def run(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = f"{sys.executable} -m linksec_tui {line}"
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def test_a_reader_who_leaves_early_is_no_error() -> None:
    ended = run("config show | true")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_full_disk_is_a_sentence() -> None:
    ended = run("config show > /dev/full")
    assert ended.returncode == 74
    assert (
        ended.stderr == "linksec-tui: The output could not be written (No space left on device). Check where it goes.\n"
    )


def test_a_full_disk_behind_a_large_output_is_a_sentence_too() -> None:
    ended = run("doctor --json > /dev/full")
    assert (ended.returncode, ended.stderr.count("\n")) == (74, 1)


def test_that_nobody_takes_the_notes_changes_no_status(tmp_path: Path) -> None:
    assert run(f"--config {tmp_path}/absent.toml check a@b.example 2> /dev/full").returncode == 78


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(closed: str) -> None:
    ended = run(f"config path {closed}")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_characters_that_the_locale_lacks_do_no_harm(locale: str, tmp_path: Path) -> None:
    ended = run(f"--config '{tmp_path}/Zoë.toml' check a@b.example", LC_ALL=locale, PYTHONUTF8="0")
    assert ended.returncode == 78
    assert ended.stderr.startswith("linksec-tui: There is no configuration file")
    assert "Traceback" not in ended.stderr


def test_a_log_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    ended = run(f"--log {tmp_path} config path")
    assert ended.returncode == 78
    assert ended.stderr.startswith(f"linksec-tui: The log {tmp_path} cannot be written")


def test_the_client_without_a_terminal_is_a_sentence() -> None:
    ended = run("open < /dev/null")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
