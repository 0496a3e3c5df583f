"""Real servers that restart, and a link that goes down and up: the client is back by itself, the queue intact."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from linksec_tui import config_file
from linksec_tui.desk import open_desk
from tests import headless
from tests.cable import Cable
from tests.desk.letters import letter, send
from tests.lab import letters, topology
from tests.lab.outage import DOVECOT, NEWER_DOVECOT, POSTFIX, Network, network, network_missing, outage
from tests.lab.servers import Server

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab")]

_SUBMISSION = ("smtp", topology.SUBMISSION, 465)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody, and the server that keeps their mail: `host` is its name within home.test."""

    address: str
    host: str
    server: Server

    @property
    def doors(self) -> tuple[tuple[str, str, int], ...]:
        """Where the client goes: name, address, port."""
        return ((self.host, topology.HOME_HOSTS[self.host], 993), _SUBMISSION)


ALICE = Person(address=topology.SENDER, host="imap", server=DOVECOT)
NINA = Person(address=topology.NEWER_PERSON, host="imap24", server=NEWER_DOVECOT)


@pytest.fixture(params=[ALICE, NINA], ids=lambda person: person.host)
def person(request: pytest.FixtureRequest) -> Person:
    if request.param is NINA:
        request.getfixturevalue("newer_dovecot")
    return cast("Person", request.param)


@pytest.fixture
def file(configuration: Path, person: Person) -> Path:
    """That person's configuration."""
    text = configuration.read_text()
    for alices, theirs in (
        (ALICE.address, person.address),
        (topology.PASSWORDS[ALICE.address], topology.PASSWORDS[person.address]),
        (f'"{ALICE.host}.{topology.HOME}"', f'"{person.host}.{topology.HOME}"'),
    ):
        text = text.replace(alices, theirs)
    configuration.write_text(text)
    return configuration


async def put_into_the_outbox(file: Path, subject: str, person: Person) -> None:
    async with open_desk(config_file.load(file), worker=False) as desk:
        await send(desk, letter(desk, subject, person.address))


async def is_back(client: headless.Client, subject: str, person: Person) -> None:
    """Online, and the letter that waited went out and came in."""
    await asyncio.to_thread(client.says, "link online", f"outbox submitted {subject}", f"arrived {subject}")
    await asyncio.to_thread(letters.arrived, person.address, "SUBJECT", f'"{subject}"')


async def test_the_client_is_back_by_itself_after_its_servers_were_restarted(file: Path, person: Person) -> None:
    subject = letters.unheard_of("written while the servers were down")
    with headless.running(file) as client:
        await asyncio.to_thread(client.says, "link online")
        with outage(person.server, POSTFIX):
            await asyncio.to_thread(client.says, "link offline")
            await put_into_the_outbox(file, subject, person)
            await asyncio.to_thread(client.says, f"outbox waiting {subject}")
        await is_back(client, subject, person)


async def test_the_client_is_back_by_itself_after_its_link_was_down(file: Path, person: Person) -> None:
    if reason := network_missing():
        pytest.skip(reason)
    subject = letters.unheard_of("written while the link was down")
    with network(os.getpid() % 10_000) as there:
        async with _reachable_from(there, person):
            with headless.running(_seen_from(there, file, person), *there.inside) as client:
                await asyncio.to_thread(client.says, "link online")
                there.down()
                await asyncio.to_thread(client.says, "link offline")
                await put_into_the_outbox(file, subject, person)
                await asyncio.to_thread(client.says, f"outbox waiting {subject}")
                there.up()
                await is_back(client, subject, person)


def _seen_from(there: Network, file: Path, person: Person) -> Path:
    """The same account and state, the servers at this machine's end of the link."""
    rules = [f"{host}.{topology.HOME}:{port}:{there.here}:{port}" for host, _, port in person.doors]
    text = file.read_text().replace("[network]", f"[network]\nconnect_to = {rules!r}")
    seen = file.with_name("there.toml")
    seen.write_text(text)
    return seen


@asynccontextmanager
async def _reachable_from(there: Network, person: Person) -> AsyncGenerator[None]:
    """Loopback is not to be reached from another namespace: a cable for each server at this end of the link."""
    cables = [Cable(port, port, to=address, at=there.here) for _, address, port in person.doors]
    try:
        for cable in cables:
            await cable.lay()
        yield
    finally:
        for cable in cables:
            await cable.remove()
