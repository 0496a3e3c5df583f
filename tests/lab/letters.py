"""Letters by the standard library: what the servers do, seen without a line of the program under test."""

from __future__ import annotations

import imaplib
import secrets
import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from email.message import EmailMessage

from tests.lab import lab, topology

ARRIVES_WITHIN = 240.0


def unheard_of(words: str) -> str:
    """A subject that no earlier letter had: the lab may have been up for a while."""
    return f"{words} {secrets.token_hex(4)}"


def submit(recipient: str, subject: str) -> None:
    """A letter from alice through her provider's port 587."""
    letter = EmailMessage()
    letter["From"] = topology.SENDER
    letter["To"] = recipient
    letter["Subject"] = subject
    letter.set_content("Nothing but a test.")
    with submission_session() as session:
        session.login(topology.SENDER, topology.PASSWORDS[topology.SENDER])
        session.send_message(letter)


@contextmanager
def submission_session(host: str = "smtp") -> Generator[smtplib.SMTP]:
    """Port 587 after a verified STARTTLS."""
    with smtplib.SMTP(topology.HOME_HOSTS[host], 587, timeout=ARRIVES_WITHIN) as session:
        session.ehlo()
        session._host = f"{host}.{topology.HOME}"  # pyright: ignore[reportAttributeAccessIssue]  # dialled by address, verified by name
        session.starttls(context=trusting())
        session.ehlo()
        yield session


def arrived(address: str, *criteria: str) -> bytes:
    """The newest letter in someone's INBOX for which an IMAP search holds, waited for."""
    password = topology.PASSWORDS.get(address, topology.RECEIVER_PASSWORD)
    inbox = _Inbox(
        topology.ELSEWHERE.get(address, topology.IMAP), 993, ssl_context=_lab_roots(), timeout=ARRIVES_WITHIN
    )
    try:
        inbox.login(address, password)
        inbox.select("INBOX")
        while not (found := inbox.search(None, *criteria)[1][0]):
            inbox.wait_for_change()
        part = inbox.fetch(found.split()[-1].decode(), "(BODY.PEEK[])")[1][0]
    finally:
        inbox.shutdown()
    assert isinstance(part, tuple)
    return part[1]


def lying(address: str, *criteria: str) -> list[bytes]:
    """All letters that lie in someone's INBOX now and for which an IMAP search holds."""
    password = topology.PASSWORDS.get(address, topology.RECEIVER_PASSWORD)
    inbox = _Inbox(
        topology.ELSEWHERE.get(address, topology.IMAP), 993, ssl_context=_lab_roots(), timeout=ARRIVES_WITHIN
    )
    try:
        inbox.login(address, password)
        inbox.select("INBOX", readonly=True)
        found = inbox.search(None, *criteria)[1][0].split()
        parts = [inbox.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in found]
    finally:
        inbox.shutdown()
    return [part[1] for part in parts if isinstance(part, tuple)]


def trusting() -> ssl.SSLContext:
    """A context whose only roots are the lab's."""
    return ssl.create_default_context(cafile=str(lab.CA_FILE))


def _lab_roots() -> ssl.SSLContext:
    context = trusting()
    context.check_hostname = False  # dialled by address
    return context


class _Inbox(imaplib.IMAP4_SSL):
    """IDLE (RFC 2177), which the standard library lacks before 3.14."""

    def wait_for_change(self) -> None:
        if self.response("EXISTS")[1] != [None]:
            return  # something came while the last command was answered; IDLE would not tell it again
        tag = b"wait1"
        self.send(tag + b" IDLE\r\n")
        while b"EXISTS" not in self.readline():
            pass
        self.send(b"DONE\r\n")
        while not self.readline().startswith(tag):
            pass
