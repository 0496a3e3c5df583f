"""What people do outside of linksec-tui: say yes at the provider, enter a code, withdraw it all again."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from http.client import HTTPSConnection
from typing import cast
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from tests.lab import letters, topology

_HOST = f"auth.{topology.HOME}"


def allows(address: str) -> None:
    """Opens the address that linksec-tui shows; the browser follows to its port on loopback."""
    parts = urlsplit(address)
    answer = _asked("GET", f"{parts.path}?{parts.query}")
    assert answer.status == 302
    with urlopen(answer.leads_to, timeout=120) as page:
        assert b"You may close this page" in page.read()


def enters(code: str, user: str = topology.SENDER) -> None:
    assert _asked("GET", f"/activate?{urlencode({'user_code': code, 'user': user})}").status == 200


def at_the_provider(**settings: str | int) -> int:
    """revoke=USER, end_access=USER, or how it behaves from now on; how often tokens were renewed so far."""
    answer = _asked("POST", "/lab", urlencode(settings))
    assert answer.status == 200
    return cast("dict[str, int]", json.loads(answer.body))["refreshed"]


def granted(user: str = topology.SENDER) -> str:
    """An access token, as any other program would get it."""
    answer = _asked("POST", "/lab", urlencode({"grant": user}))
    return cast("dict[str, str]", json.loads(answer.body))["access_token"]


def ever_given() -> list[str]:
    """Every token and code that anybody ever got."""
    return cast("dict[str, list[str]]", json.loads(_asked("POST", "/lab", "given=1").body))["given"]


@dataclass(frozen=True)
class _Answer:
    status: int
    leads_to: str
    body: bytes


def _asked(method: str, path: str, content: str | None = None) -> _Answer:
    connection = HTTPSConnection(_HOST, timeout=120)
    plain = socket.create_connection((topology.AUTHORIZATION, 443), timeout=120)
    connection.sock = letters.trusting().wrap_socket(plain, server_hostname=_HOST)
    try:
        connection.request(method, path, content)
        answer = connection.getresponse()
        return _Answer(answer.status, answer.headers.get("Location", ""), answer.read())
    finally:
        connection.close()
