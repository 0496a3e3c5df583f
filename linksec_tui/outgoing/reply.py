"""A message → the draft of a reply or a forward (RFC 5322 §3.6.4, RFC 3676 §4.5).

The message is a stranger's: its subject, names, ids and text are bounded, and an address that is none is left out.
Nothing about names in it is looked up here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from urllib.parse import unquote

from linksec_tui.formats.address_list import NamedAddress, parse_address_list
from linksec_tui.formats.domain_name import parse_mailbox
from linksec_tui.formats.header_text import decode_words
from linksec_tui.formats.mime import MimePart
from linksec_tui.formats.suffix import base_domain
from linksec_tui.model.address import Address, Field, Origin, Recipient
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft
from linksec_tui.model.visible import visible_text

from .render import MAX_REFERENCES, MAX_SUBJECT

MAX_QUOTED = 200_000  # characters of the text that are quoted
MAX_RECIPIENTS = 500
MAX_LIST_POST = 2_000  # characters

_REPLY = re.compile(r"(?:re|aw|antw|sv|odp|rif|r)(?:\[\d{1,3}\])?:\s*", re.IGNORECASE)
_FORWARD = re.compile(r"(?:fwd?|wg|tr|vs|i)(?:\[\d{1,3}\])?:\s*", re.IGNORECASE)
_LIST_POST = re.compile(r"<mailto:([^\s<>?]+)", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}@[!-;=?-~]{1,250}>")


FORWARDED = "---------- Forwarded message ----------"


class Whom(Enum):
    """Whom a reply goes to."""

    SENDER = "sender"
    ALL = "all"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes the new draft: its id, the account, the name and address to write from, all addresses of theirs."""

    draft_id: str
    account: str
    address: Address
    name: str = ""
    own: frozenset[Address] = frozenset()


def reply(message: MimePart, text: str, writer: Writer, whom: Whom) -> Draft:
    """A draft that answers `message`; `text` is its readable text, to be quoted. Raises BadInput where no list is."""
    return Draft(
        id=writer.draft_id,
        account=writer.account,
        sender=writer.address,
        sender_name=writer.name,
        recipients=_whom(message, _spelt_alike(writer.own | {writer.address}), whom),
        subject=_subject(message, "Re: ", _REPLY),
        body=_quoted(message, text),
        in_reply_to=_message_id(message),
        references=_references(message),
    )


