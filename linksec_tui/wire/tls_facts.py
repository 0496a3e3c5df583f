"""What a handshake showed: the certificates as they were sent, and the facts of the connection."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """What the handshake with a server of ours showed, as it came; certificates in DER, the leaf first."""

    server: Server
    trust: Trust
    at: datetime
    version: str
    cipher: str
    leaf: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.leaf).hexdigest()

    def facts(self) -> TlsFacts:
        """The same for people, with the certificate read."""
        from linksec_tui.formats.certificate import matched_name, read_certificate  # deferred: cryptography, 25 ms

        told = read_certificate(self.leaf)
        return TlsFacts(
            host=self.server.host,
            port=self.server.port,
            version=self.version,
            cipher=self.cipher,
            subject=told.subject,
            names=told.names,
            matched_name=matched_name(told.names, self.server.host),
            issuer=told.issuer,
            not_before=told.not_before,
            not_after=told.not_after,
            key=told.key,
            fingerprint=told.fingerprint,
            trust=self.trust,
            at=self.at,
            chain=self.chain,
        )


def handshake(connection: Connection, server: Server, trust: Trust, now: datetime) -> Handshake:
    """To be noted before the first word, while the connection is there to be asked."""
    cipher = connection.cipher()
    return Handshake(
        server=server,
        trust=trust,
        at=now,
        version=connection.version() or "",
        cipher=cipher[0] if cipher else "",
        leaf=connection.getpeercert(binary_form=True) or b"",
        chain=certificate_chain(connection),
    )
