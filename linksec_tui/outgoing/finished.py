"""A message that another program finished → the bytes that go out: all of it as it came but what must be changed
(RFC 5322 §3.6, RFC 2045 §4, RFC 6409 §8).

Bcc goes, and so does what only this program may say (tags). Missing are added: From, To, Date, Message-ID, and what
tells that the text has eight bits. The body keeps every octet but its line ends, which become CRLF: a signature over
it (RFC 3156 §5 signs with CRLF) holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from linksec_tui.formats.address_list import parse_address_list
from linksec_tui.formats.domain_name import parse_mailbox
from linksec_tui.formats.header_text import decode_words, encode_text, fold
from linksec_tui.model.errors import BadInput

from .render import mailbox_text

MAX_HEADER = 256 << 10  # octets; long lists of recipients fit

_SEPARATOR = re.compile(rb">?From [^\n]*\n")  # an mbox file's, and git's
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")
_NEVER = frozenset({"return-path", "link-security", "tls-required", "x-linksec-draft"})
_BLIND = frozenset({"bcc", "resent-bcc"})
_ADDRESSED = frozenset(
    f"{resent}{name}" for name in ("from", "sender", "reply-to", "to", "cc", "bcc") for resent in ("", "resent-")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """What the message gets where it lacks it, and the tags. With `blind` its Bcc stays: our own copy."""

    missing: tuple[tuple[str, str], ...]
    extra: tuple[tuple[str, str], ...] = ()
    blind: bool = False


def render_finished(raw: bytes, finish: Finish) -> bytes:
    """The message with CRLF line ends. Raises BadInput for what cannot be sent as it is."""
    fields, body = _split(_with_line_feeds(raw))
    left_out = _NEVER if finish.blind else _NEVER | _BLIND
    kept = [(name, field) for name, field in fields if name not in left_out]
    there = {name for name, _ in kept}
    added = [(name, value) for name, value in finish.missing if not _has(there, name)]
    lines = [_ascii(name, field) for name, field in kept]
    lines += [_line(name, value) for name, value in (*added, *_about_content(there, kept, body), *finish.extra)]
    return b"".join(lines).replace(b"\n", b"\r\n") + b"\r\n" + body.replace(b"\n", b"\r\n")


def own_message_id(raw: bytes) -> str:
    """The name that the message has already; empty where it has none that could be one."""
    fields, _ = _split(_with_line_feeds(raw[:MAX_HEADER]))
    found = (_MESSAGE_ID.fullmatch(_value(field).strip()) for name, field in fields if name == "message-id")
    return next((match.group() for match in found if match), "")


def needs_smtputf8_header(content: bytes) -> bool:
    """RFC 6531 §3.4: is there anything beyond ASCII left in the header?"""
    return not content[: content.find(b"\r\n\r\n")].isascii()


def _with_line_feeds(raw: bytes) -> bytes:
    """Every line end a single LF: a CR alone would be read as one by some server (RFC 5321 §2.3.8)."""
    if b"\0" in raw:
        raise BadInput("The message holds zero bytes, which mail cannot carry.", "Encode the part as base64.")
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw if raw.endswith(b"\n") else raw + b"\n"


def _split(raw: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """The fields as they came, by small name, and the body. What is no field begins the body."""
    separator = _SEPARATOR.match(raw)
    at = separator.end() if separator else 0
    fields: list[tuple[str, bytes]] = []
    while match := _FIELD.match(raw, at):
        fields.append((match.group(1).decode("ascii").lower(), match.group()))
        at = match.end()
        if at > MAX_HEADER:
            raise BadInput("The header of the message is too long.", "Name fewer recipients in it.")
    return fields, raw[at + 1 :] if raw[at : at + 1] == b"\n" else raw[at:]


def _has(there: set[str], name: str) -> bool:
    """Whoever is written to blindly only is no reason to name the others in To."""
    return name.lower() in there or (name == "To" and not there.isdisjoint({"cc", "resent-to", "resent-cc"}))


def _about_content(there: set[str], kept: list[tuple[str, bytes]], body: bytes) -> list[tuple[str, str]]:
    """What a body of eight bits needs to be understood."""
    told = any(name.startswith("content-") for name in there)
    added = [("MIME-Version", "1.0")] if "mime-version" not in there and (told or not body.isascii()) else []
    if body.isascii():
        return added
    if "content-type" not in there:
        added.append(("Content-Type", f"text/plain; charset={_charset(body)}"))
    encoding = next((_value(field).strip().lower() for name, field in kept if name == "content-transfer-encoding"), "")
    return added if encoding else [*added, ("Content-Transfer-Encoding", "8bit")]


def _charset(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "unknown-8bit"  # RFC 1428
    return "utf-8"


def _value(field: bytes) -> str:
    return re.sub(r"\n(?=[ \t])", "", field.partition(b":")[2].decode("utf-8", "replace")).removesuffix("\n")


def _ascii(name: str, field: bytes) -> bytes:
    """As it came, unless it holds raw letters beyond ASCII: those become encoded words where they can be (RFC 2047)."""
    if field.isascii():
        return field
    written = field.partition(b":")[0].decode("ascii")
    value = _value(field).strip()
    return _line(written, _addresses(value) if name in _ADDRESSED else encode_text(decode_words(value)))


def _addresses(value: str) -> str:
    """The people of a field with their names encoded; an address beyond ASCII stays, and needs SMTPUTF8."""
    return ", ".join(mailbox_text(each.name, parse_mailbox(each.address)) for each in parse_address_list(value))


def _line(name: str, value: str) -> bytes:
    return f"{fold(name, value)}\n".replace("\r\n", "\n").encode("utf-8")
