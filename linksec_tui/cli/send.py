"""`send`: the message on standard input goes out as sendmail would send it, through the gate and the outbox.

All or nothing: where one recipient falls short of what is demanded, nobody gets anything, unless the notice was
allowed beforehand.
"""

from __future__ import annotations

import argparse
import mimetypes
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from linksec_tui.cli import sendmail_options
from linksec_tui.cli.call import OK, Call, needed_account
from linksec_tui.cli.gate_words import tell_notices, tell_refusal, tell_time, tell_what_comes_back
from linksec_tui.cli.opened import opened
from linksec_tui.cli.options import fallback, gate_warning, requirement
from linksec_tui.cli.sendmail_options import SendmailArguments, ignores_dots
from linksec_tui.cli.submission import wait_and_report
from linksec_tui.config import Config
from linksec_tui.model.account import Sender
from linksec_tui.model.address import Address, Field, Recipient
from linksec_tui.model.assessment import GATE_WARNINGS
from linksec_tui.model.errors import EXIT_GATE, BadInput, GateRefused
from linksec_tui.model.letter import (
    Attachment,
    Draft,
    Fallback,
    Finished,
    Requirement,
)
from linksec_tui.model.visible import visible

if TYPE_CHECKING:
    from linksec_tui.desk import Desk
    from linksec_tui.desk.read_letter import WrittenLetter

SUMMARY = "send the message on standard input, as sendmail does"
MAX_MESSAGE = 64 << 20  # more than any provider takes

_LONE_DOT = re.compile(rb"^\.\r?$", re.MULTILINE)


class SendArguments(SendmailArguments):
    recipients: list[str]
    account: str | None
    require: Requirement | None
    fallback: Fallback
    tls_optional: bool
    accept: list[str]
    attach: list[Path]
    later: str
    give_up_after: str
    notice_inside: bool
    plain: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipients", nargs="*", metavar="RECIPIENT")
    parser.add_argument("--account", metavar="A", help="send from this account")
    parser.add_argument("--require", metavar="R", type=requirement, help="what each recipient must meet")
    parser.add_argument(
        "--fallback",
        metavar="bounce|notice",
        type=fallback,
        default=Fallback.BOUNCE,
        help="those who fall short: send nothing to anybody (bounce), or send them the safe notice",
    )
    parser.add_argument("--tls-optional", action="store_true", help="deliver even if TLS fails (TLS-Required: No)")
    parser.add_argument(
        "--accept",
        metavar="WARNING",
        action="append",
        type=gate_warning,
        default=[],
        help=f"send past this warning: {', '.join(sorted(GATE_WARNINGS))}",
    )
    parser.add_argument("--attach", metavar="F", action="append", type=Path, default=[], help="attach a file")
    parser.add_argument("--later", metavar="WHEN", default="", help="“tomorrow 8:00”, “in 2 h”, “mon 9”")
    parser.add_argument("--give-up-after", metavar="SPAN", default="", help="“4 h”: then it comes back")
    parser.add_argument(
        "--notice-inside", action="store_true", help="the notice travels in the letter, where the provider takes that"
    )
    parser.add_argument("--plain", action="store_true", help="for a screen reader: one fact a line, a word at the end")
    sendmail_options.declare(parser)


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = SendArguments(**vars(arguments))
    config = call.load()
    if asked.plain:
        call.output.for_the_ear()
    raw = call.read_input(MAX_MESSAGE)
    from linksec_tui.desk.read_letter import (
        has_header,
        read_finished,
        read_letter,
    )  # deferred: brings sockets and the store

    raw = raw if ignores_dots(asked) else until_lone_dot(raw)
    finished = None if asked.attach or asked.notice_inside or not has_header(raw) else raw
    letter = read_letter(raw) if finished is None else read_finished(raw)
    if finished is None and letter.left_out:
        call.output.note(f"Header fields that are not carried over: {', '.join(letter.left_out)}.")
    async with opened(call, config, submits=True) as desk:
        draft = timed(desk, await _draft(desk, config, letter, asked), asked)
        gate = await desk.gate(draft)
        choices = desk.unattended(gate, asked.fallback, frozenset(asked.accept))
        try:
            decision = await desk.decide(draft, choices, gate)
        except GateRefused as refused:
            undecided = [line for line in gate.short if line.recipient.address not in choices]
            tell_refusal(call.output, refused, undecided, plain=asked.plain)
            return EXIT_GATE
        tell_notices(call.output, gate, decision)
        tell_what_comes_back(call.output, gate)
        tell_time(call.output, draft, desk.provider_facts(draft.account))
        # nobody is there to press a key
        items = await desk.send(draft, decision, undoable=False, finished=_as_it_is(letter, finished))
        status = await wait_and_report(desk, items, call.output)
        if asked.plain and status == OK and not asked.later:
            call.output.note("Sent: your provider has it.")
        return status


