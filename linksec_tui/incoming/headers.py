"""Header fields as a server hands them out → what the list shows of a message (RFC 5322 §3.6).

The sender chose every byte of them. They are cut before they are read, and every text is made visible.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from linksec_tui.formats.address_list import NamedAddress, parse_address_list
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mail_date import parse_mail_date
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.model.visible import visible, visible_name
from linksec_tui.wire.imap_answers import HeaderFetch

MAX_SUBJECT = 1000  # characters kept for the list; the message itself keeps all
MAX_RECIPIENTS = 500  # characters

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,996}>")  # RFC 5322 §2.1.1: it has to fit on a line
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ROBOTS = ("mailer-daemon", "postmaster")


def parse_header(fetch: HeaderFetch, mailbox: Mailbox) -> Header:
    """One line of the list. Its `id` is the store's to give."""
    fields = parse_message(fetch.header_bytes)
    sender = next(iter(parse_address_list(fields.header("From"))), NamedAddress("", ""))
    return Header(
        id=0,
        account=mailbox.account,
        mailbox=mailbox.id,
        uid=fetch.uid,
        sender_name=sender.name,
        sender_address=visible_name(sender.address),
        recipients=_recipients(fields),
        subject=decode_words(fields.header("Subject"))[:MAX_SUBJECT].strip(),
        received_at=fetch.internaldate or parse_mail_date(fields.header("Date")) or _BEGINNING,
        message_id=parse_message_id(fields.header("Message-ID")),
        in_reply_to=_parent(fields),
        size=fetch.size,
        flags=fetch.flags,
        has_attachment=_may_have_attachment(fields.content_type),
        is_bounce=is_bounce(fields),
    )


def is_bounce(message: MimePart) -> bool:
    """Does this say that a letter did not arrive, or not yet? Whether that is true is another question."""
    if message.content_type == "multipart/report":
        return message.params.get("report-type", "").lower() == "delivery-status"
    if not _null_return_path(message):
        return False
    robot = next(iter(parse_address_list(message.header("From"))), NamedAddress("", ""))
    return bool(message.header("X-Failed-Recipients")) or robot.address.lower().partition("@")[0] in _ROBOTS


def _null_return_path(message: MimePart) -> bool:
    """RFC 3464 §2: nobody is to be told that a report came back."""
    return re.sub(r"\s", "", message.header("Return-Path")) == "<>"


def parse_message_id(value: str) -> str:
    """The first message id of a field, with its angle brackets; empty where there is none."""
    found = _MESSAGE_ID.search(value)
    return visible(found.group()) if found else ""


def _parent(fields: MimePart) -> str:
    """RFC 5322 §3.6.4: In-Reply-To names the parent; the last of References does where it is missing."""
    replied_to = parse_message_id(fields.header("In-Reply-To"))
    if replied_to:
        return replied_to
    references = _MESSAGE_ID.findall(fields.header("References"))
    return visible(references[-1]) if references else ""


def _recipients(fields: MimePart) -> str:
    everybody = [*parse_address_list(fields.header("To")), *parse_address_list(fields.header("Cc"))]
    text = ", ".join(visible_name(one.name or one.address) for one in everybody)
    return text if len(text) <= MAX_RECIPIENTS else text[: MAX_RECIPIENTS - 1] + "…"


def _may_have_attachment(content_type: str) -> bool:
    """What the outermost type lets one expect; the message itself knows better once it is read."""
    return content_type == "multipart/mixed" or not content_type.startswith(("text/", "multipart/"))
