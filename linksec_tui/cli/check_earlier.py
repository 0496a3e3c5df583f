"""An earlier `check --jsonl`, perhaps cut off in the middle of a line: who was done then need not be asked again.

Only where each result stands in the file is kept, and what the exit status needs of it: a list of 100,000 has some 300
MB of results. Of two lines about one recipient the later counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from linksec_tui.cli.call import UsageError
from linksec_tui.model.assessment import GATE_WARNINGS, Assurance
from linksec_tui.model.checked import Wanted
from linksec_tui.model.json_text import Json
from linksec_tui.model.letter import Requirement
from linksec_tui.model.visible import visible

MAX_LINE = 1 << 20  # octets; a domain with 200 exchangers fills 100 KiB


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierResult:
    """One result of the file: where it stands, and what became of the recipient."""

    offset: int
    assurance: Assurance
    gated: bool

    def meets(self, requirement: Requirement) -> bool:
        """What is demanded today decides, whatever was demanded then."""
        return self.assurance >= requirement.minimum and not self.gated


@dataclass(slots=True, kw_only=True)
class Earlier:
    """The results of an earlier run, by address or domain. `complete` is the length of all whole lines."""

    stream: BinaryIO | None = None
    complete: int = 0
    unreadable: int = 0
    outdated: int = 0
    results: dict[str, EarlierResult] = field(default_factory=dict)

    def of(self, wanted: Wanted) -> EarlierResult | None:
        return self.results.get(str(wanted.address) if wanted.address else wanted.domain)

    def content(self, result: EarlierResult, requirement: Requirement) -> Json:
        """The whole of it, for what is demanded today."""
        assert self.stream is not None
        self.stream.seek(result.offset)
        content = cast("dict[str, object]", json.loads(self.stream.readline(MAX_LINE)))
        demanded = {"meets": result.meets(requirement), "required": requirement.value}
        return cast("Json", {**content, **demanded})

    def close(self) -> None:
        if self.stream is not None:
            self.stream.close()


def read_earlier(file: Path, account: str | None) -> Earlier:
    """Everything in the file that was judged for letters from the same account. Raises UsageError."""
    try:
        earlier = Earlier(stream=file.open("rb"))
    except OSError as error:
        what = f"{visible(str(file))} cannot be read ({error.strerror})."
        raise UsageError(what, "--resume wants what an earlier check --jsonl wrote.") from error
    assert earlier.stream is not None
    while line := earlier.stream.readline(MAX_LINE):
        if line.endswith(b"\n"):
            _take(earlier, line, account)
            earlier.complete += len(line)
        elif len(line) == MAX_LINE:
            earlier.complete += len(line)
            earlier.unreadable += 1
    return earlier


def cut_torn_line(file: Path, earlier: Earlier) -> None:
    """Before new results are appended to that very file: what was cut off in the middle of a line goes."""
    with file.open("r+b") as stream:
        stream.truncate(earlier.complete)


def _take(earlier: Earlier, line: bytes, account: str | None) -> None:
    """A line as it may be: of ours, of another program, or torn."""
    try:
        content = cast("object", json.loads(line))
    except (ValueError, RecursionError):
        content = None
    fields: Mapping[str, object] = cast("Mapping[str, object]", content) if isinstance(content, dict) else {}
    found = _read(fields, earlier.complete)
    if found is None:
        earlier.unreadable += bool(line.strip())
        return
    key, result = found
    if not _was_looked_up(fields) or _account_of(fields) != account:
        earlier.outdated += 1
        earlier.results.pop(key, None)
    else:
        earlier.results[key] = result


def _read(fields: Mapping[str, object], offset: int) -> tuple[str, EarlierResult] | None:
    key = fields.get("address") or fields.get("domain")
    assurance = next((each for each in Assurance if each.value == fields.get("assurance")), None)
    warnings = fields.get("warnings")
    if not isinstance(key, str) or assurance is None or not isinstance(warnings, list):
        return None
    gated = any(_code_of(warning) in GATE_WARNINGS for warning in cast("list[object]", warnings))
    return key, EarlierResult(offset=offset, assurance=assurance, gated=gated)


def _code_of(warning: object) -> object:
    return cast("Mapping[str, object]", warning).get("code") if isinstance(warning, dict) else None


def _was_looked_up(fields: Mapping[str, object]) -> bool:
    """A domain whose lookup failed was not done and is asked again; one with broken signatures was."""
    route = fields.get("route")
    if not isinstance(route, dict):
        return True
    found = cast("Mapping[str, object]", route)
    return found.get("status") != "failed" or found.get("dnssec") == "bogus"


def _account_of(fields: Mapping[str, object]) -> object:
    """For whose letters it was judged: another provider may insist on other things."""
    sender = fields.get("sender")
    return cast("Mapping[str, object]", sender).get("account") if isinstance(sender, dict) else None
