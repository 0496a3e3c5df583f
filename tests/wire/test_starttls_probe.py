"""A look at an exchanger: what each kind of answer means, and what is never said in clear."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

from linksec_tui.model.evidence import CertificateState, StarttlsStatus
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.starttls_probe import Exchange, Seen, StarttlsProbe
from tests.passing_time import pass_time
from tests.wire.strangers import Authority, Exchanger, Talk, dialler_to, serve, stranger_context

HOST = "mx.a.example"
PATIENT = 60.0
SHORT = 1.0


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def look(authority: Authority, talk: Talk, seconds: float = PATIENT) -> Seen:
    async with serve(talk) as port:
        probe = StarttlsProbe(dialler=dialler_to(HOST, 25, port), ca_file=authority.file)
        return await probe.look(Exchange(host=HOST, seconds=seconds))


async def look_until(authority: Authority, talk: Talk, stalled: asyncio.Event) -> Seen:
    """The same, and the time for it is over once this has happened."""
    looking = asyncio.create_task(look(authority, talk))
    await stalled.wait()
    pass_time(PATIENT)
    return await looking


async def test_a_good_exchanger_shows_all_it_has_in_one_session(authority: Authority) -> None:
    exchanger = Exchanger(authority.context(HOST))
    seen = await look(authority, exchanger.talk)
    assert (seen.starttls, seen.certificate) == (StarttlsStatus.OFFERED, CertificateState.VALID)
    assert (seen.requiretls, seen.linksec) == (True, "4 max-age=60")
    assert seen.version == "TLSv1.3"
    assert seen.chain
    assert seen.spoke
    assert exchanger.connections == 1


async def test_nothing_but_a_greeting_is_said_in_clear(authority: Authority) -> None:
    exchanger = Exchanger(authority.context(HOST))
    async with serve(exchanger.talk) as port:
        probe = StarttlsProbe(dialler=dialler_to(HOST, 25, port), ca_file=authority.file)
        await probe.look(Exchange(host=HOST, seconds=PATIENT))
        await exchanger.said_goodbye.wait()
    assert exchanger.heard == ["EHLO [127.0.0.1]", "STARTTLS"]
    assert exchanger.heard_over_tls == ["EHLO [127.0.0.1]", "QUIT"]


async def test_what_was_offered_before_the_handshake_does_not_count(authority: Authority) -> None:
    clear = b"250-mx.a.example\r\n250-STARTTLS\r\n250-REQUIRETLS\r\n250 LINKSEC 4\r\n"
    exchanger = Exchanger(authority.context(HOST), ehlo=clear, ehlo_over_tls=b"250 mx.a.example\r\n")
    seen = await look(authority, exchanger.talk)
    assert (seen.requiretls, seen.linksec) == (False, None)


async def test_a_certificate_by_nobody_is_looked_at_all_the_same(authority: Authority) -> None:
    exchanger = Exchanger(stranger_context(HOST))
    seen = await look(authority, exchanger.talk)
    assert (seen.starttls, seen.certificate) == (StarttlsStatus.OFFERED, CertificateState.UNTRUSTED)
    assert seen.chain
    assert seen.requiretls
    assert not seen.old_tls
    assert exchanger.connections == 2


async def test_a_certificate_for_another_name_is_told(authority: Authority) -> None:
    seen = await look(authority, Exchanger(authority.context("mx.b.example")).talk)
    assert (seen.starttls, seen.certificate) == (StarttlsStatus.OFFERED, CertificateState.WRONG_NAME)


async def test_a_complete_answer_without_starttls_is_its_absence(authority: Authority) -> None:
    seen = await look(authority, Exchanger(ehlo=b"250-mx.a.example\r\n250 SIZE 1000\r\n").talk)
    assert (seen.starttls, seen.spoke) == (StarttlsStatus.NOT_OFFERED, True)


@pytest.mark.parametrize("refusal", [b"454 TLS not available\r\n", b"502 5.5.1 Not implemented\r\n", b"501 Syntax\r\n"])
async def test_starttls_refused_is_its_absence(authority: Authority, refusal: bytes) -> None:
    seen = await look(authority, Exchanger(starttls=refusal).talk)
    assert seen.starttls is StarttlsStatus.NOT_OFFERED
    assert refusal[:3].decode() in seen.detail


@pytest.mark.parametrize(
    "exchanger",
    [
        Exchanger(greeting=b"421 4.7.0 Too many connections\r\n"),
        Exchanger(greeting=b"554 No\r\n"),
        Exchanger(greeting=b"* OK IMAP4rev1\r\n"),
        Exchanger(ehlo=b"502 What?\r\n"),
        Exchanger(ehlo=b"421 Closing\r\n"),
        Exchanger(starttls=b"421 Closing\r\n"),
        Exchanger(ehlo=b"250-" + b"x" * 10_000),
        Exchanger(ehlo=b"250-again\r\n" * 1000),
        Exchanger(starttls=b"220 Go ahead\r\n250 injected\r\n"),
    ],
    ids=["421", "554", "another protocol", "no EHLO", "closing", "closing at STARTTLS", "endless line", "endless reply",
         "more than asked"],
)  # fmt: skip
async def test_what_may_have_other_causes_is_never_an_absence(authority: Authority, exchanger: Exchanger) -> None:
    seen = await look(authority, exchanger.talk)
    assert seen.starttls is StarttlsStatus.UNREACHABLE
    assert seen.detail


async def cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mx.a.example ESMTP\r\n250-mx")
    await writer.drain()


async def tarpit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220-mx.a.example\r\n")
    await asyncio.Event().wait()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("talk", [cut_off, tarpit, silent])
async def test_cut_off_or_tarpitted_is_unreachable(authority: Authority, talk: Talk) -> None:
    assert (await look(authority, talk, SHORT)).starttls is StarttlsStatus.UNREACHABLE


async def test_nobody_there_did_not_spend_the_days_look() -> None:
    seen = await StarttlsProbe(dialler=dialler_to(HOST, 25, 1)).look(Exchange(host=HOST, seconds=PATIENT))
    assert (seen.starttls, seen.spoke) == (StarttlsStatus.UNREACHABLE, False)
    assert seen.detail == "Connection refused"


async def test_a_name_that_dns_allows_and_tls_does_not_is_no_exchangers(authority: Authority) -> None:
    """Sixty octets, each of them written as four characters: a label for DNS, and too long for anybody else."""
    name = "\\001" * 60 + ".example"
    async with serve(Exchanger(authority.context(HOST)).talk) as port:
        seen = await StarttlsProbe(dialler=dialler_to(name, 25, port)).look(Exchange(host=name, seconds=PATIENT))
    assert seen.starttls is StarttlsStatus.UNREACHABLE
    assert "none that a certificate can have" in seen.detail


async def test_an_exchanger_in_our_own_network_is_not_looked_at() -> None:
    async def nobody(name: str) -> tuple[str, ...]:
        raise AssertionError(name)

    probe = StarttlsProbe(dialler=Dialler(addresses_of=nobody))
    seen = await probe.look(Exchange(host=HOST, addresses=("127.0.0.1", "192.168.1.1"), seconds=PATIENT))
    assert (seen.starttls, seen.spoke) == (StarttlsStatus.UNREACHABLE, False)
    assert "private" in seen.detail


def old_tls(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")


async def test_old_tls_is_tls_with_a_warning(authority: Authority) -> None:
    context = authority.context(HOST)
    old_tls(context)
    seen = await look(authority, Exchanger(context).talk)
    assert (seen.starttls, seen.old_tls, seen.version) == (StarttlsStatus.OFFERED, True, "TLSv1")


async def no_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Offers and accepts STARTTLS, and then speaks no TLS."""
    writer.write(b"220 mx.a.example ESMTP\r\n")
    while line := (await reader.readline()).strip():
        if line == b"STARTTLS":
            writer.write(b"220 Go ahead\r\n")
            await reader.read(1)
            writer.write(b"500 Not really\r\n" * 10)
            await writer.drain()
            return
        writer.write(b"250-mx.a.example\r\n250 STARTTLS\r\n")


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts STARTTLS and closes."""
    writer.write(b"220 mx.a.example ESMTP\r\n")
    while line := (await reader.readline()).strip():
        if line == b"STARTTLS":
            writer.write(b"220 Go ahead\r\n")
            await reader.read(1)
            return
        writer.write(b"250-mx.a.example\r\n250 STARTTLS\r\n")


@pytest.mark.parametrize("talk", [no_handshake, hangs_up])
async def test_no_handshake_that_succeeds_is_a_failure(authority: Authority, talk: Talk) -> None:
    seen = await look(authority, talk)
    assert (seen.starttls, seen.spoke) == (StarttlsStatus.FAILED, True)
    assert seen.detail


async def test_a_handshake_that_stalls_may_have_other_causes(authority: Authority) -> None:
    stalled = asyncio.Event()

    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx.a.example ESMTP\r\n")
        while line := (await reader.readline()).strip():
            writer.write(b"220 Go ahead\r\n" if line == b"STARTTLS" else b"250-mx.a.example\r\n250 STARTTLS\r\n")
            if line == b"STARTTLS":
                await reader.read(1)
                stalled.set()
                await asyncio.Event().wait()

    seen = await look_until(authority, stalls, stalled)
    assert (seen.starttls, seen.spoke) == (StarttlsStatus.UNREACHABLE, True)


async def test_a_second_greeting_that_is_cut_off_takes_nothing_away(authority: Authority) -> None:
    seen = await look(authority, Exchanger(authority.context(HOST), ehlo_over_tls=b"421 Too busy\r\n").talk)
    assert (seen.starttls, seen.certificate) == (StarttlsStatus.OFFERED, CertificateState.VALID)
    assert not seen.requiretls


async def test_a_tarpit_behind_tls_has_shown_its_tls(authority: Authority) -> None:
    context, stalled = authority.context(HOST), asyncio.Event()

    async def tarpit_behind_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx.a.example ESMTP\r\n")
        while line := (await reader.readline()).strip():
            if line == b"STARTTLS":
                writer.write(b"220 Go ahead\r\n")
                await writer.start_tls(context)
                await reader.readline()
                stalled.set()
                await asyncio.Event().wait()
            writer.write(b"250-mx.a.example\r\n250 STARTTLS\r\n")

    seen = await look_until(authority, tarpit_behind_tls, stalled)
    assert (seen.starttls, seen.certificate) == (StarttlsStatus.OFFERED, CertificateState.VALID)
    assert not seen.requiretls


@pytest.mark.parametrize(
    "answer",
    [
        b"250-mx\r\n250-LINKSEC 4\r\n250 LINKSEC 1\r\n",
        b"250-mx\r\n250-LINKSEC 4\r\n250 linksec 4\r\n",
    ],
)
async def test_a_level_that_is_declared_twice_is_none(authority: Authority, answer: bytes) -> None:
    seen = await look(authority, Exchanger(authority.context(HOST), ehlo_over_tls=answer).talk)
    assert seen.linksec == ""


@dataclass(slots=True)
class Turn:
    """Another server at each connection; the last one stays."""

    talks: list[Talk]
    connections: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = self.talks[min(self.connections, len(self.talks) - 1)]
        self.connections += 1
        await talk(reader, writer)


async def test_a_second_try_that_is_turned_away_leaves_the_first_one_open(authority: Authority) -> None:
    """A failed handshake is Exposed only when no other succeeded either; 421 says nothing of that."""
    turn = Turn([hangs_up, Exchanger(greeting=b"421 4.7.0 Too many connections\r\n").talk])
    seen = await look(authority, turn.talk)
    assert (seen.starttls, seen.spoke, turn.connections) == (StarttlsStatus.UNREACHABLE, True, 2)


async def test_a_handshake_that_succeeds_at_the_second_try_is_tls(authority: Authority) -> None:
    turn = Turn([hangs_up, Exchanger(authority.context(HOST)).talk])
    seen = await look(authority, turn.talk)
    assert (seen.starttls, seen.old_tls) == (StarttlsStatus.OFFERED, True)


async def test_there_are_two_handshakes_at_most_without_a_certificate(authority: Authority) -> None:
    turn = Turn([hangs_up])
    assert (await look(authority, turn.talk)).starttls is StarttlsStatus.FAILED
    assert turn.connections == 2


async def test_old_tls_with_a_certificate_by_nobody(authority: Authority) -> None:
    context = stranger_context(HOST)
    old_tls(context)
    seen = await look(authority, Exchanger(context).talk)
    assert (seen.starttls, seen.old_tls) == (StarttlsStatus.OFFERED, True)


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A greeting of which every line promises another one."""
    while True:
        writer.write(b"220-patience\r\n")
        await writer.drain()


