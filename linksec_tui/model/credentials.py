"""How we prove to a server of ours who we are: by password, or by a token that an authorization server gave."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerToken:
    """An OAuth access token: whoever holds it is taken for the user until it expires (RFC 6750 §1.2)."""

    user: str
    token: str = field(repr=False)


Credentials = Password | BearerToken
