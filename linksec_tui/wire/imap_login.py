"""How we prove to an IMAP server who we are: AUTHENTICATE where it is offered, LOGIN where it is allowed.

RFC 3501 §§6.2.2, 6.2.3, RFC 4616 (PLAIN), RFC 4959 (the first answer at once); XOAUTH2 as Google and Microsoft mean it.
"""

from __future__ import annotations

import base64

from linksec_tui.wire.imap_exchange import Request
from linksec_tui.wire.imap_tokens import astring


def by_password(capabilities: frozenset[str], user: str, password: str) -> Request | None:
    """The command that carries a password, or None where the server takes none."""
    if "AUTH=PLAIN" in capabilities:
        return _authenticate(capabilities, "PLAIN", f"\0{user}\0{password}", last_answer=b"*\r\n")
    if "LOGINDISABLED" in capabilities:
        return None
    return Request(name="LOGIN", arguments=(astring(user), astring(password)))


def by_token(capabilities: frozenset[str], user: str, token: str) -> Request:
    """The command that carries an OAuth token."""
    # A refusal arrives as a question that wants an empty answer before the NO comes.
    answer = f"user={user}\x01auth=Bearer {token}\x01\x01"
    return _authenticate(capabilities, "XOAUTH2", answer, last_answer=b"\r\n")


def _authenticate(capabilities: frozenset[str], mechanism: str, answer: str, *, last_answer: bytes) -> Request:
    coded = base64.b64encode(answer.encode())
    at_once = "SASL-IR" in capabilities
    return Request(
        name="AUTHENTICATE",
        arguments=(mechanism, coded.decode()) if at_once else (mechanism,),
        answers=() if at_once else (coded + b"\r\n",),
        last_answer=last_answer,
    )
