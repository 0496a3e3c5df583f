"""Where this machine is on the network: the addresses that it would speak from. Nothing is sent to learn them."""

from __future__ import annotations

import socket
from contextlib import suppress

# Addresses for documentation (RFC 5737, RFC 3849): routed like any other, and nobody's.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_PORT = 9  # discard

Whereabouts = tuple[str, ...]


def whereabouts() -> Whereabouts:
    """One address a family; none where there is no way out."""
    return tuple(address for family, target in _ELSEWHERE if (address := _own_address(family, target)))


def _own_address(family: socket.AddressFamily, target: str) -> str:
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect((target, _PORT))  # a datagram socket: this asks the routing table and no one else
        return str(sock.getsockname()[0])
    return ""
