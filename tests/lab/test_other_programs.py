"""git send-email and mutt send through `linksec-tui send`, to real servers; what arrives is what they made."""

from __future__ import annotations

import email
import email.policy
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab import domains, letters, topology

pytestmark = pytest.mark.lab

_CHANGE = "first line\n\tindented, with a blank behind it \nUmlaute: äöü\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """Somebody at home in a directory of this test; `sendmail` is what their programs call."""

    home: Path
    sendmail: str

    def __call__(self, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        ended = subprocess.run(
            command,
            input=stdin,
            env=environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended


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


def test_mutt_sends_a_letter_with_a_file(person: _Person) -> None:
    subject = letters.unheard_of("from mutt, with ä")
    content = bytes(range(256)) * 40
    (person.home / "all-octets.bin").write_bytes(content)
    (person.home / "muttrc").write_text(
        f'set sendmail="{person.sendmail}"\nset from="{topology.SENDER}"\nset use_envelope_from=yes\nset copy=no\n'
    )
    to, blind = domains.domain("dane.test").recipient, domains.domain("sts.test").recipient
    person(
        *("mutt", "-F", "muttrc", "-s", subject, "-b", blind, "-a", "all-octets.bin", "--", to),
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
