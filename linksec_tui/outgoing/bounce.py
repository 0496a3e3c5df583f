"""A message that tells of a failed delivery → Bounce (RFC 3462, 3464, 6533; link-security.md §7).

Where the report is machine-readable that is read first and the text for people second; the returned letter gives only
its Message-ID. Whether any of it is true is not decided here (`match`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.formats.report import MAX_REPORT, DeliveryStatus, RecipientStatus, parse_delivery_status
from linksec_tui.model.letter import Bounce, Confidence, Report
from linksec_tui.model.visible import visible, visible_text

from .bounce_text import (
    MAX_RECIPIENTS,
    cut_returned,
    original_message_id,
    reads_like_a_delay,
    reads_like_a_report,
    recipients_said,
    said_about,
)
from .bounce_words import explain
from .diagnosis import Clues, diagnose

MAX_DIAGNOSTIC = 500  # characters that are kept

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = (
    *("message/rfc822", "message/global", "text/rfc822-headers"),
    *("message/rfc822-headers", "message/global-headers"),
)
_ROBOTS = ("mailer-daemon", "postmaster", "mail delivery", "mailer daemon", "mdaemon")


def parse_bounce(raw: bytes) -> Bounce | None:
    """What a report says; None for a message that is none."""
    message = parse_message(raw)
    found = _machine_readable(message)
    bounce = _structured(message, found) if found else _from_text(message)
    return replace(bounce, explanation=explain(bounce)) if bounce else None


@dataclass(frozen=True, slots=True)
class _Found:
    """The container of a delivery-status part, and that part."""

    container: MimePart
    status: DeliveryStatus


def _machine_readable(message: MimePart) -> _Found | None:
    """The outermost delivery-status part: a returned letter may be a report itself, and that is not ours to read."""
    level: list[MimePart] = [message]
    while level:
        for container in level:
            for part in (container, *container.children):
                if part.content_type in _STATUS_TYPES:
                    status = parse_delivery_status(part.text(MAX_REPORT))
                    if status.recipients:
                        return _Found(container, status)
        level = [child for container in level for child in container.children]
    return None


def _structured(message: MimePart, found: _Found) -> Bounce:
    words, returned = cut_returned(_words_for_people(found.container))
    entries = {said.recipient.casefold(): said.text for said in recipients_said(words)}
    alone = len(found.status.recipients) == 1
    return Bounce(
        reports=tuple(
            _report(
                status,
                entry=entries.get(status.recipient.casefold(), ""),
                text=visible(words) if alone else said_about(words, status.recipient),
            )
            for status in found.status.recipients
        ),
        envelope_id=found.status.envelope_id,
        original_message_id=_returned_id(found.container) or original_message_id(returned),
        reporting_mta=found.status.reporting_mta,
        null_return_path=_null_return_path(message),
    )


def _report(status: RecipientStatus, *, entry: str, text: str) -> Report:
    """`entry` is what stands beside the address in the text for people, `text` all that may be about it."""
    clues = Clues(status=status.status, diagnostic=status.diagnostic, comment=status.comment, text=text)
    diagnosis = diagnose(clues)
    return Report(
        recipient=status.recipient,
        original_recipient=status.original_recipient,
        action=status.action or "failed",
        status=status.status,
        remote_mta=status.remote_mta,
        diagnostic=(status.diagnostic or status.comment or " ".join(entry.split()))[:MAX_DIAGNOSTIC],
        bounce_class=diagnosis.bounce_class,
        confidence=diagnosis.confidence,
    )


def _from_text(message: MimePart) -> Bounce | None:
    if not _from_a_robot(message):
        return None
    words, returned = cut_returned(_words_for_people(message))
    if not reads_like_a_report(f"{decode_words(message.header('Subject'))}\n{words}"):
        return None
    action = "delayed" if reads_like_a_delay(f"{decode_words(message.header('Subject'))}\n{words}") else "failed"
    said = {one.recipient.casefold(): one for one in recipients_said(words)}
    named = [visible(address.strip()) for address in message.header("X-Failed-Recipients").split(",") if "@" in address]
    recipients = named[:MAX_RECIPIENTS] or [one.recipient for one in said.values()]
    about_all = visible(words) if len(recipients) == 1 else ""
    return (
        Bounce(
            reports=tuple(
                _report_from_text(
                    recipient, said[key].text if (key := recipient.casefold()) in said else about_all, action
                )
                for recipient in recipients
            ),
            original_message_id=_returned_id(message) or original_message_id(returned),
            null_return_path=_null_return_path(message),
        )
        if recipients
        else None
    )


def _report_from_text(recipient: str, text: str, action: str) -> Report:
    diagnosis = diagnose(Clues(text=text))
    return Report(
        recipient=recipient,
        action=action,
        diagnostic=" ".join(text.split())[:MAX_DIAGNOSTIC],
        bounce_class=diagnosis.bounce_class,
        confidence=Confidence.GUESS if diagnosis.confidence is Confidence.GUESS else Confidence.PATTERN,
    )


def _from_a_robot(message: MimePart) -> bool:
    """A person's letter about a failed delivery is not a report."""
    if message.header("X-Failed-Recipients") or _null_return_path(message):
        return True
    sender = decode_words(message.header("From")).casefold()
    return any(robot in sender for robot in _ROBOTS)


def _words_for_people(container: MimePart) -> str:
    """The text parts outside the returned letter."""
    return visible_text("\n".join(part.text(MAX_REPORT) for part in _own_parts(container) if _is_text(part)))


def _own_parts(container: MimePart) -> Iterator[MimePart]:
    waiting: list[MimePart] = [container]
    while waiting:
        part = waiting.pop(0)
        yield part
        if part.content_type not in _RETURNED_TYPES:
            waiting.extend(part.children)


def _is_text(part: MimePart) -> bool:
    return part.content_type == "text/plain" and not part.children


def _returned_id(container: MimePart) -> str:
    """The Message-ID of the letter that came back, whole or as its headers."""
    for part in _own_parts(container):
        if part.content_type not in _RETURNED_TYPES:
            continue
        inner = part.children[0] if part.children else parse_message(part.decoded(MAX_REPORT))
        if found := inner.header("Message-ID").strip():
            return visible(found)[:500]
    return ""


def _null_return_path(message: MimePart) -> bool | None:
    paths = message.header_values("Return-Path")
    return paths[0].strip() == "<>" if paths else None
