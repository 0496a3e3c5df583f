"""Every way a command can end, as an exit status: a sentence on standard error, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import platformdirs

from linksec_tui import config_file
from linksec_tui.cli.output import PROGRAM, Output, let_go
from linksec_tui.diagnostics import write_crash_report
from linksec_tui.model.errors import LinksecError

INTERRUPTED = 130  # 128 + SIGINT, as shells count
NOBODY_READS = 141  # 128 + SIGPIPE
CRASHED = 70  # EX_SOFTWARE


def guarded(output: Output, action: Callable[[], int], named_config: Path | None = None) -> int:
    """Run `action`; what it raises becomes a sentence and an exit status."""
    try:
        return action()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place of this front end
        return _ended(output, _cause(error), named_config)


def _ended(output: Output, error: BaseException, named_config: Path | None) -> int:
    match error:
        case LinksecError():
            output.error(error_line(error))
            return error.exit_status
        case BrokenPipeError():
            let_go(sys.stdout)
            return NOBODY_READS
        case _:
            return crashed(output, error, report_crash(error, _state_directory(named_config)))


def report_crash(error: BaseException, state: Path) -> Path | None:
    """Write down where it happened, without values. None where that is not possible."""
    return write_crash_report(error, state, datetime.now(UTC))


def crashed(output: Output, error: BaseException, report: Path | None) -> int:
    """The one sentence about a fault of ours."""
    where = f"Where it happened is written in {report}, without any mail text." if report else ""
    output.error(f"Something went wrong inside the program ({type(error).__name__}). {where}")
    return CRASHED


def error_line(error: LinksecError) -> str:
    """Sentence and next step; of a configuration with many problems the first, and how to see the others."""
    first, *problems = error.sentence.splitlines() or [""]
    if not problems:
        return str(error)
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{first} {problems[0].strip()}{more} Run “linksec-tui config check” to see all of it."


def _cause(error: BaseException) -> BaseException:
    """What a task group wrapped: our own sentence first, else the first of them."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    group = cast("BaseExceptionGroup[BaseException]", error)
    causes = [_cause(inner) for inner in group.exceptions]
    return next((cause for cause in causes if isinstance(cause, LinksecError)), causes[0])


def lasting_place() -> Path:
    """For a report where no configuration says, or says a place that goes with the program."""
    return Path(platformdirs.user_state_dir(PROGRAM))


def _state_directory(named_config: Path | None) -> Path:
    try:
        return config_file.load(named_config).state
    except Exception:  # noqa: BLE001 - it may be the very fault that is about to be told
        return lasting_place()
