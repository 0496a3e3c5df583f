"""SMTP envelopes: what MAIL and RCPT may carry, read strictly (RFC 5321, 1870, 2852, 3461, 6152, 6531, 8689).

The world judges a client, so it takes nothing that the standards do not allow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

MAX_ENVID = 100  # RFC 3461 §4.4
MAX_ORCPT = 500  # RFC 3461 §4.2
MAX_PATH = 256  # RFC 5321 §4.5.3.1.3
_PATH = re.compile(r'<((?:"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"|[^<>"\s\x00-\x1f\x7f])*)>(?: (.*))?')
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_UTF8_ESCAPE = re.compile(r"\\x\{(0?[1-9A-F][0-9A-F]{1,3}|10[0-9A-F]{4}|[1-9A-F][0-9A-F]{4})\}")
_ADDRESS_TYPE = re.compile(r"[A-Za-z0-9-]+")
_DOMAIN = re.compile(r"(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)*(?!-)[A-Za-z0-9-]{1,63}(?<!-)|\[[0-9A-Fa-f:.A-Za-z]+\]")


class Refused(Exception):
    """A command is refused; the text is the whole reply."""

    @property
    def reply(self) -> str:
        return str(self)


class Return(Enum):
    """RET: how much of the message a report brings back (RFC 3461 §4.3)."""

    FULL = "FULL"
    HEADERS = "HDRS"


class Notify(Enum):
    """NOTIFY: what a recipient's sender wants to hear about (RFC 3461 §4.1)."""

    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    DELAY = "DELAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeRecipient:
    """One RCPT. `notify` None: not said; empty: NEVER. `original` is ORCPT as (address type, address)."""

    address: str
    notify: frozenset[Notify] | None = None
    original: tuple[str, str] | None = None

    def wants(self, event: Notify) -> bool:
        """RFC 3461 §4.1: where nothing was said, failures are told, successes not."""
        return event is not Notify.SUCCESS if self.notify is None else event in self.notify

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One transaction: the sender's path, what was asked for with MAIL, and the recipients."""

    sender: str
    size: int = 0
    eight_bit: bool = False
    smtputf8: bool = False
    returns: Return = Return.FULL
    envid: str = ""
    requiretls: bool = False
    deliver_by: int = 0  # seconds; 0: nothing was said
    recipients: tuple[EnvelopeRecipient, ...] = ()

    def with_recipient(self, recipient: EnvelopeRecipient) -> Envelope:
        return replace(self, recipients=(*self.recipients, recipient))


def parse_mail(argument: str, offered: frozenset[str]) -> Envelope:
    """The argument of MAIL; `offered` are the EHLO keywords of this moment. Raises Refused."""
    sender, given = _command("FROM:", argument, set(_EXTENSION))
    for keyword, extension in _EXTENSION.items():
        if keyword in given and extension not in offered:
            raise Refused(f"555 5.5.4 Unsupported option: {keyword}")
    envelope = Envelope(
        sender=sender,
        size=_number(given["SIZE"]) if "SIZE" in given else 0,
        eight_bit=_choice("BODY", given.get("BODY", "7BIT"), ("7BIT", "8BITMIME")) == "8BITMIME",
        smtputf8=_bare("SMTPUTF8", given),
        returns=Return(_choice("RET", given.get("RET", "FULL"), ("FULL", "HDRS"))),
        envid=_xtext("ENVID", given.get("ENVID", ""), MAX_ENVID),
        requiretls=_bare("REQUIRETLS", given),
        deliver_by=_by(given["BY"]) if "BY" in given else 0,
    )
    _check_path(sender, utf8=envelope.smtputf8)
    return envelope


_EXTENSION = {
    "SIZE": "SIZE", "BODY": "8BITMIME", "SMTPUTF8": "SMTPUTF8", "RET": "DSN", "ENVID": "DSN",
    "REQUIRETLS": "REQUIRETLS", "AUTH": "AUTH", "BY": "DELIVERBY",
}  # fmt: skip


