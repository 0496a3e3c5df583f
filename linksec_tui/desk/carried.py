"""What a received message carries, to go with another letter: named in the draft, and read when that is sent.

The store's number of a message may come to mean another one when the store is built anew; its Message-ID tells.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.read_letter import plain_texts
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MAX_MESSAGE, MimePart, parse_message
from linksec_tui.incoming.taken_out import content_of
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment, Inside
from linksec_tui.model.visible import visible
from linksec_tui.outgoing.attachments import read_attachments
from linksec_tui.store import finished

MOST = 200  # files of one message
_TOKEN = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}")
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


def finished_parts(raw: bytes, letter: str) -> tuple[Attachment, ...]:
    """What a finished message is made of besides its text, as it came."""
    message = parse_message(raw)
    text = next(iter(plain_texts(message)), None)
    found = [part for part in _leaves(message) if part is not text and part.content_type not in _OF_THE_LETTER]
    return tuple(replace(_attachment(message, part), inside=_inside(part, letter=letter)) for part in found[:MOST])


async def content(correspondence: Correspondence, attachment: Attachment) -> bytes:
    """What one attachment holds, wherever it lies. Raises BadInput."""
    inside = attachment.inside
    if inside is None:
        return (await asyncio.to_thread(read_attachments, [attachment]))[0].content
    return (await read_inside(correspondence, [attachment]))[inside]


async def read_inside(correspondence: Correspondence, attachments: Iterable[Attachment]) -> dict[Inside, bytes]:
    """What these hold. Raises BadInput where a message is not there any more."""
    contents: dict[Inside, bytes] = {}
    for attachment in attachments:
        if (inside := attachment.inside) is not None:
            raw = await _around(correspondence, inside)
            contents[inside] = await asyncio.to_thread(_content, raw, inside, visible(attachment.name)[:80])
    return contents


async def _around(correspondence: Correspondence, inside: Inside) -> bytes:
    if inside.letter:
        return await correspondence.rooms.desk.run(finished.read, inside.letter)
    return await correspondence.raw(inside.message)


def _content(raw: bytes, inside: Inside, name: str) -> bytes:
    there = bool(raw) if inside.letter else _id(parse_message(raw)) == inside.message_id
    if not there:
        raise BadInput(f"The message that “{name}” was in is not there any more.", "Take it off, or attach it again.")
    return content_of(raw, inside.part, MAX_MESSAGE) if inside.part else raw


def _files(part: MimePart) -> Iterator[MimePart]:
    """Attached parts, a message among them whole and not file by file."""
    for child in part.children:
        if child.is_attachment or child.content_type == "message/rfc822":
            yield child
        else:
            yield from _files(child)


def _leaves(part: MimePart) -> Iterator[MimePart]:
    """What holds something itself; a message whole."""
    if part.is_multipart:
        for child in part.children:
            yield from _leaves(child)
    elif part.size:
        yield part


def _attachment(message: MimePart, part: MimePart, number: int = 0) -> Attachment:
    name = part.filename or ("message.eml" if part.content_type == "message/rfc822" else _name(part))
    inside = replace(_inside(part), message=number, message_id=_id(message))
    return Attachment(name=name, path=Path(name), media_type=_media_type(part), inside=inside)


def _name(part: MimePart) -> str:
    known = {"text/html": "page.html", "text/plain": "text.txt", "text/calendar": "invitation.ics"}
    return known.get(part.content_type, f"part {part.number}")


def _inside(part: MimePart, letter: str = "") -> Inside:
    size = part.size * 3 // 4 if part.encoding == "base64" else part.size
    return Inside(letter=letter, part=part.number or "1", size=size)


def _media_type(part: MimePart) -> str:
    """With what its octets cannot be understood without (RFC 2046 §4.1.2, RFC 5546)."""
    if not part.content_type.startswith("text/"):
        return part.content_type
    told = [(name, part.params.get(name, "")) for name in ("charset", "method")]
    return "; ".join([part.content_type, *(f"{name}={value}" for name, value in told if _TOKEN.fullmatch(value))])


def _id(message: MimePart) -> str:
    return message.header("Message-ID").strip()[:500]
