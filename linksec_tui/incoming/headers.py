"""Header fields as a server hands them out → what the list shows of a message (RFC 5322 §3.6).

The sender chose every byte of them. They are cut before they are read, and every text is made visible. A mailbox has
a hundred thousand of them, so only the fields that are needed are read, and no tree of parts is built.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from linksec_tui.formats.address_list import NamedAddress, parse_address_list
from linksec_tui.formats.charset import decode_text
from linksec_tui.formats.content_type import parse_content_type
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mail_date import parse_mail_date
from linksec_tui.formats.mime import MAX_HEADER
from linksec_tui.incoming.threads import bounded
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.model.visible import visible, visible_name
from linksec_tui.wire.imap_answers import Fetched, HeaderFetch
from linksec_tui.wire.imap_bulk import read_headers
from linksec_tui.wire.imap_tokens import Response

MAX_SUBJECT = 1000  # characters kept for the list; the message itself keeps all
MAX_RECIPIENTS = 500  # characters
MAX_ADDRESSED = 8000  # characters of To and of Cc that can be searched for

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,996}>")  # RFC 5322 §2.1.1: it has to fit on a line
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)\Z", re.DOTALL)
_FOLD = re.compile(rb"\r*\n(?=[ \t])")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ROBOTS = ("mailer-daemon", "postmaster")


@dataclass(frozen=True, slots=True)
class Piece:
    """What an answer held: the headers that were asked for, in the order of the question, and what came besides."""

    headers: Sequence[Header]
    unasked: Sequence[Fetched]


def read_piece(responses: Sequence[Response], mailbox: Mailbox, asked: Sequence[int] | None) -> Piece:
    """A server's answer → lines of the list. `asked`: the UIDs; None where nobody knew them."""
    read = read_headers(responses)
    chosen = sorted(read.headers, reverse=True) if asked is None else [uid for uid in asked if uid in read.headers]
    return Piece([parse_header(read.headers[uid], mailbox) for uid in chosen], read.unasked)


def parse_header(fetch: HeaderFetch, mailbox: Mailbox) -> Header:
    """One line of the list. Its `id` is the store's to give."""
    fields = header_fields(fetch.header_bytes)
    sender = _first_address(fields.get("from", ""))
    typed = fields.get("content-type", "")
    content_type, _ = parse_content_type(typed.partition(";")[0], "text/plain")  # few want the parameters
    return Header(
        id=0,
        account=mailbox.account,
        mailbox=mailbox.id,
        uid=fetch.uid,
        sender_name=sender.name,
        sender_address=visible_name(sender.address),
        recipients=_recipients(fields),
        subject=decode_words(fields.get("subject", ""))[:MAX_SUBJECT].strip(),
        received_at=fetch.internaldate or parse_mail_date(fields.get("date", "")) or _BEGINNING,
        message_id=parse_message_id(fields.get("message-id", "")),
        in_reply_to=_parent(fields),
        references=_references(fields),
        size=fetch.size,
        gmail_id=fetch.gmail_id,
        flags=fetch.flags,
        has_attachment=_may_have_attachment(content_type),
        is_bounce=_is_bounce(fields, content_type),
        to_words=decode_words(fields.get("to", "")[:MAX_ADDRESSED]),
        cc_words=decode_words(fields.get("cc", "")[:MAX_ADDRESSED]),
    )


def header_fields(block: bytes) -> dict[str, str]:
    """The fields of a header block, names in lower case; of several with one name the first. Reads up to what is none.

    RFC 5322 §2.2.3: the line ends go, the blanks stay. Octets beyond ASCII are UTF-8 if they can be (RFC 6532).
    """
    fields: dict[str, str] = {}
    for line in _FOLD.sub(b"", block).split(b"\n"):
        found = _FIELD.match(line)
        if found is None:
            break
        name = found[1].decode("ascii").lower()
        if name not in fields:
            fields[name] = _text(found[2][:MAX_HEADER].strip())
    return fields


def _text(value: bytes) -> str:
    return value.decode("ascii") if value.isascii() and b"\x1b" not in value else decode_text(value, "")


def _first_address(value: str) -> NamedAddress:
    return next(iter(parse_address_list(value)), NamedAddress("", ""))


def _is_bounce(fields: Mapping[str, str], content_type: str) -> bool:
    """Does this say that a letter did not arrive, or not yet? Whether that is true is another question."""
    if content_type == "multipart/report":
        _, params = parse_content_type(fields["content-type"], content_type)
        return params.get("report-type", "").lower() == "delivery-status"
    if not _null_return_path(fields):
        return False
    robot = _first_address(fields.get("from", "")).address
    return bool(fields.get("x-failed-recipients")) or robot.lower().partition("@")[0] in _ROBOTS


def _null_return_path(fields: Mapping[str, str]) -> bool:
    """RFC 3464 §2: nobody is to be told that a report came back."""
    return re.sub(r"\s", "", fields.get("return-path", "")) == "<>"


def parse_message_id(value: str) -> str:
    """The first message id of a field, with its angle brackets; empty where there is none."""
    found = _MESSAGE_ID.search(value)
    return visible(found.group()) if found else ""


def _parent(fields: Mapping[str, str]) -> str:
    """RFC 5322 §3.6.4: In-Reply-To names the parent; the last of References does where it is missing."""
    replied_to = parse_message_id(fields.get("in-reply-to", ""))
    if replied_to:
        return replied_to
    references = _references(fields)
    return references[-1] if references else ""


def _references(fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(visible(each) for each in bounded(_MESSAGE_ID.findall(fields.get("references", ""))))


def _recipients(fields: Mapping[str, str]) -> str:
    everybody = [*parse_address_list(fields.get("to", "")), *parse_address_list(fields.get("cc", ""))]
    text = ", ".join(visible_name(one.name or one.address) for one in everybody)
    return text if len(text) <= MAX_RECIPIENTS else text[: MAX_RECIPIENTS - 1] + "…"


def _may_have_attachment(content_type: str) -> bool:
    """What the outermost type lets one expect; the message itself knows better once it is read."""
    return content_type == "multipart/mixed" or not content_type.startswith(("text/", "multipart/"))
