"""Dovecot 2.3: the mailboxes of everybody in the lab over IMAPS, deliveries by LMTP, and passwords for Postfix."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.lab import domains, topology
from tests.lab.authorization_server import SCOPE
from tests.lab.certificates import Certificates

_CONFIGURATION = """\
base_dir = {run}
state_dir = {directory}/state
instance_name = {name}
hostname = imap.{home} # what LMTP's Received fields say, instead of the machine's own name
log_path = {log}
protocols = imap lmtp
listen = {address}
ssl = required
ssl_cert = <{certificate}
ssl_key = <{certificate}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login xoauth2 oauthbearer
mail_location = maildir:{directory}/mail/%u
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
    address = {address}
    port = {lmtp_port}
  }}
}}
service auth {{
  inet_listener {{
    address = {address}
    port = {sasl_port}
  }}
}}
service anvil {{
  # Whoever was refused before waits longer each time, up to 15 s: not in tests that are refused a dozen times.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
protocol imap {{
  mail_plugins = imap_zlib quota # COMPRESS=DEFLATE
}}
plugin {{
  # Nobody has a limit but whoever is given a rule in the list of people.
  quota = count:User quota
  quota_vsizes = yes
}}
protocol lmtp {{
  postmaster_address = postmaster@{home}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {directory}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=%u {directory}/people
}}
# As many people as tests want, each with mailboxes that no other test has seen.
passdb {{
  driver = static
  mechanisms = plain login
  username_filter = {reader}*
  args = password={reader_password}
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {directory}/people
  default_fields = uid=nobody gid=nogroup home={directory}/mail/%u
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={directory}/mail/%u
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

# Dovecot asks about every token (RFC 7662); in the clear, because it would look the name up by the machine's resolver.
_OAUTH2 = """\
introspection_mode = post
introspection_url = http://{address}:{port}/introspect
username_attribute = username
active_attribute = active
active_value = true
scope = {scope}
"""


def write_dovecot(directory: Path, run: Path, log: Path, certificates: Certificates) -> Path:
    """The configuration file, with everything that it names."""
    (directory / "mail").mkdir(parents=True)
    shutil.chown(directory / "mail", "nobody", "nogroup")
    receivers = {domain.recipient: topology.RECEIVER_PASSWORD for domain in domains.RECEIVING}
    people = topology.PASSWORDS | receivers
    passwords = directory / "people"
    limits = {topology.FULL_PERSON: f"userdb_quota_rule=*:bytes={topology.FULL_AT}"}
    passwords.write_text(
        "".join(f"{one}:{{PLAIN}}{password}::::::{limits.get(one, '')}\n" for one, password in people.items())
    )
    (directory / "oauth2.conf").write_text(
        _OAUTH2.format(address=topology.AUTHORIZATION, port=topology.INTROSPECTION_PORT, scope=SCOPE)
    )
    configuration = directory / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            run=run,
            directory=directory,
            name=f"linksec-lab-{topology.NET}",
            log=log,
            address=topology.IMAP,
            certificate=certificates.file(f"imap.{topology.HOME}"),
            lmtp_port=topology.LMTP_PORT,
            sasl_port=topology.SASL_PORT,
            home=topology.HOME,
            reader=topology.READER,
            reader_password=topology.READER_PASSWORD,
        )
    )
    return configuration
