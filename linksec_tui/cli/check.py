"""`check`: who could read a letter to these people on its way? Thousands of them, a bounded number at a time."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, UsageError, chosen_account
from linksec_tui.cli.check_text import Table, summary_of
from linksec_tui.cli.opened import opened
from linksec_tui.cli.options import requirement
from linksec_tui.config import Config, ProbeWhen
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.checked import Result, Wanted
from linksec_tui.model.contract import render_result, render_results
from linksec_tui.model.errors import EXIT_USAGE, BadInput
from linksec_tui.model.evidence import Failure, RouteStatus
from linksec_tui.model.letter import Requirement
from linksec_tui.model.visible import visible

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "who could read a letter to these people on its way?"
SHORT = 1
NO_LOOKUP = 3
MAX_LIST = 16 << 20  # a list of recipients: a few hundred thousand addresses
PROBED_AT_ONCE = 50  # experience.md §5: automatic probes for at most so many recipients


class CheckArguments(argparse.Namespace):
    recipients: list[str]
    file: str | None
    require: Requirement
    probe: bool
    sender: str | None
    json: bool
    jsonl: bool
    explain: bool
    fresh: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipients", nargs="*", metavar="ADDRESS|DOMAIN")
    parser.add_argument("--file", metavar="F", help="a list, one a line; - is standard input")
    parser.add_argument(
        "--require",
        metavar="R",
        type=requirement,
        default=Requirement.ANY,
        help="what each must meet: any, encrypted, verifiable, enforced, link-secure",
    )
    parser.add_argument("--probe", action="store_true", help="ask the servers themselves whether they take TLS")
    parser.add_argument("--from", metavar="ACCOUNT", dest="sender", help="judge for letters sent from this account")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON document")
    shape.add_argument("--jsonl", action="store_true", help="one JSON object a line, as results arrive")
    parser.add_argument("--explain", action="store_true", help="say what the judgement rests on")
    parser.add_argument("--fresh", action="store_true", help="look everything up again")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = CheckArguments(**vars(arguments))
    config = call.load()
    chosen_account(config, asked.sender)
    lines = _listed(call, asked)
    async with opened(call, config) as desk:
        everyone, refused = _wanted(desk, asked, lines, call)
        results = await _check(desk, everyone, asked, call)
    return EXIT_USAGE if refused else _status(results)


def _listed(call: Call, asked: CheckArguments) -> list[str]:
    """The lines of --file; empty ones and those behind a # say nothing."""
    if not asked.recipients and asked.file is None:
        raise UsageError("Nobody to check.", "Name an address or a domain, or a list with --file.")
    if asked.file is None:
        return []
    try:
        text = call.read_file(asked.file, MAX_LIST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{visible(asked.file)} is not UTF-8 text.", "Save it as UTF-8.") from error
    except BadInput as error:
        raise UsageError(error.sentence, error.next_step) from error
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _wanted(desk: Desk, asked: CheckArguments, lines: Sequence[str], call: Call) -> tuple[list[Wanted], int]:
    """Everybody once, in the order given, and how many lines of the list were refused."""
    found: dict[str, Wanted] = {}
    for text in asked.recipients:
        try:
            wanted = _parse(desk, text)
        except BadInput as error:
            raise UsageError(error.sentence, error.next_step) from error
        found.setdefault(wanted.shown, wanted)
    refused = 0
    for text in lines:
        try:
            wanted = _parse(desk, text)
        except BadInput as error:
            refused += 1
            call.output.error(str(error))
        else:
            found.setdefault(wanted.shown, wanted)
    return list(found.values()), refused


def _parse(desk: Desk, text: str) -> Wanted:
    if "@" in text:
        address = desk.parse_recipient(text).address
        return Wanted(domain=address.domain, shown_domain=desk.shown_domain(address.domain), address=address)
    try:
        domain = desk.parse_recipient(f"postmaster@{text}").address.domain  # RFC 5321 §4.5.1: every domain has one
    except BadInput as error:
        what = f"“{visible(text)[:80]}” is neither a mail address nor a domain name."
        raise BadInput(what, "Write it as name@domain, or as a domain.") from error
    return Wanted(domain=domain, shown_domain=desk.shown_domain(domain))


async def _check(desk: Desk, everyone: Sequence[Wanted], asked: CheckArguments, call: Call) -> list[Result]:
    show = _Show(call, everyone, asked)
    by_domain: dict[str, list[int]] = {}
    for index, wanted in enumerate(everyone):
        by_domain.setdefault(wanted.domain, []).append(index)

    probe = _probe(desk.config, len(everyone), asked, call)
    async for assessment in desk.assess_many(by_domain, account=asked.sender, fresh=asked.fresh, probe=probe):
        if assessment.complete:
            for index in by_domain[assessment.domain]:
                result = Result(wanted=everyone[index], assessment=assessment, requirement=asked.require)
                show.arrived(index, result)
    return show.finish()


def _probe(config: Config, how_many: int, asked: CheckArguments, call: Call) -> bool | None:
    """None: as configured."""
    if asked.probe:
        return True
    if config.network.probe is ProbeWhen.AUTOMATIC and how_many > PROBED_AT_ONCE:
        call.output.note(f"More than {PROBED_AT_ONCE} recipients: their servers are asked only with --probe.")
        return False
    return None


class _Show:
    """Shows each result in the shape that was asked for: as it comes, in order, or all at the end."""

    def __init__(self, call: Call, everyone: Sequence[Wanted], asked: CheckArguments) -> None:
        self._output = call.output
        self._asked = asked
        self._table = Table(call.output, everyone, explain=asked.explain)
        self._arrived: dict[int, Result] = {}
        self._total = len(everyone)
        self._shown = 0

    def arrived(self, index: int, result: Result) -> None:
        self._arrived[index] = result
        if self._asked.jsonl:
            self._output.object_line(render_result(result))
        elif not self._asked.json:
            for ready in self._ready():
                self._table.show(ready)
        self._output.progress(f"{len(self._arrived)} of {self._total} checked")

    def finish(self) -> list[Result]:
        self._output.progress("")
        results = [self._arrived[index] for index in sorted(self._arrived)]
        if self._asked.json:
            self._output.document(render_results(results))
        elif not self._asked.jsonl and len(results) > 1:
            self._output.note(summary_of(results, self._asked.require))
        return results

    def _ready(self) -> Iterator[Result]:
        """The results whose turn has come: people read a list in the order in which they wrote it."""
        while self._shown in self._arrived:
            yield self._arrived[self._shown]
            self._shown += 1


def _status(results: Sequence[Result]) -> int:
    if results and all(_not_looked_up(result.assessment) for result in results):
        return NO_LOOKUP
    return OK if all(result.meets for result in results) else SHORT


def _not_looked_up(assessment: Assessment) -> bool:
    """No answer at all from the resolver: that is our network's state, not the domain's."""
    route = assessment.evidence.route
    return (
        route.status is RouteStatus.FAILED
        and route.failure is not None
        and route.failure.kind in (Failure.NETWORK, Failure.TIMEOUT)
    )
