"""Mail addresses as the envelope carries them: a local part, and a domain in its A-label form (RFC 5321 §4.1.2).

Everything here is strict, because the SMTP library cuts what it does not understand without a word:
`a@x> NOTIFY=NEVER` would go out as `a@x`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

from .errors import BadInput
from .visible import visible, visible_name

MAX_ADDRESS = 254  # RFC 5321 §4.5.3.1.3, without the angle brackets
MAX_LOCAL = 64  # RFC 5321 §4.5.3.1.1
MAX_DOMAIN = 253

# RFC 5322 §3.2.3 and RFC 6532 §3.2, by what is not in it: the ranges up to U+10FFFF take milliseconds to compile.
_ATOM = r"""[^\x00-\x20"(),.:;<>@\[\\\]\x7f-\xa0]+"""
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = re.compile(r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"')
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_LITERAL = re.compile(r"\[(?:(IPv6:)([0-9A-Fa-f:.]+)|([0-9.]+))\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One mailbox address. `domain` is lower case, in A-labels, or an address literal in brackets."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def needs_smtputf8(self) -> bool:
        """RFC 6531: only a local part beyond ASCII needs the extension; the domain travels as A-label."""
        return not self.local.isascii()


class Field(StrEnum):
    """Where the sender put a recipient."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"


class Origin(StrEnum):
    """Where a recipient's address comes from (link-security.md §2.4)."""

    TYPED = "typed"
    REPLY_TO = "reply-to"  # a letter asked for answers there, and says that it is from elsewhere
    LIST = "list"  # a letter's List-Post (RFC 2369 §3.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A recipient of a draft: the envelope address and the name that the header shows."""

    address: Address
    name: str = ""
    field: Field = Field.TO
    origin: Origin = Origin.TYPED


def parse_domain(text: str) -> str:
    """A domain name in lower-case A-labels, or an address literal. Raises BadInput.

    U-labels must have been turned into A-labels before (`formats.domain_name`).
    """
    domain = text.strip().rstrip(".").lower()
    if literal := _LITERAL.fullmatch(text.strip()):
        return _literal(literal)
    labels = domain.split(".")
    if not domain or len(domain) > MAX_DOMAIN or not all(map(_LABEL.fullmatch, labels)):
        raise BadInput(f"“{visible(text)[:80]}” is not a domain name.", "Check the part after the @.")
    return domain


def _literal(match: re.Match[str]) -> str:
    """RFC 5321 §4.1.3, in its shortest form. Raises BadInput."""
    version6, six, four = match.groups()
    try:
        return f"[IPv6:{IPv6Address(six)}]" if version6 else f"[{IPv4Address(four)}]"
    except ValueError as error:
        raise BadInput(f"“{visible(match.group())[:80]}” is not an address.", "Check the part after the @.") from error


def parse_address(text: str) -> Address:
    """`local@domain`, nothing around it, nothing hidden in it. Raises BadInput."""
    bare = text.strip(" ")
    local, at, domain = bare.rpartition("@")
    if not at or not local or not domain:
        raise BadInput(
            f"“{visible(text)[:80]}” is not a mail address.", "Write it as name@domain, without anything around it."
        )
    if not (_DOT_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)) or visible_name(local) != local:
        raise BadInput(
            f"“{visible(text)[:80]}” has characters before the @ that a mail address cannot have.",
            "Remove them and try again.",
        )
    if len(local.encode()) > MAX_LOCAL or len(bare.encode()) > MAX_ADDRESS:
        raise BadInput(f"“{visible(text)[:80]}…” is too long for a mail address.", "Check it.")
    return Address(local, parse_domain(domain))
