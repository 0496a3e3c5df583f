"""A message that tells of a failed delivery → Bounce (RFC 3462, 3464, 6533; link-security.md §7).

Where the report is machine-readable that is read first and the text for people second; the returned letter gives only
its Message-ID. A report that somebody sends on, whole or quoted, is read as well, but carries no sign of where it came
from. Whether any of it is true is not decided here (`match`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from linksec_tui.formats.address_list import parse_address_list
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.formats.report import MAX_REPORT, DeliveryStatus, RecipientStatus, parse_delivery_status
from linksec_tui.model.letter import PASSED_ON, Bounce, Confidence, Report
from linksec_tui.model.visible import visible, visible_text

from .bounce_text import (
    MAX_RECIPIENTS,
    MAX_TEXT,
    Said,
    cut_returned,
    forwarded,
    original_message_id,
    reads_like_a_delay,
    reads_like_a_report,
    recipients_said,
    said_about_each,
    said_on_lines,
    without_markup,
)
from .bounce_words import explain
from .diagnosis import NOTHING_FAILED, Clues, diagnose

MAX_DIAGNOSTIC = 500  # characters that are kept
MAX_ENCLOSED = 20  # messages inside a message that are tried
MAX_HEADER = 64 * 1024  # octets of a returned letter, in which its Message-ID is looked for

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = (
    *("message/rfc822", "message/global", "text/rfc822-headers"),
    *("message/rfc822-headers", "message/global-headers"),
)
_ROBOTS = ("mailer-daemon", "postmaster", "post_master", "mail delivery", "mailer daemon", "mdaemon")


def parse_bounce(raw: bytes) -> Bounce | None:
    """What a report says; None for a message that is none."""
    message = parse_message(raw)
    bounce = _read(message) or _sent_on(message)
    return replace(bounce, explanation=explain(bounce)) if bounce else None


def _read(message: MimePart) -> Bounce | None:
    """What this very message reports."""
    if found := _machine_readable(message):
        return _structured(message, found)
    return _from_text(message) if _from_a_robot(message) else None


def _sent_on(message: MimePart) -> Bounce | None:
    """A report inside a reply or a forwarded letter. What a robot returns is the letter, and never read as a report."""
    if _from_a_robot(message):
        return None
    enclosed = (part.children[0] for part in message.walk() if _is_message(part) and part.children)
    for inner in islice(enclosed, MAX_ENCLOSED):
        if bounce := _read(inner):
            return replace(bounce, null_return_path=None)  # the inner Return-Path is anybody's word
    return _quoted(message)


@dataclass(frozen=True, slots=True)
class _Found:
    """The container of a delivery-status part, and that part."""

    container: MimePart
    status: DeliveryStatus


def _machine_readable(message: MimePart) -> _Found | None:
    """The outermost delivery-status part that does not belong to an enclosed message."""
    level: list[MimePart] = [message]
    while level:
        for container in level:
            for part in (container, *container.children):
                if part.content_type in _STATUS_TYPES:
                    status = parse_delivery_status(part.text(MAX_REPORT))
                    if status.recipients:
                        return _Found(container, status)
        level = [child for container in level for child in container.children if not _is_message(child)]
    return None


def _structured(message: MimePart, found: _Found) -> Bounce:
    words, returned = cut_returned(_words_for_people(found.container))
    alone = len(found.status.recipients) == 1
    wanted = any(not (status.diagnostic or status.comment) for status in found.status.recipients)
    entries = {said.recipient.casefold(): said.text for said in (said_on_lines(words) if wanted else ())}
    about: Mapping[str, str] = {} if alone else said_about_each(words)
    return Bounce(
        reports=tuple(
            _report(
                status,
                entry=entries.get(status.recipient.casefold(), ""),
                text=visible(words) if alone else about.get(status.recipient.casefold(), ""),
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
    diagnosis = NOTHING_FAILED if status.action in PASSED_ON else diagnose(clues)
    return Report(
        recipient=status.recipient,
        original_recipient=status.original_recipient,
        action=status.action or "failed",
        status=status.status,
        remote_mta=status.remote_mta,
        diagnostic=(status.diagnostic or status.comment or " ".join(entry.split()))[:MAX_DIAGNOSTIC],
        bounce_class=diagnosis.bounce_class,
        confidence=diagnosis.confidence,
        tag=diagnosis.tag,
        retry_until=status.retry_until,
    )


def _from_text(message: MimePart) -> Bounce | None:
    """The text for people, of a message that a server wrote."""
    words, returned = cut_returned(_words_for_people(message))
    heading = f"{decode_words(message.header('Subject'))}\n{words}"
    named = [visible(address.strip()) for address in message.header("X-Failed-Recipients").split(",") if "@" in address]
    if not (named or reads_like_a_report(heading)):
        return None
    said = recipients_said(words, _not_meant(message))
    recipients = named[:MAX_RECIPIENTS] or [one.recipient for one in said]
    about = _about_each(recipients, said, words)
    action = "delayed" if reads_like_a_delay(heading) else "failed"
    bounce = Bounce(
        reports=tuple(_report_from_text(recipient, about[recipient], action) for recipient in recipients),
        original_message_id=_returned_id(message) or original_message_id(returned),
        null_return_path=_null_return_path(message),
    )
    return bounce if recipients else None


def _quoted(message: MimePart) -> Bounce | None:
    """A report in the midst of what a person writes: read for its recipients, and no sign of where it came from."""
    words, returned = cut_returned(forwarded(_words_for_people(message)))
    said = recipients_said(words, _not_meant(message)) if words else ()
    about = _about_each([one.recipient for one in said], said, words)
    action = "delayed" if reads_like_a_delay(words) else "failed"
    bounce = Bounce(
        reports=tuple(_report_from_text(recipient, text, action) for recipient, text in about.items()),
        original_message_id=original_message_id(returned),
    )
    return bounce if said else None


def _about_each(recipients: list[str], said: tuple[Said, ...], words: str) -> dict[str, str]:
    """What the text says of each; of somebody alone, all that it says."""
    entries = {one.recipient.casefold(): one.text for one in said}
    about_all = visible(words) if len(recipients) == 1 else ""
    return {recipient: entries.get(recipient.casefold(), "") or about_all for recipient in recipients}


def _report_from_text(recipient: str, text: str, action: str) -> Report:
    diagnosis = diagnose(Clues(text=text))
    return Report(
        recipient=recipient,
        action=action,
        diagnostic=" ".join(text.split())[:MAX_DIAGNOSTIC],
        bounce_class=diagnosis.bounce_class,
        confidence=Confidence.GUESS if diagnosis.confidence is Confidence.GUESS else Confidence.PATTERN,
        tag=diagnosis.tag,
    )


def _from_a_robot(message: MimePart) -> bool:
    """A person's letter about a failed delivery is not a report."""
    if message.header("X-Failed-Recipients") or _null_return_path(message):
        return True
    sender = decode_words(message.header("From")).casefold()
    return any(robot in sender for robot in _ROBOTS)


