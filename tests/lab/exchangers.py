"""The exchangers: one Postfix plays all of them, a listener each, with its own name, certificate and manner of TLS."""

from __future__ import annotations

from pathlib import Path

from tests.lab import domains, topology
from tests.lab.certificates import Certificates
from tests.lab.domains import Domain, Tls
from tests.lab.postfix import Postfix
from tests.lab.requiretls_front import BEHIND

_NO_TLS = {"smtpd_tls_security_level": "none"}
_MANNERS = {
    Tls.OFFERED: {"smtpd_tls_security_level": "may"},
    Tls.DEMANDED: {"smtpd_tls_security_level": "encrypt"},
    Tls.REQUIRETLS: _NO_TLS,  # what stands in front of it does that part
    Tls.OLD: {
        "smtpd_tls_security_level": "may",
        "smtpd_tls_protocols": "TLSv1",
        "tls_medium_cipherlist": "DEFAULT:@SECLEVEL=0",  # OpenSSL 3 has no TLS 1.0 above that
    },
    Tls.BROKEN: {
        "smtpd_tls_security_level": "may",
        "smtpd_tls_protocols": "TLSv1.2",
        "tls_medium_cipherlist": "AES128-SHA",  # wants an RSA key, and ours are not: nothing can be agreed on
    },
    Tls.STRIPPED: {"smtpd_tls_security_level": "may", "smtpd_discard_ehlo_keywords": "starttls"},
    Tls.NONE: _NO_TLS,
}


def exchangers(directory: Path, log: Path, certificates: Certificates) -> Postfix:
    """Every recipient domain's exchanger, and home.test's."""
    postfix = Postfix(directory, log)
    names = [topology.HOME, *(domain.name for domain in domains.RECEIVING)]
    people = [*topology.PASSWORDS, *(domain.recipient for domain in domains.RECEIVING)]
    postfix.set(
        {
            "myhostname": f"mx.{topology.HOME}",
            "virtual_mailbox_domains": " ".join(names),
            "virtual_mailbox_maps": postfix.table("mailboxes", dict.fromkeys(people, "x")),
            "smtpd_relay_restrictions": "reject_unauth_destination",
            "smtpd_recipient_restrictions": "reject_unlisted_recipient",
        }
    )
    home = f"mx.{topology.HOME}"
    postfix.listen(topology.HOME_EXCHANGER, 25, _named(home, certificates) | _MANNERS[Tls.OFFERED])
    for domain in domains.RECEIVING:
        _listen(postfix, domain, certificates)
    postfix.write()
    return postfix


def _listen(postfix: Postfix, domain: Domain, certificates: Certificates) -> None:
    port = BEHIND if domain.tls is Tls.REQUIRETLS else 25
    postfix.listen(domain.address, port, _named(domain.exchanger, certificates) | _MANNERS[domain.tls])
    if domain.fallback:
        postfix.listen(domain.fallback_address, 25, {"myhostname": domain.fallback_exchanger, **_NO_TLS})


def _named(host: str, certificates: Certificates) -> dict[str, str]:
    return {"myhostname": host, "smtpd_tls_chain_files": str(certificates.file(host))}
