"""`account test`: tries each server of an account, says a line per step, and shows what our own hop proved."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from contextlib import aclosing

from linksec_tui.cli.call import OK, Call, chosen_account, needed_account
from linksec_tui.cli.opened import opened
from linksec_tui.cli.output import Output
from linksec_tui.cli.proof_shape import render_facts, render_provider
from linksec_tui.model.account import Account, Server
from linksec_tui.model.discovery import Service
from linksec_tui.model.json_text import Json
from linksec_tui.model.verification import Offered, State, Step, Verification

SUMMARY = "try the servers of an account, and show what each of them proves"
NOT_WELL = 1

_TITLES = {Service.IMAP: "Reading mail", Service.SUBMISSION: "Sending mail"}
_MARKS = {State.OK: "ok", State.CAUTION: "note", State.FAILED: "failed"}
_HEAD = 26  # columns before the text of a step


class TestArguments(argparse.Namespace):
    name: str | None
    json: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="the account (all of them, if none is named)")
    parser.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = TestArguments(**vars(arguments))
    config = call.load()
    needed_account(config, asked.name)
    named = chosen_account(config, asked.name) if asked.name else None
    tested: list[Verification] = []
    async with opened(call, config) as desk:
        for account in (named,) if named else config.accounts:
            shown = _Shown(None if asked.json else call.output, account)
            async with aclosing(desk.verify(account)) as steps:
                found = [shown.step(step) async for step in steps]
            tested.append(Verification(account=account, steps=tuple(found)))
    if asked.json:
        call.output.document({"accounts": [render_verification(each) for each in tested]})
    return OK if all(each.well for each in tested) else NOT_WELL


class _Shown:
    """Each step on a line as it ends; nothing where a document is to follow."""

    def __init__(self, output: Output | None, account: Account) -> None:
        self._output = output
        self._account = account
        self._service: Service | None = None
        if output:
            output.line(f"{account.name} <{account.address}>")

    def step(self, step: Step) -> Step:
        if self._output:
            if step.service is not self._service:
                self._service = step.service
                self._output.line(f"  {_TITLES[step.service]}{_where(_server(self._account, step.service))}")
            self._row(self._output, step)
        return step

    def _row(self, output: Output, step: Step) -> None:
        head = f"    {_MARKS[step.state]:<7}{step.stage.words:<15}"
        text = f"{step.text} {step.next_step}".strip()
        first, *rest = output.wrapped(text, indent=" " * _HEAD)
        output.line(head + first[_HEAD:])
        for line in rest:
            output.line(line)


def render_verification(tested: Verification) -> Json:
    """One account of `account test --json`."""
    provider = next((step.provider for step in tested.steps if step.provider), None)
    return {
        "name": tested.account.name,
        "address": str(tested.account.address),
        "well": tested.well,
        "servers": [_rendered_server(tested, service) for service in Service],
        "provider": render_provider(provider) if provider else None,
    }


def _rendered_server(tested: Verification, service: Service) -> Json:
    server, steps, facts = _server(tested.account, service), tested.of(service), tested.facts(service)
    offered = next((step.offered for step in steps if step.offered), None)
    return {
        "service": service.value,
        "host": server.host if server else None,
        "port": server.port if server else None,
        "tls": server.tls.value if server else None,
        "well": not any(step.state is State.FAILED for step in steps),
        "steps": [_rendered_step(step) for step in steps],
        "connection": render_facts(facts) if facts else None,
        "offers": _rendered_offer(offered) if offered else None,
        "mailboxes": dict(_roles(steps)) if service is Service.IMAP else None,
    }


def _rendered_step(step: Step) -> Json:
    return {
        "step": step.stage.value,
        "state": step.state.value,
        "text": step.text,
        "next_step": step.next_step or None,
    }


def _rendered_offer(offered: Offered) -> Json:
    return {
        "auth": list(offered.auth),
        "requiretls": offered.requiretls,
        "linksec_level": offered.linksec_level,
        "dsn": offered.dsn,
        "smtputf8": offered.smtputf8,
        "size": offered.size,
    }


def _roles(steps: Iterable[Step]) -> tuple[tuple[str, str], ...]:
    return next((step.roles for step in steps if step.roles), ())


def _server(account: Account, service: Service) -> Server | None:
    return account.imap if service is Service.IMAP else account.submission


def _where(server: Server | None) -> str:
    return f": {server.host}, port {server.port}" if server else ""
