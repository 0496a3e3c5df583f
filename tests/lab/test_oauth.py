"""Tokens at real servers: Dovecot for mail, Postfix for letters, and an authorization server that signs people in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.config import Config, Network
from linksec_tui.desk import Desk, open_desk
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.credentials import BearerToken, Credentials, Password
from linksec_tui.model.errors import CredentialsRefused
from linksec_tui.model.events import ConnectionChanged, CredentialsRejected, Event, Link
from linksec_tui.model.oauth import EnterCode, OpenBrowser, SignedIn, SignInWay
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import Means
from linksec_tui.wire.resolver import open_resolver
from linksec_tui.wire.smtp import SubmissionSession, Terms
from tests.lab import lab, letters, people, topology
from tests.lab.authorization_server import CLIENT_ID, CLIENT_SECRET, SCOPE

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

REFUSED_WITHIN = 120.0  # seconds; both servers make whoever is wrong wait for two
SERVERS = {
    "IMAP": Server(host=f"imap.{topology.HOME}", port=993),
    "submission over TLS": Server(host=f"smtp.{topology.HOME}", port=465),
    "submission over STARTTLS": Server(host=f"smtp.{topology.HOME}", port=587, tls=Tls.STARTTLS),
}
MECHANISMS = ("OAUTHBEARER", "XOAUTH2")


@pytest.fixture(autouse=True)
def as_usual(running_lab: None) -> Generator[None]:
    yield
    people.at_the_provider(lifetime=3600, rotates=1, slow_down=0, padding=0, failing=0, scope=SCOPE)


def now() -> datetime:
    return datetime.now(UTC)


async def let_in(server: Server, credentials: Credentials, mechanism: str | None) -> None:
    """A login and nothing more, by this mechanism alone where one is named."""
    network = Network(resolver=topology.RESOLVER, ca_file=lab.CA_FILE, private_addresses=True)
    resolver = open_resolver(network, now)
    dialler = Dialler(addresses_of=resolver.addresses)
    try:
        async with asyncio.timeout(REFUSED_WITHIN):
            if server.port == 993:
                await _let_in_to_mail(
                    server, Means(dialler=dialler, clock=now, ca_file=lab.CA_FILE), credentials, mechanism
                )
            else:
                await _let_in_to_submit(server, dialler, credentials, mechanism)
    finally:
        await resolver.close()


async def _let_in_to_mail(server: Server, means: Means, credentials: Credentials, mechanism: str | None) -> None:
    session = await ImapSession.connect(server, means)
    try:
        if mechanism:
            assert f"AUTH={mechanism}" in session.capabilities
            session.capabilities -= {f"AUTH={each}" for each in MECHANISMS if each != mechanism}
        await session.login(credentials)
        assert await session.mailboxes()
    finally:
        await session.close()


async def _let_in_to_submit(server: Server, dialler: Dialler, credentials: Credentials, mechanism: str | None) -> None:
    session = await SubmissionSession.connect(server, dialler, Terms(clock=now, ca_file=lab.CA_FILE))
    try:
        if mechanism:
            assert mechanism in session.offers.auth
            session.offers = replace(session.offers, auth=frozenset({mechanism}))
        await session.login(credentials)
    finally:
        await session.close()


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_a_good_token_lets_in(server: str, mechanism: str) -> None:
    await let_in(SERVERS[server], BearerToken(user=topology.SENDER, token=people.granted()), mechanism)


@pytest.mark.parametrize("server", SERVERS)
async def test_a_good_password_lets_in_and_a_bad_one_does_not(server: str) -> None:
    password = topology.PASSWORDS[topology.SENDER]
    await let_in(SERVERS[server], Password(user=topology.SENDER, password=password), None)
    with pytest.raises(CredentialsRefused, match="user name or the password"):
        await let_in(SERVERS[server], Password(user=topology.SENDER, password="wrong"), None)


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_a_token_that_was_withdrawn_is_refused_in_time_and_in_words(server: str, mechanism: str) -> None:
    token = people.granted()
    people.at_the_provider(end_access=topology.SENDER)
    with pytest.raises(CredentialsRefused, match="expired or was withdrawn"):
        await let_in(SERVERS[server], BearerToken(user=topology.SENDER, token=token), mechanism)


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_somebody_elses_token_lets_nobody_in(server: str, mechanism: str) -> None:
    token = people.granted(f"bob@{topology.HOME}")
    with pytest.raises(CredentialsRefused):
        await let_in(SERVERS[server], BearerToken(user=topology.SENDER, token=token), mechanism)


@pytest.mark.parametrize("server", SERVERS)
async def test_a_token_as_long_as_the_largest_providers_lets_in(server: str) -> None:
    people.at_the_provider(padding=2500)
    await let_in(SERVERS[server], BearerToken(user=topology.SENDER, token=people.granted()), None)


@pytest.mark.parametrize("server", SERVERS)
async def test_a_token_for_something_else_is_refused(server: str) -> None:
    people.at_the_provider(scope="https://auth.home.test/calendar")
    with pytest.raises(CredentialsRefused):
        await let_in(SERVERS[server], BearerToken(user=topology.SENDER, token=people.granted()), None)


# A whole person, from signing in to a letter


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """alice, who signs in at her provider, on a machine without a keyring."""
    oauth = f"""
