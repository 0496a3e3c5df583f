"""Addresses, ports and people of the lab; everything else in this directory follows from them and from `domains`.

The whole lab lives on loopback, on 127.20.0.0/16 unless LAB_NET names another, so that several may run side by side.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

NET = os.environ.get("LAB_NET", "127.20")
DIRECTORY = Path(os.environ.get("LAB_DIR", Path(tempfile.gettempdir()) / f"linksec-lab-{NET}"))
LOGS = DIRECTORY / "log"
ROSTER = DIRECTORY / "roster.json"

RESOLVER = f"{NET}.0.53"  # Unbound, validating: what Postfix and the client ask
NAMESERVER = f"{NET}.0.54"  # NSD, authoritative for a root of our own and everything below it
NOBODY = f"{NET}.0.99"  # where nobody listens
POLICY_HOST = f"{NET}.0.80"  # HTTPS, all mta-sts.* names
AUTHORIZATION = f"{NET}.0.82"  # auth.home.test: signs people in (OAuth2), and tells Dovecot whose a token is
INTROSPECTION_PORT = 8080
SUBMISSION = f"{NET}.1.1"  # smtp.home.test: the sender's provider
NEWER_SUBMISSION = f"{NET}.1.11"  # smtp311.home.test: the same provider with a Postfix that knows REQUIRETLS
DECLARING = f"{NET}.1.3"  # declaring.home.test: the same provider, and it declares LINKSEC 3
HOME_EXCHANGER = f"{NET}.1.25"
IMAP = f"{NET}.3.1"  # imap.home.test: also takes deliveries (LMTP) and answers Postfix's password questions
CYRUS = f"{NET}.3.2"  # cyrus.home.test: another kind of IMAP server
NEWER_IMAP = f"{NET}.3.3"  # imap24.home.test: Dovecot 2.4, also takes deliveries for those whose mail is there
LMTP_PORT = 24
SASL_PORT = 12345

HOME = "home.test"
HOME_HOSTS = {
    "smtp": SUBMISSION,
    "smtp311": NEWER_SUBMISSION,
    "declaring": DECLARING,
    "mx": HOME_EXCHANGER,
    "imap": IMAP,
    "imap24": NEWER_IMAP,
    "cyrus": CYRUS,
    "auth": AUTHORIZATION,
}
# Zones of hosts that are no recipient's exchanger: each host gets an address and a certificate of the lab's CA.
HOSTS: Mapping[str, Mapping[str, str]] = {HOME: HOME_HOSTS}

SENDER = f"alice@{HOME}"
# Postfix sends for these two as one that may use TLS, and as one that never does; for everybody else as one that
# enforces DANE and MTA-STS.
LAX_SENDERS = {"may": f"may@{HOME}", "none": f"none@{HOME}"}
NEWER_PERSON = f"nina@{HOME}"  # whose mail lies at the Dovecot of a newer release
ELSEWHERE = {NEWER_PERSON: NEWER_IMAP}  # whose mail does not lie at IMAP
# Whoever is called so, whatever follows, may read mail, and has none yet.
READER = "reader-"
READER_PASSWORD = "reader-in-the-lab"
FULL_PERSON = f"fiona@{HOME}"  # who may keep so much at IMAP and no more
FULL_AT = 300_000  # octets
PASSWORDS = {
    SENDER: "alice-in-the-lab",
    f"bob@{HOME}": "bob-in-the-lab",
    NEWER_PERSON: "nina-in-the-lab",
    FULL_PERSON: READER_PASSWORD,
    **dict.fromkeys(LAX_SENDERS.values(), "lax-in-the-lab"),
}
RECEIVER_PASSWORD = "receiver-in-the-lab"