async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A line without end, as fast as it is read."""
    writer.write(b"220 ")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def nulls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\0" * 2000 + b"\r\n")
    await writer.drain()


async def cut_in_the_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All lines of the EHLO answer but the last: STARTTLS might have stood there."""
    writer.write(b"220 mx.a.example ESMTP\r\n")
    await reader.readline()
    writer.write(b"250-mx.a.example\r\n250-SIZE 1000\r\n")
    await writer.drain()


@pytest.mark.parametrize("talk", [drips, floods, nulls, cut_in_the_answer])
async def test_whatever_a_server_sends_is_bounded_and_no_absence(authority: Authority, talk: Talk) -> None:
    seen = await look(authority, talk)
    assert (seen.starttls, seen.spoke) == (StarttlsStatus.UNREACHABLE, True)
    assert seen.detail.isprintable()
    assert len(seen.detail) <= 120


@pytest.mark.parametrize("talk", [cut_off, silent])
async def test_whoever_took_the_connection_spent_the_days_look(authority: Authority, talk: Talk) -> None:
    assert (await look(authority, talk, SHORT)).spoke


async def test_a_servers_words_are_made_visible(authority: Authority) -> None:
    seen = await look(authority, Exchanger(greeting=b"421 \x1b]0;owned\x07\r\n").talk)
    assert "\x1b" not in seen.detail
    assert "421" in seen.detail
