"""How an account logs in: by a password, by what a command prints, or by a sign-in at the provider's own page."""

from __future__ import annotations

import secrets as randomness
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from linksec_tui.accounts import oauth as signing
from linksec_tui.accounts.oauth_answer import Grant
from linksec_tui.config import Config
from linksec_tui.config_oauth import KNOWN
from linksec_tui.desk.set_up_servers import Servers
from linksec_tui.model.account import Account
from linksec_tui.model.credentials import BearerToken, Credentials, Password
from linksec_tui.model.discovery import AuthMethod, Candidate, OAuthEndpoints
from linksec_tui.model.oauth import OAuth, SignedIn, SignInWay
from linksec_tui.model.set_up import Answer, NotSetUp, Person, Question, StoryLine, Wanted, Went
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https_form import FormSender
from linksec_tui.wire.resolver import open_resolver
from linksec_tui.wire.secret_command import run_secret_command

_PASSWORDS = frozenset({AuthMethod.PASSWORD, AuthMethod.HASHED_PASSWORD})
_WAYS = {
    SignInWay.BROWSER: "In a browser on this machine",
    SignInWay.CODE: "With a code, on any other device",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An account, and what lets it in: a password, or a grant. None: a command prints it, and it is kept nowhere.

    `guess`: nobody told the user name, so another spelling may be tried once.
    """

    account: Account
    secret: str | Grant | None = field(default=None, repr=False)
    guess: bool = False

    async def credentials(self) -> Credentials:
        """Raises ConfigurationError where the command gives nothing."""
        user = self.account.user
        match self.secret:
            case Grant():
                return BearerToken(user=user, token=self.secret.access_token)
            case str():
                return Password(user=user, password=self.secret)
            case None:
                return Password(user=user, password=await run_secret_command(self.account.password_command))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggingIn:
    """One question after the other, and none that the settings answer."""

    config: Config
    clock: Callable[[], datetime]
    person: Person

    async def login(self, wanted: Wanted, account: Account, servers: Servers) -> Login:
        """Raises NotSetUp, and what a sign-in raises."""
        guess = not wanted.user and not servers.user_told
        endpoints = _endpoints(servers.reading)
        if wanted.password_command:
            return Login(account=account, guess=guess)
        if wanted.sign_in or await self._wants_page(wanted, servers.reading):
            return await self._signed_in(account, endpoints, servers.reading)
        password = wanted.password or await self.person.ask(
            f"The password of {wanted.address}", "--password-command", hidden=True
        )
        if not password:
            raise NotSetUp("Without a password nobody is let in.", "Type it, and try again.")
        return Login(account=account, secret=password, guess=guess)

    async def _wants_page(self, wanted: Wanted, reading: Candidate | None) -> bool:
        """Is a sign-in at the provider's page the only way, or what the person prefers?"""
        if reading is None or AuthMethod.OAUTH2 not in reading.auth:
            return False
        if not _PASSWORDS & set(reading.auth):
            return True
        if wanted.password:
            return False
        question = Question(
            text=f"How do you sign in to {reading.server.host}?",
            answers=(
                Answer(id="password", words="With a password", meaning="often one that is made for mail programs"),
                Answer(id="page", words="At the provider's own page", meaning="no password is ever seen here"),
            ),
            option="--sign-in or --password-command",
        )
        return await self.person.choose(question) == "page"

    async def _signed_in(self, account: Account, endpoints: OAuthEndpoints | None, reading: Candidate | None) -> Login:
        oauth = await self._client(endpoints, reading)
        account = replace(account, oauth=oauth)
        way = await self._way(oauth)
        async with self._means() as means, aclosing(signing.sign_in(account, way, means)) as steps:
            async for step in steps:
                if isinstance(step, Grant):
                    await self.person.sign_in(SignedIn(account=account.name, lasting=bool(step.refresh_token)))
                    return Login(account=account, secret=step)
                await self.person.sign_in(step)
        raise NotSetUp("The sign-in ended without a word.", "Try it again.")

    async def _way(self, oauth: OAuth) -> SignInWay:
        ways = signing.ways(oauth)
        if len(ways) == 1:
            return ways[0]
        answers = [Answer(id=way.value, words=_WAYS[way]) for way in ways]
        question = Question(text="Where do you sign in?", answers=answers, option="--code", usual=ways[0].value)
        return SignInWay(await self.person.choose(question))

    async def _client(self, endpoints: OAuthEndpoints | None, reading: Candidate | None) -> OAuth:
        """Which client we are to this provider: configured, or asked for."""
        oauth = _known(self.config, endpoints)
        if oauth is None:
            raise NotSetUp(
                "This provider signs people in at a page of its own, and nobody tells where that is.",
                "Put an [oauth.NAME] into the configuration first: docs/oauth.md.",
            )
        if oauth.client_id:
            return oauth
        host = reading.server.host if reading else oauth.name
        self.person.tell(
            StoryLine(
                key="client",
                text=f"{host} lets in only programs that somebody registered there. You do that once, and get a client"
                " id: docs/oauth.md says how.",
                went=Went.CAUTION,
            )
        )
        client_id = await self.person.ask(f"The client id for {oauth.name}", f"[oauth.{oauth.name}] client_id")
        if not client_id:
            raise NotSetUp(
                "Without a client id this provider lets no program in.", "docs/oauth.md says how to get one."
            )
        secret = await self.person.ask(
            "Its client secret; leave it empty where there is none", f"[oauth.{oauth.name}] client_secret"
        )
        return replace(oauth, client_id=client_id, client_secret=secret)

    @asynccontextmanager
    async def _means(self) -> AsyncGenerator[signing.Means]:
        network = self.config.network
        resolver = open_resolver(network, self.clock)
        dialler = Dialler(
            addresses_of=resolver.addresses,
            connect_to=network.connect_to,
            private_addresses=network.private_addresses,
        )
        try:
            yield signing.Means(
                forms=FormSender(dialler=dialler, ca_file=network.ca_file),
                clock=self.clock,
                token=lambda: randomness.token_hex(32),
            )
        finally:
            await resolver.close()


async def by_command(login: Login, person: Person) -> Login:
    """The same, its password printed by a command from now on. Raises NotSetUp where that prints another."""
    command = await person.ask("The command that prints the password, such as: pass show mail", "--password-command")
    if not command:
        raise NotSetUp("A command has to be named that prints the password.", "Name it, or choose another way.")
    if await run_secret_command(command) != login.secret:
        raise NotSetUp("That command prints something else than the password that let you in.", "Correct either.")
    return replace(login, account=replace(login.account, password_command=command), secret=None)


def _endpoints(reading: Candidate | None) -> OAuthEndpoints | None:
    return reading.oauth if reading else None


def _known(config: Config, endpoints: OAuthEndpoints | None) -> OAuth | None:
    """The configured one whose servers the settings name, else one that is known here, else what the settings tell."""
    if endpoints is None:
        return next(iter(config.oauth.values()), None) if len(config.oauth) == 1 else None
    told = _hosts(endpoints.authorization, endpoints.token) or {endpoints.issuer}
    for oauth in (*config.oauth.values(), *KNOWN.values()):
        if told & _hosts(oauth.authorization_endpoint, oauth.token_endpoint, oauth.device_endpoint):
            return oauth
    if not endpoints.authorization or not endpoints.token:
        return None
    return OAuth(
        name=min(told),
        client_id="",
        authorization_endpoint=endpoints.authorization,
        token_endpoint=endpoints.token,
        scopes=endpoints.scopes,
    )


def _hosts(*addresses: str) -> set[str]:
    return {host for address in addresses if (host := urlsplit(address).hostname)}
