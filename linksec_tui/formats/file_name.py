"""The name that a stranger gave a file → one that can be given to a file here, whatever the system.

No path, no control or invisible characters, no leading dot or hyphen, none of the names that Windows keeps for devices
(Naming Files, Paths, and Namespaces), and short enough for any file system with a number behind it.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from linksec_tui.model.visible import REPLACEMENT, visible_name

MAX_OCTETS = 180  # of 255 that file systems allow; room for a number
MAX_SUFFIX = 20

_NOT_IN_NAMES = re.compile(rf'[<>:"|?*/\\{REPLACEMENT}]+')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|\Z)", re.IGNORECASE)
_USUAL = {  # the suffix that people know, where mimetypes has several or none
    "text/plain": ".txt", "text/html": ".html", "message/rfc822": ".eml", "text/calendar": ".ics", "image/jpeg": ".jpg",
    "application/pgp-signature": ".asc", "application/pkcs7-mime": ".p7m", "application/pkcs7-signature": ".p7s",
    "text/vcard": ".vcf", "application/octet-stream": ".bin", "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt", "message/global": ".eml",
}  # fmt: skip


def safe_name(name: str, media_type: str, number: str) -> str:
    """A name for a file, never empty; made from type and number where the sender's is of no use."""
    last = re.split(r"[/\\]", name[-4096:])[-1]
    clean = _NOT_IN_NAMES.sub("_", visible_name(unicodedata.normalize("NFC", last)))
    clean = clean.strip(" ._-\u00a0\u3000") if set(clean) <= set("._- ") else clean.lstrip(" .-").rstrip(" .")
    if not clean:
        return f"part-{number or '1'}{suffix_of(media_type)}"
    if _DEVICES.match(clean):
        clean = f"_{clean}"
    return _shortened(clean)


def suffix_of(media_type: str) -> str:
    """The usual ending of such files, with its dot; `.bin` where there is none."""
    return _USUAL.get(media_type) or mimetypes.guess_extension(media_type, strict=False) or ".bin"


def numbered(name: str, count: int) -> str:
    """The name where `count - 1` others of the same name are there already."""
    if count < 2:
        return name
    stem, dot, suffix = name.rpartition(".")
    return f"{stem} ({count}).{suffix}" if dot and stem and len(suffix) <= MAX_SUFFIX else f"{name} ({count})"


def _shortened(name: str) -> str:
    if len(name.encode("utf-8", "replace")) <= MAX_OCTETS:
        return name
    stem, dot, suffix = name.rpartition(".")
    tail = f".{suffix}" if dot and len(suffix) <= MAX_SUFFIX else ""
    stem = stem if tail else name
    room = MAX_OCTETS - len(tail.encode("utf-8", "replace"))
    return stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore").rstrip(" .") + tail
