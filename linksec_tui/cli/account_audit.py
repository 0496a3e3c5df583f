"""`account audit`: finds out what a provider insists on, by letters to domains that are broken on purpose.

It waits a while; what is heard later is counted at the next run, which sends nothing anew unless asked to.
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call, chosen_account, needed_account
from linksec_tui.cli.opened import opened
from linksec_tui.cli.output import Output
from linksec_tui.model.assessment import Assessment
from linksec_tui.model.audit import Audit
from linksec_tui.model.audit_words import MECHANISMS, doubt_words, letter_words, mechanism_words, replies_words
from linksec_tui.model.errors import EXIT_QUEUED, ConfigurationError
from linksec_tui.model.evidence import Answer
from linksec_tui.model.json_text import Json, rfc3339

if TYPE_CHECKING:
    from linksec_tui.desk import Desk
    from linksec_tui.model.account import Account

SUMMARY = "what your provider insists on, found out with letters to domains that are broken on purpose"
_BEGUN = (
    "{count} short letters go to domains that are broken on purpose; what comes back is waited for, {wait:g} seconds"
    " at most. What comes later counts too."
)
_WAITING = "Some answers are still missing; a provider may hold a letter for days. Look again later."
PATIENCE = 120.0  # seconds; a provider that holds letters first needs days, and is asked again then
_LOOK = 1.0


class AuditArguments(argparse.Namespace):
    name: str | None
    json: bool
    again: bool
    wait: float


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="the account (the first, if none is named)")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--again", action="store_true", help="send the letters anew, also where there are answers")
    parser.add_argument("--wait", metavar="SECONDS", type=float, default=PATIENCE, help="how long to wait for answers")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = AuditArguments(**vars(arguments))
    config = call.load()
    needed_account(config, asked.name)
    account = (chosen_account(config, asked.name) if asked.name else None) or config.accounts[0]
    async with opened(call, config, submits=True, mailboxes=True) as desk:
        problem = ""
        audit = await desk.auditing.audit(account)
        if asked.again or not audit.letters:
            try:
                audit = await desk.auditing.begin(account)
                call.output.note(_BEGUN.format(count=len(audit.letters), wait=asked.wait))
                desk.standing.wake()
            except ConfigurationError as none:  # our own domain is looked at all the same
                problem = str(none)
        audit = await _answers(desk, account, audit, asked.wait)
        own = await desk.auditing.own_domain(account)
    if asked.json:
        call.output.document(render_audit(audit, own))
    else:
        _show(call.output, account, audit, own)
    if problem:
        call.output.error(problem)
        return ConfigurationError.exit_status
    return EXIT_QUEUED if audit.waiting else OK


async def _answers(desk: Desk, account: Account, audit: Audit, patience: float) -> Audit:
    """Until every letter has an answer, or patience ends."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while audit.waiting:
                await asyncio.sleep(_LOOK)
                await desk.auditing.looked_at_outbox()
                audit = await desk.auditing.audit(account)
    return audit


def _show(output: Output, account: Account, audit: Audit, own: Assessment | None) -> None:
    output.line(f"{account.name} <{account.address}>")
    if audit.letters:
        _show_letters(output, audit)
    if own is not None:
        output.line("  Letters to you")
        for sentence in replies_words(own):
            output.paragraph(sentence, indent="    ")


def _show_letters(output: Output, audit: Audit) -> None:
    output.line("  What letters to domains that are broken on purpose told")
    for mechanism, words in mechanism_words(audit):
        output.line(f"    {mechanism:<12}{words}")
    if doubt := doubt_words(audit):
        output.paragraph(doubt, indent="    ")
    output.line("  What became of each")
    for letter in audit.letters:
        output.paragraph(letter_words(letter), indent="    ")
    if audit.dated:
        output.line(f"    The last answer came on {audit.dated:%Y-%m-%d at %H:%M} UTC.")
    if audit.waiting:
        output.paragraph(_WAITING, indent="    ")


def render_audit(audit: Audit, own: Assessment | None) -> Json:
    return {
        "account": audit.account,
        "enforces": {each.value: audit.answers.get(each, Answer.UNKNOWN).value for each in MECHANISMS},
        "dated": rfc3339(audit.dated) if audit.dated else None,
        "letters": [
            {
                "address": str(letter.canary.address),
                "breaks": letter.canary.breaks.value,
                "fate": letter.fate.value,
                "sent_at": rfc3339(letter.sent_at),
                "fate_at": rfc3339(letter.fate_at) if letter.fate_at else None,
                "detail": letter.detail or None,
            }
            for letter in audit.letters
        ],
        "own_domain": {
            "assurance": own.assurance.value,
            "headline": own.headline,
            "requiretls": own.offers_requiretls,
        }
        if own
        else None,
    }
