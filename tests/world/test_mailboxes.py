"""Everybody's mailboxes over IMAP: the sender's are furnished, the recipients' are filled by the exchangers."""

from __future__ import annotations

import email
import email.policy
import imaplib
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from linksec_tui.config_file import load
from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming.hops import trust_in
from linksec_tui.incoming.sender import Grounds, inspect_message
from linksec_tui.model.sender_state import SenderState
from linksec_tui.world import World
from tests.world.talk import Mailbox, Sending, submit


@contextmanager
def logged_in(world: World, address: str) -> Generator[Mailbox]:
    client = Mailbox(world)
    try:
        client.login(address, world.password)
        yield client
    finally:
        client.logout()


def test_the_sender_has_every_mailbox_that_a_client_expects(world: World) -> None:
    with logged_in(world, world.address) as client:
        names = {line.decode().split('"')[-1].split()[-1] for line in client.list()[1] if isinstance(line, bytes)}
    assert names >= {"INBOX", "Sent", "Drafts", "Archive", "Trash", "Junk"}


def test_the_capabilities_are_those_of_a_server_behind_tls(world: World) -> None:
    with logged_in(world, world.address) as client:
        capabilities = set(client.capability()[1][0].decode().split())
    assert {"IMAP4rev1", "IDLE", "MOVE", "UIDPLUS", "LITERAL+"} <= capabilities
    assert not {"STARTTLS", "LOGINDISABLED"} & capabilities


def test_a_wrong_password_opens_nothing(world: World) -> None:
    client = Mailbox(world)
    with pytest.raises(imaplib.IMAP4.error):
        client.login(world.address, "wrong")
    with pytest.raises(imaplib.IMAP4.error):
        client.login("stranger@home.example", world.password)
    client.shutdown()


def test_the_letters_can_be_read_and_are_in_order(world: World) -> None:
    messages = [email.message_from_bytes(raw, policy=email.policy.default) for raw in world.inbox(world.address)][:12]
    dates = [message["Date"].datetime for message in messages]
    assert dates == sorted(dates)
    assert all(message["From"].addresses and message["Subject"] for message in messages)


def test_what_the_provider_says_of_a_sender_counts_in_this_world(world: World) -> None:
    trust = trust_in(load(world.config_path).accounts)
    found = [inspect_message(parse_message(raw), Grounds(trust=trust)) for raw in world.inbox(world.address)]
    assert SenderState.VERIFIED in {each.sender.state for each in found}


async def test_the_recipient_finds_the_letter_in_the_mailbox(world: World) -> None:
    await submit(world, Sending(to=("frank+work@Office.example",)))
    with logged_in(world, "frank@office.example") as client:
        client.select()
        (numbers,) = client.search(None, 'SUBJECT "a plain subject"')[1]
    assert numbers.split()


async def test_who_waits_with_idle_hears_of_new_mail_at_once(world: World) -> None:
    with logged_in(world, "peggy@home.example") as client:
        client.select()
        client.send(b"i1 IDLE\r\n")
        assert client.readline().startswith(b"+")
        heard = threading.Event()

        def wait() -> None:
            while b"EXISTS" not in client.readline():
                pass
            heard.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        await submit(world, Sending(to=("peggy@home.example",)))
        waiting.join(240)
        client.send(b"DONE\r\n")
        while not client.readline().startswith(b"i1 OK"):
            pass
    assert heard.is_set()


def test_a_message_of_the_clients_own_can_be_stored_and_marked(world: World) -> None:
    with logged_in(world, world.address) as client:
        client.append("Drafts", r"(\Draft)", "", b"From: alice@home.example\r\nSubject: not yet\r\n\r\nbegun\r\n")
        client.select("Drafts")
        (numbers,) = client.search(None, 'SUBJECT "not yet"')[1]
        (line,) = (line for line in client.fetch(numbers.decode(), "(FLAGS)")[1] if isinstance(line, bytes))
    assert b"\\Draft" in line


def test_the_certificate_bears_the_name_of_the_server(world: World) -> None:
    with logged_in(world, world.address) as client:
        layer = client.socket()
        assert isinstance(layer, ssl.SSLSocket)
        assert layer.version() == "TLSv1.3"
        certificate = layer.getpeercert()
    assert certificate
    assert certificate["subjectAltName"] == (("DNS", "imap.home.example"),)
