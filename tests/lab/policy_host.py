"""The HTTPS host of every MTA-STS policy in the lab (RFC 8461 §3.2); runs as a process of its own until stopped."""

from __future__ import annotations

import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.lab import domains, topology
from tests.lab.domains import Domain, Policy, Served


def _text(domain: Domain, policy: Policy) -> str:
    exchangers = "" if policy.mode == "none" else f"mx: {domain.policy_line}\r\n"
    return f"version: STSv1\r\nmode: {policy.mode}\r\n{exchangers}max_age: 86400\r\n"


_POLICIES = {
    host: _text(domain, domain.policy)
    for host, domain in domains.POLICIES.items()
    if domain.policy and domain.policy.served is not Served.NOT_FOUND
}


class _Answer(BaseHTTPRequestHandler):
    """One policy, or 404."""

    def do_GET(self) -> None:
        policy = _POLICIES.get(self.headers.get("Host", ""), "")
        found = policy and self.path == "/.well-known/mta-sts.txt"
        content = (policy if found else "no such policy\r\n").encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    """The TLS handshake happens in the connection's own thread: one silent client does not hold up the others."""

    daemon_threads = True

    def __init__(self, certificates: Path) -> None:
        super().__init__((topology.POLICY_HOST, 443), _Answer)
        contexts = {host: _context(certificates / f"{host}.pem") for host in domains.POLICIES}
        any_context = next(iter(contexts.values()))

        def choose(connection: ssl.SSLObject, host: str | None, _context: ssl.SSLContext) -> None:
            connection.context = contexts.get(host or "", any_context)

        any_context.sni_callback = choose
        self.socket = any_context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


def _context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


if __name__ == "__main__":
    _Server(Path(sys.argv[1])).serve_forever()
