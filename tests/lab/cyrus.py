"""Cyrus 3.6: another kind of IMAP server, over IMAPS; mailboxes make themselves when somebody first signs in.

Debian lets only one IMAP server be installed at a time, and that is Dovecot: of Cyrus the common part is installed, and
the server itself is unpacked beside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.lab import topology
from tests.lab.certificates import Certificates

PACKAGES = ("cyrus-common", "sasl2-bin")
MASTER = "/usr/lib/cyrus/bin/master"
BESIDE = Path(tempfile.gettempdir()) / "linksec-lab-cyrus-imapd"
IMAPD = BESIDE / "usr" / "lib" / "cyrus" / "bin" / "imapd"
_PEOPLE = topology.DIRECTORY / "cyrus" / "sasldb2"
_OWNER, _GROUP = "cyrus", "mail"

_IMAPD = """\
configdirectory: {top}/lib
partition-default: {top}/spool
defaultpartition: default
proc_path: {top}/run/proc
mboxname_lockpath: {top}/run/lock
lmtpsocket: {top}/run/socket/lmtp
idlesocket: {top}/run/socket/idle
notifysocket: {top}/run/socket/notify
syslog_prefix: linksec-lab-cyrus
admins: cyrus
servername: {host}
virtdomains: userid
defaultdomain: cyrus.invalid
unixhierarchysep: yes
altnamespace: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {people}
sasl_mech_list: PLAIN LOGIN
allowplaintext: no
tls_server_cert: {top}/server.pem
tls_server_key: {top}/server.pem
tls_versions: tls1_2 tls1_3
autocreate_post: yes
autocreate_quota: 0
autocreate_inbox_folders: Sent|Drafts|Trash|Junk|Archive
autocreate_subscribe_folders: Sent|Drafts|Trash|Junk|Archive
xlist-sent: Sent
xlist-drafts: Drafts
xlist-trash: Trash
xlist-junk: Junk
xlist-archive: Archive
conversations: no
idlemethod: idled
"""
_SERVICES = """\
START {{
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C {top}/imapd.conf -r"
  idled cmd="{beside}/idled -C {top}/imapd.conf"
}}
SERVICES {{
  imaps cmd="{beside}/imapd -C {top}/imapd.conf -s -U 30" listen="{address}:993" prefork=1 maxchild=50
}}
EVENTS {{
}}
"""


def is_unpacked() -> bool:
    """Here, and by nobody but root: the directory's name could be guessed."""
    return IMAPD.exists() and not BESIDE.is_symlink() and BESIDE.stat().st_uid == os.geteuid()


def unpack() -> None:
    """The server's own package, without installing it."""
    if is_unpacked():
        return
    shutil.rmtree(BESIDE, ignore_errors=True)
    BESIDE.mkdir(mode=0o755)
    subprocess.run(("apt-get", "-q", "download", "cyrus-imapd"), cwd=BESIDE, check=True, stdout=subprocess.DEVNULL)
    (package,) = BESIDE.glob("cyrus-imapd_*.deb")
    subprocess.run(("dpkg", "-x", package.name, "."), cwd=BESIDE, check=True)


def write_cyrus(top: Path, certificates: Certificates) -> tuple[str, ...]:
    """The configuration, with everything that it names; the command that starts the server."""
    for below in ("lib/db", "spool", "run/proc", "run/lock", "run/socket"):
        (top / below).mkdir(parents=True)
    host = f"cyrus.{topology.HOME}"
    shutil.copy(certificates.file(host), top / "server.pem")
    (top / "imapd.conf").write_text(_IMAPD.format(top=top, host=host, people=_PEOPLE))
    (top / "cyrus.conf").write_text(_SERVICES.format(top=top, address=topology.CYRUS, beside=IMAPD.parent))
    add_reader(f"nobody@{topology.HOME}")
    for path in (top, *top.rglob("*")):
        shutil.chown(path, _OWNER, _GROUP)
    return (MASTER, "-C", f"{top}/imapd.conf", "-M", f"{top}/cyrus.conf", "-p", f"{top}/run/master.pid")


def add_reader(user: str) -> None:
    """Somebody who may read mail there from now on, with the readers' password."""
    name, _, domain = user.partition("@")
    command = ("saslpasswd2", "-p", "-c", "-f", str(_PEOPLE), "-u", domain, name)
    subprocess.run(command, input=topology.READER_PASSWORD.encode(), check=True, capture_output=True)
    shutil.chown(_PEOPLE, _OWNER, _GROUP)
