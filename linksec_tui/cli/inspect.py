"""`inspect`: the way a saved message came, and who sent it. Nothing is looked up unless that is asked for."""

from __future__ import annotations

import argparse
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.inspect_text import show_inspection
from linksec_tui.cli.opened import opened
from linksec_tui.config import Config
from linksec_tui.model.errors import EXIT_BAD_INPUT, BadInput, StoreError
from linksec_tui.model.hop import Hop, Way
from linksec_tui.model.json_text import Json, rfc3339
from linksec_tui.model.sender import DkimCheck, Inspection, SenderCheck

if TYPE_CHECKING:
    from linksec_tui.desk import Desk

SUMMARY = "the way a message came, and who sent it"
MAX_MESSAGE = 64 << 20  # what a mailbox would be read up to


class InspectArguments(argparse.Namespace):
    files: list[str]
    json: bool
    authserv_id: list[str]
    lookups: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a file is looked at. `desk`: whose people are known; None where there is none."""

    config: Config
    desk: Desk | None
    authserv_ids: tuple[str, ...]
    lookups: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a message; - is standard input")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--authserv-id",
        metavar="ID",
        action="append",
        default=[],
        help="believe the Authentication-Results of this server of your provider, instead of those configured",
    )
    parser.add_argument(
        "--lookups", action="store_true", help="ask the sender's domain for its keys and its wish (DKIM, DMARC)"
    )


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = InspectArguments(**vars(arguments))
    found: list[tuple[str, Inspection]] = []
    async with _looking(call, asked) as look:
        for name in asked.files:
            try:
                found.append((name, await _inspect(look, name, call.read_file(name, MAX_MESSAGE))))
            except BadInput as error:
                call.output.error(str(error))
    if asked.json:
        call.output.document([render_inspection(name, inspection) for name, inspection in found])
    else:
        for number, (name, inspection) in enumerate(found):
            if number:
                call.output.line()
            show_inspection(name, inspection, call.output)
    return OK if len(found) == len(asked.files) else EXIT_BAD_INPUT


@asynccontextmanager
async def _looking(call: Call, asked: InspectArguments) -> AsyncGenerator[Look]:
    """With the people that the person writes to, where there are any and they can be opened."""
    config = call.load()
    authserv_ids = tuple(each.lower() for each in asked.authserv_id)
    async with AsyncExitStack() as stack:
        desk: Desk | None = None
        if config.accounts:
            try:
                desk = await stack.enter_async_context(opened(call, config))
            except StoreError as error:
                call.output.note(f"Whom you know cannot be looked up: {error.sentence}")
        yield Look(config=config, desk=desk, authserv_ids=authserv_ids, lookups=asked.lookups)


async def _inspect(look: Look, name: str, raw: bytes) -> Inspection:
    from linksec_tui.desk.inspect_file import check_is_message, inspect_file  # deferred: brings sockets and the store

    check_is_message(raw, name)
    if look.desk is not None:
        return await look.desk.inspect_raw(raw, look.authserv_ids, lookups=look.lookups)
    return await inspect_file(look.config, raw, look.authserv_ids, lookups=look.lookups)


def render_inspection(name: str, inspection: Inspection) -> Json:
    """One element of `inspect --json`; what is not known is null."""
    way, sender = inspection.way, inspection.sender
    return {
        "file": name,
        "hops": [_hop(hop) for hop in way.hops],
        "weakest": _weakest(way),
        "sender": _sender(sender),
        "warnings": [{"code": warning.code, "text": warning.text} for warning in sender.warnings],
    }


def _hop(hop: Hop) -> Json:
    return {
        "from": hop.sent_by or None,
        "by": hop.received_by or None,
        "with": hop.protocol or None,
        "tls": hop.tls,
        "tls_version": hop.tls_version or None,
        "cipher": hop.cipher or None,
        "at": rfc3339(hop.at) if hop.at else None,
        "delay_s": hop.delay,
        "trusted": hop.trusted,
        "internal": hop.internal,
        "protection": hop.protection.value,
    }


def _weakest(way: Way) -> Json:
    return {"trusted": way.trusted_headline or None, "claimed": way.claimed_headline or None}


def _sender(sender: SenderCheck) -> Json:
    return {
        "from": sender.address or None,
        "name": sender.name or None,
        "domain": sender.domain or None,
        "state": sender.state.value,
        "headline": sender.headline,
        "dkim": [_dkim(check) for check in sender.dkim],
        "spf": sender.spf or None,
        "dmarc": sender.dmarc or None,
        "authserv_id": sender.authserv_id or None,
        "checked_at": rfc3339(sender.checked_at) if sender.checked_at else None,
        "problem": sender.problem or None,
    }


def _dkim(check: DkimCheck) -> Json:
    return {
        "domain": check.domain or None,
        "selector": check.selector or None,
        "result": check.result,
        "checked_by": check.by.value or None,
        "aligned": check.aligned,
        "reason": check.why or None,
    }
