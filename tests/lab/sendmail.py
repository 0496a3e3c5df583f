"""Sendmail 8.17, the one well-known server that offers DELIVERBY: takes letters, queues them, and sends nothing on.

Debian lets one mail server be installed, and that is Postfix: Sendmail is unpacked beside. It asks the system who this
machine is, and reads its certificate only where nobody else could have put one: so it runs under a name and with
lists of hosts of its own (namespaces), and sees its directory at /mnt.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.lab import lab, newer, topology
from tests.lab.servers import Server, wait_for

LEAST = 3600  # seconds that a sender must give it
ADDRESS = f"{topology.NET}.1.9"
PORT = 587
QUEUED = "!\x02 "  # begins the line of its queue with the seconds after which it returns a letter (mode R)

_PACKAGE = "sendmail-bin"
_BESIDE = Path(tempfile.gettempdir()) / "linksec-lab-sendmail"
_PROGRAM = _BESIDE / "usr" / "libexec" / "sendmail" / "sendmail"
_HOST = f"smtp.{topology.HOME}"

_CONFIGURATION = f"""\
V10/Berkeley
Dj{_HOST}
DnMAILER-DAEMON
O DeliveryMode=queueonly
O QueueDirectory=/mnt/queue
O PidFile=/mnt/pid
O StatusFile
O HelpFile
O DontProbeInterfaces=True
O DaemonPortOptions=Name=MSA, Addr={ADDRESS}, Port={PORT}
O DeliverByMin={LEAST}
O CACertPath=/mnt
O CACertFile=/mnt/ca.pem
O ServerCertFile=/mnt/certificate.pem
O ServerKeyFile=/mnt/certificate.pem
O AuthMechanisms=PLAIN
SParse0
S3
R$*<$*>$*\t$@ $2
S0
R$*\t$#esmtp $@ [{topology.NOBODY}] $: $1
Mlocal, P=/bin/false, F=lsDFMAw5:/|@qm9, T=DNS/RFC822/X-Unix, A=false
Mprog, P=/bin/false, F=lsDFMoqeu9, T=X-Unix/X-Unix/X-Unix, A=false
Mesmtp, P=[IPC], F=mDFMuXa, E=\\r\\n, L=990, T=DNS/RFC822/SMTP, A=TCP $h
"""
_PASSWORDS = "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: /mnt/sasl/people\nmech_list: PLAIN\n"
_RUN = f"""\
set -e
hostname {_HOST}
mount --bind hosts /etc/hosts
mount --bind nsswitch.conf /etc/nsswitch.conf
mount --bind resolv.conf /etc/resolv.conf
mount --bind sasl /usr/lib/sasl2
mount --bind . /mnt
exec {_PROGRAM} -bD -C /mnt/sendmail.cf
"""


def missing() -> str:
    """Why it can't be had here, in one sentence; empty where it can."""
    try:
        _unpack()
        if b"not found" in subprocess.run(("ldd", str(_PROGRAM)), capture_output=True, check=True).stdout:
            return f"Sendmail's DELIVERBY {newer.NOT_TESTED} some of its libraries are not here."
        subprocess.run(("unshare", "--uts", "--mount", "true"), capture_output=True, check=True)
    except (OSError, ValueError, subprocess.SubprocessError) as failure:
        return f"Sendmail's DELIVERBY {newer.NOT_TESTED} it cannot be had here ({type(failure).__name__})."
    return ""


def _unpack() -> None:
    """Unless it is: the server's own package, without installing it."""
    if _PROGRAM.exists() and not _BESIDE.is_symlink() and _BESIDE.stat().st_uid == os.geteuid():
        return
    shutil.rmtree(_BESIDE, ignore_errors=True)
    _BESIDE.mkdir(mode=0o755)
    fetch = ("apt-get", "-q", "download", _PACKAGE)
    subprocess.run(fetch, cwd=_BESIDE, check=True, stdout=subprocess.DEVNULL, timeout=newer.HAD_WITHIN)
    (package,) = _BESIDE.glob(f"{_PACKAGE}_*.deb")
    subprocess.run(("dpkg", "-x", package.name, "."), cwd=_BESIDE, check=True)


@contextmanager
def sendmail(directory: Path) -> Generator[Path]:
    """Running, where nothing is `missing`; its queue, with a file `qf…` for each letter."""
    _write(directory)
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            ("unshare", "--uts", "--mount", "sh", "-c", _RUN),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=directory,
        )
    try:
        wait_for(Server(name="sendmail", command=(), listens=((ADDRESS, PORT),)))
        yield directory / "queue"
    finally:
        process.kill()
        process.wait()


def _write(directory: Path) -> None:
    (directory / "queue").mkdir(parents=True)
    (directory / "sasl").mkdir()
    (directory / "sendmail.cf").write_text(_CONFIGURATION)
    (directory / "hosts").write_text(f"127.0.0.1 localhost\n{ADDRESS} {_HOST}\n")
    (directory / "nsswitch.conf").write_text("hosts: files\n")
    (directory / "resolv.conf").write_text(f"nameserver {topology.RESOLVER}\n")
    (directory / "sasl" / "Sendmail.conf").write_text(_PASSWORDS)
    shutil.copy(lab.CA_FILE, directory / "ca.pem")
    shutil.copy(lab.CA_FILE.with_name(f"{_HOST}.pem"), directory / "certificate.pem")
    (directory / "certificate.pem").chmod(0o600)
    name, _, domain = topology.SENDER.partition("@")
    people = str(directory / "sasl" / "people")
    subprocess.run(
        ("saslpasswd2", "-p", "-c", "-f", people, "-u", domain, name),
        input=topology.PASSWORDS[topology.SENDER].encode(),
        check=True,
        capture_output=True,
    )
