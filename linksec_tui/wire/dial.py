"""Opening a TCP connection to a named host: where the name leads, and whether it may.

`connect_to` sends a host and port elsewhere, as curl means it. A name that came from a stranger (an MX record, a
policy host) must not lead into the user's own machine or network (link-security.md §10).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from linksec_tui.config import ConnectTo

# A host may publish any number of addresses; nobody needs more than a few of them to be reached.
ADDRESSES_TRIED = 4

# One server line is bounded by the protocol rooms; this bounds what a stream buffers before they look.
STREAM_LIMIT = 1 << 18


class ForbiddenAddress(OSError):
    """A stranger's name leads to a loopback, private, link-local or multicast address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to connect. `known_addresses` spares the lookup; `stranger`: the name came from outside."""

    host: str
    port: int
    known_addresses: Sequence[str] = ()
    stranger: bool = False
    timeout: float = 10.0  # seconds until the connection stands, TLS included


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialler:
    """Opens connections by the user's rules. `addresses_of` raises OSError where it finds none."""

    addresses_of: Callable[[str], Awaitable[Sequence[str]]]
    connect_to: tuple[ConnectTo, ...] = ()
    private_addresses: bool = False

    async def open(
        self, target: Target, context: ssl.SSLContext | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A stream to `target`, over TLS where a context is given. Raises OSError (ssl.SSLError, TimeoutError)."""
        async with asyncio.timeout(target.timeout):
            sock = await self._connect(target)
            try:
                return await asyncio.open_connection(
                    sock=sock,
                    ssl=context,
                    server_hostname=target.host if context else None,
                    limit=STREAM_LIMIT,
                )
            except UnicodeError as error:  # DNS allows labels of any octets, TLS does not
                sock.close()
                raise OSError("its name is none that a certificate can have") from error
            except BaseException:
                sock.close()
                raise

    async def connect(self, target: Target) -> socket.socket:
        """A connected, non-blocking socket, for libraries that speak TLS themselves. Raises OSError."""
        async with asyncio.timeout(target.timeout):
            return await self._connect(target)

    async def look_ahead(self, target: Target) -> None:
        """Ask where the name leads, so that the resolver has it at hand when `open` asks. Never raises."""
        with contextlib.suppress(OSError):
            await self.endpoints(target)

    async def endpoints(self, target: Target) -> list[tuple[str, int]]:
        """Where a connection to `target` would go: addresses and ports. Raises OSError."""
        rule = self._rule(target)
        port = (rule.to_port if rule else 0) or target.port
        if rule and rule.address:  # the user's own word: it may lead anywhere
            return [(address, port) for address in await self._addresses(rule.address)]
        addresses = await self._addresses(target.host, target.known_addresses)
        if target.stranger and not self.private_addresses:
            addresses = _public(addresses)
        return [(address, port) for address in addresses]

    async def _connect(self, target: Target) -> socket.socket:
        endpoints = await self.endpoints(target)
        failure: OSError = OSError(f"no address for {target.host}")
        for address, port in endpoints[:ADDRESSES_TRIED]:
            try:
                return await _connect_one(address, port)
            except OSError as error:
                failure = error
        raise failure

    def _rule(self, target: Target) -> ConnectTo | None:
        fitting = (
            rule
            for rule in self.connect_to
            if rule.host.lower() in ("", target.host.lower()) and rule.port in (0, target.port)
        )
        return next(fitting, None)

    async def _addresses(self, host: str, known: Sequence[str] = ()) -> Sequence[str]:
        """Always by our own resolver: what a socket looks up itself is asked of the system, in clear and unbounded."""
        return (host,) if _is_address(host) else known or await self.addresses_of(host)


def _public(addresses: Sequence[str]) -> Sequence[str]:
    public = [address for address in addresses if is_public(address)]
    if addresses and not public:
        raise ForbiddenAddress(f"{addresses[0]} is not an address on the public network")
    return public


def is_public(address: str) -> bool:
    """Is this an address that a stranger's name may lead to?"""
    ip = ipaddress.ip_address(address)
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    ip = mapped or ip
    return ip.is_global and not ip.is_multicast


def _is_address(host: str) -> bool:
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host)
        return True
    return False


def in_plain_words(error: OSError) -> OSError:
    """As the system says it; asyncio's words name the address besides. Not for ssl's errors, whose numbers differ."""
    return OSError(error.errno, os.strerror(error.errno)) if error.errno else error


async def _connect_one(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except OSError as error:
        sock.close()
        raise in_plain_words(error) from error
    except BaseException:
        sock.close()
        raise
    return sock
