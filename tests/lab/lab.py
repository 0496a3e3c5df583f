"""The lab as a whole: which packages it needs, up, down, and a configuration of linksec-tui that lives in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.lab import cyrus, hostile_stage, newer, newer_servers, requiretls_front, stunnel, topology
from tests.lab.certificates import Certificates
from tests.lab.cyrus import write_cyrus
from tests.lab.dovecot import write_dovecot
from tests.lab.exchangers import exchangers
from tests.lab.postfix import Postfix
from tests.lab.provider import provider
from tests.lab.servers import Roster, Server, wait_for
from tests.lab.stunnel import write_stunnel
from tests.lab.topology import DIRECTORY
from tests.lab.zones import write_dns

PACKAGES = (
    *("unbound", "nsd", "ldnsutils", "postfix", "dovecot-core", "dovecot-imapd", "dovecot-lmtpd"),
    *("gnome-keyring", "dbus-daemon", "stunnel4", "iproute2", *cyrus.PACKAGES),
    *("zsh", "fish", "man-db", "desktop-file-utils", "git", "git-email", "libmailtools-perl", "chromium"),
    *("mutt", "neomutt", "aerc", "less"),  # which aerc shows letters with
    *("libnsl2", "libldap-2.5-0", "libwrap0"),  # of Sendmail, which is unpacked and not installed
)
CA_FILE = DIRECTORY / "certificates" / "ca.pem"
CONFIGURATION = DIRECTORY / "linksec-tui.toml"
LOGS = topology.LOGS

_MARK = DIRECTORY / ".linksec-lab"
_INTROSPECTION = (topology.AUTHORIZATION, topology.INTROSPECTION_PORT)
_POLICY_RC = Path("/usr/sbin/policy-rc.d")
_CONFIGURATION = """\
[network]
resolver = "{resolver}"
ca_file = "{ca_file}"
probe = "automatic"
private_addresses = true

[paths]
state = "{state}"

[store]
key = "command"
key_command = "printf %064d 1"

[[account]]
name = "home"
address = "{address}"
password_command = "echo {password}"
imap = {{ host = "imap.{home}", port = 993 }}
submission = {{ host = "{host}.{home}", port = {port}, tls = "{tls}" }}
enforces = [{enforces}]
local_domains = ["{home}"]
"""


def missing() -> str:
    """Why there can be no lab here, in one sentence; empty where there can."""
    if os.geteuid() != 0:
        return "The lab of real servers needs root, for ports below 1024."
    if not _absent_packages():
        return "" if cyrus.is_unpacked() else "The lab of real servers needs Cyrus unpacked (make test-lab)."
    if not shutil.which("apt-get"):
        return "The lab of real servers needs Debian's packages, and there is no apt-get here."
    return f"The lab of real servers needs these packages (make test-lab): {', '.join(_absent_packages())}."


def install_packages() -> None:
    """What is missing, without starting the machine's own services of that name."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    if absent := _absent_packages():
        _install(absent)
    cyrus.unpack()
    newer.fetch()


def _install(absent: list[str]) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends", *absent)
    guarded = not _POLICY_RC.exists()
    if guarded:
        _POLICY_RC.write_text("#!/bin/sh\nexit 101\n")
        _POLICY_RC.chmod(0o755)
    try:
        if subprocess.run(install, env=environment, stdout=sys.stderr, check=False).returncode != 0:
            update = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "update")
            subprocess.run(update, env=environment, stdout=sys.stderr, check=True)
            subprocess.run(install, env=environment, stdout=sys.stderr, check=True)
    finally:
        if guarded:
            _POLICY_RC.unlink()


def up() -> bool:
    """Start everything; False where it already ran."""
    if reason := missing():
        raise SystemExit(reason)
    if is_up():
        return False
    down()
    _empty_directory()
    roster = Roster(topology.ROSTER)
    certificates = Certificates(DIRECTORY / "certificates")
    servers = tuple(_servers(certificates))
    try:
        for server in servers:
            roster.start(server, LOGS / f"{server.name}.log")
        for server in servers:
            wait_for(server)
        newer_servers.start(roster, certificates)
    except BaseException:
        roster.stop()
        raise
    CONFIGURATION.write_text(configuration(DIRECTORY / "state"))
    return True


