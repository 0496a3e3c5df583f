"""What people do outside of linksec-tui: say yes at the provider, enter a code, withdraw it all again."""

from __future__ import annotations

import json
import socket
from http.client import HTTPResponse, HTTPSConnection
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
    with urlopen(answer.headers["Location"], timeout=10) as page:
        assert b"You may close this page" in page.read()


def enters(code: str, user: str = topology.SENDER) -> None:
    answer = _asked("GET", f"/activate?{urlencode({'user_code': code, 'user': user})}")
    assert answer.status == 200


def at_the_provider(**settings: str | int) -> dict[str, int]:
    """revoke=USER, end_access=USER, or how the authorization server behaves from now on; what it has counted."""
    answer = _asked("POST", "/lab", urlencode(settings))
    assert answer.status == 200
    return cast("dict[str, int]", json.loads(answer.read()))


def _asked(method: str, path: str, content: str | None = None) -> HTTPResponse:
    connection = HTTPSConnection(_HOST, timeout=10)
    plain = socket.create_connection((topology.AUTHORIZATION, 443), timeout=10)
    connection.sock = letters.trusting().wrap_socket(plain, server_hostname=_HOST)
    connection.request(method, path, content, {"Content-Type": "application/x-www-form-urlencoded"} if content else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    answer.read = lambda _amount=None: body  # pyright: ignore[reportAttributeAccessIssue]
    return answer
