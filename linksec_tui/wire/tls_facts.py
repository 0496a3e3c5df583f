"""What a handshake showed: the certificates as they were sent, and the facts of the connection."""

from __future__ import annotations

import ssl
from datetime import datetime
from typing import Any, cast

from linksec_tui.formats.certificate import matched_name, read_certificate
from linksec_tui.model.account import Server
from linksec_tui.model.connection import TlsFacts, Trust

Connection = ssl.SSLObject | ssl.SSLSocket


def certificate_chain(connection: Connection) -> tuple[bytes, ...]:
    """The certificates that the peer sent, leaf first, DER; only the leaf where the interpreter tells no more."""
    if hasattr(connection, "get_unverified_chain"):  # public from 3.13
        chain = cast("list[bytes] | None", cast("Any", connection).get_unverified_chain())
        return tuple(chain or ())
    inner = getattr(connection, "_sslobj", None)
    if inner is not None and hasattr(inner, "get_unverified_chain"):  # the same thing, still private
        certificates = cast("list[Any]", inner.get_unverified_chain() or [])
        return tuple(ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in certificates)
    leaf = connection.getpeercert(binary_form=True)
    return (leaf,) if leaf else ()


def facts(connection: Connection, server: Server, trust: Trust, now: datetime) -> TlsFacts:
    """What the handshake with a server of ours showed."""
    cipher = connection.cipher()
    told = read_certificate(connection.getpeercert(binary_form=True) or b"")
    return TlsFacts(
        host=server.host,
        port=server.port,
        version=connection.version() or "",
        cipher=cipher[0] if cipher else "",
        subject=told.subject,
        names=told.names,
        matched_name=matched_name(told.names, server.host),
        issuer=told.issuer,
        not_before=told.not_before,
        not_after=told.not_after,
        key=told.key,
        fingerprint=told.fingerprint,
        trust=trust,
        at=now,
        chain=certificate_chain(connection),
    )
