"""A message that another program wrote → what a draft is made of (RFC 5322, 2045): plain text, and its header.

What is to be written on must be plain text: a message with parts of its own would have to be taken apart and put
together again, and a signature in it would break. What is finished goes as it is, whatever it is made of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from linksec_tui.formats.address_list import NamedAddress, parse_address_list
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MAX_MESSAGE, MimePart, parse_message
from linksec_tui.model.address import Field
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible

MAX_BEYOND = 50  # parts that are named

_FIELD_LINE = re.compile(rb"(?:>?From [^\r\n]*\r?\n)?[!-9;-~]{1,200}[ \t]*:|\r?\n")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
_KNOWN = frozenset(
    {"from", "to", "cc", "bcc", "subject", "in-reply-to", "references", "mime-version", "content-type"}
    | {"content-transfer-encoding", "content-disposition", "content-language", "date", "user-agent", "x-mailer"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLetter:
    """A message's header and text. `left_out` names header fields that a draft has no place for, `beyond` its parts."""

    sender: NamedAddress | None
    recipients: tuple[tuple[Field, NamedAddress], ...]
    subject: str
    body: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


def read_letter(raw: bytes) -> WrittenLetter:
    """Text with a header, to be made a letter of; without any header line all of it is text. Raises BadInput."""
    message = parse_message(raw if has_header(raw) else b"\n" + raw)
    _check_size(message)
    _check_shape(message)
    return _letter(message, message)


def read_finished(raw: bytes) -> WrittenLetter:
    """A message that goes as it is, made of whatever it may be; one that is passed on goes to those of its Resent
    fields (RFC 5322 §3.6.6). Raises BadInput."""
    message = parse_message(raw)
    _check_size(message)
    texts = plain_texts(message)
    letter = _letter(message, next(iter(texts), None))
    leaves = [part for part in message.walk() if not part.children and not part.is_multipart]
    beyond = [visible(part.filename or part.content_type) for part in leaves if part not in texts[:1]]
    return replace(letter, beyond=tuple(beyond[:MAX_BEYOND]))


def plain_texts(message: MimePart) -> list[MimePart]:
    """The first of them is what can be written on."""
    return [part for part in message.walk() if part.content_type == "text/plain" and not part.is_attachment]


def has_header(raw: bytes) -> bool:
    """Does it begin as a message, and not as a text?"""
    return bool(_FIELD_LINE.match(raw))


def _letter(message: MimePart, text: MimePart | None) -> WrittenLetter:
    resent = "Resent-" if message.header("Resent-From") else ""
    senders = [named for value in message.header_values(f"{resent}From") for named in parse_address_list(value)]
    if len(senders) > 1:
        raise BadInput("The message has more than one sender.", "Leave one address in From.")
    return WrittenLetter(
        sender=senders[0] if senders else None,
        recipients=tuple(
            (field, named)
            for field in Field
            for value in message.header_values(f"{resent}{field.value}")
            for named in parse_address_list(value)
        ),
        subject=decode_words(message.header("Subject")),
        body=text.text(MAX_MESSAGE).replace("\r\n", "\n") if text else "",
        in_reply_to=next(iter(_MESSAGE_ID.findall(message.header("In-Reply-To"))), ""),
        references=tuple(_MESSAGE_ID.findall(message.header("References"))),
        left_out=tuple(dict.fromkeys(visible(name) for name, _ in message.headers if name.lower() not in _KNOWN)),
    )


def _check_size(message: MimePart) -> None:
    if len(message.raw) > MAX_MESSAGE:
        raise BadInput("The message is too large.", "Send a shorter one, or share it another way.")


def _check_shape(message: MimePart) -> None:
    if message.content_type != "text/plain" or message.is_attachment:
        raise BadInput(
            f"The message is {message.content_type}; only to plain text can anything be added.",
            "Write the text alone, or leave out what is to be added.",
        )
    if message.header("Content-Transfer-Encoding") and message.encoding not in (
        "7bit", "8bit", "binary", "quoted-printable", "base64",
    ):  # fmt: skip
        raise BadInput(f"The message's encoding ({visible(message.encoding)[:40]}) is not known.", "Use 8bit.")
