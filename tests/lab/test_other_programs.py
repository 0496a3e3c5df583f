"""git, mutt, neomutt and scripts send through `linksec-tui send`, to real servers; what arrives is what they made."""

from __future__ import annotations

import email
import email.policy
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest

from tests.lab import domains, letters, topology

pytestmark = pytest.mark.lab

_EITHER = pytest.mark.parametrize("program", ["mutt", "neomutt"])
_FOUR = tuple(domains.domain(name).recipient for name in ("dane.test", "sts.test", "both.test", "dane-ta.test"))
_BLIND = _FOUR[-1]
_CHANGE = "first line\n\tindented, with a blank behind it \nUmlaute: äöü\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """Somebody at home in a directory of this test; `sendmail` is what their programs call."""

    home: Path
    sendmail: str

    def __call__(self, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        ended = self.tries(*command, stdin=stdin)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended

    def tries(self, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """However it ends."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            command,
            input=stdin,
            env=environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )


@pytest.fixture
def person(configuration: Path, tmp_path: Path) -> _Person:
    home = tmp_path / "home"
    home.mkdir()
    program = Path(sys.executable).with_name("linksec-tui")  # mutt gives what it calls a name without its directory
    words = (str(program), "--config", str(configuration), "send", "--require", "enforced")
    return _Person(home=home, sendmail=shlex.join(words))


def _committed(person: _Person, subject: str) -> str:
    """A commit of a file; git's own patch of it."""
    person("git", "init", "-q", ".")
    person("git", "config", "user.name", "Alice Ä.")
    person("git", "config", "user.email", topology.SENDER)
    (person.home / "file.txt").write_text(_CHANGE)
    person("git", "add", "file.txt")
    person("git", "commit", "-q", "-m", f"{subject}\n\nWhy: it was missing.")
    return person("git", "format-patch", "--stdout", "-1").stdout


def test_a_patch_sent_by_git_is_applied_by_git(person: _Person) -> None:
    subject = letters.unheard_of("a patch")
    _committed(person, subject)
    to, copied = domains.domain("dane.test").recipient, domains.domain("sts.test").recipient
    person(
        *(
            "git",
            "send-email",
            "-1",
            f"--to={to}",
            f"--cc={copied}",
            "--suppress-cc=self",
            "--confirm=never",
            "--quiet",
        ),
        f"--sendmail-cmd={person.sendmail}",
    )
    for recipient in (to, copied):
        received = letters.arrived(recipient, "SUBJECT", f'"{subject}"')
        message = email.message_from_bytes(received, policy=email.policy.default)
        assert str(message["To"]) == to
        assert str(message["Cc"]) == copied
        assert message["X-Mailer"].startswith("git-send-email")
        assert message["Link-Security"] == "require=enforced"
        person("git", "init", "-q", "elsewhere")
        (person.home / "arrived.eml").write_bytes(received)
        applied = ("git", "-C", "elsewhere", "-c", "user.name=Bob", "-c", f"user.email={recipient}", "am", "-q")
        person(*applied, str(person.home / "arrived.eml"))
        assert (person.home / "elsewhere" / "file.txt").read_text() == _CHANGE
        person("rm", "-r", "elsewhere")


def test_a_series_of_patches_is_a_conversation_to_everybody_named(person: _Person) -> None:
    subject = letters.unheard_of("a series")
    _committed(person, subject)
    (person.home / "second.txt").write_text("another file\n")
    person("git", "add", "second.txt")
    person("git", "commit", "-q", "-m", f"{subject}, continued")
    recipients = [domains.domain(name).recipient for name in ("dane.test", "both.test", "sts.test")]
    person(
        *("git", "send-email", "-2", *(f"--to={each}" for each in recipients), f"--bcc={_BLIND}"),
        *("--envelope-sender=auto", "--confirm=never", "--suppress-cc=all", "--quiet"),
        f"--sendmail-cmd={person.sendmail}",
    )
    for recipient in (*recipients, _BLIND):
        first, second = (_arrived(recipient, f"[PATCH {number}/2] {subject}") for number in (1, 2))
        assert second["In-Reply-To"] == first["Message-ID"]
        assert [address for _, address in getaddresses([str(second["To"])])] == recipients
        assert second["Bcc"] is None


def test_git_is_told_who_falls_short_and_sends_nobody_anything(person: _Person) -> None:
    subject = letters.unheard_of("a patch that stays at home")
    _committed(person, subject)
    to, short = domains.domain("dane.test").recipient, domains.domain("plain.test").recipient
    ended = person.tries(
        *("git", "send-email", "-1", f"--to={to}", f"--to={short}", "--confirm=never", "--suppress-cc=all", "--quiet"),
        f"--sendmail-cmd={person.sendmail}",
    )
    assert ended.returncode != 0
    assert "plain.test is Exposed" in ended.stderr
    assert not letters.lying(to, "SUBJECT", f'"{subject}"')


