"""An account tried out at its real servers, step by step. Nothing is changed there, and no letter is sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from linksec_tui.accounts.visit import Means, Opening, Visit, failed, step
from linksec_tui.model.account import Account, Server
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import ConfigurationError, ConnectionProblem
from linksec_tui.model.stage import Stage
from linksec_tui.model.verification import Offered, State, Step, VerdictName
from linksec_tui.wire import imap, imap_channel, smtp
from linksec_tui.wire.imap_answers import MailboxLine
from linksec_tui.wire.smtp_offers import Offers

Roles = tuple[tuple[str, str], ...]

_MEGA = 1_000_000
_LETTERS = 20  # the newest, at whose heads the provider's own name is looked for
_NEEDED = ("sent", "drafts", "trash")  # what a mail program files things into
_UNSAID = "if that is your provider, say so: Settings in Accounts, or authserv_id in the configuration"
_WHAT = {Service.IMAP: "reading", Service.SUBMISSION: "sending"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried, and by which means.

    `roles_of`: special-use mailboxes among those that a server lists; `verdicts_in`: under which name the provider
    tells what it found out about senders; `met` hears what the submission server offers.
    """

    account: Account
    means: Means
    roles_of: Callable[[Iterable[MailboxLine]], Roles]
    verdicts_in: Callable[[Sequence[bytes]], VerdictName | None]
    met: Callable[[Offers], None]
    ca_file: Path | None = None


async def verify(trial: Trial) -> AsyncGenerator[Step]:
    """Each step as it ends. A server that fails ends its own steps, not the other's."""
    for service, server, visit in (
        (Service.IMAP, trial.account.imap, _reading),
        (Service.SUBMISSION, trial.account.submission, _sending),
    ):
        if server is None:
            yield failed(service, Stage.RESOLVE, _no_server(trial.account, service))
            continue
        async with aclosing(visit(trial, server).steps()) as steps:
            async for each in steps:
                yield each


def _reading(trial: Trial, server: Server) -> Visit[imap.ImapSession]:
    async def connect(opening: Opening) -> imap.ImapSession:
        means = imap_channel.Means(
            dialler=trial.means.dialler,
            clock=trial.means.clock,
            ca_file=trial.ca_file,
            open_within=opening.within,
            told=opening.told,
        )
        return await imap.ImapSession.connect(opening.server, means)

    async def mailboxes(session: imap.ImapSession) -> Iterable[Step]:
        told = _mailboxes(trial.roles_of(await session.mailboxes()))
        verdicts = trial.verdicts_in(await _newest(session))
        return [told, _verdicts(verdicts, trial.account)] if verdicts else [told]

    return Visit(
        means=trial.means,
        service=Service.IMAP,
        server=server,
        user=_user(trial.account),
        stages=(Stage.CONNECT, Stage.TLS, Stage.GREETING),
        open=connect,
        opened=_greeted,
        signed_in=mailboxes,
    )


def _sending(trial: Trial, server: Server) -> Visit[smtp.SubmissionSession]:
    async def connect(opening: Opening) -> smtp.SubmissionSession:
        terms = smtp.Terms(
            clock=trial.means.clock, ca_file=trial.ca_file, open_within=opening.within, told=opening.told
        )
        return await smtp.SubmissionSession.connect(opening.server, trial.means.dialler, terms)

    def offers(session: smtp.SubmissionSession) -> Iterable[Step]:
        trial.met(session.offers)
        return [_offers(session.offers)]

    return Visit(
        means=trial.means,
        service=Service.SUBMISSION,
        server=server,
        user=_user(trial.account),
        stages=(Stage.CONNECT, Stage.TLS, Stage.OFFERS),
        open=connect,
        opened=offers,
        signed_in=_nothing_more,
    )


async def _nothing_more(session: smtp.SubmissionSession) -> Iterable[Step]:  # noqa: ARG001 - the login was the last
    return ()


def _greeted(session: imap.ImapSession) -> Iterable[Step]:
    useful = [name for name in ("IDLE", "MOVE", "UIDPLUS", "SPECIAL-USE") if name in session.capabilities]
    return [step(Service.IMAP, Stage.GREETING, f"IMAP, with {', '.join(useful)}" if useful else "IMAP")]


def _mailboxes(roles: Roles) -> Step:
    there = ", ".join(f"{role}: {name}" for role, name in roles)
    missing = [role for role in _NEEDED if role not in dict(roles)]
    text = there or "none that is marked as Sent, Drafts or Trash"
    if missing:
        text = f"{text}; not told: {', '.join(missing)} (mailboxes = {{ … }} in the configuration names them)"
    told = step(Service.IMAP, Stage.MAILBOXES, text, State.CAUTION if missing else State.OK)
    return replace(told, roles=roles)


async def _newest(session: imap.ImapSession) -> Sequence[bytes]:
    """What servers wrote at the heads of the newest letters; none where the inbox does not open, which is no fault."""
    try:
        await session.select("INBOX")
        return await session.newest_traces(_LETTERS)
    except ConnectionProblem:
        return ()


def _verdicts(found: VerdictName, account: Account) -> Step:
    where = f"{found.name} tells what it found out about them, on {found.letters} of the last {found.of} letters"
    believed = account.authserv_id == found.name
    text = f"{where}; it is believed" if believed else f"{where}; {_UNSAID}"
    told = step(Service.IMAP, Stage.SENDERS, text, State.OK if believed else State.CAUTION)
    return replace(told, verdicts=found)


def _offers(offers: Offers) -> Step:
    offered = Offered(
        auth=tuple(sorted(offers.auth)),
        requiretls=offers.requiretls,
        linksec_level=offers.linksec_level,
        dsn=offers.dsn,
        smtputf8=offers.smtputf8,
        size=offers.size,
    )
    has = {
        "REQUIRETLS": offers.requiretls,
        f"LINKSEC {offers.linksec_level}": offers.linksec_level > 0,
        "DSN": offers.dsn,
        "SMTPUTF8": offers.smtputf8,
        f"letters up to {(offers.size or 0) / _MEGA:.0f} MB": bool(offers.size),
    }
    lacks = [
        name for name, there in (("REQUIRETLS", offers.requiretls), ("LINKSEC", offers.linksec_level)) if not there
    ]
    text = ", ".join(name for name, there in has.items() if there) or "nothing beyond plain submission"
    if lacks:
        text = f"{text}; not {', '.join(lacks)}"
    return replace(step(Service.SUBMISSION, Stage.OFFERS, text), offered=offered)


def _no_server(account: Account, service: Service) -> ConfigurationError:
    return ConfigurationError(
        f"The account {account.name} names no server for {_WHAT[service]} mail.",
        f'Add {service.value} = {{ host = "…" }} to it.',
    )


def _user(account: Account) -> str:
    return account.user or str(account.address)
