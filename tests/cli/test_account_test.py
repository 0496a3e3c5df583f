"""`account test`, `account list` and `doctor`: what our own hop proves, in lines for people and in a document."""

from __future__ import annotations

import json
import socket
import ssl
from datetime import datetime
from typing import Any

from linksec_tui import config_file
from linksec_tui.world import World
from tests.cli.shell import Shell

IMAP_STEPS = ["resolve", "connect", "tls", "dane", "greeting", "login", "mailboxes"]
SUBMISSION_STEPS = ["resolve", "connect", "tls", "dane", "offers", "login", "provider"]


def outcome(shell: Shell, status: int = 0) -> dict[str, Any]:
    ended = shell("account", "test", "--json")
    assert ended.status == status, ended.err
    (account,) = json.loads(ended.out)["accounts"]
    assert account["well"] is (status == 0)
    return account


def test_every_step_at_both_servers_is_told(shell: Shell) -> None:
    imap, submission = outcome(shell)["servers"]
    for server, steps in ((imap, IMAP_STEPS), (submission, SUBMISSION_STEPS)):
        told = [step for step in server["steps"] if step["step"] != "senders"]  # only where the newest letters show it
        assert [step["step"] for step in told] == steps
        assert {step["state"] for step in told} == {"ok"}


def test_the_proof_is_that_of_the_certificate_which_the_server_shows(shell: Shell, world: World) -> None:
    config = config_file.load(shell.config_file)
    host = "imap.home.example"
    context = ssl.create_default_context(cafile=config.network.ca_file)
    with (
        socket.create_connection(("127.0.0.1", world.port(host, 993))) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        seen: dict[str, Any] = dict(secure.getpeercert() or {})
        version, cipher = secure.version(), (secure.cipher() or ("",))[0]
    proof = outcome(shell)["servers"][0]["connection"]
    assert (proof["host"], proof["port"], proof["matched_name"]) == (host, 993, host)
    assert (proof["version"], proof["cipher"], proof["trust"]) == (version, cipher, "verified")
    assert proof["names"] == [name for _, name in seen["subjectAltName"]]
    assert ssl.cert_time_to_seconds(seen["notAfter"]) == _seconds(proof["not_after"])
    assert proof["key"].startswith("EC ")


def test_what_the_provider_offers_and_insists_on_is_said(shell: Shell) -> None:
    account = outcome(shell)
    assert account["servers"][1]["offers"]["requiretls"] is True
    assert account["servers"][1]["offers"]["dsn"] is True
    assert account["provider"]["insists"]["dane"] == "yes"
    said = shell("account", "test").out
    assert "insists on DANE" in said
    assert "they are Enforced" in said


def test_special_use_mailboxes_are_named(shell: Shell) -> None:
    assert outcome(shell)["servers"][0]["mailboxes"]["sent"] == "Sent"


def test_a_wrong_password_is_not_well_and_the_proof_is_there_all_the_same(shell: Shell) -> None:
    wrong = shell.changed("password_command = ", 'password_command = "echo wrong" # ')
    imap, submission = outcome(wrong, status=1)["servers"]
    for server in (imap, submission):
        *_, last = server["steps"]
        assert (last["step"], last["state"]) == ("login", "failed") or last["step"] == "provider"
        assert server["connection"]["trust"] == "verified"
    assert "refused the user name or the password" in wrong("account", "test").out


def test_a_certificate_of_another_authority_is_told_with_what_was_found(shell: Shell) -> None:
    stranger = shell.changed("ca_file = ", "# ca_file = ")
    imap = outcome(stranger, status=1)["servers"][0]
    *_, last = imap["steps"]
    assert (last["step"], last["state"]) == ("tls", "failed")
    assert "Your password was not sent" in last["text"]
    assert "It showed a certificate for imap.home.example, issued by Example Trust" in last["text"]
    assert imap["connection"]["trust"] == "nobody"


def test_a_pinned_server_is_well_and_said_to_be_below_the_minimum(shell: Shell) -> None:
    pin = outcome(shell)["servers"][0]["connection"]["sha256"]
    pinned = shell.changed("port = 993", f'port = 993, pin = "sha256:{pin}"').changed("ca_file = ", "# ca_file = ")
    ended = pinned("account", "test", "--json")
    imap = json.loads(ended.out)["accounts"][0]["servers"][0]
    assert imap["well"]
    assert imap["connection"]["trust"] == "pinned"
    assert "pinned, below the minimum" in pinned("account", "test").out
    assert "pinned, below the minimum" in pinned("account", "list").out
    assert f"sha256:{pin}" in pinned("config", "show").out


def test_a_server_that_shows_another_certificate_than_the_pinned_one_is_refused(shell: Shell) -> None:
    imap = outcome(shell.changed("port = 993", f'port = 993, pin = "sha256:{"ab" * 32}"'), status=1)["servers"][0]
    *_, last = imap["steps"]
    assert "has changed: expected the certificate that you pinned" in last["text"]
    assert "Your password was not sent" in last["text"]


def test_a_server_that_is_not_named_is_said_to_be_missing(shell: Shell) -> None:
    account = outcome(shell.changed("imap = ", "# imap = "), status=1)
    assert "names no server for reading mail" in account["servers"][0]["steps"][0]["text"]
    assert account["servers"][1]["well"]


def test_the_list_names_every_account_and_no_secret(shell: Shell, world: World) -> None:
    ended = shell("account", "list", "--json")
    (account,) = json.loads(ended.out)["accounts"]
    assert account["address"] == world.address
    assert account["submission"] == {"host": "smtp.home.example", "port": 465, "tls": "implicit", "pinned": False}
    assert world.password not in ended.out


def test_the_doctor_shows_what_each_server_proves_and_sends_no_password(shell: Shell) -> None:
    silent = shell.changed("password_command", "# password_command")
    looked_at = json.loads(silent("doctor", "--json").out)["connections"]
    assert [(one["service"], one["proof"]["trust"]) for one in looked_at] == [
        ("imap", "verified"),
        ("submission", "verified"),
    ]


def _seconds(text: str) -> float:

    return datetime.fromisoformat(text).timestamp()
