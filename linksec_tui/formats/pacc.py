"""PACC: the JSON file in which a domain says how its users connect, and the digest of it that stands in DNS.

draft-ietf-mailmaint-pacc-04; the key for submission was `smtp` until -02 and is `submit` since -03.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from linksec_tui.formats.https_url import https_url
from linksec_tui.model.discovery import OAuthEndpoints
from linksec_tui.model.visible import visible, visible_name

_MAX_FIELD = 253


class NotPacc(ValueError):
    """Not such a file; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacc:
    """One file. A host stands for the service's port with TLS from the first byte: there is no other."""

    imap: str = ""
    submission: str = ""
    password: bool = False
    oauth: OAuthEndpoints | None = None
    name: str = ""
    help: tuple[str, ...] = ()


def matches_a_record(body: bytes, records: Iterable[str]) -> bool:
    """Does one of the TXT records hold the digest of exactly these octets?"""
    digest = hashlib.sha256(body).digest()
    return any(hmac.compare_digest(digest, each) for each in map(_digest, records))


def is_record(text: str) -> bool:
    """Is this TXT string one of PACC's at all?"""
    return _tags(text).get("v") == "UAAC1"


def parse_pacc(body: bytes) -> Pacc:
    """Raises NotPacc. Unknown keys are passed over."""
    try:
        root = _object(json.loads(body))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is one of the first
        raise NotPacc("it is not JSON") from error
    protocols = _object(root.get("protocols"))
    if not protocols:
        raise NotPacc("it names no protocols")
    authentication = _object(root.get("authentication"))
    about = _object(root.get("info"))
    page = https_url(_text(_object(about.get("help")).get("documentation")))
    return Pacc(
        imap=_host(protocols, "imap"),
        submission=_host(protocols, "submit") or _host(protocols, "smtp"),
        password=authentication.get("password") is True,
        oauth=_oauth(_object(authentication.get("oauth-public"))),
        name=visible_name(_text(_object(about.get("provider")).get("name"))),
        help=(page,) if page else (),
    )


def _digest(record: str) -> bytes:
    """The digest that a record holds; no octets where it holds none that we know."""
    tags = _tags(record)
    if tags.get("v") != "UAAC1" or tags.get("a", "").lower() != "sha256":
        return b""
    try:
        return base64.b64decode(tags.get("d", ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _tags(record: str) -> dict[str, str]:
    """`tag=value` separated by semicolons; of a repeated tag the first counts."""
    tags: dict[str, str] = {}
    for part in record.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip(), value.strip())
    return tags


def _oauth(public: Mapping[str, Any]) -> OAuthEndpoints | None:
    issuer = https_url(_text(public.get("issuer")))
    return OAuthEndpoints(issuer=issuer) if issuer else None


def _host(protocols: Mapping[str, Any], key: str) -> str:
    return visible(_text(_object(protocols.get(key)).get("host")))


def _object(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value[:_MAX_FIELD] if isinstance(value, str) else ""
