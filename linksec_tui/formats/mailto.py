"""`mailto:` addresses → what a letter would begin with (RFC 6068), from whomever the address comes.

A page or a list's header can name any field; only those that a person sees and can change are taken (§7). Nothing in it
is sent: a letter is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from linksec_tui.model.visible import visible, visible_text

MAX_LENGTH = 32 << 10  # characters of the whole address
MAX_PEOPLE = 100
MAX_SUBJECT = 500

_SCHEME = "mailto:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailto:
    """Addresses as they were written, each one to be checked like a typed one."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    in_reply_to: str = ""


def parse_mailto(address: str) -> Mailto | None:
    """None where it is no such address. Of a field that comes twice, people are added and the first text counts."""
    if address[: len(_SCHEME)].lower() != _SCHEME:
        return None
    people, _, query = address[len(_SCHEME) : MAX_LENGTH].partition("?")
    fields: dict[str, list[str]] = {"to": _people(people)}
    for pair in query.replace("&amp;", "&").split("&")[:100]:
        name, _, value = pair.partition("=")
        # §2: a plus sign is a plus sign here
        name = unquote(name).lower()
        found = _people(value) if name in ("to", "cc", "bcc") else [unquote(value, errors="replace")]
        fields.setdefault(name, []).extend(found)
    return Mailto(
        to=tuple(fields["to"][:MAX_PEOPLE]),
        cc=tuple(fields.get("cc", [])[:MAX_PEOPLE]),
        bcc=tuple(fields.get("bcc", [])[:MAX_PEOPLE]),
        subject=visible(_first(fields, "subject"))[:MAX_SUBJECT],
        body=visible_text(_first(fields, "body")),
        in_reply_to=visible(_first(fields, "in-reply-to"))[:MAX_SUBJECT],
    )


def _people(listed: str) -> list[str]:
    """§2: a comma within an address is written as %2C, so the commas are looked at first."""
    return [visible(unquote(one)).strip() for one in listed.split(",")[:MAX_PEOPLE] if one.strip()]


def _first(fields: dict[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, [])), "")
