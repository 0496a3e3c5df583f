"""Delivery reports as the provider writes them (RFC 3461 §6, 3464, 6533; RFC 8689 §5 for what they bring back)."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from .envelope import Return
from .letter import Fate, Letter
from .story import SUBMISSION_HOST

WIDTH = 78
_MTA = "X-Postbox"
_FAILED = (
    f"This is the mail system at host {SUBMISSION_HOST}.",
    "",
    "I'm sorry to have to inform you that your message could not",
    "be delivered to one or more recipients. It's attached below.",
    "",
    "For further assistance, please send mail to postmaster.",
    "",
    "                   The mail system",
    "",
)
_DONE = (
    f"This is the mail system at host {SUBMISSION_HOST}.",
    "",
    "Your message was successfully delivered to the destination(s)",
    "listed below. If the message was delivered to mailbox you will",
    "receive no further notifications. Otherwise you may still receive",
    "notifications of mail delivery errors from other systems.",
    "",
    "                   The mail system",
    "",
)


def render_report(letter: Letter, fates: Sequence[Fate], *, number: str, now: datetime) -> bytes:
    """One report about recipients that all failed, or all succeeded."""
    failed = any(fate.failure is not None for fate in fates)
    boundary = _boundary(letter, now)
    world = "global-" if letter.envelope.smtputf8 else ""
    lines = [
        *_head(letter, failed=failed, number=number, now=now),
        *_part(boundary, "Notification", "text/plain; charset=utf-8"),
        *(_FAILED if failed else _DONE),
        *(line for fate in fates for line in _told(fate)),
        *_part(boundary, "Delivery report", f"message/{world}delivery-status"),
        *_message_fields(letter),
        *(line for fate in fates for line in _recipient_fields(fate)),
    ]
    text = "".join(f"{line}\r\n" for line in lines).encode()
    return text + _returned(letter, boundary, failed=failed) + f"\r\n--{boundary}--\r\n".encode()


def _head(letter: Letter, *, failed: bool, number: str, now: datetime) -> list[str]:
    subject = "Undelivered Mail Returned to Sender" if failed else "Successful Mail Delivery Report"
    return [
        f"Date: {format_datetime(now)}",
        f"From: Mail Delivery System <MAILER-DAEMON@{SUBMISSION_HOST}>",
        f"Subject: {subject}",
        f"To: {letter.envelope.sender}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        f'\tboundary="{_boundary(letter, now)}"',
        "Content-Transfer-Encoding: 8bit",
        f"Message-Id: <{now:%Y%m%d%H%M%S}.{number}@{SUBMISSION_HOST}>",
        "",
        "This is a MIME-encapsulated message.",
    ]


def _boundary(letter: Letter, now: datetime) -> str:
    return f"{letter.id}.{now.timestamp():.0f}/{SUBMISSION_HOST}"


def _part(boundary: str, description: str, kind: str) -> list[str]:
    return [
        "",
        f"--{boundary}",
        f"Content-Description: {description}",
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: 8bit",
        "",
    ]


def _told(fate: Fate) -> list[str]:
    """One recipient, for people."""
    if fate.failure is None:
        what = f"delivery via {fate.remote}: {fate.reply}" if fate.remote else "delivered to mailbox"
    elif fate.failure.remote:
        what = f"host {fate.failure.remote} said: {fate.failure.text}"
    else:
        what = fate.failure.text
    return _folded(f"<{fate.recipient.address}>: {what}")


def _message_fields(letter: Letter) -> list[str]:
    """RFC 3464 §2.2. The envelope id comes back as it was before it was encoded."""
    envid = letter.envelope.envid
    return [
        f"Reporting-MTA: dns; {SUBMISSION_HOST}",
        *((f"Original-Envelope-Id: {envid}",) if envid else ()),
        f"{_MTA}-Queue-ID: {letter.id}",
        f"{_MTA}-Sender: rfc822; {letter.envelope.sender}",
        f"Arrival-Date: {format_datetime(letter.arrived)}",
    ]


def _recipient_fields(fate: Fate) -> list[str]:
    """RFC 3464 §2.3."""
    address = fate.recipient.address
    lines = ["", f"Final-Recipient: {'rfc822' if address.isascii() else 'utf-8'}; {address}"]
    if fate.recipient.original is not None:
        kind, original = fate.recipient.original
        lines.append(f"Original-Recipient: {kind};{original}")
    if fate.failure is None:
        action = "relayed" if fate.remote else "delivered"
        remote = (f"Remote-MTA: dns; {fate.remote}", *_folded(f"Diagnostic-Code: smtp; {fate.reply}"))
        return [*lines, f"Action: {action}", "Status: 2.0.0", *(remote if fate.remote else ())]
    failure = fate.failure
    lines += ["Action: failed", f"Status: {failure.status}"]
    if failure.remote:
        lines.append(f"Remote-MTA: dns; {failure.remote.partition('[')[0]}")
    kind = "smtp" if failure.remote else _MTA
    return [*lines, *_folded(f"Diagnostic-Code: {kind}; {failure.text}")]


def _returned(letter: Letter, boundary: str, *, failed: bool) -> bytes:
    """The letter, or its header fields alone: where asked for, after success, and whenever it must not be read."""
    envelope = letter.envelope
    whole = failed and envelope.returns is Return.FULL and not envelope.requiretls
    utf8 = envelope.smtputf8
    if whole:
        kind, what = ("message/global" if utf8 else "message/rfc822"), "Undelivered Message"
    else:
        kind = "message/global-headers" if utf8 else "text/rfc822-headers"
        what = "Undelivered Message Headers" if failed else "Message Headers"
    head = "".join(f"{line}\r\n" for line in _part(boundary, what, kind)).encode()
    path = f"Return-Path: <{envelope.sender}>\r\n".encode()
    return head + path + (letter.content if whole else letter.fields)


def _folded(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
