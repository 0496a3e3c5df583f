"""An authorization server (RFC 6749 with PKCE, 8628, 7662): in the lab a process of its own, in tests a thread.

It is strict where a client of ours could be careless, and does on request what real ones do: expire, rotate, revoke,
ask to slow down, deny. The person is played by whoever opens /authorize or /activate: nobody is asked for a password.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.lab import topology

CLIENT_ID = "linksec-tui-in-the-lab"
CLIENT_SECRET = "not-really-secret"
SCOPE = "https://auth.home.test/mail"
PATHS = ("/authorize", "/token", "/device", "/activate", "/introspect", "/lab")

Form = Mapping[str, str]
Answer = tuple[int, dict[str, object] | str]  # a text is an address to be redirected to


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """How it treats its clients; /lab sets it by name."""

    lifetime: int = 3600
    rotates: int = 1
    slow_down: int = 0  # how many questions for a device code are met with it
    interval: int = 1
    device_lifetime: int = 600
    padding: int = 0  # letters that tokens are longer by
    scope: str = SCOPE
    consents: str = ""  # who enters every code at once; mallory says no
    failing: int = 0  # how many answers of the token endpoint are 503


@dataclass(slots=True, kw_only=True)
class _Device:
    user_code: str
    user: str = ""
    denied: bool = False
    ends: float = 0.0


@dataclass(slots=True, kw_only=True)
class _Token:
    user: str
    scope: str
    ends: float


@dataclass(slots=True)
class Authority:
    """Who signed in, and what was given out."""

    clock: Callable[[], float] = time.time
    behaviour: Behaviour = field(default_factory=Behaviour)
    asked: list[tuple[str, Form]] = field(default_factory=list[tuple[str, Form]])
    tokens: dict[str, _Token] = field(default_factory=dict[str, _Token])
    given: list[str] = field(default_factory=list[str])  # every token and code that ever was
    refresh_tokens: dict[str, str] = field(default_factory=dict[str, str])
    _spent: dict[str, str] = field(default_factory=dict[str, str])
    _codes: dict[str, tuple[str, Form]] = field(default_factory=dict[str, tuple[str, Form]])
    _devices: dict[str, _Device] = field(default_factory=dict[str, _Device])
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, form: Form) -> Answer:
        with self._turn:
            self.asked.append((path, form))
            match method, path:
                case "GET", "/authorize":
                    return self._authorize(form)
                case "GET", "/activate":
                    return self._activate(form)
                case "POST", "/token":
                    return self._token(form)
                case "POST", "/device":
                    return self._device(form)
                case "POST", "/introspect":
                    return self._introspect(form)
                case "POST", "/lab":
                    return self._set(form)
                case _:
                    return 404, {"error": "not_found"}

    def revoke(self, user: str) -> None:
        """As the person does it in the provider's settings: everything that was given out ends."""
        self.end_access(user)
        for token in [token for token, owner in self.refresh_tokens.items() if owner == user]:
            del self.refresh_tokens[token]

    def end_access(self, user: str) -> None:
        """The access tokens alone end, before their time."""
        for token in [token for token, given in self.tokens.items() if given.user == user]:
            del self.tokens[token]

    def count(self, path: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == path)

    def _authorize(self, form: Form) -> Answer:
        redirect = urlsplit(form.get("redirect_uri", ""))
        if form.get("client_id") != CLIENT_ID or redirect.scheme != "http" or redirect.hostname not in _LOOPBACK:
            return 400, {"error": "invalid_request"}
        back = {"state": form.get("state", "")}
        user = form.get("login_hint", "")
        if form.get("response_type") != "code" or form.get("code_challenge_method") != "S256" or not back["state"]:
            back["error"] = "invalid_request"
        elif user.startswith("mallory"):
            back |= {"error": "access_denied", "error_description": "you said no"}
        else:
            back["code"] = secrets.token_urlsafe(24)
            self._codes[back["code"]] = (user, form)
            self.given.append(back["code"])
        return 302, f"{form['redirect_uri']}?{urlencode(back)}"

    def _activate(self, form: Form) -> Answer:
        for device in self._devices.values():
            if device.user_code == form.get("user_code"):
                device.user, device.denied = form.get("user", ""), "deny" in form
                return 200, {"activated": True}
        return 404, {"error": "no such code"}

    def _token(self, form: Form) -> Answer:
        if self.behaviour.failing > 0:
            self.behaviour.failing -= 1
            return 503, {"error": "temporarily_unavailable"}
        if form.get("client_id") != CLIENT_ID or form.get("client_secret") != CLIENT_SECRET:
            return 401, {"error": "invalid_client", "error_description": "no such client"}
        match form.get("grant_type"):
            case "authorization_code":
                return self._by_code(form)
            case "refresh_token":
                return self._by_refresh(form)
            case "urn:ietf:params:oauth:grant-type:device_code":
                return self._by_device(form)
            case _:
                return 400, {"error": "unsupported_grant_type"}

    def _by_code(self, form: Form) -> Answer:
        user, asked = self._codes.pop(form.get("code", ""), ("", {}))  # RFC 6749 §4.1.2: one use
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked.get("code_challenge")
        if not user or not proved or form.get("redirect_uri") != asked.get("redirect_uri"):
            return _no("invalid_grant", "this code is not yours")
        return self.grant(user)

    def _by_refresh(self, form: Form) -> Answer:
        token = form.get("refresh_token", "")
        if owner := self._spent.get(token):
            self.revoke(owner)  # RFC 9700 §4.14.2: used twice, so somebody has stolen it
            return _no("invalid_grant", "this token was used before")
        user = self.refresh_tokens.get(token)
        if user is None:
            return _no("invalid_grant", "this token was withdrawn")
        if not self.behaviour.rotates:
            return self.grant(user, refresh=False)
        del self.refresh_tokens[token]
        self._spent[token] = user
        return self.grant(user)

    def _by_device(self, form: Form) -> Answer:
        device = self._devices.get(form.get("device_code", ""))
        if device is None or device.ends <= self.clock():
            return _no("expired_token", "the code has expired")
        if self.behaviour.slow_down > 0:
            self.behaviour.slow_down -= 1
            return _no("slow_down", "")
        if device.denied:
            return _no("access_denied", "you said no")
        if not device.user:
            return _no("authorization_pending", "")
        del self._devices[form["device_code"]]
        return self.grant(device.user)

    def _device(self, form: Form) -> Answer:
        if form.get("client_id") != CLIENT_ID:
            return 401, {"error": "invalid_client"}
        code, user_code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**8):08d}"
        self.given.append(code)
        self._devices[code] = _Device(
            user_code=user_code,
            user=self.behaviour.consents,
            denied=self.behaviour.consents.startswith("mallory"),
            ends=self.clock() + self.behaviour.device_lifetime,
        )
        return 200, {
            "device_code": code,
            "user_code": user_code,
            "verification_uri": "https://auth.home.test/activate",
            "verification_uri_complete": f"https://auth.home.test/activate?user_code={user_code}",
            "expires_in": self.behaviour.device_lifetime,
            "interval": self.behaviour.interval,
        }

    def grant(self, user: str, *, refresh: bool = True) -> tuple[int, dict[str, object]]:
        """What somebody gets who has proved who they are."""
        token = secrets.token_urlsafe(24) + "x" * self.behaviour.padding
        ends = self.clock() + self.behaviour.lifetime
        self.given.append(token)
        self.tokens[token] = _Token(user=user, scope=self.behaviour.scope, ends=ends)
        told: dict[str, object] = {"access_token": token, "token_type": "Bearer", "expires_in": self.behaviour.lifetime}
        if refresh:
            told["refresh_token"] = secrets.token_urlsafe(32)
            self.refresh_tokens[str(told["refresh_token"])] = user
            self.given.append(str(told["refresh_token"]))
        return 200, {**told, "scope": self.behaviour.scope}

    def _introspect(self, form: Form) -> Answer:
        token = self.tokens.get(form.get("token", ""))
        if token is None or token.ends <= self.clock():
            return 200, {"active": False}
        return 200, {"active": True, "username": token.user, "client_id": CLIENT_ID, "scope": token.scope}

    def _set(self, form: Form) -> Answer:
        for name, value in form.items():
            match name:
                case "revoke":
                    self.revoke(value)
                case "end_access":
                    self.end_access(value)
                case "grant":
                    return self.grant(value)
                case "given":
                    return 200, {"given": self.given}
                case "scope":
                    self.behaviour.scope = value
                case _:
                    setattr(self.behaviour, name, int(value))
        return 200, {"refreshed": sum(1 for _, asked in self.asked if asked.get("grant_type") == "refresh_token")}


