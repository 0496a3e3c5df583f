"""A notice inside a letter (docs/protocol.md §5.2): whatever it is read with shows the letter, not the notice."""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import shutil
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import pytest

from linksec_tui import config_file
from linksec_tui.desk import open_desk
from linksec_tui.model.letter import Attachment, Draft, Requirement
from tests.lab import domains, lab, letter_round, letters, topology
from tests.pseudo_terminal import Terminal

pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]

READER = domains.domain("sts-wild.test").recipient
NOTICE = "I have a letter for you"
TEXT = "These are the words of the letter itself."
_NEOMUTT = """\
set imap_user="{user}"
set imap_pass="{password}"
set folder="imaps://{host}/"
set spoolfile="imaps://{host}/INBOX"
set ssl_ca_certificates_file="{ca_file}"
set ssl_force_tls=yes
set mailcap_path=""
set sort=reverse-date-received
set pager_index_lines=0
set wait_key=no
set quit=yes
"""
_AERC = """\
[lab]
source = imaps://{quoted}:{password}@{host}
outgoing = /bin/true
default = INBOX
from = Reader <{user}>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that reads mail: its files in a home, and the command that starts it there; what it shows once it can
    be used.
    """

    name: str
    command: Callable[[Path], list[str]]
    ready: str


def _neomutt(home: Path) -> list[str]:
    (home / "neomuttrc").write_text(_filled(_NEOMUTT))
    return ["neomutt", "-n", "-F", str(home / "neomuttrc")]


def _aerc(home: Path) -> list[str]:
    settings = home / ".config" / "aerc"
    settings.mkdir(parents=True)
    for name in ("aerc.conf", "binds.conf"):
        shutil.copy(f"/usr/share/aerc/{name}", settings / name)
    accounts = settings / "accounts.conf"
    accounts.write_text(_filled(_AERC))
    accounts.chmod(0o600)  # else it refuses them
    return ["aerc"]


def _ours(home: Path) -> list[str]:
    text = lab.configuration(home / "state").replace(topology.SENDER, READER)
    (home / "linksec-tui.toml").write_text(
        text.replace(topology.PASSWORDS[topology.SENDER], topology.RECEIVER_PASSWORD)
    )
    return [sys.executable, "-m", "linksec_tui", "--config", str(home / "linksec-tui.toml")]


def _filled(text: str) -> str:
    password = topology.RECEIVER_PASSWORD
    return text.format(user=READER, quoted=quote(READER), password=password, host=topology.IMAP, ca_file=lab.CA_FILE)


PROGRAMS = (
    Program(name="neomutt", command=_neomutt, ready="q:Quit"),
    Program(name="aerc", command=_aerc, ready="INBOX"),
    Program(name="linksec-tui", command=_ours, ready="c Compose"),
)


def _plain(draft: Draft, _: Path) -> Draft:
    return draft


def _as_a_page(draft: Draft, _: Path) -> Draft:
    return replace(draft, markdown=True)


def _with_a_file(draft: Draft, directory: Path) -> Draft:
    file = directory / "minutes.txt"
    file.write_text("Who came, and what was said.\n")
    return replace(draft, attachments=(Attachment(name=file.name, path=file, media_type="text/plain"),))


SHAPES: Mapping[str, Callable[[Draft, Path], Draft]] = {
    "text": _plain,
    "page": _as_a_page,
    "file": _with_a_file,
}


@pytest.fixture(scope="module", params=SHAPES)
def subject(request: pytest.FixtureRequest, running_lab: None, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A letter that lies in the reader's mailbox, by its subject; sent by this program, and a notice in it."""
    directory = tmp_path_factory.mktemp("notice")
    subject = letters.unheard_of("with a notice")
    asyncio.run(_send(subject, directory, SHAPES[str(request.param)]))
    arrived = letters.arrived(READER, "SUBJECT", f'"{subject}"')
    assert b"fallback=notice" in arrived
    notice, letter = email.message_from_bytes(arrived, policy=email.policy.default).iter_parts()
    assert notice.get_content_type() == "text/x-link-security-notice"
    assert NOTICE in notice.get_content()
    assert TEXT in letter.as_string()
    return subject


async def _send(subject: str, directory: Path, shaped: Callable[[Draft, Path], Draft]) -> None:
    file = directory / "linksec-tui.toml"
    file.write_text(lab.configuration(directory / "state", host="declaring"))
    async with open_desk(config_file.load(file), mailboxes=False) as desk:
        draft = replace(
            desk.new_draft(),
            recipients=(desk.parse_recipient(READER),),
            subject=subject,
            body=f"{TEXT}\n",
            requirement=Requirement.ENFORCED,
            requirement_chosen=True,
            notice_inside=True,
        )
        draft = shaped(draft, directory)
        await desk.send(draft, await desk.decide(draft, {}, await desk.gate(draft)), undoable=False)
        await letter_round.until_gone(desk)


@contextmanager
def running(program: Program, home: Path) -> Generator[Terminal]:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
        "SSL_CERT_FILE": str(lab.CA_FILE), "XDG_RUNTIME_DIR": str(home), "TEXTUAL_ANIMATIONS": "none",
    }  # fmt: skip
    terminal = Terminal(program.command(home), environment, 120, 40)
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_letter_is_shown_and_not_the_notice(subject: str, program: Program, tmp_path: Path) -> None:
    with running(program, tmp_path) as terminal:
        terminal.until(subject)
        terminal.until(program.ready)
        terminal.press("\r")  # the newest is the one under the cursor
        terminal.until(TEXT)
        assert NOTICE not in terminal.text
        assert NOTICE.encode() not in terminal.raw
