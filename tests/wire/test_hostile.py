"""Every hostile server of the table is refused in time, in one sentence, and hears no credential."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from linksec_tui.config import ConnectTo
from linksec_tui.model.credentials import BearerToken, Credentials, Password
from linksec_tui.model.errors import ConnectionProblem
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import Means
from linksec_tui.wire.smtp import SubmissionSession, Terms
from tests.lab.flawed import Flawed
from tests.lab.hostile import HONEST, HOSTILE, IMAPS, MEETINGS, REFUSED_WITHIN, Hostile, Trick, server
from tests.lab.hostile_servers import Part, tls_of
from tests.lab.trap import caught

USER, SECRET = "alice@hostile.test", "never-to-be-heard"
CREDENTIALS = (Password(user=USER, password=SECRET), BearerToken(user=USER, token=SECRET))
SPOKEN_OF = tuple((one, port) for one, port in MEETINGS if one.trick is not Trick.SILENT)


@pytest.fixture(scope="module")
def flawed() -> Flawed:
    return Flawed(trusted=trustme.CA())


class Stage:
    """Puts one of them on a port of loopback, and sends a client there."""

    def __init__(self, flawed: Flawed, directory: Path) -> None:
        self.flawed = flawed
        self.directory = directory
        self.ca_file = directory / "ca.pem"
        self.heard = bytearray()
        self.open_within = 60.0
        flawed.trusted.cert_pem.write_to_path(str(self.ca_file))

    @asynccontextmanager
    async def plays(self, one: Hostile, port: int) -> AsyncGenerator[Dialler]:
        certificates = self.directory / "server.pem"
        certificates.write_bytes(self.flawed.pem(one.host, one.flaw))
        context = tls_of(one.trick, str(certificates))
        part = Part(port=port, trick=one.trick, context=context, record=self.heard.extend)
        talks: set[asyncio.Task[None]] = set()

        async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            talks.add(task)
            await part.play(reader, writer)

        listening = await asyncio.start_server(play, "127.0.0.1", 0, ssl=part.implicit)
        here = ConnectTo(host="", port=0, address="127.0.0.1", to_port=listening.sockets[0].getsockname()[1])
        try:
            yield Dialler(addresses_of=_nowhere, connect_to=(here,))
        finally:
            listening.close()
            await asyncio.gather(*talks)

    async def meet(self, one: Hostile, port: int, credentials: Credentials) -> None:
        """As far as the server lets us, and the login at the end of it."""
        async with self.plays(one, port) as dialler, asyncio.timeout(REFUSED_WITHIN):
            where = server(one, port)
            if port == IMAPS:
                means = Means(dialler=dialler, clock=_now, ca_file=self.ca_file, open_within=self.open_within)
                session = await ImapSession.connect(where, means)
            else:
                terms = Terms(clock=_now, ca_file=self.ca_file, open_within=self.open_within)
                session = await SubmissionSession.connect(where, dialler, terms)
            try:
                await session.login(credentials)
            finally:
                await session.close()


@pytest.fixture
def stage(flawed: Flawed, tmp_path: Path) -> Stage:
    return Stage(flawed, tmp_path)


@pytest.mark.parametrize("credentials", CREDENTIALS, ids=["password", "token"])
@pytest.mark.parametrize(("one", "port"), SPOKEN_OF, ids=[f"{one.name}-{port}" for one, port in SPOKEN_OF])
async def test_a_hostile_server_is_refused_and_hears_no_credential(
    stage: Stage, one: Hostile, port: int, credentials: Credentials
) -> None:
    with pytest.raises(one.error) as refused:
        await stage.meet(one, port, credentials)
    _one_clear_sentence(refused.value, one)
    assert not caught(bytes(stage.heard), USER, SECRET)


@pytest.mark.parametrize("port", next(one.ports for one in HOSTILE if one.trick is Trick.SILENT))
async def test_a_server_that_says_nothing_is_given_up(stage: Stage, port: int) -> None:
    one = next(one for one in HOSTILE if one.trick is Trick.SILENT)
    stage.open_within = 0.5
    with pytest.raises(one.error) as refused:
        await stage.meet(one, port, CREDENTIALS[0])
    _one_clear_sentence(refused.value, one)
    assert not caught(bytes(stage.heard), USER, SECRET)


@pytest.mark.parametrize("credentials", CREDENTIALS, ids=["password", "token"])
@pytest.mark.parametrize("port", HONEST.ports)
async def test_the_trap_would_have_caught_a_login(stage: Stage, port: int, credentials: Credentials) -> None:
    await stage.meet(HONEST, port, credentials)
    assert caught(bytes(stage.heard), USER, SECRET)


def _one_clear_sentence(problem: ConnectionProblem, one: Hostile) -> None:
    assert one.says in problem.sentence
    assert "not sent" in problem.sentence
    assert problem.next_step
    assert "\n" not in str(problem)
    assert "\x1b" not in str(problem)


async def _nowhere(host: str) -> tuple[str, ...]:
    raise OSError(f"{host} was looked up")


def _now() -> datetime:
    return datetime.now(UTC)
