"""home.test's submission server: TLS always, and outwards DANE, or MTA-STS where a domain has a policy.

For two of its people it sends as weaker providers do: with TLS where it happens to work, and without any.
"""

from __future__ import annotations

from pathlib import Path

from tests.lab import domains, hostile, topology
from tests.lab.certificates import Certificates
from tests.lab.hostile import Trick
from tests.lab.postfix import Postfix

_NEWER_MAILBOXES = f"lmtp:inet:{topology.NEWER_IMAP}:{topology.LMTP_PORT}"
_IN_CLEAR = {"smtpd_tls_security_level": "may", "smtpd_tls_auth_only": "no"}
# How Postfix goes astray where it is told to: who trusts it then loses a password.
_ASTRAY = {
    Trick.STRIPPED: {**_IN_CLEAR, "smtpd_discard_ehlo_keywords": "starttls"},
    Trick.REFUSED: {**_IN_CLEAR, "smtpd_command_filter": "inline:{STARTTLS=REFUSED}"},
}


def provider(directory: Path, log: Path, certificates: Certificates) -> Postfix:
    postfix = Postfix(directory, log)
    submission(postfix, "smtp", certificates)
    for one in hostile.HOSTILE:
        if one.trick in _ASTRAY:
            postfix.listen(one.stage, hostile.SUBMISSION, _ASTRAY[one.trick])
    postfix.write()
    return postfix


def submission(postfix: Postfix, name: str, certificates: Certificates) -> None:
    """What makes it home.test's, at the host of that name."""
    host, address = f"{name}.{topology.HOME}", topology.HOME_HOSTS[name]
    owners = {address: address for address in topology.PASSWORDS}
    services = {sender: f"smtp-{level}:" for level, sender in topology.LAX_SENDERS.items()}
    postfix.set(
        {
            "myhostname": host,
            "myorigin": topology.HOME,
            "virtual_mailbox_domains": topology.HOME,
            "virtual_mailbox_maps": postfix.table("mailboxes", owners),
            "transport_maps": postfix.table("elsewhere", {topology.NEWER_PERSON: _NEWER_MAILBOXES}),
            "smtp_bind_address": address,
            "smtp_tls_CAfile": str(certificates.ca_file),
            "smtp_tls_security_level": "dane",
            "smtp_tls_policy_maps": postfix.table("mta-sts", _sts_levels()),
            "sender_dependent_default_transport_maps": postfix.table("manners", services),
            "smtpd_tls_chain_files": str(certificates.file(host)),
            "smtpd_tls_security_level": "encrypt",
            "smtpd_tls_auth_only": "yes",
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_sasl_type": "dovecot",
            "smtpd_sasl_path": f"inet:{topology.IMAP}:{topology.SASL_PORT}",
            "smtpd_sender_login_maps": postfix.table("logins", owners),
            "smtpd_sender_restrictions": "reject_sender_login_mismatch",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject",
            "smtpd_recipient_restrictions": "reject_non_fqdn_recipient, permit_sasl_authenticated, reject",
        }
    )
    postfix.listen(address, 465, {"smtpd_tls_wrappermode": "yes"})
    postfix.listen(address, 587, {})
    for level in topology.LAX_SENDERS:
        postfix.service(f"smtp-{level}", {"smtp_tls_security_level": level, "smtp_tls_policy_maps": ""})


def _sts_levels() -> dict[str, str]:
    # What a resolver of MTA-STS policies would answer Postfix (RFC 8461 §4.1), written down beforehand.
    return {
        domain.name: f"secure match={domain.policy_in_force.removeprefix('*')} servername=hostname"
        for domain in domains.DOMAINS
        if domain.policy_in_force
    }
