"""A server as some source names it → one that can be used, or the reason why it never is (link-security.md §10).

Nothing without TLS is ever offered: no port where encryption is a request that somebody on the network can swallow,
but for submission, where this program insists on STARTTLS before it says anything else (RFC 8314 §3.3).
"""

from __future__ import annotations

from dataclasses import dataclass

from linksec_tui.formats.autoconfig import Autoconfig, ConfiguredServer, Socket, fill
from linksec_tui.formats.host_name import host_name
from linksec_tui.model.account import Server, Tls
from linksec_tui.model.address import Address
from linksec_tui.model.discovery import AuthMethod, Candidate, OAuthEndpoints, Service, Unusable, Vouching
from linksec_tui.model.visible import REPLACEMENT, visible, visible_name

_SERVICES = {"imap": Service.IMAP, "smtp": Service.SUBMISSION}
_TLS = {Socket.TLS: Tls.IMPLICIT, Socket.STARTTLS: Tls.STARTTLS, Socket.PLAIN: None}
_METHODS = {
    "password-cleartext": AuthMethod.PASSWORD,
    "plain": AuthMethod.PASSWORD,
    "password-encrypted": AuthMethod.HASHED_PASSWORD,
    "oauth2": AuthMethod.OAUTH2,
    "oauth": AuthMethod.OAUTH2,
}
_NO_LOGIN = ("client-ip-address", "none")  # some providers let their own network in without one
_BEGIN_IN_CLEAR = (25, 110, 143)
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A server as a source names it, nothing checked. `tls` is None where it would be spoken to in clear."""

    service: Service
    host: str
    port: str
    tls: Tls | None
    user: str = ""
    authentication: tuple[str, ...] = ()
    oauth: OAuthEndpoints | None = None


def judge(named: Named, address: Address, vouching: Vouching) -> Candidate | Unusable:
    """One server that can be used, or why not."""
    host = host_name(fill(named.host, address) or "")
    port = int(named.port) if named.port.isascii() and named.port.isdigit() and len(named.port) <= 5 else 0
    methods = tuple(dict.fromkeys(m for text in named.authentication if (m := _METHODS.get(text.lower()))))
    reason = _reason(named, host, port, methods)
    if host is None or named.tls is None or reason:
        return Unusable(
            service=named.service,
            host=host or visible(named.host)[:_SHOWN],
            port=port,
            source=vouching.origin,
            reason=reason,
        )
    user = fill(named.user, address) if REPLACEMENT not in named.user else None
    return Candidate(
        service=named.service,
        server=Server(host=host, port=port, tls=named.tls),
        user=user or str(address),
        user_told=bool(user),
        auth=methods,
        oauth=named.oauth if AuthMethod.OAUTH2 in methods else None,
        vouching=vouching,
    )


def judge_all(config: Autoconfig, address: Address, vouching: Vouching) -> tuple[Candidate | Unusable, ...]:
    """The servers of a configuration file that this program has a use for: those for IMAP and for submission."""
    return tuple(
        judge(_named(server, config.oauth), address, vouching) for server in config.servers if server.kind in _SERVICES
    )


def provider_name(config: Autoconfig, address: Address) -> str:
    """What the provider calls itself; some files write the domain's placeholder there."""
    return visible_name(fill(config.name, address) or "")


def _named(server: ConfiguredServer, oauth: OAuthEndpoints | None) -> Named:
    return Named(
        service=_SERVICES[server.kind],
        host=server.host,
        port=server.port,
        tls=_TLS[server.socket],
        user=server.user,
        authentication=server.authentication,
        oauth=oauth,
    )


def _reason(named: Named, host: str | None, port: int, methods: tuple[AuthMethod, ...]) -> str:
    """Why it is never used; empty where it can be."""
    if host is None:
        return "That is not the name of a server, so no certificate could prove which one it is."
    if not 0 < port <= 65535:
        return f"“{visible(named.port)[:_SHOWN]}” is not a port."
    if named.tls is None:
        return "It would be spoken to without any encryption; the password would travel in the clear."
    if named.service is Service.IMAP and named.tls is Tls.STARTTLS:
        return (
            "It begins in the clear and encrypts only when asked (STARTTLS); mail is read only from servers that "
            "encrypt from the first byte."
        )
    if port in _BEGIN_IN_CLEAR:
        return f"Port {port} is never used for this: connections there begin in the clear."
    known = (*_METHODS, *_NO_LOGIN)
    if named.authentication and not methods and not any(text.lower() in known for text in named.authentication):
        return f"It asks for a kind of login that this program does not know ({visible(named.authentication[0])[:40]})."
    return ""
