"""What an authorization server is asked: the address for the browser, and the forms (RFC 6749, 7636, 8628)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from linksec_tui.model.oauth import OAuth

_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in by browser: where the answer is to go, and two secrets of this attempt alone."""

    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def challenge(verifier: str) -> str:
    """RFC 7636 §4.2, S256: whoever catches the code on its way cannot redeem it without the verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def authorization_address(oauth: OAuth, attempt: Attempt, user: str) -> str:
    """Where the browser begins (RFC 6749 §4.1.1); `user` spares the person to choose among several accounts."""
    asked = {
        "response_type": "code",
        "client_id": oauth.client_id,
        "redirect_uri": attempt.redirect_uri,
        "scope": " ".join(oauth.scopes),
        "state": attempt.state,
        "code_challenge": challenge(attempt.verifier),
        "code_challenge_method": "S256",
        "login_hint": user,  # OpenID Connect Core §3.1.2.1; who does not know it ignores it (RFC 6749 §3.1)
    }
    return f"{oauth.authorization_endpoint}{'&' if '?' in oauth.authorization_endpoint else '?'}{urlencode(asked)}"


def code_form(oauth: OAuth, attempt: Attempt, code: str) -> Mapping[str, str]:
    """RFC 6749 §4.1.3, RFC 7636 §4.5."""
    asked = {"redirect_uri": attempt.redirect_uri, "code_verifier": attempt.verifier}
    return {"grant_type": "authorization_code", "code": code, **asked, **_client(oauth)}


def refresh_form(oauth: OAuth, refresh_token: str) -> Mapping[str, str]:
    """RFC 6749 §6; without a scope: what was granted is what is renewed."""
    return {"grant_type": "refresh_token", "refresh_token": refresh_token, **_client(oauth)}


def device_form(oauth: OAuth) -> Mapping[str, str]:
    """RFC 8628 §3.1."""
    return {"client_id": oauth.client_id, "scope": " ".join(oauth.scopes)}


def device_token_form(oauth: OAuth, device_code: str) -> Mapping[str, str]:
    """RFC 8628 §3.4."""
    return {"grant_type": _DEVICE_GRANT, "device_code": device_code, **_client(oauth)}


def _client(oauth: OAuth) -> Mapping[str, str]:
    secret = {"client_secret": oauth.client_secret} if oauth.client_secret else {}
    return {"client_id": oauth.client_id, **secret}
