"""Real servers that restart, and a link that goes down and up: the client is back by itself, the queue intact."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from linksec_tui import config_file
from linksec_tui.desk import open_desk
from tests import headless
from tests.cable import Cable
from tests.desk.letters import letter, send
from tests.lab import letters, topology
from tests.lab.outage import DOVECOT, POSTFIX, Network, network, outage

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("running_lab"), pytest.mark.timeout(120)]

_PORTS = {"imap": (topology.IMAP, 993), "smtp": (topology.SUBMISSION, 465)}


async def put_into_the_outbox(configuration: Path, subject: str) -> None:
    async with open_desk(config_file.load(configuration), worker=False) as desk:
        await send(desk, letter(desk, subject, topology.SENDER))


async def is_back(client: headless.Client, subject: str) -> None:
    """Online, and the letter that waited went out and came in."""
    await asyncio.to_thread(client.says, "link online", f"outbox submitted {subject}", f"arrived {subject}")
    await asyncio.to_thread(letters.arrived, topology.SENDER, "SUBJECT", f'"{subject}"')


async def test_the_client_is_back_by_itself_after_its_servers_were_restarted(configuration: Path) -> None:
    subject = letters.unheard_of("written while the servers were down")
    with headless.running(configuration) as client:
        await asyncio.to_thread(client.says, "link online")
        with outage(DOVECOT, POSTFIX):
            await asyncio.to_thread(client.says, "link offline")
            await put_into_the_outbox(configuration, subject)
            await asyncio.to_thread(client.says, f"outbox waiting {subject}")
        await is_back(client, subject)


async def test_the_client_is_back_by_itself_after_its_link_was_down(configuration: Path, tmp_path: Path) -> None:
    subject = letters.unheard_of("written while the link was down")
    with network(os.getpid() % 10_000) as there:
        async with _reachable_from(there):
            with headless.running(_seen_from(there, configuration), *there.inside) as client:
                await asyncio.to_thread(client.says, "link online")
                there.down()
                await asyncio.to_thread(client.says, "link offline")
                await put_into_the_outbox(configuration, subject)
                await asyncio.to_thread(client.says, f"outbox waiting {subject}")
                there.up()
                await is_back(client, subject)


def _seen_from(there: Network, configuration: Path) -> Path:
    """The same account and state, the servers at this machine's end of the link."""
    rules = [f"{host}.{topology.HOME}:{port}:{there.here}:{port}" for host, (_, port) in _PORTS.items()]
    text = configuration.read_text().replace("[network]", f"[network]\nconnect_to = {rules!r}")
    file = configuration.with_name("there.toml")
    file.write_text(text)
    return file


@asynccontextmanager
async def _reachable_from(there: Network) -> AsyncGenerator[None]:
    """Loopback is not to be reached from another namespace: a cable for each server at this end of the link."""
    cables = [Cable(port, port, to=to, at=there.here) for to, port in _PORTS.values()]
    try:
        for cable in cables:
            await cable.lay()
        yield
    finally:
        for cable in cables:
            await cable.remove()
