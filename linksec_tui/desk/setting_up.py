"""From an address and a password to an account that works: find its servers, try them, ask what only a person decides.

Everything goes over the network before anything goes to the disk; whoever stops on the way leaves nothing behind. Both
front ends are a `Person` here: told each step, and asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from linksec_tui import config_writer
from linksec_tui.config import Config
from linksec_tui.config_writer import AddAccount, Change, Put, PutOAuth
from linksec_tui.desk.discovering import discover, parse_address, reveals
from linksec_tui.desk.drawers import Keeping
from linksec_tui.desk.secrets import Brought
from linksec_tui.desk.set_up_choices import choose_keeping, choose_lookups, choose_resolver, choose_verdicts
from linksec_tui.desk.set_up_login import LoggingIn, Login, by_command
from linksec_tui.desk.set_up_servers import Servers, agree, tell_source
from linksec_tui.desk.set_up_trial import Tried, try_account
from linksec_tui.desk.set_up_vouching import with_authority
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
from linksec_tui.model.discovery import Discovery
from linksec_tui.model.errors import BadInput
from linksec_tui.model.set_up import Person, StoryLine, Wanted, Went
from linksec_tui.wire.keychain import Keychain

__all__ = ["Added", "SettingUp", "parse_address", "reveals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of it: the configuration as it is now, the account, and what its first desk is to keep."""

    config: Config
    account: Account
    brought: Brought | None
    before: str | None = field(repr=False)

    def take_back(self) -> None:
        """The configuration as it was: what was brought could not be kept."""
        config_writer.put_back(self.config, self.before)


@dataclass(slots=True, kw_only=True)
class SettingUp:
    """One account being set up. It may be run again after something was changed: what was found is not asked twice."""

    config: Config
    clock: Callable[[], datetime]
    keychain: Keychain = field(default_factory=Keychain)
    _found: dict[Address, Discovery] = field(default_factory=dict)

    async def run(self, wanted: Wanted, person: Person) -> Added:
        """Raises NotSetUp and other LinksecErrors; nothing was written then."""
        self._refuse_twice(wanted)
        trusting = replace(self, config=await with_authority(self.config, wanted.ca_file))
        login, tried = await trusting._tried(wanted, person)
        keeping = await choose_keeping(self.config, login.account, await self.keychain.usable(), person)
        if keeping is not None and keeping.command:
            login = await by_command(login, person)
        asked_once = await self._asked_once(person)
        login = replace(login, account=await choose_verdicts(tried.verdicts, login.account, person))
        return await self._write(login, [*self._authority(tried), *_kept(keeping), *asked_once], person)

    async def _tried(self, wanted: Wanted, person: Person) -> tuple[Login, Tried]:
        """With what the account is let in, and how it works at its servers."""
        servers = await agree(wanted, await self._discovered(wanted, person), person)
        account = self._account(wanted, servers)
        login = await LoggingIn(config=self.config, clock=self.clock, person=person).login(wanted, account, servers)
        tried = await try_account(self.config, login, person, self.clock)
        return replace(login, account=tried.account), tried

    def _authority(self, tried: Tried) -> Sequence[Change]:
        file = tried.ca_file
        return [] if file == self.config.network.ca_file else [Put(table="network", key="ca_file", value=str(file))]

    async def _discovered(self, wanted: Wanted, person: Person) -> Discovery | None:
        """None where the person named both servers: then nobody is asked."""
        if wanted.imap is not None and wanted.submission is not None:
            return None
        if (known := self._found.get(wanted.address)) is not None:
            for report in known.sources:
                tell_source(report, person)
            return known
        person.tell(StoryLine(key="reveals", text=reveals(wanted.address)))
        found = await discover(self.config, wanted.address, self.clock, lambda report: tell_source(report, person))
        if found.complete:
            self._found[wanted.address] = found
        return found

    def _refuse_twice(self, wanted: Wanted) -> None:
        if any(each.address == wanted.address for each in self.config.accounts):
            raise BadInput(f"There is an account for {wanted.address} already.", "Remove it first, or name another.")
        if wanted.name and self.config.account(wanted.name) is not None:
            raise BadInput(f"There is an account called {wanted.name} already.", "Choose another name.")

    def _account(self, wanted: Wanted, servers: Servers) -> Account:
        return Account(
            name=wanted.name or self._name_for(wanted.address),
            address=wanted.address,
            display_name=wanted.display_name,
            user=wanted.user or servers.user or str(wanted.address),
            password_command=wanted.password_command,
            imap=servers.imap,
            submission=servers.submission,
            signature=wanted.signature,
        )

    def _name_for(self, address: Address) -> str:
        """Short, as it stands before every mailbox: the first word of the domain, where no other account has it."""
        short = address.domain.partition(".")[0]
        return short if short and self.config.account(short) is None else str(address)

    async def _asked_once(self, person: Person) -> list[Change]:
        """What comes up with the first account, and stands in the configuration from then on."""
        if self.config.accounts:
            return []
        changes: list[Change] = []
        if resolver := await choose_resolver(self.config, self.clock, person):
            changes.append(Put(table="network", key="resolver", value=resolver))
        if (lookups := await choose_lookups(self.config, person)) is not self.config.lookups:
            changes.append(Put(table="", key="lookups", value=lookups.value))
        return changes

    async def _write(self, login: Login, changes: Sequence[Change], person: Person) -> Added:
        oauth = login.account.oauth
        new_oauth = [PutOAuth(oauth=oauth)] if oauth is not None and oauth.name not in self.config.oauth else []
        before = config_writer.content(self.config)
        config = config_writer.write(self.config, [*changes, *new_oauth, AddAccount(account=login.account)])
        config = replace(config, state=self.config.state)
        account = config.account(login.account.name) or login.account
        text = f"The account {account.name} stands in {config.path}, without any secret."
        person.tell(StoryLine(key="written", text=text, went=Went.WELL))
        brought = Brought(account=account, secret=login.secret) if login.secret is not None else None
        return Added(config=config, account=account, brought=brought, before=before)


def _kept(keeping: Keeping | None) -> Sequence[Change]:
    if keeping is None:
        return ()
    return [Put(table="store", key=key, value=value) for key, value in keeping.settings.items()]
