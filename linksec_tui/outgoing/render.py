"""A draft → the bytes of a message (RFC 5322, 2045), every header strict: no control passes, nothing is guessed.

The rendered message tells nothing that the sender did not write: no program's name, no time zone, no Bcc.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from linksec_tui.formats.header_text import encode_phrase, encode_text, fold
from linksec_tui.model.address import Address, Field, Recipient, parse_address
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft
from linksec_tui.model.visible import visible

from .body import Content, Enclosure, render_body
from .page import render_page

MAX_SUBJECT = 2000  # characters
MAX_REFERENCES = 20  # the first and the newest ones; RFC 5322 §3.6.4 sets no bound, header lines do

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
_FIELD = re.compile(r"[A-Za-z][A-Za-z-]{0,70}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a message gets besides its draft: its name, its date, the boundary's seed, further header fields."""

    message_id: str
    date: datetime
    boundary: str
    recipients: tuple[Recipient, ...]  # those whom the header shows; Bcc only in the Sent copy
    extra: tuple[tuple[str, str], ...] = ()


def render(draft: Draft, setting: Setting, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """The message, with CRLF line ends. Raises BadInput for what must not be sent as it is."""
    check_content(draft)
    content = render_content(draft, enclosures, setting.boundary)
    return render_head(draft, setting, content.fields) + content.body


def render_content(draft: Draft, enclosures: Sequence[Enclosure], boundary: str) -> Content:
    """Text, page and files of a letter."""
    return render_body(draft.body, enclosures, boundary, render_page(draft.body) if draft.markdown else "")


def render_head(draft: Draft, setting: Setting, content_fields: Sequence[tuple[str, str]]) -> bytes:
    """The header, with the empty line that ends it."""
    fields = [*header_fields(draft, setting), *content_fields]
    return "".join(f"{fold(name, value)}\r\n" for name, value in fields).encode("utf-8") + b"\r\n"


def head_and_body(message: bytes) -> tuple[bytes, bytes]:
    """A rendered message, parted behind the empty line below its header."""
    end = message.index(b"\r\n\r\n") + 4
    return message[:end], message[end:]


def check_content(draft: Draft) -> None:
    """Raises BadInput for an empty letter, and for header text with controls in it."""
    if not (draft.body.strip() or draft.subject.strip() or draft.attachments):
        raise BadInput("The letter is empty.", "Write something, or discard it.")
    if draft.elsewhere:
        raise BadInput(
            f"“{visible(draft.elsewhere[0])[:80]}” lies on the machine where the letter was begun, and cannot go from"
            " here.",
            "Attach it here, or take it off.",
        )
    one_line(draft.subject, "The subject")
    if len(draft.subject) > MAX_SUBJECT:
        raise BadInput("The subject is too long.", "Shorten it.")
    one_line(draft.sender_name, "Your name")
    for recipient in draft.recipients:
        one_line(recipient.name, f"The name of {recipient.address}")


def check_size(octets: int, limit: int | None) -> None:
    """Raises BadInput for a message above the provider's SIZE (RFC 1870); None or 0: it has told no limit."""
    if limit and octets > limit:
        raise BadInput(
            f"The letter has {_megabytes(octets)}, your provider takes at most {_megabytes(limit)}.",
            "Leave out an attachment, or share it another way.",
        )


def one_line(text: str, what: str) -> str:
    """Header text from a person. Raises BadInput for line ends and other controls: they could add header lines."""
    if _CONTROL.search(text):
        raise BadInput(f"{what} contains a line end or another control character.", "Remove it and try again.")
    return text.replace("\t", " ").strip()


def needs_smtputf8(draft: Draft, recipients: Iterable[Recipient]) -> bool:
    """RFC 6531: only addresses beyond ASCII need it, in the envelope or in the header."""
    return draft.sender.needs_smtputf8 or any(recipient.address.needs_smtputf8 for recipient in recipients)


def header_fields(draft: Draft, setting: Setting) -> list[tuple[str, str]]:
    """All but those that speak of the content."""
    fields = [
        ("From", mailbox_text(draft.sender_name, draft.sender)),
        *_recipient_fields(setting.recipients),
        ("Subject", encode_text(one_line(draft.subject, "The subject"))),
        ("Date", format_datetime(setting.date.astimezone(UTC))),
        ("Message-ID", _checked_id(setting.message_id)),
    ]
    if _MESSAGE_ID.fullmatch(draft.in_reply_to):
        fields.append(("In-Reply-To", draft.in_reply_to))
    if references := _references(draft.references):
        fields.append(("References", " ".join(references)))
    fields += [(_checked_name(name), one_line(value, name)) for name, value in setting.extra]
    return [*fields, ("MIME-Version", "1.0")]


def _recipient_fields(recipients: Sequence[Recipient]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for field, name in ((Field.TO, "To"), (Field.CC, "Cc"), (Field.BCC, "Bcc")):
        shown = [
            mailbox_text(recipient.name, recipient.address) for recipient in recipients if recipient.field is field
        ]
        if shown:
            fields.append((name, ", ".join(shown)))
        elif field is Field.TO:
            fields.append((name, "undisclosed-recipients:;"))  # RFC 5322 §3.4: a group of nobody
    return fields


def mailbox_text(name: str, address: Address) -> str:
    """Somebody with their name, as a header field has them."""
    address = parse_address(str(address))  # nothing gets into a header that could be more than an address
    phrase = encode_phrase(one_line(name, f"The name of {address}"))
    return f"{phrase} <{address}>" if phrase else str(address)


def _references(references: Sequence[str]) -> list[str]:
    usable = [reference for reference in references if _MESSAGE_ID.fullmatch(reference)]
    return usable if len(usable) <= MAX_REFERENCES else [usable[0], *usable[1 - MAX_REFERENCES :]]


def _checked_id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise BadInput(f"“{visible(message_id)[:80]}” cannot name a message.", "Check your own address.")
    return message_id


def _checked_name(name: str) -> str:
    if not _FIELD.fullmatch(name):
        raise BadInput(f"“{visible(name)[:80]}” cannot name a header field.", "Remove it.")
    return name


def _megabytes(octets: int) -> str:
    return f"{octets / 1_000_000:.1f} MB"
