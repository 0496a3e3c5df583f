"""The certificates that a TLS server showed, leaf first: a public method from Python 3.13 on, a private one before."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false, reportPrivateUsage=false
# (typeshed knows neither: the one is too new for 3.11, the other is private)

from __future__ import annotations

import ssl

_DER = 2  # _ssl.ENCODING_DER


def shown_chain(layer: ssl.SSLObject) -> tuple[bytes, ...]:
    """DER, leaf first; nothing of it has been verified."""
    if hasattr(layer, "get_unverified_chain"):
        return tuple(layer.get_unverified_chain())
    return tuple(certificate.public_bytes(_DER) for certificate in layer._sslobj.get_unverified_chain() or ())
