"""Signing in without a password: who we are to a provider (RFC 6749), and the steps of a sign-in as people see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from .errors import BadInput
from .visible import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """An authorization server, and the client that this program is to it.

    `client_secret` keeps nothing secret in a program that people install (RFC 8252 §8.5), though some servers want it.
    `redirect_host`: the name under which the server lets itself be told of our loopback port.
    """

    name: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    device_endpoint: str = ""
    scopes: tuple[str, ...] = ()
    redirect_host: str = "127.0.0.1"


class SignInWay(StrEnum):
    """How the person tells the provider yes: in a browser on this machine, or with a code on any other."""

    BROWSER = "browser"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBrowser:
    """Open this address in a browser on this machine."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterCode:
    """Open this address anywhere and type the code. `direct`, where there is one, has the code in it already."""

    address: str
    code: str
    direct: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """For the person, at the latest until then."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """It is done. `lasting`: it renews itself; otherwise the person is asked again when it ends."""

    account: str
    lasting: bool


SignInStep = OpenBrowser | EnterCode | Waiting | SignedIn


def parse_endpoint(url: str) -> tuple[str, int, str]:
    """Host, port and path of an https address. Raises BadInput for anything else."""
    problem = BadInput(f"{visible(url)[:200]} is not the https address of a server.", "Write it as https://HOST/PATH.")
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise problem from None
    printable = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.fragment or not printable:
        raise problem
    return parts.hostname, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
