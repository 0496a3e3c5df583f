"""Dovecot 2.4, whose configuration has another syntax: IMAPS for readers, deliveries for those whose mail lies here."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.lab import topology
from tests.lab.certificates import Certificates

_CONFIGURATION = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {top}/run
state_dir = {top}/state
instance_name = {name}
hostname = {host}
log_path = {log}
protocols = imap lmtp
listen = {address}
ssl = required
ssl_server_cert_file = {certificate}
ssl_server_key_file = {certificate}
ssl_min_protocol = TLSv1.2
auth_mechanisms = plain login
auth_allow_cleartext = no
mail_driver = maildir
mail_home = {top}/mail/%{{user}}
mail_path = ~/Maildir
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = 993
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    listen = {address}
    port = {lmtp_port}
  }}
}}
service anvil {{
  # Whoever was refused before waits longer each time: not in tests that are refused a dozen times.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@{home}
}}
passdb passwd-file {{
  passwd_file_path = {people}
}}
# As many people as tests want, each with mailboxes that no other test has seen.
passdb static {{
  username_filter = {reader}*
  password = {reader_password}
}}
userdb static {{
  fields {{
    uid = nobody
    gid = nogroup
    home = {top}/mail/%{{user}}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
}}
"""


def write_dovecot(top: Path, log: Path, certificates: Certificates) -> Path:
    """The configuration file, with everything that it names; who is known is written down by the older one."""
    (top / "mail").mkdir(parents=True)
    shutil.chown(top / "mail", "nobody", "nogroup")
    host = f"imap24.{topology.HOME}"
    configuration = top / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            top=top,
            name=f"linksec-lab-{topology.NET}-newer",
            host=host,
            log=log,
            address=topology.NEWER_IMAP,
            certificate=certificates.file(host),
            lmtp_port=topology.LMTP_PORT,
            home=topology.HOME,
            people=topology.DIRECTORY / "dovecot" / "people",
            reader=topology.READER,
            reader_password=topology.READER_PASSWORD,
        )
    )
    return configuration
