"""`account discover`: in the embedded world, for listed providers, and against those who mean harm."""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from linksec_tui.cli.account import ACTIONS
from linksec_tui.cli.arguments import parse
from tests.accounts.internet import AUTOCONFIG, configuration, server
from tests.accounts.listed_files import FILES, domains, expected
from tests.cli.shell import Shell
from tests.link.dns_table import DnsTable
from tests.wire.dns_servers import NameServer, name_server
from tests.wire.strangers import Authority, Talk, serve

HOSTILE = "autoconfig.home.example"


@asynccontextmanager
async def shell_over(table: DnsTable, directory: Path, *, more: str = "") -> AsyncGenerator[Shell]:
    """A shell without any account, whose resolver answers from the table."""
    async with name_server(NameServer(table)) as resolver:
        path = directory / "config.toml"
        network = f'[network]\nresolver = "127.0.0.1:{resolver.port}"\ntimeout = 60\n{more}'
        path.write_text(f'{network}[paths]\nstate = "{directory}/state"\n')
        yield Shell(path)


async def discover(shell: Shell, address: str, *options: str) -> tuple[int, str, str]:
    """The command as a shell would run it, beside the servers of this test."""
    ended = await asyncio.to_thread(shell, "account", "discover", address, *options)
    return ended.status, ended.out, ended.err


def test_the_worlds_provider_is_found_by_its_address_alone(shell: Shell) -> None:
    ended = shell("account", "discover", "alice@home.example", "--json")
    found: dict[str, Any] = json.loads(ended.out)
    assert ended.status == 0
    assert found["complete"]
    for service, host, port in (("imap", "imap.home.example", 993), ("submission", "smtp.home.example", 465)):
        best = found[service]
        assert (best["host"], best["port"], best["tls"], best["source"]) == (host, port, "implicit", "srv")
        assert best["user"] == "alice@home.example"
        assert not best["needs_confirmation"]


def test_it_tells_what_the_question_reveals_before_it_asks(shell: Shell) -> None:
    ended = shell("account", "discover", "alice@home.example")
    assert "Nobody is told your address" in ended.err
    assert "alice" not in ended.err


def test_a_newcomer_reads_what_to_use_and_where_it_came_from(shell: Shell) -> None:
    text = shell("account", "discover", "alice@home.example").out
    assert "To read mail\n  imap.home.example, port 993, encrypted from the first byte\n" in text
    assert "To send mail\n  smtp.home.example, port 465, encrypted from the first byte\n" in text
    assert "found in     DNS (SRV records)" in text
    assert "Where it was looked for" in text


async def test_it_needs_no_account_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with shell_over(DnsTable(), tmp_path) as shell:
        status, _, _ = await discover(shell, "alice@posteo.de")
    assert status == 0
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("file", random.Random(6186).sample(FILES, 12), ids=lambda file: file.stem)
async def test_a_listed_domain_gets_what_its_file_says(tmp_path: Path, file: Path) -> None:
    domain = domains(file)[-1]
    async with shell_over(DnsTable(), tmp_path) as shell:
        status, out, _ = await discover(shell, f"fred@{domain}", "--json")
    found: dict[str, Any] = json.loads(out)
    use, never = expected(file, "fred", domain)
    assert {
        (each["service"], each["host"], each["port"], each["tls"], each["user"]) for each in found["candidates"]
    } == {(each.service, each.host, each.port, each.tls, each.user) for each in use}
    assert {(each["service"], each["host"], each["port"]) for each in found["unusable"]} == never
    assert (status == 0) is found["complete"]


async def test_the_login_page_of_a_listed_provider_is_carried_over(tmp_path: Path) -> None:
    async with shell_over(DnsTable(), tmp_path) as shell:
        _, out, _ = await discover(shell, "fred@gmail.com", "--json")
    imap = json.loads(out)["imap"]
    assert imap["auth"] == ["oauth2", "password"]
    assert imap["oauth"]["authorization_url"] == "https://accounts.google.com/o/oauth2/auth"
    assert "https://mail.google.com/" in imap["oauth"]["scopes"]


async def test_nothing_found_is_exit_status_1_and_asks_for_the_spelling(tmp_path: Path) -> None:
    async with shell_over(DnsTable(), tmp_path) as shell:
        status, out, _ = await discover(shell, "fred@nobody.example")
    assert status == 1
    assert "No server for reading mail was found" in out
    assert "DNS knows no domain nobody.example. Is it spelt right?" in out


async def test_a_domain_without_settings_is_told_whom_to_ask(tmp_path: Path) -> None:
    table = DnsTable()
    table.add("own.example", "MX", "10 mx.own.example.")
    async with shell_over(table, tmp_path) as shell:
        status, out, _ = await discover(shell, "me@own.example")
    assert status == 1
    assert "Ask your provider" in out