def as_new(message: MimePart, text: str, writer: Writer) -> Draft:
    """A draft of the same words to the same people, with a life of its own."""
    named = ((Field.TO, ("To",)), (Field.CC, ("Cc",)), (Field.BCC, ("Bcc",)))
    people = [each for field, names in named for each in _recipients(message, names, field)]
    return Draft(
        id=writer.draft_id,
        account=writer.account,
        sender=writer.address,
        sender_name=writer.name,
        recipients=_listed(message, people[:MAX_RECIPIENTS]),
        subject=_shown(message, "Subject")[: MAX_SUBJECT // 2],
        body=_bounded(text),
    )


def forward(message: MimePart, text: str | None, writer: Writer) -> Draft:
    """A draft that passes the text of `message` on, with the lines that say where it came from; without a text, bare:
    the message itself goes with it."""
    fields = [
        f"{name}: {value}" for name in ("From", "Date", "Subject", "To", "Cc") if (value := _shown(message, name))
    ]
    lines = [] if text is None else ["", "", FORWARDED, *fields, "", _bounded(text)]
    return Draft(
        id=writer.draft_id,
        account=writer.account,
        sender=writer.address,
        sender_name=writer.name,
        subject=_subject(message, "Fwd: ", _FORWARD),
        body="\n".join(lines),
        references=_references(message),
    )


def _spelt_alike(addresses: Iterable[Address]) -> frozenset[str]:
    """In capitals or not: one's own addresses are hardly ever told apart by that (RFC 5321 §2.4)."""
    return frozenset(str(each).casefold() for each in addresses)


def _whom(message: MimePart, mine: frozenset[str], whom: Whom) -> tuple[Recipient, ...]:
    if whom is Whom.LIST:
        return _the_list(message)
    if whom is Whom.ALL and (wanted := _followed_up(message)):
        return _listed(message, wanted)
    senders = _answered(message)
    if senders and _spelt_alike(each.address for each in senders) <= mine:
        senders = _recipients(message, ("To",), Field.TO)  # an answer to a letter of one's own goes where that went
    others = _recipients(message, ("To", "Cc"), Field.CC) if whom is Whom.ALL else []
    return _listed(message, _without(senders, others, mine))


def _the_list(message: MimePart) -> tuple[Recipient, ...]:
    """RFC 2369 §3.4: where the list takes letters; “NO” where it takes none."""
    posts = _LIST_POST.findall(message.header("List-Post")[:MAX_LIST_POST])
    found = [_recipient(NamedAddress(name="", address=unquote(each)), Field.TO) for each in posts[:1]]
    known = tuple(replace(each, origin=Origin.LIST) for each in found if each)
    if not known:
        raise BadInput("The message does not say of a mailing list where it takes letters.", "Reply to its sender.")
    return known


def _followed_up(message: MimePart) -> list[Recipient]:
    """Whom the sender wants answers to all to go to; somebody whom the message does not name is marked."""
    named = {each.address for each in _recipients(message, ("From", "Reply-To", "To", "Cc"), Field.TO)}
    wanted = _recipients(message, ("Mail-Followup-To",), Field.TO)[:MAX_RECIPIENTS]
    return [each if each.address in named else replace(each, origin=Origin.REPLY_TO) for each in wanted]


def _answered(message: MimePart) -> list[Recipient]:
    """Where the letter wants answers; an address of somebody else than From is marked (link-security.md §2.4)."""
    senders = _recipients(message, ("From",), Field.TO)
    asked = _recipients(message, ("Reply-To",), Field.TO)
    return [each if _among(each, senders) else replace(each, origin=Origin.REPLY_TO) for each in asked] or senders


def _among(recipient: Recipient, senders: Iterable[Recipient]) -> bool:
    """Is it of the same domain, or of one owner's?"""
    domain = recipient.address.domain
    owner = base_domain(domain)
    return any(
        domain == each.address.domain or (owner is not None and owner == base_domain(each.address.domain))
        for each in senders
    )


def _listed(message: MimePart, recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """The mailing list that the letter came through is marked (RFC 2369 §3.4)."""
    posts = {address.casefold() for address in _LIST_POST.findall(message.header("List-Post")[:MAX_LIST_POST])}
    return tuple(
        replace(each, origin=Origin.LIST) if str(each.address).casefold() in posts else each for each in recipients
    )


def _without(senders: Iterable[Recipient], others: Iterable[Recipient], mine: frozenset[str]) -> tuple[Recipient, ...]:
    """Each once, the writer not among those who are merely copied."""
    found: dict[Address, Recipient] = {}
    for recipient in senders:
        found.setdefault(recipient.address, recipient)
    for recipient in others:
        if str(recipient.address).casefold() not in mine:
            found.setdefault(recipient.address, recipient)
    return tuple(found.values())[:MAX_RECIPIENTS]


def _recipients(message: MimePart, names: Sequence[str], field: Field) -> list[Recipient]:
    named = [each for name in names for each in parse_address_list(message.header(name))]
    return [recipient for each in named if (recipient := _recipient(each, field))]


def _recipient(named: NamedAddress, field: Field) -> Recipient | None:
    try:
        return Recipient(address=parse_mailbox(named.address), name=named.name, field=field)
    except BadInput:
        return None


def _subject(message: MimePart, prefix: str, known: re.Pattern[str]) -> str:
    subject = _shown(message, "Subject")
    found = known.match(subject)
    return f"{prefix}{subject[found.end() :] if found else subject}"[: MAX_SUBJECT // 2]


def _quoted(message: MimePart, text: str) -> str:
    """The text behind a mark on every line, without the signature that was under it."""
    lines = _bounded(text).split("\n")
    if "-- " in lines:
        lines = lines[: lines.index("-- ")]
    sender = next(iter(parse_address_list(message.header("From"))), None)
    who = (sender.name or sender.address) if sender else "Somebody"
    date = _shown(message, "Date")
    opening = f"On {date}, {who} wrote:" if date else f"{who} wrote:"
    return "\n".join([opening, *(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines), ""])


def _bounded(text: str) -> str:
    text = visible_text(text).strip("\n")
    return text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}\n[…]"


def _shown(message: MimePart, name: str) -> str:
    return decode_words(message.header(name))[:MAX_SUBJECT].strip()


def _message_id(message: MimePart) -> str:
    found = _MESSAGE_ID.search(message.header("Message-ID"))
    return found.group() if found else ""


def _references(message: MimePart) -> tuple[str, ...]:
    """RFC 5322 §3.6.4: the message's own references (or what it answers), then the message."""
    before = _MESSAGE_ID.findall(message.header("References")) or _MESSAGE_ID.findall(message.header("In-Reply-To"))[:1]
    found = [*dict.fromkeys([*before, *filter(None, [_message_id(message)])])]
    return tuple(found if len(found) <= MAX_REFERENCES else [found[0], *found[1 - MAX_REFERENCES :]])
