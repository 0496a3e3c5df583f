"""SASL for IMAP and submission: what is answered when a server asks who we are, and what its refusal means.

PLAIN (RFC 4616), LOGIN, OAUTHBEARER (RFC 7628), and XOAUTH2 as Google and Microsoft document it. A refused token
comes as a question first; unless that is answered, the server waits for us and we for the server.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never, cast

from linksec_tui.model.account import Server
from linksec_tui.model.credentials import BearerToken, Credentials, Password
from linksec_tui.model.errors import ConfigurationError, CredentialsRefused
from linksec_tui.model.visible import visible

MAX_CHALLENGE = 16 << 10  # octets in base64; real ones have a few hundred
_MAX_SCOPE = 200  # characters of a server's scope that are shown
_SHORTEST_SECRET = 4  # characters; hiding shorter ones would blot out half of every sentence
_SHORTEST_QUOTE = 8  # characters of base64; fewer are in many a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A mechanism and our answers in their order, not yet in base64. `at_once`: the first goes with the command."""

    mechanism: str
    answers: tuple[bytes, ...] = field(repr=False)
    at_once: bool = True
    farewell: bytes = b"*"  # what a question beyond our answers is met with, as it is sent: "*" cancels (RFC 4954 §4)


class TokenFault(StrEnum):
    """Why a token was refused, as far as the server tells."""

    NOT_ACCEPTED = "not accepted"
    SCOPE = "scope"
    REQUEST = "request"
    UNSAID = "unsaid"


def prove(credentials: Credentials, offered: frozenset[str], server: Server) -> Proof | None:
    """The best of the offered mechanisms that fits; None where there is none. Raises ConfigurationError."""
    match credentials:
        case Password():
            return _by_password(credentials, offered)
        case BearerToken():
            return _by_token(credentials, offered, server)
        case _:
            assert_never(credentials)


def refuse_unsendable(*texts: str) -> None:
    """Raises ConfigurationError for what cannot stand in a login: these characters end a field in one or the other."""
    if any(mark in text for text in texts for mark in "\0\x01\r\n"):
        raise ConfigurationError(
            "The user name or the password has a control character in it that no server takes.",
            "Look how it is kept: a stray line end is the usual cause.",
        )


def hidden(text: str, credentials: Credentials, sent: Iterable[bytes]) -> str:
    """A server's words without our secret in them: some quote the line that they did not like, whole or cut off.

    `sent`: what went over the wire in base64.
    """
    secret = credentials.password if isinstance(credentials, Password) else credentials.token
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    for spelled in (secret, quoted):
        text = text.replace(spelled, "…") if len(spelled) >= _SHORTEST_SECRET else text
    lines = [line.decode("ascii", "replace").strip() for line in sent]
    return " ".join("…" if any(_overlap(word, line) for line in lines) else word for word in text.split(" "))


def read_fault(challenge: bytes) -> tuple[TokenFault, str]:
    """What a refused token's question says (JSON in base64: RFC 7628 §3.2.2), and the scope that it asks for."""
    try:
        told = json.loads(base64.b64decode(challenge[:MAX_CHALLENGE], validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return TokenFault.UNSAID, ""
    if not isinstance(told, dict):
        return TokenFault.UNSAID, ""
    said = cast("dict[str, object]", told)
    return _FAULTS.get(str(said.get("status")), TokenFault.UNSAID), visible(str(said.get("scope") or ""))[:_MAX_SCOPE]


def refusal(credentials: Credentials, where: str, said: str, challenge: bytes = b"") -> CredentialsRefused:
    """The one sentence about a login that was refused. `said`: the server's own words, made visible."""
    if isinstance(credentials, Password):
        return CredentialsRefused(
            f"{where} refused the user name or the password: “{said}”.",
            "Check both; some providers want an app password here.",
        )
    fault, scope = read_fault(challenge)
    match fault:
        case TokenFault.NOT_ACCEPTED | TokenFault.UNSAID:
            return CredentialsRefused(
                f"{where} no longer accepts your sign-in: it has expired or was withdrawn (“{said}”).", _SIGN_IN_AGAIN
            )
        case TokenFault.SCOPE:
            wanted = f" (it wants “{scope}”)" if scope else ""
            return CredentialsRefused(
                f"{where} says that your sign-in does not cover mail{wanted}.",
                f"{_SIGN_IN_AGAIN} Allow everything that is asked for there; if that does not help, check the scopes.",
            )
        case TokenFault.REQUEST:
            return CredentialsRefused(
                f"{where} could make nothing of your sign-in (“{said}”).",
                "Check user in the configuration: it must be the account that you signed in with.",
            )
        case _:
            assert_never(fault)


_SIGN_IN_AGAIN = "Sign in again: “linksec-tui account sign-in NAME”."

_FAULTS = {  # RFC 7628 §3.2.2 has words (RFC 6750 §3.1), Google and Microsoft have HTTP's numbers
    "invalid_token": TokenFault.NOT_ACCEPTED,
    "401": TokenFault.NOT_ACCEPTED,
    "insufficient_scope": TokenFault.SCOPE,
    "403": TokenFault.SCOPE,
    "invalid_request": TokenFault.REQUEST,
}


def _by_password(credentials: Password, offered: frozenset[str]) -> Proof | None:
    refuse_unsendable(credentials.user, credentials.password)
    user, password = credentials.user.encode(), credentials.password.encode()
    if "PLAIN" in offered:
        return Proof(mechanism="PLAIN", answers=(b"\0" + user + b"\0" + password,))
    if "LOGIN" in offered:
        return Proof(mechanism="LOGIN", answers=(user, password), at_once=False)
    return None


def _by_token(credentials: BearerToken, offered: frozenset[str], server: Server) -> Proof | None:
    refuse_unsendable(credentials.user, credentials.token)
    bearer = f"auth=Bearer {credentials.token}\x01\x01"
    if "OAUTHBEARER" in offered:
        name = credentials.user.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 §4: saslname
        start = f"n,a={name},\x01host={server.host}\x01port={server.port}\x01"
        return Proof(mechanism="OAUTHBEARER", answers=((start + bearer).encode(),), farewell=b"AQ==")
    if "XOAUTH2" in offered:
        return Proof(mechanism="XOAUTH2", answers=(f"user={credentials.user}\x01{bearer}".encode(),), farewell=b"")
    return None


def _overlap(word: str, line: str) -> bool:
    letters = word.strip("\"'“”<>()[],.:;")
    shorter, longer = sorted((letters, line), key=len)
    return len(shorter) >= _SHORTEST_QUOTE and shorter in longer
