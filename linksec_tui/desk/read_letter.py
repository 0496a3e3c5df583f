"""A message that another program wrote → what a draft is made of (RFC 5322, 2045): plain text, and its header.

Only plain text is taken: a message with parts of its own would have to be taken apart and put together again, and a
signature in it would break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from linksec_tui.formats.address_list import NamedAddress, parse_address_list
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MAX_MESSAGE, MimePart, parse_message
from linksec_tui.model.address import Field
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible

_FIELD_LINE = re.compile(rb"(?:>?From [^\r\n]*\r?\n)?[!-9;-~]{1,200}[ \t]*:|\r?\n")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
_KNOWN = frozenset(
    {"from", "to", "cc", "bcc", "subject", "in-reply-to", "references", "mime-version", "content-type"}
    | {"content-transfer-encoding", "content-disposition", "content-language", "date", "user-agent", "x-mailer"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLetter:
    """A message's header and text. `left_out` names header fields that a draft has no place for."""

    sender: NamedAddress | None
    recipients: tuple[tuple[Field, NamedAddress], ...]
    subject: str
    body: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def read_letter(raw: bytes) -> WrittenLetter:
    """A message as sendmail would be given it; without any header line all of it is text. Raises BadInput."""
    message = parse_message(raw if _FIELD_LINE.match(raw) else b"\n" + raw)
    _check_shape(message)
    senders = parse_address_list(message.header("From"))
    if len(senders) > 1:
        raise BadInput("The message has more than one sender.", "Leave one address in From.")
    return WrittenLetter(
        sender=senders[0] if senders else None,
        recipients=tuple(
            (field, named)
            for field in Field
            for value in message.header_values(field.value)
            for named in parse_address_list(value)
        ),
        subject=decode_words(message.header("Subject")),
        body=message.text(MAX_MESSAGE).replace("\r\n", "\n"),
        in_reply_to=next(iter(_MESSAGE_ID.findall(message.header("In-Reply-To"))), ""),
        references=tuple(_MESSAGE_ID.findall(message.header("References"))),
        left_out=tuple(dict.fromkeys(visible(name) for name, _ in message.headers if name.lower() not in _KNOWN)),
    )


def _check_shape(message: MimePart) -> None:
    if len(message.raw) > MAX_MESSAGE:
        raise BadInput("The message is too large.", "Send a shorter one, or share it another way.")
    if message.content_type != "text/plain" or message.is_attachment:
        raise BadInput(
            f"The message is {message.content_type}; only plain text can be sent from here.",
            "Write the text alone, and add files with --attach.",
        )
    if message.header("Content-Transfer-Encoding") and message.encoding not in (
        "7bit", "8bit", "binary", "quoted-printable", "base64",
    ):  # fmt: skip
        raise BadInput(f"The message's encoding ({visible(message.encoding)[:40]}) is not known.", "Use 8bit.")