def timed(desk: Desk, draft: Draft, asked: SendArguments) -> Draft:
    """With the times and the notice that were asked for. Raises BadInput."""
    return replace(
        draft,
        send_at=desk.posted.when(asked.later) if asked.later else None,
        give_up_minutes=desk.posted.minutes(asked.give_up_after) if asked.give_up_after else 0,
        notice_inside=asked.notice_inside,
    )


def until_lone_dot(raw: bytes) -> bytes:
    """What stands before the first line that is a single dot, as sendmail reads without -i."""
    found = _LONE_DOT.search(raw)
    return raw[: found.start()] if found else raw


def _as_it_is(letter: WrittenLetter, finished: bytes | None) -> Finished | None:
    """Raises BadInput for a message of which nothing is left to send."""
    if finished is None:
        return None
    if not (letter.body.strip() or letter.subject.strip() or letter.beyond):
        raise BadInput("The letter is empty.", "Write something.")
    return Finished(content=finished, beyond=letter.beyond)


async def _draft(desk: Desk, config: Config, letter: WrittenLetter, asked: SendArguments) -> Draft:
    sender = _sender(desk, config, letter, asked)
    recipients = _recipients(desk, letter, asked)
    return replace(
        desk.new_draft(sender.account),
        sender=sender.address,
        sender_name=sender.name,
        recipients=recipients,
        subject=letter.subject,
        body=letter.body,
        attachments=tuple(_attachment(path) for path in asked.attach),
        requirement=asked.require or await desk.people.requirement_for(sender.require, recipients),
        requirement_chosen=asked.require is not None,
        tls_optional=asked.tls_optional,
        in_reply_to=letter.in_reply_to,
        references=letter.references,
    )


def _sender(desk: Desk, config: Config, letter: WrittenLetter, asked: SendArguments) -> Sender:
    """Of the account that is named, or else of any, whoever the letter is from. Raises BadInput where nobody is."""
    account = needed_account(config, asked.account)
    senders = [each for each in desk.senders() if not asked.account or each.account == account.name]
    whose = asked.account or "any account"
    if asked.envelope_sender:
        envelope = _own(desk, senders, asked.envelope_sender, f"-f names {{}}, which is not an address of {whose}.")
        senders = [each for each in senders if each.account == envelope.account]
        whose = f"{whose}, with -f {envelope.address}" if asked.account else envelope.account
        account = needed_account(config, envelope.account)
        if letter.sender is None:
            return replace(envelope, name=asked.full_name or envelope.name)
    if letter.sender is None:
        usual = next(each for each in senders if each.account == account.name)
        return replace(usual, name=asked.full_name or usual.name)
    said = f"The message says it is from {{}}, which is not an address of {whose}."
    return replace(_own(desk, senders, letter.sender.address, said), name=letter.sender.name)


def _own(desk: Desk, senders: Sequence[Sender], written: str, otherwise: str) -> Sender:
    """Who of the senders that is. Raises BadInput."""
    address = desk.parse_recipient(written).address
    for sender in senders:
        if sender.address == address:
            return sender
    raise BadInput(otherwise.format(address), "Change it, or add the address to the identities of the account.")


def _recipients(desk: Desk, letter: WrittenLetter, asked: SendArguments) -> tuple[Recipient, ...]:
    """Who gets it: those named on the line; with -t those of the header too.

    Somebody named on the line keeps the place that the header gives them; whom the header does not show, gets a
    blind copy, as with sendmail.
    """
    in_header: dict[Address, Recipient] = {}
    for field, named in letter.recipients:
        recipient = replace(desk.parse_recipient(named.address, field), name=named.name)
        in_header.setdefault(recipient.address, recipient)
    found = dict(in_header) if asked.from_header else {}
    unseen = Field.BCC if in_header else Field.TO
    for text in asked.recipients:
        recipient = desk.parse_recipient(text, unseen)
        found[recipient.address] = in_header.get(recipient.address) or recipient
    if not found:
        raise BadInput("The message has no recipients.", "Name recipients, or use -t to take them from its header.")
    return tuple(found.values())


def _attachment(path: Path) -> Attachment:
    try:
        found = path.is_file()
    except OSError:  # longer than any name
        found = False
    if not found:
        raise BadInput(f"{visible(str(path))[:200]} is not a file.", "Check the path given to --attach.")
    media_type, packing = mimetypes.guess_type(path.name)
    if media_type is None or packing is not None:
        media_type = "application/octet-stream"
    return Attachment(name=path.name, path=path, media_type=media_type)
