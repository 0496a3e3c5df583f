"""TLS contexts (RFC 8314 §§3–5, RFC 7817, RFC 8996).

There are two: one that verifies, for everything of ours, and one for who only looks and sends nothing: the probe, and
a server that is pinned to one certificate, until that has been compared. No option turns verification off.
"""

from __future__ import annotations

import ssl
import warnings
from functools import lru_cache
from pathlib import Path

from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.evidence import CertificateState


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
    """For who judges by other means: takes any certificate. `legacy` goes down to TLS 1.0 and old ciphers."""
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