def is_up() -> bool:
    running = status()
    return bool(running) and all(running.values())


def status() -> dict[str, bool]:
    """Each server that was started: does it still run?"""
    return Roster(topology.ROSTER).running


def down() -> None:
    Roster(topology.ROSTER).stop()


def configuration(
    state: Path, *, port: int = 465, host: str = "smtp", enforces: tuple[str, ...] = ("dane", "mta-sts")
) -> str:
    """A configuration file for alice, with its own state directory; `host` is where she hands letters in."""
    return _CONFIGURATION.format(
        resolver=topology.RESOLVER,
        ca_file=CA_FILE,
        state=state,
        address=topology.SENDER,
        password=topology.PASSWORDS[topology.SENDER],
        home=topology.HOME,
        host=host,
        port=port,
        enforces=", ".join(f'"{each}"' for each in enforces),
        tls="implicit" if port == 465 else "starttls",
    )


def _servers(certificates: Certificates) -> Iterator[Server]:
    dns = DIRECTORY / "dns"
    write_dns(dns, certificates)
    dovecot = write_dovecot(DIRECTORY / "dovecot", DIRECTORY / "run", LOGS / "dovecot.log", certificates)
    imap = tuple((topology.IMAP, port) for port in (993, topology.LMTP_PORT, topology.SASL_PORT))
    inbound = exchangers(DIRECTORY / "exchangers", LOGS / "exchangers-mail.log", certificates)
    astray = write_stunnel(DIRECTORY / "stunnel", LOGS / "stunnel.log", certificates)
    outbound = provider(DIRECTORY / "provider", LOGS / "provider-mail.log", certificates)
    yield _server("nsd", ("nsd", "-d", "-c", f"{dns}/nsd.conf"), (topology.NAMESERVER, 53))
    yield _server("unbound", ("unbound", "-d", "-p", "-c", f"{dns}/unbound.conf"), (topology.RESOLVER, 53))
    yield _own("policy_host", (topology.POLICY_HOST, 443))
    yield _own("authorization_server", (topology.AUTHORIZATION, 443), _INTROSPECTION)
    yield _server("dovecot", ("dovecot", "-F", "-c", str(dovecot)), *imap)
    yield _server("cyrus", write_cyrus(DIRECTORY / "cyrus", certificates), (topology.CYRUS, 993))
    yield _postfix("exchangers", inbound)
    yield _own("requiretls_front", *((domain.address, 25) for domain in requiretls_front.DOMAINS))
    yield _postfix("provider", outbound)
    yield _own("declaring_front", (topology.DECLARING, 465))
    yield _server("stunnel", ("stunnel4", str(astray)), *stunnel.listens())
    yield _own("hostile_stage", *hostile_stage.listens())


def _server(name: str, command: tuple[str, ...], *listens: tuple[str, int]) -> Server:
    return Server(name=name, command=command, listens=listens)


def _own(module: str, *listens: tuple[str, int]) -> Server:
    """A server of ours: a module of this directory, told where the certificates are."""
    return _server(module, (sys.executable, "-m", f"tests.lab.{module}", str(CA_FILE.parent)), *listens)


def _postfix(name: str, postfix: Postfix) -> Server:
    return Server(name=name, command=postfix.command, listens=postfix.listens, pid_file=postfix.pid_file)


def _empty_directory() -> None:
    if DIRECTORY.exists():
        # A directory of that name in a place where everybody may write could be anybody's.
        if DIRECTORY.is_symlink() or DIRECTORY.stat().st_uid != os.geteuid() or not _MARK.exists():
            raise SystemExit(f"{DIRECTORY} is there already and is not a lab's; name another with LAB_DIR.")
        shutil.rmtree(DIRECTORY)
    DIRECTORY.mkdir(mode=0o755)
    _MARK.touch()
    LOGS.mkdir()


def _absent_packages() -> list[str]:
    if not shutil.which("dpkg-query"):
        return list(PACKAGES)
    return [package for package in PACKAGES if not _installed(package)]


def _installed(package: str) -> bool:
    asked = subprocess.run(
        ("dpkg-query", "-W", "-f", "${db:Status-Abbrev}", package), capture_output=True, text=True, check=False
    )
    return asked.stdout.startswith("ii")
