"""One Postfix in a directory of its own.

No DNS but the lab's is ever asked: the only Postfix program that looks names up is smtp(8), and it runs chrooted, so
that it reads a resolv.conf of its own. The machine's is left alone and no mount namespace is needed.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.lab import topology
from tests.lab.newer import SideRoot

_SERVICES = """\
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
smtp      unix - - y - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

_COMMON = {
    "compatibility_level": "3.6",
    "mail_owner": "postfix",
    "setgid_group": "postdrop",
    # An address that stands on an interface; where it really listens, master.cf says for each service.
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "default_database_type": "texthash",
    "alias_maps": "",
    "mydestination": "",
    "mynetworks": "",
    "local_transport": "error:no local mail here",
    "virtual_transport": f"lmtp:inet:{topology.IMAP}:{topology.LMTP_PORT}",
    "lmtp_tls_security_level": "none",
    "smtp_tcp_port": "25",  # a number: there is no /etc/services where smtp(8) runs
    "smtp_host_lookup": "dns",
    "smtp_dns_support_level": "dnssec",
    "smtp_tls_loglevel": "1",
    "smtpd_tls_loglevel": "1",
    "smtpd_tls_received_header": "yes",
    "smtpd_peername_lookup": "no",
    # A letter that cannot go out comes back at the first try: tests don't wait for days.
    "maximal_queue_lifetime": "0",
    "bounce_queue_lifetime": "0",
    "smtp_connect_timeout": "5s",
    # Each letter is tried, and comes back with its own reason, whatever came back from there a moment ago.
    "default_destination_concurrency_failed_cohort_limit": "0",
    "smtpd_client_connection_rate_limit": "0",
    "in_flow_delay": "0",
}


class Postfix:
    """One instance in its own directory; `root` has a newer Postfix than the machine's, which then runs there."""

    def __init__(self, directory: Path, log: Path, root: SideRoot | None = None) -> None:
        self._directory = directory
        self._log = log
        self._root = root
        self._settings: dict[str, str] = {}
        self._services = _SERVICES
        self._listens: list[tuple[str, int]] = []

    @property
    def command(self) -> tuple[str, ...]:
        start = ("/usr/sbin/postfix", "-c", str(self._directory), "start")
        return self._root.inside(*start) if self._root else start

    @property
    def pid_file(self) -> Path:
        return self._directory / "queue" / "pid" / "master.pid"

    @property
    def listens(self) -> tuple[tuple[str, int], ...]:
        return tuple(self._listens)

    def set(self, settings: Mapping[str, str]) -> None:
        self._settings |= settings

    def listen(self, address: str, port: int, settings: Mapping[str, str]) -> None:
        """One more smtpd(8), with settings of its own."""
        self._listens.append((address, port))
        self._services += f"{address}:{port} inet n - n - - smtpd{_options(settings)}\n"

    def service(self, name: str, settings: Mapping[str, str]) -> None:
        """One more smtp(8) for letters that go out, with settings of its own."""
        self._services += f"{name} unix - - y - - smtp{_options(settings)}\n"

    def table(self, name: str, rows: Mapping[str, str]) -> str:
        """A lookup table beside main.cf; returns its name as Postfix wants it."""
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / name
        path.write_text("".join(f"{key} {value}\n" for key, value in rows.items()))
        return f"texthash:{path}"

    def write(self) -> None:
        queue = self._directory / "queue"
        settings = {
            **_COMMON,
            "queue_directory": str(queue),
            "data_directory": str(self._directory / "own"),
            "maillog_file": str(self._log),
            "maillog_file_prefixes": str(self._log.parent),
            **self._settings,
        }
        (queue / "etc").mkdir(parents=True)
        (queue / "etc" / "resolv.conf").write_text(f"nameserver {topology.RESOLVER}\noptions edns0 trust-ad\n")
        (self._directory / "own").mkdir()
        shutil.chown(self._directory / "own", "postfix")
        (self._directory / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
        (self._directory / "master.cf").write_text(self._services)


def _options(settings: Mapping[str, str]) -> str:
    return "".join(f"\n    -o {{ {key} = {value} }}" for key, value in settings.items())
