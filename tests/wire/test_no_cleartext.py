"""Nothing of ours leaves in clear, whatever a server, option or environment would like (link-security.md §10)."""

from __future__ import annotations

import ast
import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

import linksec_tui
from linksec_tui import config_file
from linksec_tui.config import ConnectTo
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.credentials import BearerToken, Password
from linksec_tui.model.errors import ConfigurationError, ConnectionProblem, Unverifiable
from linksec_tui.model.evidence import Unavailable
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https import Bounds, HttpsReader
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import Means
from linksec_tui.wire.imap_login import login_command
from linksec_tui.wire.smtp import SubmissionSession, Terms
from linksec_tui.wire.tls import verified_context

PACKAGE = Path(linksec_tui.__file__).parent
HOST = "mail.home.example"
PASSWORD = "hunter2"
HANDSHAKE = 0x16  # RFC 8446 §5.1: the first octet of a TLS connection


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def listener(greeting: bytes, context: ssl.SSLContext | None = None) -> AsyncGenerator[tuple[Dialler, bytearray]]:
    """Somebody in a server's place who greets and writes down all that comes; every name and port leads to them."""
    heard = bytearray()
    talks: list[asyncio.Task[None] | None] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.current_task())
        with suppress(OSError):
            writer.write(greeting)
            while piece := await reader.read(4096):
                heard.extend(piece)
                writer.write(b"250 mail.home.example\r\n" if piece.startswith(b"EHLO") else b"")
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    here = ConnectTo(host="", port=0, address="127.0.0.1", to_port=port)
    try:
        yield Dialler(addresses_of=nowhere, connect_to=(here,), private_addresses=True), heard
    finally:
        server.close()
        await asyncio.gather(*filter(None, talks))


async def nowhere(host: str) -> tuple[str, ...]:
    raise OSError(f"{host} was looked up")


async def read_mail(dialler: Dialler) -> None:
    session = await ImapSession.connect(Server(host=HOST, port=993), Means(dialler=dialler, clock=now, timeout=40))
    await session.login(Password(user="alice", password=PASSWORD))


async def submit(dialler: Dialler, tls: Tls = Tls.IMPLICIT, ca_file: Path | None = None) -> None:
    terms = Terms(clock=now, timeout=40, ca_file=ca_file)
    session = await SubmissionSession.connect(Server(host=HOST, port=465, tls=tls), dialler, terms)
    await session.login(Password(user="alice", password=PASSWORD))


async def submit_over_starttls(dialler: Dialler) -> None:
    await submit(dialler, Tls.STARTTLS)


async def fetch_policy(dialler: Dialler) -> None:
    page = await HttpsReader(dialler=dialler).get(HOST, "/.well-known/mta-sts.txt", Bounds(seconds=0.5))
    assert isinstance(page, Unavailable)


@pytest.fixture(autouse=True)
def tempting_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """What turns verification off, or tells the keys, in other programs and in the libraries below us."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    monkeypatch.setenv("CURL_INSECURE", "1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    yield
    assert not (tmp_path / "keys").exists()


CLEAR_GREETINGS: dict[str, tuple[bytes, Callable[[Dialler], Awaitable[None]]]] = {
    "imap": (b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] ready\r\n", read_mail),
    "imap without a login": (b"* PREAUTH welcome alice\r\n", read_mail),
    "submission": (b"220 mail.home.example ESMTP\r\n", submit),
    "policy": (b"", fetch_policy),
}


@pytest.mark.parametrize("case", CLEAR_GREETINGS)
async def test_a_server_that_speaks_in_clear_hears_a_handshake_and_nothing_else(case: str) -> None:
    greeting, connect = CLEAR_GREETINGS[case]
    async with listener(greeting) as (dialler, heard):
        with suppress(ConnectionProblem):
            await connect(dialler)
        assert not heard or heard[0] == HANDSHAKE
        assert PASSWORD.encode() not in heard
        assert b"alice" not in heard


async def test_where_starttls_was_taken_away_only_ehlo_was_said() -> None:
    async with listener(b"220 mail.home.example ESMTP\r\n") as (dialler, heard):
        with pytest.raises(Unverifiable, match="Your password was not sent"):
            await submit_over_starttls(dialler)
        assert bytes(heard) == b"EHLO [127.0.0.1]\r\n"


async def test_a_redirected_connection_is_still_verified_by_the_name_that_was_configured(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example", "127.0.0.1").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # also takes pyOpenSSL's
    roots = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(roots))
    async with listener(b"220 other.example ESMTP\r\n", context) as (dialler, heard):
        with pytest.raises(Unverifiable, match=f"does not name {HOST}"):
            await submit(dialler, ca_file=roots)
        assert not heard


def test_our_context_verifies_names_and_takes_nothing_older_than_tls_1_2() -> None:
    context = verified_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert not context.hostname_checks_common_name
    assert context.keylog_filename is None


@pytest.mark.parametrize(
    "servers",
    [
        'submission = { host = "s.c", tls = "none" }',
        'submission = { host = "s.c", tls = "opportunistic" }',
        'submission = { host = "s.c", tls = false }',
        'submission = { host = "s.c", verify = false }',
        'submission = { host = "s.c", port = 143 }',
        'imap = { host = "i.c", port = 143 }',
        'imap = { host = "i.c", tls = "starttls" }',
        'imap = { host = "i.c", tls = "none" }',
        'imap = { host = "i.c", insecure = true }',
    ],
)
def test_no_setting_takes_tls_or_verification_away(servers: str) -> None:
    raw = f'[[account]]\naddress = "a@b.c"\n{servers}'.encode()
    with pytest.raises(ConfigurationError):
        config_file.parse(raw, path=Path("/somewhere/config.toml"), explicit=False)


def test_there_are_two_ways_to_tls_and_none_around_it() -> None:
    assert {tls.value for tls in Tls} == {"implicit", "starttls"}


def test_only_the_probe_and_a_pin_take_a_certificate_that_does_not_verify() -> None:
    trusts = {path.name for path, word in _words() if word in ("CERT_NONE", "probe_context")}
    assert not {word for _, word in _words() if word in ("create_default_context", "_create_unverified_context")}
    assert trusts == {"tls.py", "starttls_probe.py", "pin.py"}


def _words() -> Iterator[tuple[Path, str]]:
    """Every name that the package uses, the embedded world's own servers aside."""
    for path in PACKAGE.rglob("*.py"):
        if path.is_relative_to(PACKAGE / "world"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                yield path, node.attr
            elif isinstance(node, ast.Name):
                yield path, node.id


def test_what_is_sent_to_sign_in_shows_in_no_description_of_it() -> None:
    server = Server(host=HOST, port=993)
    for credentials, capabilities in (
        (Password(user="alice", password=PASSWORD), frozenset[str]()),
        (Password(user="alice", password=PASSWORD), frozenset({"AUTH=PLAIN"})),
        (BearerToken(user="alice", token=PASSWORD), frozenset({"AUTH=XOAUTH2", "SASL-IR"})),
        (BearerToken(user="alice", token=PASSWORD), frozenset({"AUTH=OAUTHBEARER"})),
    ):
        request = login_command(credentials, capabilities, server)
        assert request is not None
        assert PASSWORD not in repr(request) + repr(credentials)
        assert "alice" not in repr(request)
        assert "AGFsaWNl" not in repr(request)  # the same in base64
