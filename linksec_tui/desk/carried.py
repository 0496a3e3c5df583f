"""What a received message carries, to go with another letter: named in the draft, and read when that is sent.

The store's number of a message may come to mean another one when the store is built anew; its Message-ID tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MAX_MESSAGE, MimePart, parse_message
from linksec_tui.incoming.taken_out import content_of
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment, Inside
from linksec_tui.model.visible import visible

MOST = 200  # files of one message
_OF_THE_LETTER = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)


def carried(message: MimePart, number: int) -> tuple[Attachment, ...]:
    """The files of a message; a signature over it says nothing about another one."""
    found = [part for part in _files(message) if part.content_type not in _OF_THE_LETTER]
    return tuple(_attachment(message, part, number) for part in found[:MOST])


def whole(message: MimePart, number: int) -> Attachment:
    """The message itself."""
    name = f"{visible(decode_words(message.header('Subject')))[:80].strip() or 'message'}.eml"
    inside = Inside(message=number, message_id=_id(message), size=len(message.raw))
    return Attachment(name=name, path=Path("message.eml"), media_type="message/rfc822", inside=inside)


async def read_inside(correspondence: Correspondence, attachments: Iterable[Attachment]) -> dict[Inside, bytes]:
    """What these hold. Raises BadInput where a message is not there any more."""
    contents: dict[Inside, bytes] = {}
    for attachment in attachments:
        if (inside := attachment.inside) is not None:
            raw = await correspondence.raw(inside.message)
            contents[inside] = await asyncio.to_thread(_content, raw, inside, visible(attachment.name)[:80])
    return contents


def _content(raw: bytes, inside: Inside, name: str) -> bytes:
    if _id(parse_message(raw)) != inside.message_id:
        raise BadInput(f"The message that “{name}” lay in is not there any more.", "Take it off, or attach it again.")
    return content_of(raw, inside.part, MAX_MESSAGE) if inside.part else raw


def _files(part: MimePart) -> Iterator[MimePart]:
    """Attached parts, a message among them whole and not file by file."""
    for child in part.children:
        if child.is_attachment or child.content_type == "message/rfc822":
            yield child
        else:
            yield from _files(child)


def _attachment(message: MimePart, part: MimePart, number: int) -> Attachment:
    name = part.filename or ("message.eml" if part.content_type == "message/rfc822" else f"part {part.number}")
    size = part.size * 3 // 4 if part.encoding == "base64" else part.size
    inside = Inside(message=number, message_id=_id(message), part=part.number, size=size)
    return Attachment(name=name, path=Path(name), media_type=part.content_type, inside=inside)


def _id(message: MimePart) -> str:
    return message.header("Message-ID").strip()[:500]
