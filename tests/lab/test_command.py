"""The command against real servers: it tells the domains apart, refuses, sends, and explains what came back."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab import domains, lab, letters, topology
from tests.lab.command import Command

pytestmark = pytest.mark.lab

_CASES = Path(__file__).resolve().parents[1] / "cases" / "lab" / "check.toml"
_LETTER = "Subject: {subject}\n\nNothing but a test.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """One case: what `check` must say of a domain."""

    assurance: str
    comes_back: bool = False


@pytest.fixture
def command(configuration: Path) -> Command:
    return Command(configuration=configuration)


def _expected() -> dict[str, _Expected]:
    return {name: _Expected(**case) for name, case in tomllib.loads(_CASES.read_text()).items()}


def test_there_is_an_expectation_for_every_domain() -> None:
    assert set(_expected()) == {topology.HOME, *(domain.name for domain in domains.DOMAINS)}


def test_check_tells_the_domains_apart(command: Command) -> None:
    expected = _expected()
    answer = command("check", "--probe", "--json", *(f"user@{name}" for name in expected))
    assert answer.returncode == 1, answer.stderr
    results = json.loads(answer.stdout)["results"]
    assert {r["domain"]: r["assurance"] for r in results} == {name: case.assurance for name, case in expected.items()}
    coming_back = {r["domain"] for r in results if any(w["code"] == "will-come-back" for w in r["warnings"])}
    assert coming_back == {name for name, case in expected.items() if case.comes_back}


@pytest.mark.parametrize(
    ("domain", "status"), [("dane.test", 0), ("sts.test", 0), ("plain.test", 1), ("bogus.test", 1)]
)
def test_check_exits_as_the_requirement_is_met(command: Command, domain: str, status: int) -> None:
    answer = command("check", "--probe", "--require", "enforced", f"user@{domain}")
    assert answer.returncode == status, answer.stderr


def test_send_refuses_whom_the_requirement_does_not_cover(command: Command) -> None:
    recipient = domains.domain("plain.test").recipient
    letter = _LETTER.format(subject="stays at home")
    answer = command("send", "--require", "enforced", recipient, stdin=letter)
    assert answer.returncode == 77, answer.stderr
    assert recipient in answer.stderr


@pytest.mark.parametrize("port", [465, 587])
@pytest.mark.parametrize("name", ["dane.test", "sts.test"])
def test_send_delivers_to_whom_it_covers(command: Command, port: int, name: str) -> None:
    command.configuration.write_text(lab.configuration(command.configuration.parent / "state", port=port))
    recipient = domains.domain(name).recipient
    subject = letters.unheard_of(f"by port {port} to {name}")
    answer = command("send", "--require", "enforced", recipient, stdin=_LETTER.format(subject=subject))
    assert answer.returncode == 0, answer.stderr
    received = letters.arrived(recipient, "SUBJECT", f'"{subject}"')
    assert b"Link-Security: require=enforced" in received


def test_a_letter_that_comes_back_is_explained(command: Command, tmp_path: Path) -> None:
    recipient = domains.domain("dane-bad.test").recipient
    subject = letters.unheard_of("to a server with another key")
    answer = command("send", recipient, stdin=_LETTER.format(subject=subject))
    assert answer.returncode == 0, answer.stderr
    file = tmp_path / "bounce.eml"
    file.write_bytes(letters.arrived(topology.SENDER, "FROM", "MAILER-DAEMON", "TEXT", f'"{subject}"'))
    explained = command("bounce", "--json", str(file))
    assert explained.returncode == 1, explained.stderr
    [bounce] = json.loads(explained.stdout)
    assert bounce["is_bounce"]
    assert bounce["matched"]
    assert bounce["ours"]
    [of_recipient] = bounce["recipients"]
    assert of_recipient["recipient"] == recipient
    assert of_recipient["class"] == "certificate-unverified"
    assert of_recipient["downgrade"]
