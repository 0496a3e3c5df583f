"""The peer: checkdmarc asked for the same evidence, MTA-STS, exchangers and their TLSA, one domain after the other.

Runs in an environment of its own (`peer_python`). Its questions to the system's name service are answered here, so that
every connection ends at the benchmark's world; what it asks of DNS it asks the world's name server.
"""

# checkdmarc is in the peer's environment, not in ours.
# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

VERSION = "6.0.4"
_HOME = Path(__file__).parents[2] / ".venv" / "peers" / f"checkdmarc-{VERSION}"


def peer_python() -> Path:
    """The interpreter of the peer's environment, which is made where it is missing."""
    python = _HOME / "bin" / "python"
    if not (_HOME / "complete").exists():
        print(f"making {_HOME} (once; this fetches packages)", file=sys.stderr)
        subprocess.run((sys.executable, "-m", "venv", "--clear", str(_HOME)), check=True)
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"checkdmarc=={VERSION}")
        subprocess.run((str(python), *install), check=True)
        (_HOME / "complete").touch()
    return python


def ask_the_peer(dns: int, https: int, ca_file: Path, domains: Sequence[str]) -> dict[str, list[float]]:
    """Seconds and processor time of each domain, as the peer's own process measured them."""
    command = (str(peer_python()), __file__, str(dns), str(https), *domains)
    trusting = os.environ | {"REQUESTS_CA_BUNDLE": str(ca_file), "SSL_CERT_FILE": str(ca_file)}
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=trusting).stdout
    return dict(json.loads(told.splitlines()[-1]))


def _stay_at_home(https: int) -> None:
    asked_of_the_system = socket.getaddrinfo
    ports = {443: https}

    def getaddrinfo(host: Any, port: Any, *more: Any, **terms: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name.startswith("127."):
            return asked_of_the_system(host, port, *more, **terms)
        if name.rstrip(".").endswith(".test"):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", ports.get(int(port), int(port))))]
        raise socket.gaierror(f"nothing outside this machine is looked up ({name})")

    socket.getaddrinfo = getaddrinfo


def main() -> None:
    dns_port, https, *domains = sys.argv[1:]
    _stay_at_home(int(https))
    import checkdmarc.mta_sts  # deferred: after the patch, and only in the peer's environment
    import checkdmarc.smtp
    from dns.nameserver import Do53Nameserver

    servers = [Do53Nameserver("127.0.0.1", int(dns_port))]

    def ask(domain: str) -> None:
        policy = checkdmarc.mta_sts.check_mta_sts(domain, nameservers=servers)
        assert policy["valid"], policy
        patterns = policy["policy"]["mx"]
        found = checkdmarc.smtp.check_mx(domain, nameservers=servers, mta_sts_mx_patterns=patterns, check_mx_tls=False)
        assert all(host["addresses"] and host["tlsa"] for host in found["hosts"]), found

    first, *others = domains  # the first one loads what is loaded late
    ask(first)
    each: list[float] = []
    cpu_each: list[float] = []
    for domain in others:
        began, spent = time.perf_counter(), _cpu_seconds()
        ask(domain)
        each.append(time.perf_counter() - began)
        cpu_each.append(_cpu_seconds() - spent)
    print(json.dumps({"each": each, "cpu_each": cpu_each}))


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
