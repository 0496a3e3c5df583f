"""TLS contexts, and what a handshake showed (RFC 8314 §§3–5, RFC 7817, RFC 8996).

There are two contexts: one that verifies, for everything of ours, and one for the probe alone, which looks at what a
stranger's exchanger offers and sends nothing. No option turns verification off.
"""

from __future__ import annotations

import hashlib
import ssl
import warnings
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.x509.oid import NameOID

from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.errors import ConfigurationError, Unreachable, Unverifiable
from linksec_tui.model.evidence import CertificateState
from linksec_tui.model.visible import visible

_MAX_NAME = 200  # characters of a certificate's name that are shown


def verified_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or newer, certificate and name checked; `ca_file` adds roots. Raises ConfigurationError.

    Reading the system's roots takes 30 to 90 ms, so it is done once, and all connections share what came of it: nobody
    changes a context. Within the loop it is called in a thread.
    """
    try:
        changed = ca_file.stat().st_mtime_ns if ca_file is not None else 0
    except OSError as error:
        raise _unusable(ca_file, error) from error
    return _read_roots(ca_file, changed)


@lru_cache(maxsize=4)
def _read_roots(ca_file: Path | None, changed: int) -> ssl.SSLContext:  # noqa: ARG001 - another file, another context
    # create_default_context() would write the keys of every session to the file that $SSLKEYLOGFILE names
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False  # RFC 7817 §3: a name only in CN is no name
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise _unusable(ca_file, error) from error
    return context


def _unusable(ca_file: Path | None, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"The certificate file {ca_file} cannot be used ({error}).", "Check network.ca_file.")


@lru_cache(maxsize=2)
def probe_context(*, legacy: bool = False) -> ssl.SSLContext:
    """For the probe only: takes any certificate. `legacy` goes down to TLS 1.0 and old ciphers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if legacy:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what is looked for
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    else:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def certificate_chain(connection: ssl.SSLObject | ssl.SSLSocket) -> tuple[bytes, ...]:
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


def facts(connection: ssl.SSLObject | ssl.SSLSocket, *, host: str, port: int, now: datetime) -> TlsFacts:
    """What the handshake of a verified connection showed."""
    cipher = connection.cipher()
    leaf = connection.getpeercert(binary_form=True) or b""
    certificate = x509.load_der_x509_certificate(leaf) if leaf else None
    return TlsFacts(
        host=host,
        port=port,
        version=connection.version() or "",
        cipher=cipher[0] if cipher else "",
        subject=_name(certificate.subject) if certificate else "",
        issuer=_name(certificate.issuer) if certificate else "",
        not_after=certificate.not_valid_after_utc if certificate else None,
        fingerprint=hashlib.sha256(leaf).hexdigest(),
        at=now,
    )


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME) or name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    text = str(common[0].value) if common else name.rfc4514_string()
    return visible(text)[:_MAX_NAME]


def connection_failure(error: BaseException, *, host: str, port: int) -> Unverifiable | Unreachable:
    """The one clear error for a server of ours that could not be reached or verified (link-security.md §10)."""
    where = f"{host}:{port}"
    match error:
        case ssl.SSLCertVerificationError():
            return Unverifiable(
                f"{where} could not prove that it is {host}: {_cause(error, host)}. Your password was not sent.",
                "If this is your provider's own certificate authority, name its file in network.ca_file;"
                " otherwise do not use this network.",
            )
        case ssl.SSLError():
            return Unverifiable(
                f"{where} did not complete a TLS handshake ({_reason(error)}). Your password was not sent.",
                "Ask your provider for the right port; TLS 1.2 or newer is needed.",
            )
        case TimeoutError():
            return Unreachable(f"{where} did not answer in time.", "It will be tried again.")
        case _:
            return Unreachable(
                f"{where} cannot be reached ({_plain(error)}).", "Check the network; it will be tried again."
            )


def _cause(error: ssl.SSLCertVerificationError, host: str) -> str:
    message = error.verify_message or ""
    if "expired" in message:
        return "its certificate has expired"
    if "not yet valid" in message:
        return "its certificate is not valid yet"
    if "match" in message:
        return f"its certificate is not for {host}"
    if "self-signed" in message or "self signed" in message:
        return "its certificate is signed by nobody that we know"
    if "local issuer" in message or "unable to get issuer" in message:
        return "its certificate comes from an authority that we do not know"
    return visible(message)[:_MAX_NAME] or "its certificate does not verify"


def _reason(error: ssl.SSLError) -> str:
    return visible((error.reason or str(error)).replace("_", " ").lower())[:_MAX_NAME]


def _plain(error: BaseException) -> str:
    strerror = error.strerror if isinstance(error, OSError) else None
    return visible(strerror or str(error) or type(error).__name__)[:_MAX_NAME]


def certificate_state(connection_error: ssl.SSLError | None) -> CertificateState:
    """How a certificate stands, from the error that a verifying handshake ended with (None: it did not)."""
    match connection_error:
        case None:
            return CertificateState.VALID
        case ssl.SSLCertVerificationError():
            message = connection_error.verify_message or ""
            if "expired" in message:
                return CertificateState.EXPIRED
            if "match" in message:
                return CertificateState.WRONG_NAME
            return CertificateState.UNTRUSTED
        case _:
            return CertificateState.UNKNOWN
