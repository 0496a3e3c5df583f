"""The parts of a message as people are told of them: what each is, how large, and whether it is text to be read."""

from __future__ import annotations

from collections.abc import Iterable

from linksec_tui.formats.mime import MimePart
from linksec_tui.model.reading import Part, PartKind
from linksec_tui.model.visible import visible_name
from linksec_tui.model.wording import Wording

# A notice for readers whose link was not secure; those who got the letter have no use for it.
NOTICE = "text/x-link-security-notice"
MESSAGES = frozenset({"message/rfc822", "message/global"})
CALENDARS = frozenset({"text/calendar", "application/ics"})
SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "multipart/signed"}
)
ENCRYPTED = frozenset(
    {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}
)
REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_NOT_TO_READ = frozenset({NOTICE, "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rtf"})


def kind_of(part: MimePart) -> PartKind:
    """What it is, by what it says that it is."""
    kind = part.content_type
    if kind in MESSAGES:
        return PartKind.MESSAGE
    if kind in CALENDARS:
        return PartKind.INVITATION
    if kind in SIGNATURES:
        return PartKind.SIGNATURE
    if kind in ENCRYPTED:
        return PartKind.ENCRYPTED
    if kind.startswith("image/") or (kind == "application/octet-stream" and part.filename.lower().endswith(_PICTURES)):
        return PartKind.PICTURE
    return PartKind.TEXT if is_text(part) else PartKind.FILE


def is_text(part: MimePart) -> bool:
    """Can its content be read as it is?"""
    return part.content_type in REPORTS or (
        part.content_type.startswith("text/") and part.content_type not in _NOT_TO_READ
    )


def reads_inline(part: MimePart) -> bool:
    """Does its text belong into the message? A name alone makes no attachment of a letter, but of anything else."""
    if part.disposition == "attachment" or not is_text(part):
        return False
    return part.content_type in ("text/plain", "text/html") or part.content_type in REPORTS or not part.filename


def told(part: MimePart, *, shown: bool) -> Part:
    return Part(
        number=part.number or "1",  # RFC 3501 §6.4.5: a message without parts is its own part 1
        media_type=visible_name(part.content_type),
        name=part.filename,
        size=_about(part),
        kind=kind_of(part),
        shown=shown,
    )


def part_numbered(message: MimePart, number: str) -> MimePart | None:
    """The part of that number, as `told` numbers them."""
    return next((part for part in message.walk() if (part.number or "1") == number and not part.is_multipart), None)


def wording_of(part: MimePart) -> Wording | None:
    """Which wording of a message this alternative is; None where it is something else."""
    if part.content_type == "text/plain":
        return Wording.TEXT if part.body.strip() else None
    if part.content_type == "text/html":
        return Wording.HTML
    if part.is_multipart:
        return _first(wording_of(child) for child in part.children)
    return None


def _first(wordings: Iterable[Wording | None]) -> Wording | None:
    """A page with its pictures beside it is a page."""
    found = [wording for wording in wordings if wording is not None]
    return Wording.HTML if Wording.HTML in found else found[0] if found else None


def _about(part: MimePart) -> int:
    """Octets of what it holds, without decoding it: base64 writes four letters for three, and pads with `=`."""
    if part.encoding != "base64":
        return part.size
    letters = part.size - sum(part.raw.count(filler, part.body_start, part.end) for filler in (b"\r", b"\n", b"="))
    return letters * 3 // 4
