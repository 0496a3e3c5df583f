"""`account discover`: the servers of an address, where each was found, and how far that can be believed."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from linksec_tui.cli.call import OK, Call
from linksec_tui.cli.output import Output
from linksec_tui.model.account import Tls
from linksec_tui.model.discovery import (
    AuthMethod,
    Candidate,
    Discovery,
    Found,
    OAuthEndpoints,
    Origin,
    Service,
    SourceReport,
    Unusable,
    Vouching,
    revealed,
)
from linksec_tui.model.evidence import DaneStatus
from linksec_tui.model.json_text import Json

SUMMARY = "find the servers of an address, and say where each was found"
NOT_COMPLETE = 1

_TITLES = {Service.IMAP: "To read mail", Service.SUBMISSION: "To send mail"}
_TLS = {Tls.IMPLICIT: "encrypted from the first byte", Tls.STARTTLS: "encrypted before anything is said (STARTTLS)"}
_LOGINS = {
    AuthMethod.PASSWORD: "password",
    AuthMethod.HASHED_PASSWORD: "password, never sent as it is",
    AuthMethod.OAUTH2: "the provider's own login page (OAuth2)",
}
_FOUND = {
    Found.SETTINGS: "has them",
    Found.NOTHING: "nothing there",
    Found.CANNOT_TELL: "cannot tell",
    Found.NOT_ASKED: "not asked",
}
_MISSING = {
    Service.IMAP: "No server for reading mail was found that can be used.",
    Service.SUBMISSION: "No server for sending mail was found that can be used.",
}


class DiscoverArguments(argparse.Namespace):
    address: str
    json: bool


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADDRESS", help="your mail address")
    parser.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    from linksec_tui.desk.discovering import discover, parse_address, reveals  # deferred: brings sockets

    asked = DiscoverArguments(**vars(arguments))
    config = call.load()
    address = parse_address(asked.address)
    call.output.note(reveals(address))
    found = await discover(config, address, lambda: datetime.now(UTC))
    if asked.json:
        call.output.document(render_discovery(found))
    else:
        _Text(call.output).show(found)
    return OK if found.complete else NOT_COMPLETE


def render_discovery(found: Discovery) -> Json:
    """`account discover --json`."""
    return {
        "address": str(found.address),
        "domain": found.address.domain,
        "domain_unicode": found.shown_domain,
        "complete": found.complete,
        "imap": _candidate(found.imap) if found.imap else None,
        "submission": _candidate(found.submission) if found.submission else None,
        "candidates": [_candidate(each) for each in found.candidates],
        "unusable": [_unusable(each) for each in found.unusable],
        "sources": [_source(each) for each in found.sources],
        "provider": found.provider or None,
        "no_such_domain": found.no_such_domain,
        "help": list(found.help),
        "revealed": revealed(found.shown_domain),
        "elapsed_ms": found.elapsed_ms,
    }


def _candidate(candidate: Candidate) -> Json:
    return {
        "service": candidate.service.value,
        "host": candidate.server.host,
        "port": candidate.server.port,
        "tls": candidate.server.tls.value,
        "user": candidate.user,
        "user_told": candidate.user_told,
        "auth": [method.value for method in candidate.auth],
        "oauth": _oauth(candidate.oauth) if candidate.oauth else None,
        "source": candidate.source.value,
        "also": [vouching.origin.value for vouching in candidate.also],
        "authenticated": candidate.authenticated,
        "needs_confirmation": candidate.needs_confirmation,
        "note": candidate.vouching.doubt or None,
        "dane": candidate.dane.value if candidate.dane else None,
    }


def _oauth(oauth: OAuthEndpoints) -> Json:
    return {
        "issuer": oauth.issuer,
        "authorization_url": oauth.authorization or None,
        "token_url": oauth.token or None,
        "scopes": list(oauth.scopes),
    }


def _unusable(one: Unusable) -> Json:
    return {
        "service": one.service.value,
        "host": one.host,
        "port": one.port or None,
        "source": one.source.value,
        "reason": one.reason,
    }


def _source(report: SourceReport) -> Json:
    return {
        "source": report.source.value,
        "found": report.found.value,
        "asked": report.asked or None,
        "detail": report.detail or None,
        "authenticated": report.authenticated,
    }


class _Text:
    """The same for people: what to use, what never to use, where it was looked."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def show(self, found: Discovery) -> None:
        name = f" ({found.provider})" if found.provider else ""
        self._output.line(f"{found.address.local}@{found.shown_domain}{name}")
        for service, title in _TITLES.items():
            self._service(title, _MISSING[service], [each for each in found.candidates if each.service is service])
        if found.unusable:
            self._heading("Never used")
            for one in found.unusable:
                where = f"{one.host}, port {one.port}" if one.port else one.host or "a server without a name"
                self._output.paragraph(f"{where}: {one.reason}", indent="  ")
        self._heading("Where it was looked for")
        for report in found.sources:
            detail = f": {report.detail}" if report.detail else ""
            self._row(f"  {_FOUND[report.found]:<15}", f"{report.source.words}{detail}")
        self._ending(found)

    def _service(self, title: str, missing: str, candidates: list[Candidate]) -> None:
        self._heading(title)
        if not candidates:
            self._output.paragraph(missing, indent="  ")
        for number, candidate in enumerate(candidates):
            if number:
                self._output.line("  or")
            self._candidate(candidate)

    def _candidate(self, candidate: Candidate) -> None:
        server = candidate.server
        self._output.line(f"  {server.host}, port {server.port}, {_TLS[server.tls]}")
        told = "" if candidate.user_told else " (nobody says; this is the usual one)"
        self._fact("user name", f"{candidate.user}{told}")
        self._fact("login", " or ".join(_LOGINS[method] for method in candidate.auth) or "nobody says how")
        self._fact("found in", " and ".join(vouching.origin.words for vouching in _all(candidate)))
        self._fact("believed", _belief(candidate))
        if candidate.dane is DaneStatus.SECURE:
            self._fact("besides", "its key is pinned in signed DNS (DANE)")

    def _ending(self, found: Discovery) -> None:
        if found.no_such_domain and not found.candidates:
            self._output.line()
            self._output.paragraph(f"DNS knows no domain {found.shown_domain}. Is it spelt right?")
        elif not found.complete:
            self._output.line()
            self._output.paragraph("Ask your provider for the names of its servers for IMAP and for SMTP submission.")
        if found.help:
            self._output.line()
            self._output.line("What the provider says about it:")
            for page in found.help:
                self._output.line(f"  {page}")

    def _heading(self, title: str) -> None:
        self._output.line()
        self._output.line(title)

    def _fact(self, name: str, text: str) -> None:
        self._row(f"    {name:<13}", text)

    def _row(self, head: str, text: str) -> None:
        """A word, and beside it a text that keeps to its own column."""
        first, *rest = self._output.wrapped(text, indent=" " * len(head))
        self._output.line(head + first[len(head) :])
        for line in rest:
            self._output.line(line)


def _all(candidate: Candidate) -> tuple[Vouching, ...]:
    return (candidate.vouching, *candidate.also)


def _belief(candidate: Candidate) -> str:
    if candidate.needs_confirmation:
        return f"only if you confirm it. {candidate.vouching.doubt}"
    if candidate.source is Origin.LIST:
        return "yes: it came with this program"
    if candidate.authenticated:
        return "yes: nobody on the network could have forged it"
    return "as far as the server's certificate proves the name; the answer itself was not signed"
