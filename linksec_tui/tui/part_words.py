"""A part of a message in a line: its name, what it is in plain words, how large."""

from __future__ import annotations

from textual.content import Content

from linksec_tui.model.reading import Part, PartKind
from linksec_tui.tui.text import assemble, cut, plain

_TYPES = {
    "application/pdf": "PDF", "application/zip": "ZIP archive", "application/msword": "Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint slides",
    "application/vnd.oasis.opendocument.text": "OpenDocument text", "text/plain": "text", "text/html": "page (HTML)",
    "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument sheet", "application/octet-stream": "file",
    "message/rfc822": "message", "message/global": "message",
    "text/calendar": "invitation", "application/ics": "invitation",
    "application/pgp-signature": "signature (OpenPGP)", "application/pkcs7-signature": "signature (S/MIME)",
    "application/x-pkcs7-signature": "signature (S/MIME)", "application/pgp-encrypted": "encrypted (OpenPGP)",
    "application/pkcs7-mime": "encrypted or signed (S/MIME)",
    "application/x-pkcs7-mime": "encrypted or signed (S/MIME)",
    "message/delivery-status": "delivery report", "text/rfc822-headers": "header of a message",
    "text/csv": "table (CSV)",
    "text/vcard": "contact", "text/x-vcard": "contact", "text/x-patch": "patch", "text/x-diff": "patch",
}  # fmt: skip
_NAMELESS = {PartKind.MESSAGE: "(a message)", PartKind.INVITATION: "(an invitation)", PartKind.TEXT: "(the text)"}


def part_line(part: Part) -> Content:
    """As it stands below a text."""
    return plain(f"+ {part_name(part)}  {type_words(part.media_type)}  {size_words(part.size)}")


def part_row(part: Part, width: int, ellipsis: str) -> Content:
    """As it stands in the list of parts, in columns."""
    kind = type_words(part.media_type)
    room = max(width - 46, 16)
    name = cut(plain(part_name(part)), room, ellipsis)
    name = name.pad_right(room - name.cell_length)
    shown = "  shown" if part.shown else ""
    return assemble(name, "  ", (f"{kind[:24]:<24} {size_words(part.size):>9}{shown}", "$muted"))


def part_name(part: Part) -> str:
    return part.name or _NAMELESS.get(part.kind, f"(part {part.number})")


def type_words(media_type: str) -> str:
    """`JPEG picture` for image/jpeg; a type that has no plain word is called by its name."""
    kind, _, sub = media_type.partition("/")
    if media_type in _TYPES:
        return _TYPES[media_type]
    if kind in ("image", "audio", "video") and sub:
        what = {"image": "picture", "audio": "sound", "video": "film"}[kind]
        return f"{sub.removeprefix('x-').partition('+')[0].upper()} {what}"
    return media_type


def size_words(octets: int) -> str:
    if octets < 1000:
        return f"{octets} bytes"
    return f"{octets / 1000:.0f} kB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"
