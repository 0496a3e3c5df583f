"""stunnel in the lab: another program's TLS, with a bad certificate or an old version, before Dovecot and Postfix.

For 587 it does the STARTTLS dialogue itself. What comes out of its TLS passes the cellar, where it is written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.lab.certificates import Certificates
from tests.lab.hostile import HONEST, HOSTILE, SUBMISSION, Flaw, Hostile, Trick

_OLD = {Trick.TLS_1_0: "TLSv1", Trick.TLS_1_1: "TLSv1.1"}
PLAYED = tuple(one for one in (*HOSTILE, HONEST) if one.flaw is not Flaw.NONE or one.trick in _OLD or one is HONEST)

_GLOBAL = """\
foreground = yes
pid =
output = {log}
"""
_SERVICE = """
[{name}-{port}]
accept = {stage}:{port}
connect = {cellar}:{port}
cert = {certificate}
securityLevel = 0
"""


def write_stunnel(directory: Path, log: Path, certificates: Certificates) -> Path:
    """Its configuration file."""
    directory.mkdir()
    file = directory / "stunnel.conf"
    services = (_service(one, port, certificates) for one in PLAYED for port in one.ports)
    file.write_text(_GLOBAL.format(log=log) + "".join(services))
    return file


def listens() -> tuple[tuple[str, int], ...]:
    return tuple((one.stage, port) for one in PLAYED for port in one.ports)


def _service(one: Hostile, port: int, certificates: Certificates) -> str:
    lines = _SERVICE.format(
        name=one.name, port=port, stage=one.stage, cellar=one.cellar, certificate=certificates.file(one.host)
    )
    return lines + "".join(f"{line}\n" for line in _more(one, port))


def _more(one: Hostile, port: int) -> Iterator[str]:
    if port == SUBMISSION:
        yield "protocol = smtp"
    if old := _OLD.get(one.trick):
        yield f"sslVersionMin = {old}"
        yield f"sslVersionMax = {old}"
        yield "ciphers = ALL:@SECLEVEL=0"
