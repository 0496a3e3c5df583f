"""What a message's header asks for or gets wrong, in sentences: nothing of it is done by itself."""

from __future__ import annotations

from collections.abc import Iterator

from linksec_tui.formats.address_list import parse_address_list
from linksec_tui.formats.mail_date import parse_mail_date
from linksec_tui.formats.mime import MimePart
from linksec_tui.model.visible import visible_name

# RFC 5322 §3.6: at most once in a message.
_ONCE = ("From", "Sender", "Reply-To", "To", "Cc", "Date", "Subject", "Message-ID")
_RECEIPTS = ("Disposition-Notification-To", "X-Confirm-Reading-To", "Return-Receipt-To")  # RFC 8098, and before it
_PGP, _SMIME = "OpenPGP", "S/MIME"


def asks_for_receipt(message: MimePart) -> str:
    """To whom a read receipt would go (RFC 8098 §2.1); it is said, and never sent unasked."""
    for name in _RECEIPTS:
        for one in parse_address_list(message.header(name)[:2000]):
            return f"{visible_name(one.address)} asks to be told when you read this. Nothing was sent."
    return ""


def header_problems(message: MimePart) -> Iterator[str]:
    """What is wrong with the fields that people are shown."""
    for name in _ONCE:
        if (count := len(message.header_values(name))) > 1:
            yield f"It has {count} lines “{name}”; only the first is shown."
    date = message.header("Date")
    if date and parse_mail_date(date) is None:
        yield "Its date cannot be read."


def signed_note(part: MimePart) -> str:
    """Of a signed part (RFC 1847, RFC 3156, RFC 8551)."""
    protocol = part.params.get("protocol", "").lower()
    how = _SMIME if "pkcs7" in protocol else _PGP if "pgp" in protocol else "in a way unknown here"
    return f"Signed ({how}); not checked here."


def encrypted_note(part: MimePart) -> str:
    """Of an encrypted part; S/MIME wraps what is only signed in the same type (RFC 8551 §3.5.2)."""
    if "pkcs7" in part.content_type and part.params.get("smime-type", "").lower() == "signed-data":
        return f"Signed ({_SMIME}) in a form that hides the text; not opened and not checked here."
    how = _SMIME if "pkcs7" in part.content_type else _PGP
    return f"The message is encrypted for its recipient ({how}), and cannot be opened here."


def text_note(text: str) -> str:
    """Of a text that OpenPGP signed or encrypted by itself (RFC 9580 §6.2, §7)."""
    beginning = text[:4000]
    if "-----BEGIN PGP SIGNED MESSAGE-----" in beginning:
        return f"Signed ({_PGP}); not checked here."
    if "-----BEGIN PGP MESSAGE-----" in beginning:
        return f"The message is encrypted for its recipient ({_PGP}), and cannot be opened here."
    return ""
