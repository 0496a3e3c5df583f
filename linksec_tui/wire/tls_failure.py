"""The one clear sentence for a server of ours that could not be reached or verified (link-security.md §10).

What was expected, what was found, what to do; and that no password was sent, because none was.
"""

from __future__ import annotations

import os
import ssl

from linksec_tui.model.connection import Fault
from linksec_tui.model.errors import Unreachable, Unverifiable
from linksec_tui.model.visible import visible

NOT_SENT = "Your password was not sent."
_MAX_TEXT = 200  # characters of a library's words that are shown

_TELL_PROVIDER = "Tell your provider, and until it is mended do not use this server."
_CLOCK = "Look at this machine's clock; if it is right, tell your provider, and until then do not use this server."
_DO_NOT_USE = "Try another network; if it stays so, tell your provider."
_OWN_AUTHORITY = (
    "If it belongs to your own organisation, name its authority's file in network.ca_file; "
    "otherwise try another network, or tell your provider."
)

# By OpenSSL's numbers (x509_vfy.h), which stay when its words change.
_FAULTS = {
    9: Fault.NOT_YET_VALID,
    10: Fault.EXPIRED,
    18: Fault.SELF_SIGNED,
    19: Fault.UNKNOWN_ISSUER,  # self-signed, at the end of the chain
    20: Fault.UNKNOWN_ISSUER,
    21: Fault.UNKNOWN_ISSUER,
    26: Fault.WRONG_PURPOSE,
    62: Fault.WRONG_NAME,
    64: Fault.WRONG_NAME,
    66: Fault.WEAK,
    67: Fault.WEAK,
    68: Fault.WEAK,
}
_FOUND = {
    Fault.NOT_YET_VALID: "one that is not valid yet",
    Fault.EXPIRED: "one that has expired",
    Fault.SELF_SIGNED: "one that is signed by itself",
    Fault.UNKNOWN_ISSUER: "one from an authority that we do not know, or with a link missing on the way to it",
    Fault.WRONG_PURPOSE: "one that is not meant for servers",
    Fault.WEAK: "one with a key or signature that is too weak",
}
_NEXT = {
    Fault.NOT_YET_VALID: _CLOCK,
    Fault.EXPIRED: _CLOCK,
    Fault.SELF_SIGNED: _OWN_AUTHORITY,
    Fault.UNKNOWN_ISSUER: _OWN_AUTHORITY,
    Fault.WRONG_NAME: f"Check the server's name in the configuration. {_DO_NOT_USE}",
}
_OLD = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW")
_CLEAR = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL", "HTTP_REQUEST")


def connection_failure(error: BaseException, *, host: str, port: int) -> Unverifiable | Unreachable:
    """Whatever the network and the library said before there was a verified connection, as ours."""
    where = f"{host}:{port}"
    match error:
        case ssl.SSLCertVerificationError():
            return _certificate(error, host, where)
        case TimeoutError():
            return Unreachable(f"{where} did not answer in time.", "It will be tried again.")
        case ssl.SSLError() if not isinstance(error, ssl.SSLEOFError):
            return _handshake(error, where)
        case ssl.SSLEOFError() | ConnectionError() if not isinstance(error, ConnectionRefusedError):
            return Unreachable(f"{where} ended the connection before it was encrypted. {NOT_SENT}", _DO_NOT_USE)
        case _:
            return Unreachable(
                f"{where} cannot be reached ({_plain(error)}).", "Check the network; it will be tried again."
            )


def lost(error: BaseException, *, host: str, port: int) -> Unreachable:
    """The same for a connection that stood already."""
    if isinstance(error, TimeoutError):
        return Unreachable(f"{host}:{port} stopped answering.", "It will be tried again.")
    return Unreachable(f"The connection to {host}:{port} was lost ({_plain(error)}).", "It will be tried again.")


def silent(*, host: str, port: int, seconds: float) -> Unreachable:
    """Somebody took the connection, and that was all."""
    return Unreachable(
        f"{host}:{port} took the connection, and nothing that was expected came within {seconds:g} seconds. {NOT_SENT}",
        "It will be tried again. If it stays so, check host and port, or try another network.",
    )


def _certificate(error: ssl.SSLCertVerificationError, host: str, where: str) -> Unverifiable:
    fault = _FAULTS.get(error.verify_code, Fault.CERTIFICATE)
    if fault is Fault.WRONG_NAME:
        found = f"one that does not name {host}"
    else:
        found = _FOUND.get(fault, f"one that does not verify ({visible(error.verify_message or '')[:_MAX_TEXT]})")
    return Unverifiable(
        f"{where} could not prove that it is {host}: expected a valid certificate for that name, found {found}."
        f" {NOT_SENT}",
        _NEXT.get(fault, _TELL_PROVIDER),
        fault,
    )


def _handshake(error: ssl.SSLError, where: str) -> Unverifiable:
    reason = error.reason or ""
    if any(word in reason for word in _OLD):
        return Unverifiable(
            f"{where} is too old: expected TLS 1.2 or newer, found only older versions. {NOT_SENT}",
            "Ask your provider for a server that is up to date; never go back to old TLS.",
            Fault.OLD_TLS,
        )
    if any(word in reason for word in _CLEAR):
        return Unverifiable(
            f"{where} does not speak TLS: expected encryption, found something in the clear. {NOT_SENT}",
            "Check host and port; if they are right, somebody on this network may be listening: try another.",
            Fault.NO_TLS,
        )
    return Unverifiable(
        f"{where}: expected encryption, found that it could not be set up"
        f" ({visible(reason.replace('_', ' ').lower() or str(error))[:_MAX_TEXT]}). {NOT_SENT}",
        _DO_NOT_USE,
        Fault.HANDSHAKE,
    )


def _plain(error: BaseException) -> str:
    """In the system's own words where it has any; asyncio's name the address besides."""
    known = isinstance(error, OSError) and error.errno is not None and error.errno > 0
    strerror = os.strerror(error.errno or 0) if isinstance(error, OSError) and known else ""
    return visible(strerror or str(error) or type(error).__name__)[:_MAX_TEXT]
