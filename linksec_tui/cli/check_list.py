"""Whom `check` is asked about: those on the command line, then those of the list."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from linksec_tui.cli.call import Call, UsageError
from linksec_tui.cli.output import Output
from linksec_tui.model.address import Address
from linksec_tui.model.checked import RecipientList, Wanted
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

MAX_LIST = 16 << 20  # octets of a list: a few hundred thousand addresses
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what spreadsheets call “Unicode text”
_TOLD = 20  # of the lines that could not be read; a file that is no list at all has thousands


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Everybody once, in the order given; `refused` counts what could not be read of the list."""

    everyone: tuple[Wanted, ...]
    refused: int = 0


def read_list(call: Call, recipients: Sequence[str], file: str | None) -> str:
    """The text of --file. Raises UsageError."""
    if not recipients and file is None:
        raise UsageError("Nobody to check.", "Name an address or a domain, or a list with --file.")
    if file is None:
        return ""
    try:
        octets = call.read_file(file, MAX_LIST)
        return octets.decode("utf-16" if octets[:2] in _UTF_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{visible(file)} is not UTF-8 text.", "Save it as UTF-8.") from error
    except BadInput as error:
        raise UsageError(error.sentence, error.next_step) from error


async def listed(desk: Desk, output: Output, recipients: Sequence[str], text: str) -> Listed:
    """Everybody; what the list holds besides is told line by line. Raises UsageError for all else."""
    try:
        named = [_named(desk, each) for each in recipients]
        found = await desk.read_list(text) if text else RecipientList()
    except BadInput as error:
        raise UsageError(error.sentence, error.next_step) from error
    for refusal in found.refusals[:_TOLD]:
        output.error(f"Line {refusal.line}: {refusal.sentence}")
    if found.refused > _TOLD:
        output.error(f"{found.refused - _TOLD:,} more could not be read.")
    if found.beyond:
        output.error(f"{found.beyond:,} recipients more than one check takes: split the list.")
    if not named and not found.wanted and not found.refused:
        raise UsageError("Nobody to check: the list names nobody.", "Give one with an address or a domain a line.")
    everyone: dict[tuple[str, Address | None], Wanted] = {}
    for wanted in (*named, *found.wanted):
        everyone.setdefault((wanted.domain, wanted.address), wanted)
    return Listed(everyone=tuple(everyone.values()), refused=found.refused + found.beyond)


def _named(desk: Desk, text: str) -> Wanted:
    """One word of the command line. Raises BadInput."""
    if "@" in text:
        address = desk.parse_recipient(text).address
        return Wanted(domain=address.domain, shown_domain=desk.shown_domain(address.domain), address=address)
    if _is_server_address(text):
        raise BadInput(f"{text} is the address of a server, not a domain.", f"To check the server itself: [{text}].")
    try:
        domain = desk.parse_recipient(f"postmaster@{text}").address.domain  # RFC 5321 §4.5.1: every domain has one
    except BadInput as error:
        what = f"“{visible(text)[:80]}” is neither a mail address nor a domain name."
        raise BadInput(what, "Write it as name@domain, or as a domain.") from error
    return Wanted(domain=domain, shown_domain=desk.shown_domain(domain))


def _is_server_address(text: str) -> bool:
    with suppress(ValueError):
        return ip_address(text).version == 4
    return False
