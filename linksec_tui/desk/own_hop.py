"""Our own hop: an account tried out at its servers, and what each of them proved when it was last connected to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from linksec_tui.accounts import pinned
from linksec_tui.accounts.verify import Trial, verify
from linksec_tui.accounts.visit import Means
from linksec_tui.desk.known_book import KnownBook
from linksec_tui.desk.providers import Providers
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.standing import Standing
from linksec_tui.incoming.hops import trust_in
from linksec_tui.incoming.roles import mailboxes_of
from linksec_tui.incoming.verdict_name import verdict_name
from linksec_tui.link.provider import provider_facts, with_offers
from linksec_tui.model.account import Account
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.model.discovery import Service
from linksec_tui.model.mailbox import Role
from linksec_tui.model.proof import insistence_text
from linksec_tui.model.stage import Stage
from linksec_tui.model.verification import State, Step
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.imap_answers import MailboxLine
from linksec_tui.wire.resolver import Resolver
from linksec_tui.wire.smtp_offers import Offers


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHop:
    """The connections that we make ourselves, and can vouch for."""

    rooms: Rooms
    resolver: Resolver
    providers: Providers
    known: KnownBook
    standing: Standing

    async def verify(self, account: Account, password: str | None = None) -> AsyncGenerator[Step]:
        """Each step as it ends; the last is what the provider insists on. `password`: typed just now, kept nowhere."""
        offered: list[Offers] = []
        trial = Trial(
            account=account,
            means=Means(
                credentials=self.rooms.secrets.source(account) if password is None else _typed(account, password),
                resolver=self.resolver,
                dialler=self.rooms.dialler,
                clock=self.rooms.clock,
            ),
            roles_of=lambda lines: special_use(account, lines),
            verdicts_in=lambda traces: verdict_name(traces, trust_in([account])),
            met=offered.append,
            ca_file=self.rooms.config.network.ca_file,
        )
        async with aclosing(verify(trial)) as steps:
            async for step in steps:
                yield step
        if offered:
            yield self._provider(account, offered[-1])

    async def proofs(self, account: str) -> Mapping[Service, TlsFacts]:
        """What each server showed when it was last connected to, with what signed DNS says of it. Never raises."""
        await self.providers.meet(account)
        event = self.standing.connections.get(account)
        shown = {Service.IMAP: event.facts if event else None, Service.SUBMISSION: self.providers.shown(account)}
        now = self.rooms.clock()
        return {service: await pinned.compare(self.resolver, facts, now) for service, facts in shown.items() if facts}

    def _provider(self, account: Account, offers: Offers) -> Step:
        facts = with_offers(provider_facts(account, self.known.listed), offers, self.rooms.clock())
        return Step(
            service=Service.SUBMISSION,
            stage=Stage.PROVIDER,
            state=State.OK,
            text=insistence_text(facts),
            provider=facts,
        )


def _typed(account: Account, password: str) -> CredentialSource:
    async def ask() -> Credentials:
        return Password(user=account.user or str(account.address), password=password)

    return CredentialSource(ask=ask, refused=lambda _: None)


def special_use(account: Account, lines: Iterable[MailboxLine]) -> tuple[tuple[str, str], ...]:
    """What the mailboxes that a server lists are for, and what they are called."""
    found = mailboxes_of(account.name, lines, account.mailboxes)
    return tuple((each.role.value, each.name) for each in found if each.role not in (Role.NONE, Role.INBOX))
