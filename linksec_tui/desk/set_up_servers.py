"""Which servers an account is to have: what was found, told line by line, and agreed on where that is not certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linksec_tui.formats.domain_name import to_ascii
from linksec_tui.model.account import Account, Server, Tls
from linksec_tui.model.discovery import Candidate, Discovery, Found, Origin, Service, SourceReport
from linksec_tui.model.errors import BadInput
from linksec_tui.model.evidence import DaneStatus
from linksec_tui.model.set_up import Answer, NotSetUp, Person, Question, StoryLine, Wanted, Went

BY_HAND = "by-hand"
_NO = "no"
_STARTTLS_PORT = 587
_IN_CLEAR = {
    25: "it is for servers among themselves",
    110: "it is for another protocol, in the clear",
    143: "it waits in the clear to be asked for TLS",
}
_TLS = {Tls.IMPLICIT: "encrypted from the first byte", Tls.STARTTLS: "encrypted before anything is said"}
_PURPOSE = {Service.IMAP: "To read", Service.SUBMISSION: "To send"}
_FOUND = {
    Found.SETTINGS: ("has them", Went.WELL),
    Found.NOTHING: ("nothing there", Went.NOTE),
    Found.CANNOT_TELL: ("cannot tell", Went.CAUTION),
    Found.NOT_ASKED: ("not asked", Went.NOTE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """What was agreed on. The candidates are None where the person named the servers."""

    imap: Server
    submission: Server
    reading: Candidate | None = None
    sending: Candidate | None = None

    @property
    def user(self) -> str:
        return self.reading.user if self.reading else ""

    @property
    def user_told(self) -> bool:
        """Did a source say under which name one logs in?"""
        return self.reading is not None and self.reading.user_told


def tell_source(report: SourceReport, person: Person) -> None:
    """One line for each place where settings are looked for."""
    words, went = _FOUND[report.found]
    detail = f" ({report.detail})" if report.detail else ""
    forged = ", and nobody on the way could have forged that"
    believed = forged if report.found is Found.SETTINGS and report.authenticated else ""
    text = f"{_begun(report.source)}: {words}{believed}{detail}"
    person.tell(StoryLine(key=f"source {report.source}", text=text, went=went))


async def agree(wanted: Wanted, found: Discovery | None, person: Person) -> Servers:
    """Both servers. Raises NotSetUp where there are none and nobody names them."""
    reading = None if wanted.imap else found and found.imap
    sending = None if wanted.submission else found and found.submission
    imap, submission = wanted.imap or _server(reading), wanted.submission or _server(sending)
    if found is not None and (imap is None or submission is None):
        return await _by_hand(wanted, found, person)
    assert imap is not None
    assert submission is not None
    servers = Servers(imap=imap, submission=submission, reading=reading or None, sending=sending or None)
    _tell(servers, person)
    if found is not None and any(each.needs_confirmation for each in (reading, sending) if each):
        return await _confirmed(wanted, found, servers, person)
    return servers


def _server(candidate: Candidate | None) -> Server | None:
    return candidate.server if candidate else None


def _tell(servers: Servers, person: Person) -> None:
    person.tell(StoryLine(key="servers", text="These servers are used", went=Went.HEADING))
    for service, server, candidate in (
        (Service.IMAP, servers.imap, servers.reading),
        (Service.SUBMISSION, servers.submission, servers.sending),
    ):
        origin = f"found in {candidate.source.words}, {_belief(candidate)}" if candidate else "as you said"
        went = Went.CAUTION if candidate and candidate.needs_confirmation else Went.WELL
        text = f"{_PURPOSE[service]}: {server.host}, port {server.port}, {_TLS[server.tls]}; {origin}"
        person.tell(StoryLine(key=f"server {service}", text=text, went=went))


def _belief(candidate: Candidate) -> str:
    if candidate.needs_confirmation:
        return "to be confirmed by you"
    if candidate.dane is DaneStatus.SECURE:
        return "and its key is pinned in signed DNS (DANE)"
    if candidate.source is Origin.LIST:
        return "which nobody on the network can change"
    if candidate.authenticated:
        return "which nobody on the way could have forged"
    return "unsigned: its certificate has to prove the name"


async def _confirmed(wanted: Wanted, found: Discovery, servers: Servers, person: Person) -> Servers:
    """A stranger on the network could have named these servers: only the person can tell."""
    doubtful = [each for each in (servers.reading, servers.sending) if each and each.needs_confirmation]
    hosts = " and ".join(dict.fromkeys(each.server.host for each in doubtful))
    several = len({each.server.host for each in doubtful}) > 1
    question = Question(
        text=f"{doubtful[0].vouching.doubt} Your password would go there. {'Are' if several else 'Is'} {hosts} your"
        f" provider's?",
        answers=(
            Answer(id="yes", words=f"Yes, {hosts} {'are' if several else 'is'} my provider's"),
            *_other_way(),
            Answer(id=_NO, words="No, stop here"),
        ),
        option="--imap and --submission",
    )
    match await person.choose(question):
        case "yes":
            return servers
        case "by-hand":
            return await _typed(wanted, person, servers.imap, servers.submission)
        case _:
            raise NotSetUp("You did not confirm the servers; nothing was sent there.", _ask_provider(found))


async def _by_hand(wanted: Wanted, found: Discovery, person: Person) -> Servers:
    """Nothing that can be used was found, or half of it."""
    for one in found.unusable:
        text = f"Never used: {one.host}: {one.reason}"
        person.tell(StoryLine(key=f"never {one.service} {one.host}", text=text, went=Went.BADLY))
    question = Question(
        text=_missing(found),
        answers=(*_other_way(), Answer(id=_NO, words="Stop here")),
        option="--imap and --submission",
    )
    if found.no_such_domain or await person.choose(question) != BY_HAND:
        raise NotSetUp(_missing(found), _ask_provider(found))
    imap, submission = wanted.imap or _server(found.imap), wanted.submission or _server(found.submission)
    return await _typed(wanted, person, imap, submission)


def _other_way() -> Sequence[Answer]:
    return (Answer(id=BY_HAND, words="I type the servers myself"),)


def _missing(found: Discovery) -> str:
    if found.no_such_domain:
        return f"DNS knows no domain {found.shown_domain}. Is it spelt right?"
    what = [words for words, there in (("reading", found.imap), ("sending", found.submission)) if not there]
    return f"No server for {' and '.join(what)} mail was found for {found.shown_domain} that can be used."


def _ask_provider(found: Discovery) -> str:
    pages = f" It says something at {found.help[0]}." if found.help else ""
    if found.no_such_domain:
        return "Correct the address."
    return f"Ask your provider for the names of its servers for IMAP and for SMTP submission.{pages}"


async def _typed(wanted: Wanted, person: Person, imap: Server | None, submission: Server | None) -> Servers:
    known = Account(name="", address=wanted.address, imap=imap, submission=submission)
    reading, sending = await person.by_hand(known)
    servers = Servers(imap=reading, submission=sending)
    _tell(servers, person)
    return servers


def _begun(origin: Origin) -> str:
    words = origin.words
    return words[0].upper() + words[1:]


def parse_server(text: str, service: Service) -> Server:
    """`HOST` or `HOST:PORT` as a person types it; 587 is the port that asks for TLS first. Raises BadInput."""
    host, colon, number = text.strip().rpartition(":")
    if not colon:
        host, number = text.strip(), "993" if service is Service.IMAP else "465"
    if not number.isascii() or not number.isdigit() or not 0 < int(number[:6]) <= 65535:
        raise BadInput(f"“{number[:20]}” is not a port.", "Write the server as HOST or HOST:PORT.")
    port = int(number)
    if port in _IN_CLEAR:
        raise BadInput(f"Port {port} is never used: {_IN_CLEAR[port]}.", "Ask your provider for one with TLS.")
    tls = Tls.STARTTLS if service is Service.SUBMISSION and port == _STARTTLS_PORT else Tls.IMPLICIT
    return Server(host=to_ascii(host), port=port, tls=tls)
