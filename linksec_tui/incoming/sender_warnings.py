"""What to look at twice in a sender: names that say something else than the address does (link-security.md §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linksec_tui.formats.address_list import parse_address_list
from linksec_tui.formats.domain_name import domain_name
from linksec_tui.formats.mime import MimePart
from linksec_tui.incoming.alignment import domain_of, same_owner
from linksec_tui.model.sender import Acquaintance, SenderWarning
from linksec_tui.model.visible import visible_name

MAX_REPLY_TO = 20  # addresses that are looked at

# Both signs of an address in a name, in the forms that people take for one: @, ＠, ﹫
_ADDRESS_IN_NAME = re.compile(r"[^\s<>()\[\]\"',;:@＠﹫]{1,64}[@＠﹫]([^\s<>()\[\]\"',;:@＠﹫]{1,253})")


def warnings_about(message: MimePart, name: str, address: str, acquaintance: Acquaintance) -> tuple[SenderWarning, ...]:
    """In the order of their weight."""
    return (
        *_several(message),
        *_named(name, address),
        *_known(acquaintance, name, address),
        *_mixed(address),
        *_reply_to(message, address),
        *_first(acquaintance),
    )


def _several(message: MimePart) -> Iterator[SenderWarning]:
    fields = message.header_values("From")
    if len(fields) > 1 or (fields and len(parse_address_list(fields[0])) > 1):
        yield SenderWarning(code="several-senders", text="It names more than one sender; only the first is shown.")


def _named(name: str, address: str) -> Iterator[SenderWarning]:
    for found in _ADDRESS_IN_NAME.finditer(name):
        if visible_name(found[0]).casefold() != address.casefold():
            yield SenderWarning(
                code="name-names-address",
                text=f"The name reads like the address {found[0]}, but it was sent as {address or 'nobody'}.",
            )
            return


def _known(acquaintance: Acquaintance, name: str, address: str) -> Iterator[SenderWarning]:
    if acquaintance.looks_like:
        this = domain_name(domain_of(address)).shown if "@" not in acquaintance.looks_like else address
        yield SenderWarning(
            code="look-alike", text=f"{this} looks like {acquaintance.looks_like}, which you know, and is another."
        )
    if acquaintance.namesake:
        yield SenderWarning(
            code="name-of-contact", text=f"You know {name} as {acquaintance.namesake}; this is another address."
        )


def _mixed(address: str) -> Iterator[SenderWarning]:
    domain = domain_of(address) if "@" in address else ""
    if domain and domain_name(domain).mixed:
        yield SenderWarning(
            code="mixed-scripts", text=f"Its domain mixes letters of several scripts: {domain_name(domain).shown}."
        )


def _reply_to(message: MimePart, address: str) -> Iterator[SenderWarning]:
    own = domain_of(address)
    for answered in parse_address_list(message.header("Reply-To"))[:MAX_REPLY_TO]:
        domain = domain_of(answered.address)
        if domain != own and not (domain and own and same_owner(domain, own)):
            shown = visible_name(answered.address)
            yield SenderWarning(code="reply-to-differs", text=f"An answer would go elsewhere: to {shown}.")
            return


def _first(acquaintance: Acquaintance) -> Iterator[SenderWarning]:
    if acquaintance.first:
        yield SenderWarning(code="first-message", text="The first message from this address.", grave=False)
