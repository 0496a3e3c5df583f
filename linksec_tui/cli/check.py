"""`check`: who could read a letter to these people on its way? Thousands of them, a bounded number at a time."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from linksec_tui.cli.call import OK, Call, chosen_account
from linksec_tui.cli.check_earlier import Earlier, cut_torn_line, read_earlier
from linksec_tui.cli.check_list import listed, read_list
from linksec_tui.cli.check_run import Terms, Told, run_check
from linksec_tui.cli.check_shapes import Subject
from linksec_tui.cli.check_tally import Tally
from linksec_tui.cli.opened import opened
from linksec_tui.cli.options import requirement
from linksec_tui.config import PROBED_AT_ONCE, Config, ProbeWhen
from linksec_tui.model.errors import EXIT_USAGE
from linksec_tui.model.letter import Requirement
from linksec_tui.model.visible import visible

SUMMARY = "who could read a letter to these people on its way?"
SHORT = 1
NO_LOOKUP = 3


class CheckArguments(argparse.Namespace):
    recipients: list[str]
    file: str | None
    require: Requirement
    probe: bool
    sender: str | None
    json: bool
    jsonl: bool
    plain: bool
    explain: bool
    fresh: bool
    resume: Path | None


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipients", nargs="*", metavar="ADDRESS|DOMAIN")
    parser.add_argument("--file", metavar="F", help="a list: one a line, or a table (CSV); - is standard input")
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
    shape.add_argument("--json", action="store_true", help="one JSON document, in the order asked")
    shape.add_argument("--jsonl", action="store_true", help="one JSON object a line, as results arrive")
    shape.add_argument("--plain", action="store_true", help="one fact a line, for a screen reader")
    parser.add_argument(
        "--explain", action="store_true", help="draw the way to each, and all that the judgement rests on"
    )
    parser.add_argument("--fresh", action="store_true", help="look everything up again")
    parser.add_argument(
        "--resume", metavar="FILE", type=Path, help="what an earlier --jsonl wrote: those in it are not asked again"
    )


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = CheckArguments(**vars(arguments))
    config = call.load()
    if asked.plain:
        call.output.for_the_ear()
    account = chosen_account(config, asked.sender)
    text = read_list(call, asked.recipients, asked.file)
    with closing(_earlier(call, asked.resume, account.name if account else None)) as earlier:
        async with opened(call, config) as desk:
            people = await listed(desk, call.output, asked.recipients, text)
            subject = Subject(output=call.output, everyone=people.everyone, requirement=asked.require, earlier=earlier)
            tally = await run_check(desk, subject, _terms(config, subject, asked, call))
    return EXIT_USAGE if people.refused else _status(tally)


def _terms(config: Config, subject: Subject, asked: CheckArguments, call: Call) -> Terms:
    return Terms(
        told=_told(asked),
        explain=asked.explain,
        account=asked.sender,
        fresh=asked.fresh,
        probe=_probe(config, len(subject.everyone), asked, call),
    )


def _told(asked: CheckArguments) -> Told:
    chosen = {Told.JSON_LINES: asked.jsonl, Told.DOCUMENT: asked.json, Told.PLAIN: asked.plain}
    return next((told for told, wanted in chosen.items() if wanted), Told.TABLE)


def _earlier(call: Call, file: Path | None, account: str | None) -> Earlier:
    if file is None:
        return Earlier()
    earlier = read_earlier(file, account)
    if call.output.writes_to(file):
        cut_torn_line(file, earlier)
    if earlier.unreadable:
        call.output.note(f"{earlier.unreadable:,} lines of {visible(str(file))} are not results; they are asked again.")
    if earlier.outdated:
        call.output.note(
            f"{earlier.outdated:,} results there failed, or were for another account; they are asked again."
        )
    return earlier


def _probe(config: Config, how_many: int, asked: CheckArguments, call: Call) -> bool | None:
    """None: as configured."""
    configured = config.network.probe
    if asked.probe:
        if configured is ProbeWhen.NEVER:
            call.output.note(
                "The configuration says that no server is asked itself (probe = never): --probe is ignored."
            )
        return True
    if configured is ProbeWhen.AUTOMATIC and how_many > PROBED_AT_ONCE:
        call.output.note(f"More than {PROBED_AT_ONCE} recipients: their servers are asked only with --probe.")
        return False
    return None


def _status(tally: Tally) -> int:
    if tally.deaf:
        return NO_LOOKUP
    return OK if tally.meet == tally.total else SHORT
