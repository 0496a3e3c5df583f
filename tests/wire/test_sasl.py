"""What is answered when a server asks who we are: the bytes of the standards' own examples, and refusals in words."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.account import Server
from linksec_tui.model.credentials import BearerToken, Password
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.wire.sasl import TokenFault, hidden, prove, read_fault, refusal

SERVER = Server(host="server.example.com", port=143)
TOKEN = BearerToken(user="user@example.com", token="vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")


def test_plain_is_the_standards() -> None:
    proof = prove(Password(user="tim", password="tanstaaftanstaaf"), frozenset({"LOGIN", "PLAIN"}), SERVER)
    assert proof is not None
    assert (proof.mechanism, proof.answers) == ("PLAIN", (b"\0tim\0tanstaaftanstaaf",))  # RFC 4616 §4


def test_oauthbearer_is_the_standards() -> None:
    proof = prove(TOKEN, frozenset({"XOAUTH2", "OAUTHBEARER"}), SERVER)
    assert proof is not None
    assert base64.b64encode(proof.answers[0]) == (  # RFC 7628 §4.1
        b"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
        b"HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )
    assert proof.farewell == b"AQ=="  # RFC 7628 §3.2.3


def test_xoauth2_is_googles() -> None:
    token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    proof = prove(BearerToken(user="someuser@example.com", token=token), frozenset({"XOAUTH2"}), SERVER)
    assert proof is not None
    assert base64.b64encode(proof.answers[0]) == (
        b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0"
        b"Q2cBAQ=="
    )
    assert proof.farewell == b""


def test_a_name_with_the_formats_own_marks_is_spelled_out() -> None:
    proof = prove(BearerToken(user="a=b,c@example.com", token="t"), frozenset({"OAUTHBEARER"}), SERVER)
    assert proof is not None
    assert proof.answers[0].startswith(b"n,a=a=3Db=2Cc@example.com,\x01")  # RFC 5801 §4


@pytest.mark.parametrize("offered", [frozenset[str](), frozenset({"PLAIN", "LOGIN"}), frozenset({"GSSAPI"})])
def test_a_token_is_never_given_out_as_a_password(offered: frozenset[str]) -> None:
    assert prove(TOKEN, offered, SERVER) is None
    assert prove(Password(user="tim", password="secret"), frozenset({"XOAUTH2", "OAUTHBEARER"}), SERVER) is None


@pytest.mark.parametrize(
    "credentials",
    [
        BearerToken(user="a\x01auth=Bearer other", token="t"),
        BearerToken(user="a", token="t\x01\x01"),
        Password(user="a\0b", password="secret"),
        Password(user="a", password="secret\r\n"),
    ],
)
def test_what_would_end_a_field_early_is_not_sent(credentials: Password | BearerToken) -> None:
    with pytest.raises(ConfigurationError, match="control character"):
        prove(credentials, frozenset({"PLAIN", "XOAUTH2"}), SERVER)


def coded(told: object) -> bytes:
    return base64.b64encode(json.dumps(told).encode())


@pytest.mark.parametrize(
    ("challenge", "fault", "scope"),
    [
        # RFC 7628 §4.3's example, Google's documented one, what Dovecot 2.3 says, and what nobody should say
        (
            b"eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIn0=",
            TokenFault.NOT_ACCEPTED,
            "example_scope",
        ),
        (
            b"eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0K",
            TokenFault.NOT_ACCEPTED,
            "https://mail.google.com/",
        ),
        (coded({"status": "insufficient_scope", "scope": "mail"}), TokenFault.SCOPE, "mail"),
        (coded({"status": "invalid_request"}), TokenFault.REQUEST, ""),
        (coded({"status": 401}), TokenFault.NOT_ACCEPTED, ""),
        (coded({"status": ["401"]}), TokenFault.UNSAID, ""),
        (coded("401"), TokenFault.UNSAID, ""),
        (base64.b64encode(b"[" * 9000), TokenFault.UNSAID, ""),
        (b"not base64", TokenFault.UNSAID, ""),
        (b"", TokenFault.UNSAID, ""),
    ],
)
def test_a_refused_tokens_question_is_read(challenge: bytes, fault: TokenFault, scope: str) -> None:
    assert read_fault(challenge) == (fault, scope)


@given(st.binary(max_size=200))
def test_no_question_is_too_strange(challenge: bytes) -> None:
    assert isinstance(read_fault(challenge)[0], TokenFault)
    assert isinstance(read_fault(base64.b64encode(challenge))[0], TokenFault)


def test_a_scope_with_an_escape_sequence_is_shown_as_text() -> None:
    sentence = str(refusal(TOKEN, "imap.example", "no", coded({"status": "403", "scope": "\x1b]0;x\x07" + "m" * 999})))
    assert "\x1b" not in sentence
    assert len(sentence) < 500
    assert "does not cover mail" in sentence


def test_what_a_refusal_means_is_said_in_plain_words() -> None:
    told = {
        fault: str(refusal(TOKEN, "imap.example", "535 no", coded({"status": fault}))) for fault in ("401", "403", "x")
    }
    assert "expired or was withdrawn" in told["401"]
    assert "Sign in again" in told["403"]
    assert "Sign in again" in told["x"]
    assert "user name or the password" in str(refusal(Password(user="a", password="b"), "imap.example", "no"))


@pytest.mark.parametrize(
    "said",
    [
        "500 unknown: AUTH PLAIN AGFsaWNlAHRhbnN0YWFmdGFuc3RhYWY=",
        "500 unknown: AUTH PLAIN AGFsaWNlAHRhbnN0YWFm",  # cut off
        "bad command “LOGIN alice tanstaaftanstaaf”",
        "535 tanstaaftanstaaf is not alice's password",
    ],
)
def test_a_server_that_quotes_the_secret_is_not_quoted(said: str) -> None:
    told = hidden(said, Password(user="alice", password="tanstaaftanstaaf"), [b"AGFsaWNlAHRhbnN0YWFmdGFuc3RhYWY=\r\n"])
    assert "tanstaaf" not in told
    assert "AGFsaWNl" not in told
    assert told.startswith(said.split()[0])


def test_a_short_password_does_not_blot_out_every_sentence() -> None:
    assert hidden("not a valid user", Password(user="alice", password="a"), []) == "not a valid user"