def parse_rcpt(argument: str, offered: frozenset[str], *, utf8: bool) -> EnvelopeRecipient:
    """The argument of RCPT. Raises Refused."""
    address, given = _command("TO:", argument, {"NOTIFY", "ORCPT"} if "DSN" in offered else set())
    if not address:
        raise Refused("501 5.1.3 Bad recipient address syntax")
    _check_path(address, utf8=utf8)
    return EnvelopeRecipient(
        address=address,
        notify=_notify(given["NOTIFY"]) if "NOTIFY" in given else None,
        original=_original(given["ORCPT"]) if "ORCPT" in given else None,
    )


def _command(prefix: str, argument: str, known: set[str]) -> tuple[str, Mapping[str, str | None]]:
    found = _PATH.fullmatch(argument[len(prefix) :]) if argument[: len(prefix)].upper() == prefix else None
    if found is None:
        raise Refused(f"501 5.5.4 Syntax: {prefix}<address> [parameters]")
    given: dict[str, str | None] = {}
    for parameter in (found[2] or "").split():
        keyword, equals, value = parameter.partition("=")
        keyword = keyword.upper()
        if keyword not in known:
            raise Refused(f"555 5.5.4 Unsupported option: {keyword[:40]}")
        if keyword in given or (equals and not value):
            raise Refused(f"501 5.5.4 Bad {keyword} parameter")
        given[keyword] = value if equals else None
    return found[1], given


def _check_path(address: str, *, utf8: bool) -> None:
    if not address:
        return
    local, _, domain = address.rpartition("@")
    ascii_domain = domain.isascii() or utf8
    if not local or len(address.encode()) > MAX_PATH or not (ascii_domain and _DOMAIN.fullmatch(_ascii(domain))):
        raise Refused("501 5.1.3 Bad address syntax")
    if not address.isascii() and not utf8:
        raise Refused("553 5.6.7 Non-ASCII address needs SMTPUTF8")


def _ascii(domain: str) -> str:
    """A U-label stands for letters here; only the shape is looked at."""
    return "".join(letter if letter.isascii() else "x" for letter in domain)


def _number(value: str | None) -> int:
    if value is None or not value.isdecimal() or len(value) > 20:
        raise Refused("501 5.5.4 Bad SIZE parameter")
    return int(value)


def _by(value: str | None) -> int:
    """RFC 2852 §4: only the mode that returns the letter is offered here, and a time that is over is none."""
    found = re.fullmatch(r"([1-9][0-9]{0,8});R", value or "", re.IGNORECASE)
    if found is None:
        raise Refused("501 5.5.4 Bad BY parameter")
    return int(found[1])


def _choice(keyword: str, value: str | None, allowed: tuple[str, ...]) -> str:
    if value is None or value.upper() not in allowed:
        raise Refused(f"501 5.5.4 Bad {keyword} parameter")
    return value.upper()


def _bare(keyword: str, given: Mapping[str, str | None]) -> bool:
    """RFC 8689 §2, RFC 6531 §3.4: these take no value."""
    if given.get(keyword) is not None:
        raise Refused(f"501 5.5.4 {keyword} takes no value")
    return keyword in given


def _notify(value: str | None) -> frozenset[Notify]:
    words = (value or "").upper().split(",")
    if words == ["NEVER"]:
        return frozenset()
    try:
        return frozenset(map(Notify, words))
    except ValueError:
        raise Refused("501 5.5.4 Bad NOTIFY parameter") from None


def _original(value: str | None) -> tuple[str, str]:
    kind, semicolon, address = (value or "").partition(";")
    if not semicolon or not _ADDRESS_TYPE.fullmatch(kind):
        raise Refused("501 5.5.4 Bad ORCPT parameter")
    if kind.lower() == "utf-8":  # RFC 6533 §3: as it is, or with \\x{…} for what is not ASCII
        return "utf-8", _UTF8_ESCAPE.sub(lambda found: chr(int(found[1], 16)), address[:MAX_ORCPT])
    return kind.lower(), _xtext("ORCPT", address, MAX_ORCPT)


def _xtext(keyword: str, value: str | None, limit: int) -> str:
    """RFC 3461 §4: printable ASCII, with `+` and a hexadecimal number for everything else."""
    if value is None or len(value) > limit or not _XTEXT.fullmatch(value):
        raise Refused(f"501 5.5.4 Bad {keyword} parameter")
    return re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), value)