async def test_a_provider_that_encrypts_only_when_asked_is_shown_with_the_reason(tmp_path: Path) -> None:
    async with shell_over(DnsTable(), tmp_path) as shell:
        status, out, _ = await discover(shell, "fred@tim.it")
    assert status == 1
    assert re.search(r"Never used\n  \S+, port 143: It begins in the clear", out)


async def test_what_must_be_confirmed_says_why(tmp_path: Path) -> None:
    table = DnsTable()
    table.add("_imaps._tcp.own.example", "SRV", "0 1 993 imap.hoster.example.")
    async with shell_over(table, tmp_path) as shell:
        _, out, _ = await discover(shell, "me@own.example")
        _, document, _ = await discover(shell, "me@own.example", "--json")
    assert "only if you confirm it. DNS names imap.hoster.example" in out
    assert json.loads(document)["imap"]["needs_confirmation"] is True


async def test_an_internationalised_domain_is_told_in_both_forms(tmp_path: Path) -> None:
    async with shell_over(DnsTable(), tmp_path) as shell:
        _, out, err = await discover(shell, "alice@bücher.example", "--json")
    found: dict[str, Any] = json.loads(out)
    assert (found["domain"], found["domain_unicode"]) == ("xn--bcher-kva.example", "bücher.example")
    assert "bücher.example" in err


async def test_every_source_silent_ends_by_itself_and_says_that_it_cannot_tell(tmp_path: Path) -> None:
    async with silent_name_server() as port:
        path = tmp_path / "config.toml"
        path.write_text(f'[network]\nresolver = "127.0.0.1:{port}"\n[paths]\nstate = "{tmp_path}/state"\n')
        status, out, _ = await discover(Shell(path), "me@own.example", "--json")
    found: dict[str, Any] = json.loads(out)
    assert status == 1
    assert {each["found"] for each in found["sources"] if each["source"] != "provider-list"} == {"cannot-tell"}


@asynccontextmanager
async def silent_name_server() -> AsyncGenerator[int]:
    """Takes every question and answers none."""

    class Silent(asyncio.DatagramProtocol):
        pass

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Silent, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


@pytest.mark.parametrize(
    "body",
    [
        configuration(server("imap", "imap&#x9b;31m.home.example", 993, "SSL"), name="\N{RIGHT-TO-LEFT OVERRIDE}●"),
        configuration(server("imap", "imap.home.example", 993, "SSL", user="&#x202e;x", auth="&#x9b;1m")),
        b'<!DOCTYPE a [<!ENTITY b "c">]><clientConfig>&b;</clientConfig>',
        b"\x1b]0;owned\x07",
    ],
    ids=range(4),
)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
async def test_nothing_that_a_terminal_obeys_gets_out(tmp_path: Path, body: bytes, options: tuple[str, ...]) -> None:
    authority = Authority(tmp_path)
    async with serve(page(body), authority.context(HOSTILE)) as port:
        more = f'ca_file = "{authority.file}"\nconnect_to = ["{HOSTILE}:443:127.0.0.1:{port}"]\n'
        async with shell_over(DnsTable(), tmp_path, more=more) as shell:
            _, out, err = await discover(shell, "alice@home.example", *options)
    assert "home.example" in out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", out + err)
    assert "●" not in out


def page(body: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        assert AUTOCONFIG.encode() in request
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        await reader.read()

    return talk


@pytest.mark.parametrize("address", ["alice", "alice@", "@home.example", "a@b@c d", "a@[192.0.2.1]", "a\x1b@b.example"])
def test_what_is_no_address_is_one_sentence(shell: Shell, address: str) -> None:
    ended = shell("account", "discover", address)
    assert ended.status == 65
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert "\x1b" not in ended.err


async def test_a_certificate_file_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    async with shell_over(DnsTable(), tmp_path, more=f'ca_file = "{tmp_path}/config.toml"\n') as shell:
        status, out, err = await discover(shell, "alice@home.example")
    assert (status, out) == (78, "")
    assert "Check network.ca_file" in err


@pytest.mark.parametrize("action", [action.name for action in ACTIONS])
def test_every_action_of_the_group_helps(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["account", action, "--help"])
    assert ended.value.code == 0
    assert "usage" in capsys.readouterr().out


def test_an_unknown_action_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["account", "discovr"])
    assert ended.value.code == 2
    assert "did you mean discover?" in capsys.readouterr().err


def test_nothing_is_loaded_that_a_look_into_dns_does_not_need() -> None:
    unneeded = ("apsw", "aioimaplib", "aiosmtplib", "keyring", "textual")
    question = f"import sys, linksec_tui.desk.discovering; print([m for m in {unneeded} if m in sys.modules])"
    answer = subprocess.run((sys.executable, "-c", question), capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
