"""Results of a check as a file: the JSON lines of `check --jsonl`, or a table (CSV, RFC 4180); whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from linksec_tui.model.checked import Result
from linksec_tui.model.contract import render_result
from linksec_tui.model.errors import BadInput
from linksec_tui.model.json_text import json_text, rfc3339
from linksec_tui.model.visible import visible
from linksec_tui.store.durable import rename_durably, sync_directory, sync_file

COLUMNS = (
    "address", "domain", "assurance", "meets", "required", "headline", "reasons", "warnings", "mx", "mta_sts",
    "declared", "checked_at",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t")  # a spreadsheet would work out what begins so

Writer = Callable[[TextIO, Iterable[Result]], None]


def write_results(results: Iterable[Result], path: Path, *, replace: bool) -> None:
    """In the form that the file's name ends in; only its owner may read it. Blocks. Raises BadInput.

    Without `replace` nothing is ever overwritten.
    """
    write = _writer(path)
    try:
        target = path.expanduser()
        beside = _written_beside(target, write, results)
        try:
            _put(beside, target, replace=replace)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "there is no such place"
        raise BadInput(f"{visible(str(path))} cannot be written ({why}).", "Name another file.") from error


def _writer(path: Path) -> Writer:
    match path.suffix.lower():
        case ".csv":
            return _write_table
        case ".jsonl":
            return _write_json_lines
        case _:
            what = f"“{visible(path.name)}” does not say in which form to write."
            raise BadInput(what, "End the name in .csv for a table, or in .jsonl for JSON lines.")


def _written_beside(target: Path, write: Writer, results: Iterable[Result]) -> Path:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            write(stream, results)
    except BaseException:
        beside.unlink()
        raise
    return beside


def _put(beside: Path, target: Path, *, replace: bool) -> None:
    """Under its name at once. Without `replace`, the system itself refuses what would overwrite."""
    if replace:
        rename_durably(beside, target)
        return
    sync_file(beside)
    target.hardlink_to(beside)
    sync_directory(target.parent)


def _write_json_lines(stream: TextIO, results: Iterable[Result]) -> None:
    stream.writelines(json_text(render_result(result)) + "\n" for result in results)


def _write_table(stream: TextIO, results: Iterable[Result]) -> None:
    table = csv.writer(stream)
    table.writerow(COLUMNS)
    for result in results:
        table.writerow([_harmless(cell) for cell in _row(result)])


def _row(result: Result) -> tuple[str, ...]:
    assessment = result.assessment
    return (
        str(result.wanted.address or ""),
        result.wanted.domain,
        assessment.assurance.value,
        "yes" if result.meets else "no",
        result.requirement.value,
        assessment.headline,
        " ".join(dict.fromkeys(reason.code for reason in assessment.reasons)),
        " ".join(dict.fromkeys(warning.code for warning in assessment.warnings)),
        " ".join(exchanger.host for exchanger in assessment.evidence.route.exchangers),
        assessment.evidence.sts.status.value,
        str(assessment.declared_level or ""),
        rfc3339(assessment.checked_at),
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