@_EITHER
def test_it_sends_a_letter_with_a_file(person: _Person, program: str) -> None:
    subject = letters.unheard_of(f"from {program}, with ä")
    content = bytes(range(256)) * 40
    (person.home / "all-octets.bin").write_bytes(content)
    _set_up(person)
    to, blind = domains.domain("dane.test").recipient, domains.domain("sts.test").recipient
    person(
        *(program, "-F", "muttrc", "-s", subject, "-b", blind, "-a", "all-octets.bin", "--", to),
        stdin="Grüße\n-- \nAlice\n",
    )
    for recipient in (to, blind):
        received = letters.arrived(recipient, "SUBJECT", f'"{subject.rpartition(" ")[2]}"')
        message = email.message_from_bytes(received, policy=email.policy.default)
        text, file = message.iter_parts()
        assert text.get_content() == "Grüße\r\n-- \r\nAlice\r\n"
        assert (file.get_filename(), file.get_content()) == ("all-octets.bin", content)
        assert str(message["To"]) == to
        assert message["Bcc"] is None
        assert blind.encode() not in received.partition(b"From: ")[2]


@_EITHER
def test_it_is_told_who_falls_short(person: _Person, program: str) -> None:
    subject = letters.unheard_of(f"stays with {program}")
    _set_up(person)
    to, short = domains.domain("dane.test").recipient, domains.domain("plain.test").recipient
    ended = person.tries(program, "-F", "muttrc", "-s", subject, "--", to, short, stdin="hello\n")
    assert ended.returncode != 0
    assert "exited 77" in ended.stdout + ended.stderr, "what the gate's refusal exits with"
    assert "plain.test is Exposed" in ended.stdout + ended.stderr
    assert not letters.lying(to, "SUBJECT", f'"{subject}"')


_SCRIPT = """\
From: Alice =?utf-8?q?=C3=84=2E?= <{sender}>
To: {to},
 Somebody else <{also}>
Cc: {copied}
Bcc: {blind}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Grüße, in eight bits.
.
.. and two dots
the last line
"""


def test_a_script_sends_as_with_sendmail(person: _Person) -> None:
    """-t: whom the header names; -i: a lone dot is a line like others; -f: the account's address."""
    subject = letters.unheard_of("from a script")
    names = dict(zip(("to", "also", "copied", "blind"), _FOUR, strict=True))
    text = _SCRIPT.format(sender=topology.SENDER, subject=subject, **names)
    ended = person(*shlex.split(person.sendmail), "-t", "-i", "-f", topology.SENDER, stdin=text)
    assert (ended.stdout, ended.stderr) == ("", "")
    for recipient in _FOUR:
        message = _arrived(recipient, subject)
        assert message.get_content().replace("\r\n", "\n") == text.partition("\n\n")[2]
        assert message["Content-Transfer-Encoding"] == "8bit"
        assert [address for _, address in getaddresses([str(message["To"])])] == [names["to"], names["also"]]
        assert str(message["Cc"]) == names["copied"]
        assert message["Bcc"] is None
        assert names["blind"] not in str(message["To"]) + str(message["Cc"])
        assert message["Return-Path"] == f"<{topology.SENDER}>"


@pytest.mark.parametrize(
    ("words", "text", "status", "said"),
    [
        (("-t", "-i"), "To: user@plain.test\n\nhello\n", 77, "plain.test is Exposed"),
        (("-i", "user@nodomain.test"), "Subject: x\n\nhello\n", 77, "There is no domain nodomain.test"),
        (("-t", "-i"), "Subject: to nobody\n\nhello\n", 65, "no recipients"),
        (("-t", "-i", "-f", "eve@home.test"), "To: user@dane.test\n\nhello\n", 65, "eve@home.test"),
        (("-bs",), "", 2, ""),
    ],
)
def test_a_script_learns_by_the_exit_status_what_became_of_it(
    person: _Person, words: tuple[str, ...], text: str, status: int, said: str
) -> None:
    ended = person.tries(*shlex.split(person.sendmail), *words, stdin=text)
    assert ended.returncode == status, ended.stderr
    assert said in ended.stderr


def test_without_a_word_about_it_the_requirement_of_the_account_holds(person: _Person, configuration: Path) -> None:
    configuration.write_text(f'{configuration.read_text()}require = "encrypted"\n')
    words = [word for word in shlex.split(person.sendmail) if word not in ("--require", "enforced")]
    ended = person.tries(*words, "-t", "-i", stdin="To: user@plain.test\n\nhello\n")
    assert ended.returncode == 77
    assert "you ask for Encrypted" in ended.stderr


def test_a_recipient_whom_the_provider_refuses_is_named_and_the_others_get_it(person: _Person) -> None:
    subject = letters.unheard_of("to one who is not there")
    to, nobody = domains.domain("dane.test").recipient, f"nobody@{topology.HOME}"
    words = shlex.split(person.sendmail)
    ended = person.tries(*words, "-i", to, nobody, stdin=f"Subject: {subject}\n\nhello\n")
    assert _arrived(to, subject)["Subject"] == subject
    assert ended.returncode == 69, ended.stderr
    assert nobody in ended.stderr


def _set_up(person: _Person) -> None:
    (person.home / "muttrc").write_text(
        f'set sendmail="{person.sendmail}"\nset from="{topology.SENDER}"\nset use_envelope_from=yes\nset copy=no\n'
    )


def _arrived(recipient: str, subject: str) -> EmailMessage:
    raw = letters.arrived(recipient, "SUBJECT", f'"{subject}"')
    return email.message_from_bytes(raw, policy=email.policy.default)