def _not_meant(message: MimePart) -> frozenset[str]:
    """Who writes the report and who reads it are not those whom it is about."""
    fields = (message.header("From"), message.header("To"))
    return frozenset(each.address.casefold() for field in fields for each in parse_address_list(field))


def _words_for_people(container: MimePart) -> str:
    """The text parts outside the returned letter, as far as anybody would read them."""
    parts = [part for part in _own_parts(container) if not part.children and part.disposition != "attachment"]
    plain = [part for part in parts if part.content_type == "text/plain"]
    words, room = "", MAX_TEXT
    for part in plain or [part for part in parts if part.content_type == "text/html"]:
        text = part.text(room)
        words += f"{text if plain else without_markup(text)}\n"
        if (room := MAX_TEXT - len(words)) <= 0:
            break
    return visible_text(words)


def _own_parts(container: MimePart) -> Iterator[MimePart]:
    waiting: list[MimePart] = [container]
    for part in waiting:
        yield part
        if part is container or part.content_type not in _RETURNED_TYPES:
            waiting.extend(part.children)


def _is_message(part: MimePart) -> bool:
    return part.content_type in ("message/rfc822", "message/global")


def _returned_id(container: MimePart) -> str:
    """The Message-ID of the letter that came back, whole or as its headers."""
    for part in _own_parts(container):
        attached = part.content_type == "text/plain" and part.disposition == "attachment"
        if part.content_type not in _RETURNED_TYPES and not attached:
            continue
        inner = part.children[0] if part.children else parse_message(part.decoded(MAX_HEADER))
        if found := inner.header("Message-ID").strip():
            return visible(found)[:500]
    return ""


def _null_return_path(message: MimePart) -> bool | None:
    paths = message.header_values("Return-Path")
    return paths[0].strip() == "<>" if paths else None
