"""The benchmark's end of the world: the process that plays it, and how it is steered."""

from __future__ import annotations

import json
import random
import socket
import struct
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1]
PATIENCE = 60.0  # seconds; the world signs its zones first


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A running world, seen from the client."""

    directory: Path
    dns: int
    https: int
    smtp: int

    @property
    def ca_file(self) -> Path:
        return self.directory / "ca.pem"

    def pace(self, milliseconds: float) -> None:
        """From now on a round trip takes this long."""
        self._ask(f"_pace-{milliseconds:g}")

    def zero(self) -> None:
        """Count from here."""
        self._ask("_zero")

    def counted(self) -> dict[str, int]:
        """Questions since `zero`, by type."""
        return dict(json.loads(self._ask("_count")))

    def _ask(self, order: str) -> bytes:
        number = random.randbytes(2)
        name = bytes([len(order)]) + order.encode() + b"\x05bench\0"
        query = number + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + name + struct.pack("!HH", 16, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(PATIENCE)
            asking.sendto(query, ("127.0.0.1", self.dns))
            reply = asking.recv(65_535)
        rdata = reply[len(query) + 12 :]
        told = b""
        while rdata:
            told, rdata = told + rdata[1 : 1 + rdata[0]], rdata[1 + rdata[0] :]
        return told


@contextmanager
def world(directory: Path, signed: int) -> Generator[Near]:
    """A world in a process of its own, for as long as the block runs."""
    command = (sys.executable, "-m", "assessing.world", str(directory), str(signed))
    with subprocess.Popen(command, cwd=BENCHMARKS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        ports = json.loads(running.stdout.readline())
        try:
            yield Near(directory=directory, **ports)
        finally:
            running.stdin.close()
