"""How we prove to an IMAP server who we are: AUTHENTICATE where it is offered, LOGIN where it is allowed.

RFC 3501 §§6.2.2, 6.2.3; RFC 4959 (the first answer at once).
"""

from __future__ import annotations

import base64

from linksec_tui.model.account import Server
from linksec_tui.model.credentials import Credentials, Password
from linksec_tui.wire.imap_exchange import Request
from linksec_tui.wire.imap_tokens import astring
from linksec_tui.wire.sasl import Proof, prove, refuse_unsendable

_MECHANISM = "AUTH="
_AUTHENTICATE = "AUTHENTICATE"
_LOGIN = "LOGIN"  # as a mechanism it is older than the command and tells no more


def login_command(credentials: Credentials, capabilities: frozenset[str], server: Server) -> Request | None:
    """The command that carries the proof; None where the server takes none of the kind. Raises ConfigurationError."""
    offered = frozenset(each.removeprefix(_MECHANISM) for each in capabilities if each.startswith(_MECHANISM))
    proof = prove(credentials, offered - {_LOGIN}, server)
    if proof is not None:
        return _authenticate(proof, at_once="SASL-IR" in capabilities)
    if isinstance(credentials, Password) and "LOGINDISABLED" not in capabilities:
        refuse_unsendable(credentials.user, credentials.password)
        return Request(name="LOGIN", arguments=(astring(credentials.user), astring(credentials.password)))
    return None


def sent_coded(request: Request) -> tuple[bytes, ...]:
    """What of it goes over the wire in base64."""
    if request.name != _AUTHENTICATE:
        return ()
    return (*(each.encode() for each in request.arguments[1:] if isinstance(each, str)), *request.answers)


def _authenticate(proof: Proof, *, at_once: bool) -> Request:
    coded = [base64.b64encode(answer) for answer in proof.answers]
    first = [coded.pop(0).decode()] if at_once and proof.at_once else []
    return Request(
        name=_AUTHENTICATE,
        arguments=(proof.mechanism, *first),
        answers=(*(answer + b"\r\n" for answer in coded), proof.farewell + b"\r\n"),
    )
