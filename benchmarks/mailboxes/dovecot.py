"""A real Dovecot on loopback with mailboxes of several sizes: it needs the package, and no root."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from mailboxes.letters import write_maildir

PASSWORD = "bench"
_READY_WITHIN = 20.0
_SERVICE_USER = "nobody"  # Dovecot serves no mail as root
_CONFIGURATION = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{base}/server.pem
ssl_key = <{base}/server.pem
auth_mechanisms = plain
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {user}
mail_gid = {group}
mail_location = maildir:~/Maildir
maildir_very_dirty_syncs = yes
mail_fsync = never
mail_max_userip_connections = 50
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service imap {{
  vsz_limit = 2G
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the server is, and who may be believed about it. An account is called after its number of letters."""

    port: int
    ca_file: Path


def missing() -> str:
    return "" if shutil.which("dovecot") else "This needs Dovecot: apt-get install dovecot-imapd."


@contextmanager
def serving(base: Path, counts: Sequence[int]) -> Generator[Served]:
    """Accounts `b<count>` with so many letters each; they stay in `base` for the next time."""
    _write_mail(base, counts)
    served = Served(port=_free_port(), ca_file=base / "ca.pem")
    _write_certificates(base)
    (base / "dovecot.conf").write_text(_configuration(base, served.port))
    server = subprocess.Popen(("dovecot", "-F", "-c", str(base / "dovecot.conf")), start_new_session=True)
    try:
        _wait(served.port, base)
        yield served
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _write_mail(base: Path, counts: Sequence[int]) -> None:
    """Beside, then renamed: what was begun and not finished is made anew."""
    for count in counts:
        home = base / "mail" / f"b{count}"
        if home.exists():
            continue
        beside = base / "mail" / f"b{count}.new"
        shutil.rmtree(beside, ignore_errors=True)
        write_maildir(beside / "Maildir", count)
        beside.rename(home)
    if os.geteuid() == 0:
        subprocess.run(("chown", "-R", f"{_SERVICE_USER}:", str(base / "mail")), check=True)


def _write_certificates(base: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(base / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(base / "server.pem")


def _configuration(base: Path, port: int) -> str:
    user = _SERVICE_USER if os.geteuid() == 0 else getpass.getuser()
    group = subprocess.run(("id", "-gn", user), capture_output=True, text=True, check=True).stdout.strip()
    return _CONFIGURATION.format(base=base, user=user, group=group, password=PASSWORD, port=port)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait(port: int, base: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"Dovecot did not start; {base}/dovecot.log says why.")
