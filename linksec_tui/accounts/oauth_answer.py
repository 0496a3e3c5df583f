"""What an authorization server answers → a grant, a device code, or a refusal (RFC 6749 §§5.1, 5.2; RFC 8628 §3.2).

Everything in it is foreign: bounded, typed, and checked before any of it stands in a login or on a screen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from linksec_tui.model.errors import BadInput
from linksec_tui.model.oauth import parse_endpoint
from linksec_tui.model.visible import visible

MAX_TOKEN = 32 << 10  # characters; Microsoft's have some thousand
_MAX_TEXT = 200  # characters of foreign text that are shown
_LONGEST_LIFE = timedelta(days=366)  # an access token lives an hour; what says more is not believed longer
# Before its end: a login begun now must meet neither an expired token nor a server whose clock goes before ours.
IN_TIME = timedelta(minutes=5)
_SHORT_LIFE = 5  # of what lives less than that many times as long, this part is left
_TOKEN = re.compile(r"[\x21-\x7e]+")  # RFC 6750 §2.1 allows less, RFC 6749 appendix A.12 blanks besides
_CODE = re.compile(r"[\x20-\x7e]{1,64}")
_LEAST_INTERVAL, _MOST_INTERVAL = 1.0, 60.0  # seconds
_DEFAULT_INTERVAL = 5.0  # RFC 8628 §3.2
_LONGEST_DEVICE_WAIT = 1800.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a sign-in gave. The times are None where the server does not tell, `scopes` where they are as asked."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    renew_at: datetime | None = None
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What the person is shown, and how often we may ask whether they have done it (RFC 8628 §3.2)."""

    device_code: str = field(repr=False)
    user_code: str
    address: str
    direct: str
    expires_in: float
    interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """`code` is the server's word (RFC 6749 §5.2), or empty where it said none; `said` is for people."""

    code: str
    said: str
    status: int = 400


def parse_grant(status: int, body: bytes, now: datetime) -> Grant | Refusal:
    """The token endpoint's answer."""
    told = _object(body)
    token = _text(told, "access_token", MAX_TOKEN)
    if status != 200 or not token:
        return _refusal(status, told)
    refresh = _text(told, "refresh_token", MAX_TOKEN)
    kind = _text(told, "token_type", _MAX_TEXT)
    if not _TOKEN.fullmatch(token) or not _TOKEN.fullmatch(refresh or "-") or kind.lower() not in ("bearer", ""):
        return Refusal(code="", said="it gave a token of a kind that mail servers do not take", status=status)
    seconds = _number(told, "expires_in")
    life = None if seconds is None else min(timedelta(seconds=seconds), _LONGEST_LIFE)
    scope = told.get("scope")
    return Grant(
        access_token=token,
        refresh_token=refresh,
        expires_at=None if life is None else now + life,
        renew_at=None if life is None else now + life - min(IN_TIME, life / _SHORT_LIFE),
        scopes=tuple(visible(scope).split()) if isinstance(scope, str) and scope.strip() else None,
    )


def parse_device_code(status: int, body: bytes) -> DeviceCode | Refusal:
    """The device endpoint's answer."""
    told = _object(body)
    device_code, user_code = _text(told, "device_code", MAX_TOKEN), _text(told, "user_code", MAX_TOKEN)
    # Google said verification_url before there was a standard.
    address = _address(told, "verification_uri") or _address(told, "verification_url")
    if status != 200 or not _TOKEN.fullmatch(device_code) or not _CODE.fullmatch(user_code) or not address:
        return _refusal(status, told)
    interval = _number(told, "interval") or _DEFAULT_INTERVAL
    return DeviceCode(
        device_code=device_code,
        user_code=user_code,
        address=address,
        direct=_address(told, "verification_uri_complete"),
        expires_in=min(_number(told, "expires_in") or _LONGEST_DEVICE_WAIT, _LONGEST_DEVICE_WAIT),
        interval=min(max(interval, _LEAST_INTERVAL), _MOST_INTERVAL),
    )


def parse_redirect(answer: Mapping[str, str]) -> str | Refusal:
    """What the browser brought (RFC 6749 §§4.1.2, 4.1.2.1): the code, or why there is none."""
    code = answer.get("code", "")
    if code and "error" not in answer and len(code) <= MAX_TOKEN:
        return code
    return Refusal(code=visible(answer.get("error", ""))[:_MAX_TEXT], said=_said(answer))


def missing_scopes(asked: tuple[str, ...], granted: tuple[str, ...] | None) -> tuple[str, ...]:
    """What was asked for and not given. Rights to something of ours only: `offline_access` and OpenID's own words are
    not always told. Compared by their last part, for one right has several spellings of its host."""
    if granted is None:
        return ()
    given = {_last(scope) for scope in granted}
    return tuple(scope for scope in asked if "/" in scope and _last(scope) not in given)


def render_grant(grant: Grant) -> str:
    """As it is kept in the keyring."""
    return json.dumps(
        {
            "access_token": grant.access_token,
            "refresh_token": grant.refresh_token,
            "expires_at": _written(grant.expires_at),
            "renew_at": _written(grant.renew_at),
            "scopes": grant.scopes,
        }
    )


def read_grant(kept: str) -> Grant | None:
    """The other way round; None for what is none of ours."""
    told = _object(kept.encode("utf-8", "replace"))
    token, refresh = _text(told, "access_token", MAX_TOKEN), _text(told, "refresh_token", MAX_TOKEN)
    if not _TOKEN.fullmatch(token) or not _TOKEN.fullmatch(refresh or "-"):
        return None
    scopes = told.get("scopes")
    return Grant(
        access_token=token,
        refresh_token=refresh,
        expires_at=_moment(told, "expires_at"),
        renew_at=_moment(told, "renew_at"),
        scopes=tuple(map(str, cast("list[object]", scopes))) if isinstance(scopes, list) else None,
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(told: Mapping[str, object], key: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(told, key, 64))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _refusal(status: int, told: Mapping[str, object]) -> Refusal:
    texts = {key: value for key, value in told.items() if isinstance(value, str)}
    return Refusal(
        code=visible(texts.get("error", ""))[:_MAX_TEXT], said=_said(texts) or f"HTTP {status}", status=status
    )


def _said(told: Mapping[str, str]) -> str:
    return visible(told.get("error_description", "") or told.get("error", ""))[:_MAX_TEXT]


def _object(body: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", told) if isinstance(told, dict) else {}


def _text(told: Mapping[str, object], key: str, limit: int) -> str:
    value = told.get(key)
    return value if isinstance(value, str) and len(value) <= limit else ""


def _number(told: Mapping[str, object], key: str) -> float | None:
    """A count of seconds; some servers write it as a text."""
    value = told.get(key)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        return None
    return float(value)


def _address(told: Mapping[str, object], key: str) -> str:
    """An address that may be shown and handed to a browser: https, and nothing else."""
    address = _text(told, key, 2000)
    try:
        parse_endpoint(address)
    except BadInput:
        return ""
    return address


def _last(scope: str) -> str:
    return scope.rstrip("/").rpartition("/")[2].casefold()
