"""The account is tried at its servers before it is written down, with a line for each step.

Where nobody told the user name, the address is tried, then what stands before its @; a third guess would only help
those who guess passwords.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from linksec_tui.accounts.verify import Trial, verify
from linksec_tui.accounts.visit import Means
from linksec_tui.config import Config
from linksec_tui.desk.own_hop import special_use
from linksec_tui.desk.set_up_login import Login
from linksec_tui.desk.set_up_vouching import own_authority, vouched_for
from linksec_tui.incoming.hops import trust_in
from linksec_tui.incoming.verdict_name import verdict_name
from linksec_tui.link.provider import provider_facts, with_offers
from linksec_tui.model.account import Account
from linksec_tui.model.credentials import Credentials
from linksec_tui.model.proof import insistence_text
from linksec_tui.model.provider_words import offers_words
from linksec_tui.model.set_up import NotSetUp, Person, StoryLine, Went, step_lines
from linksec_tui.model.verification import State, Step, VerdictName
from linksec_tui.wire.admission import CredentialSource
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.resolver import Resolver, open_resolver
from linksec_tui.wire.smtp_offers import Offers


class TrialFailed(NotSetUp):
    """A server would not do; its step has said why. `refused`: it was the user name or the password."""

    def __init__(self, sentence: str, next_step: str, *, refused: bool) -> None:
        super().__init__(sentence, next_step)
        self.refused = refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The account as it works: perhaps with another user name, or a certificate that the person accepted.

    `ca_file`: of the authority that the person named on the way.
    """

    account: Account
    ca_file: Path | None
    verdicts: VerdictName | None


@dataclass(slots=True, kw_only=True)
class _Round:
    """One round at both servers."""

    offers: Offers | None = None
    verdicts: VerdictName | None = None
    refused: bool = False
    failed: list[Step] = field(default_factory=list[Step])

    @property
    def only_refused(self) -> bool:
        """Is who we are all that was wrong?"""
        return self.refused and len(self.failed) == 1


async def try_account(config: Config, login: Login, person: Person, clock: Callable[[], datetime]) -> Tried:
    """Raises TrialFailed."""
    ended = await _round(config, login, person, clock)
    if ended.only_refused and login.guess and (other := _other_name(login.account)):
        person.tell(
            StoryLine(
                key="guess",
                text=f"{login.account.user} was refused. Nobody told the user name, and many providers take what stands"
                f" before the @: trying {other}.",
                went=Went.CAUTION,
            )
        )
        login = replace(login, account=replace(login.account, user=other), guess=False)
        ended = await _round(config, login, person, clock)
        if ended.only_refused:
            both = f"neither {login.account.address} nor {other}"
            text = f"Nobody told the user name, and {both} was let in with that password."
            person.tell(StoryLine(key="guess", text=text, went=Went.CAUTION))
    if not ended.failed:
        _tell_provider(login.account, ended.offers, person, clock())
        return Tried(account=login.account, ca_file=config.network.ca_file, verdicts=ended.verdicts)
    if vouched := await vouched_for(config, login.account, ended.failed, person):
        return await try_account(vouched.config, replace(login, account=vouched.account), person, clock)
    first = ended.failed[0]
    raise TrialFailed(
        first.text, f"{first.next_step} {own_authority(config, first)}".strip(), refused=ended.only_refused
    )


def _other_name(account: Account) -> str:
    return account.address.local if account.user == str(account.address) else ""


async def _round(config: Config, login: Login, person: Person, clock: Callable[[], datetime]) -> _Round:
    ended = _Round()
    resolver = open_resolver(config.network, clock)
    try:
        means = _means(config, resolver, clock, _source(login, ended))
        async with aclosing(verify(_trial(config, login.account, means, ended))) as steps:
            async for step in steps:
                for line in step_lines(step):
                    person.tell(line)
                ended.verdicts = step.verdicts or ended.verdicts
                if step.state is State.FAILED:
                    ended.failed.append(step)
                if ended.refused:
                    break  # the other server would refuse it too, and providers count that
    finally:
        await resolver.close()
    return ended


def _tell_provider(account: Account, offers: Offers | None, person: Person, now: datetime) -> None:
    """What it insists on and offers, in the words of the ladder."""
    facts = provider_facts(account)
    facts = with_offers(facts, offers, now) if offers else facts
    person.tell(StoryLine(key="provider", text="Your provider", went=Went.HEADING))
    for number, text in enumerate((f"It {insistence_text(facts)}.", *offers_words(facts))):
        person.tell(StoryLine(key=f"provider {number}", text=text))


def _trial(config: Config, account: Account, means: Means, ended: _Round) -> Trial:
    def met(offers: Offers) -> None:
        ended.offers = offers

    return Trial(
        account=account,
        means=means,
        roles_of=lambda lines: special_use(account, lines),
        verdicts_in=lambda traces: verdict_name(traces, trust_in([account])),
        met=met,
        ca_file=config.network.ca_file,
    )


def _means(config: Config, resolver: Resolver, clock: Callable[[], datetime], source: CredentialSource) -> Means:
    network = config.network
    dialler = Dialler(
        addresses_of=resolver.addresses,
        connect_to=network.connect_to,
        private_addresses=network.private_addresses,
    )
    return Means(credentials=source, resolver=resolver, dialler=dialler, clock=clock)


def _source(login: Login, ended: _Round) -> CredentialSource:
    def refused(_: Credentials) -> None:
        ended.refused = True

    return CredentialSource(ask=login.credentials, refused=refused)
