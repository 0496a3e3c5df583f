"""A draft ↔ its copy on the server: a message that any client can open, and that holds all of the draft but its files.

The text goes as it is, unflowed, so that it comes back letter by letter. What a message has no field for stands in
`X-Linksec-Draft`; a copy without that field, or with one that this program cannot read, is somebody else's.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from typing import cast

from linksec_tui.formats.header_text import decode_words, encode_phrase, encode_text, fold
from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.model.address import Field
from linksec_tui.model.draft_version import DraftCopy, Versions
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.letter import Draft
from linksec_tui.model.visible import visible, visible_text
from linksec_tui.store.codec import decode, encode

FIELD = "X-Linksec-Draft"
MAX_TEXT = 4 << 20  # octets of a draft's text that come back
MAX_FIELD = 256 << 10
MAX_MACHINES = 50
_NAMES = {Field.TO: "To", Field.CC: "Cc", Field.BCC: "Bcc"}
_LINE = 57  # octets that make 76 letters of base64
_REVISION = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
_IDENT = re.compile(r"[A-Za-z0-9~_.-]{1,120}")
_MACHINE = re.compile(r"[0-9a-f]{1,32}")


def render_copy(copy: DraftCopy, now: datetime) -> bytes:
    """The copy as a message, with CRLF line ends."""
    draft = copy.draft
    fields = [
        ("From", _mailbox(draft.sender_name, str(draft.sender))),
        *((name, _named(draft, field)) for field, name in _NAMES.items() if _named(draft, field)),
        ("Subject", encode_text(visible(draft.subject))),
        ("Date", format_datetime(now)),
        ("Message-ID", copy.revision),
        *((("In-Reply-To", draft.in_reply_to),) if _REVISION.fullmatch(draft.in_reply_to) else ()),
        (FIELD, _packed(copy)),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    header = "".join(f"{fold(name, value)}\r\n" for name, value in fields)
    return header.encode("ascii", "replace") + b"\r\n" + _base64(draft.body.encode("utf-8", "replace"))


def parse_copy(raw: bytes, account: str) -> DraftCopy | None:
    """The draft again, in this account; None where it is none of ours. Nothing in it is believed to be a file here."""
    message = parse_message(raw)
    found = _unpacked(message.header(FIELD))
    revision = message.header("Message-ID").strip()
    if found is None or not _REVISION.fullmatch(revision):
        return None
    draft, versions = found
    text = visible_text(_text(message))
    subject = visible(decode_words(message.header("Subject")))
    return DraftCopy(
        draft=replace(draft, account=account, subject=subject, body=text), revision=revision, versions=versions
    )


def _packed(copy: DraftCopy) -> str:
    files = (*(each.name for each in copy.draft.attachments), *copy.draft.elsewhere)
    bare = replace(copy.draft, subject="", body="", attachments=(), elsewhere=files, account="", taken="")
    packed = json.dumps({"draft": encode(bare), "versions": dict(copy.versions)}, separators=(",", ":"))
    octets = packed.encode()
    # a blank every so often, so that the field can be folded
    return " ".join(
        binascii.b2a_base64(octets[at : at + _LINE], newline=False).decode() for at in range(0, len(octets), _LINE)
    )


def _unpacked(value: str) -> tuple[Draft, Versions] | None:
    if not value or len(value) > MAX_FIELD:
        return None
    try:
        octets = b"".join(base64.b64decode(piece, validate=True) for piece in value.split())
        packed = cast("object", json.loads(octets))
        if not isinstance(packed, dict):
            return None
        entries = cast("dict[str, object]", packed)
        draft = decode(Draft, str(entries.get("draft", "")))
        versions = _versions(entries.get("versions"))
    except (ValueError, RecursionError, LinksecError):
        return None
    if versions is None or not _IDENT.fullmatch(draft.id):
        return None
    names = tuple(visible(name)[:200] for name in draft.elsewhere[:100])
    return replace(draft, attachments=(), elsewhere=names, sender_name=visible(draft.sender_name)), versions


def _versions(entry: object) -> Versions | None:
    if not isinstance(entry, dict):
        return None
    counts = cast("dict[object, object]", entry)
    found = {
        machine: count
        for machine, count in counts.items()
        if isinstance(machine, str) and isinstance(count, int) and _MACHINE.fullmatch(machine) and 0 < count < 1 << 40
    }
    return found if len(found) == len(counts) <= MAX_MACHINES else None


def _text(message: MimePart) -> str:
    return message.text(MAX_TEXT).replace("\r\n", "\n")


def _named(draft: Draft, field: Field) -> str:
    return ", ".join(_mailbox(each.name, str(each.address)) for each in draft.recipients if each.field is field)


def _mailbox(name: str, address: str) -> str:
    phrase = encode_phrase(visible(name))
    return f"{phrase} <{address}>" if phrase else address


def _base64(octets: bytes) -> bytes:
    lines = [binascii.b2a_base64(octets[at : at + _LINE], newline=False) for at in range(0, len(octets), _LINE)]
    return b"\r\n".join([*lines, b""])