[oauth.lab]
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
authorization_endpoint = "https://auth.{topology.HOME}/authorize"
token_endpoint = "https://auth.{topology.HOME}/token"
device_endpoint = "https://auth.{topology.HOME}/device"
scopes = ["{SCOPE}", "offline_access"]
"""
    text = lab.configuration(tmp_path / "state").replace(
        f'password_command = "echo {topology.PASSWORDS[topology.SENDER]}"', 'oauth = "lab"'
    )
    text = text.replace("[store]", '[store]\nsecrets = "store"')
    path = tmp_path / "config.toml"
    path.write_text(text + oauth)
    return config_file.load(path)


async def sign_in(desk: Desk, way: SignInWay) -> None:
    account = desk.rooms.account()
    browsing: asyncio.Task[None] | None = None
    async with aclosing(desk.sign_in(account, way)) as steps:
        async for step in steps:
            match step:
                case OpenBrowser():
                    browsing = asyncio.create_task(asyncio.to_thread(people.allows, step.address))
                case EnterCode():
                    browsing = asyncio.create_task(asyncio.to_thread(people.enters, step.code))
                case SignedIn():
                    assert step.lasting
                    assert browsing is not None
                    await browsing
                    return
                case _:
                    pass
    raise AssertionError("the last step is missing")


class Heard:
    """What a desk told, waited for."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._news = asyncio.Event()

    async def listen(self, desk: Desk) -> None:
        async for event in desk.events():
            self._events.append(event)
            self._news.set()

    async def first(self, wanted: Callable[[Event], bool]) -> Event:
        async with asyncio.timeout(30):
            while True:
                while self._events:
                    event = self._events.pop(0)
                    if wanted(event):
                        return event
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def at_work(config: Config) -> AsyncGenerator[tuple[Desk, Heard]]:
    async with open_desk(config) as desk, asyncio.TaskGroup() as tasks:
        heard = Heard()
        listening = tasks.create_task(heard.listen(desk))
        yield desk, heard
        listening.cancel()


def rejected(event: Event) -> bool:
    return isinstance(event, CredentialsRejected)


def online(event: Event) -> bool:
    return isinstance(event, ConnectionChanged) and event.link is Link.ONLINE


@pytest.mark.parametrize("way", SignInWay)
async def test_who_signs_in_reads_and_sends(config: Config, way: SignInWay) -> None:
    async with open_desk(config, worker=False) as desk:
        await sign_in(desk, way)
    subject = letters.unheard_of("by token")
    async with at_work(config) as (desk, heard):
        await heard.first(online)
        draft = replace(
            desk.new_draft(),
            recipients=(desk.parse_recipient(f"bob@{topology.HOME}"),),
            subject=subject,
            body="Sent with a token.",
        )
        gate = await desk.gate(draft)
        await desk.send(draft, await desk.decide(draft, {}, gate))
        arrived = await asyncio.to_thread(letters.arrived, f"bob@{topology.HOME}", "SUBJECT", f'"{subject}"')
    assert b"Sent with a token." in arrived


async def test_a_server_that_asks_to_slow_down_still_signs_in(config: Config) -> None:
    people.at_the_provider(slow_down=1)
    async with open_desk(config, worker=False) as desk:
        await sign_in(desk, SignInWay.CODE)


async def test_a_token_that_ends_before_its_time_is_renewed_without_a_word(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        await sign_in(desk, SignInWay.BROWSER)
    before = people.at_the_provider(end_access=topology.SENDER)
    async with at_work(config) as (_, heard):
        first = await heard.first(lambda event: online(event) or rejected(event))
    assert online(first)
    assert people.at_the_provider() == before + 1


async def test_several_sessions_renew_once(config: Config) -> None:
    people.at_the_provider(lifetime=0)
    async with open_desk(config, worker=False) as desk:
        await sign_in(desk, SignInWay.BROWSER)
    before = people.at_the_provider(lifetime=3600)
    async with open_desk(config, worker=False) as one, open_desk(config, worker=False) as other:
        account = one.rooms.account()
        given = await asyncio.gather(
            *(desk.rooms.secrets.credentials(account) for desk in (one, other, one, other, one))
        )
    assert len(set(given)) == 1
    assert people.at_the_provider() == before + 1


async def test_who_withdraws_the_sign_in_is_told_and_signs_in_again(config: Config) -> None:
    async with open_desk(config, worker=False) as desk:
        await sign_in(desk, SignInWay.BROWSER)
    people.at_the_provider(revoke=topology.SENDER)
    async with at_work(config) as (desk, heard):
        event = await heard.first(rejected)
        assert isinstance(event, CredentialsRejected)
        assert "expired or was withdrawn" in event.detail
        assert "linksec-tui account sign-in home" in event.detail
        await sign_in(desk, SignInWay.BROWSER)
        await heard.first(online)


async def test_who_never_signed_in_is_told_how(config: Config) -> None:
    async with at_work(config) as (_, heard):
        event = await heard.first(rejected)
    assert isinstance(event, CredentialsRejected)
    assert "not signed in" in event.detail
