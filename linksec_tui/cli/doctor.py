"""`doctor`: versions, terminal, resolver and whether it is believed, keyring, store, accounts and
what their servers prove; never a secret."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from linksec_tui import __version__, config_file
from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.guard import error_line
from linksec_tui.cli.output import PROGRAM, Output
from linksec_tui.cli.proof_shape import render_facts
from linksec_tui.config import Config
from linksec_tui.model.account import Account, Server
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.json_text import Json
from linksec_tui.model.proof import dane_text, encryption_text, trust_text

if TYPE_CHECKING:
    from linksec_tui.desk.examine import Examination, KeyringState, ResolverState, ServerState, StoreState

SUMMARY = "look over this machine: resolver, keyring, store, accounts, what their servers prove"
_NOT_WELL = 1
_MANY = {"account": "accounts", "connection": "connections"}
_SERVICES = {Service.IMAP: "reading mail", Service.SUBMISSION: "sending mail"}
_LIBRARIES = ("textual", "dnspython", "aioimaplib", "aiosmtplib", "keyring", "apsw-sqlite3mc", "cryptography")


class DoctorArguments(argparse.Namespace):
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `problem` is empty where it is well."""

    topic: str
    text: str
    problem: str = ""
    details: Json


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = DoctorArguments(**vars(arguments))
    findings = [_program(), _terminal(call.output)]
    try:
        config = call.load()
    except ConfigurationError as error:
        path = str(config_file.config_path(call.config_file))
        findings.append(Finding(topic="configuration", text=path, problem=error_line(error), details={"path": path}))
    else:
        from linksec_tui.desk.examine import examine  # deferred: brings sockets and the keyring's library

        findings += [_configuration(config), *_machine(await examine(config, lambda: datetime.now(UTC)))]
        findings += [_account(account) for account in config.accounts]
    if asked.json:
        call.output.document(_document(findings))
    else:
        _show(findings, call.output)
    return _NOT_WELL if any(finding.problem for finding in findings) else OK


def _program() -> Finding:
    libraries = {name: _version(name) for name in _LIBRARIES}
    system = f"{platform.system()} {platform.release()}"
    return Finding(
        topic="program",
        text=f"{PROGRAM} {__version__}, Python {platform.python_version()}, {system}",
        details={"version": __version__, "python": platform.python_version(), "system": system, "libraries": libraries},
    )


def _version(library: str) -> str | None:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _terminal(output: Output) -> Finding:
    size = shutil.get_terminal_size()
    tty = output.on_terminal
    term = os.environ.get("TERM", "")
    glyphs = output.style.glyphs.value
    text = f"{term or 'unnamed'}, {size.columns}×{size.lines}, {glyphs} signs" if tty else f"none here; {glyphs} signs"
    return Finding(
        topic="terminal",
        text=text,
        details={
            "terminal": tty,
            "term": term or None,
            "columns": size.columns,
            "lines": size.lines,
            "glyphs": glyphs,
            "colour": output.style.colour,
            "encoding": output.encoding,
        },
    )


def _configuration(config: Config) -> Finding:
    path = str(config.path) if config.path else None
    return Finding(
        topic="configuration",
        text=path or "none; the defaults are in force",
        details={"path": path or str(config_file.config_path()), "found": path is not None},
    )


def _machine(seen: Examination) -> Iterator[Finding]:
    yield _resolver(seen.resolver)
    yield _keyring(seen.keyring, needed=seen.store.key in ("keyring", "none"))
    yield _store(seen.store)
    for state in seen.servers:
        yield _connection(state)


def _resolver(state: ResolverState) -> Finding:
    belief = "its DNSSEC verdict is believed" if state.believed else "its DNSSEC verdict is not believed"
    return Finding(
        topic="resolver",
        text=f"{state.configured}; {belief}. {state.why}" if state.why else state.configured,
        problem=state.problem,
        details={
            "configured": state.configured,
            "believed": state.believed,
            "why": state.why or None,
            "answers": not state.problem,
        },
    )


def _keyring(state: KeyringState, *, needed: bool) -> Finding:
    return Finding(
        topic="keyring",
        text=state.backend if state.usable else "none that can be used",
        problem=state.problem if needed and not state.usable else "",
        details={
            "usable": state.usable,
            "backend": state.backend or None,
            "why_not": state.problem or None,
            "refused": list(state.refused),
        },
    )


def _store(state: StoreState) -> Finding:
    files = ", ".join(f"{name} {size // 1024} KiB" for name, size in state.sizes) or "not yet made"
    running = "; another process is at work in it" if state.worker else ""
    return Finding(
        topic="store",
        text=f"{state.directory}: {files}; key from {state.key}{running}",
        problem=state.problem,
        details={
            "directory": str(state.directory),
            "files": dict(state.sizes),
            "key": state.key,
            "worker_elsewhere": state.worker,
        },
    )


def _connection(state: ServerState) -> Finding:
    facts = state.facts
    text = ""
    if facts:
        proof = f"{encryption_text(facts)}; {trust_text(facts)}; {dane_text(facts)}"
        text = f"{state.account}: {facts.host}:{facts.port} {proof}"
    return Finding(
        topic="connection",
        text=text or f"{state.account}: {_SERVICES[state.service]}",
        problem=state.problem or _mismatch(facts),
        details={
            "account": state.account,
            "service": state.service.value,
            "proof": render_facts(facts) if facts else None,
        },
    )


def _mismatch(facts: TlsFacts | None) -> str:
    if facts is None or facts.dane_matches is not False:
        return ""
    return f"{facts.host}: {dane_text(facts)}."


def _account(account: Account) -> Finding:
    password = "password_command" if account.password_command else "keyring"
    missing = [what for what, server in (("imap", account.imap), ("submission", account.submission)) if server is None]
    servers = ", ".join(_at(server) for server in (account.imap, account.submission) if server)
    return Finding(
        topic="account",
        text=f"{account.name} <{account.address}>: {servers or 'no servers'}; password from {password}",
        problem=f"The account {account.name} names no server for {' and '.join(missing)}." if missing else "",
        details={
            "name": account.name,
            "address": str(account.address),
            "imap": _at(account.imap) if account.imap else None,
            "submission": _at(account.submission) if account.submission else None,
            "password_from": password,
            "enforces": sorted(account.insists) if account.insists is not None else None,
        },
    )


def _at(server: Server) -> str:
    return f"{server.host}:{server.port}"


def _show(findings: list[Finding], output: Output) -> None:
    for finding in findings:
        output.line(f"{'!' if finding.problem else ' '} {finding.topic:<14} {finding.text}")
        if finding.problem:
            output.paragraph(finding.problem, indent=" " * 17)


def _document(findings: list[Finding]) -> Json:
    """One object a topic; of accounts and connections there may be many."""
    topics = {
        finding.topic: {**finding.details, "problem": finding.problem or None}
        for finding in findings
        if finding.topic not in _MANY
    }
    problems = [finding.problem for finding in findings if finding.problem]
    return {**topics, **{name: _all(findings, topic) for topic, name in _MANY.items()}, "problems": problems}


def _all(findings: list[Finding], topic: str) -> list[Json]:
    return [{**finding.details, "problem": finding.problem or None} for finding in findings if finding.topic == topic]