_LOOPBACK = ("127.0.0.1", "localhost")


def _no(code: str, said: str) -> Answer:
    return 400, {"error": code, "error_description": said}


class _Handler(BaseHTTPRequestHandler):
    """HTTP around the authority."""

    authority: Authority

    def do_GET(self) -> None:
        self._answer("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's signature
        """Nothing: an address may hold a code."""

    def _answer(self, method: str, form: str) -> None:
        status, told = self.authority.answer(method, urlsplit(self.path).path, dict(parse_qsl(form)))
        content = b"" if isinstance(told, str) else json.dumps(told).encode()
        self.send_response(status)
        if isinstance(told, str):
            self.send_header("Location", told)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    """The TLS handshake happens in the connection's own thread."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], authority: Authority, context: ssl.SSLContext | None) -> None:
        super().__init__(address, type("Handler", (_Handler,), {"authority": authority}))
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away early is no event."""


@contextmanager
def serving(authority: Authority, context: ssl.SSLContext) -> Generator[int]:
    """In a thread, on a port of the system's choice."""
    server = _Server(("127.0.0.1", 0), authority, context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(certificates: Path) -> None:
    """In the lab: clients come over TLS; Dovecot's questions, which are no clients', do not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"auth.{topology.HOME}.pem")
    authority = Authority()
    asked = _Server((topology.AUTHORIZATION, topology.INTROSPECTION_PORT), authority, None)
    threading.Thread(target=asked.serve_forever, daemon=True).start()
    _Server((topology.AUTHORIZATION, 443), authority, context).serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
