"""Names and addresses of the lab, and what each domain is for; everything else in this directory follows from it.

The whole lab lives on loopback, on 127.20.0.0/16 unless LAB_NET names another, so that several may run side by side.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

NET = os.environ.get("LAB_NET", "127.20")
DIRECTORY = Path(os.environ.get("LAB_DIR", Path(tempfile.gettempdir()) / f"linksec-lab-{NET}"))

RESOLVER = f"{NET}.0.53"  # Unbound, validating: what Postfix and the client ask
NAMESERVER = f"{NET}.0.54"  # NSD, authoritative for a root of our own and everything below it
POLICY_HOST = f"{NET}.0.80"  # HTTPS, all mta-sts.* names
SUBMISSION = f"{NET}.1.1"  # smtp.home.test: the sender's provider
HOME_EXCHANGER = f"{NET}.1.25"
IMAP = f"{NET}.3.1"  # imap.home.test: also takes deliveries (LMTP) and answers Postfix's password questions
LMTP_PORT = 24
SASL_PORT = 12345

HOME = "home.test"
HOME_HOSTS = {"smtp": SUBMISSION, "mx": HOME_EXCHANGER, "imap": IMAP}
SENDER = f"alice@{HOME}"
PASSWORDS = {SENDER: "alice-in-the-lab", f"bob@{HOME}": "bob-in-the-lab"}
RECEIVER_PASSWORD = "receiver-in-the-lab"


class Certificate(Enum):
    """What an exchanger shows after STARTTLS."""

    TRUSTED = "issued by the lab's CA"
    SELF_MADE = "issued by a CA that nobody knows"
    NONE = "no STARTTLS at all"


class Signing(Enum):
    """What DNSSEC says of a zone."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    BOGUS = "signed, the signatures spoilt"


class Tlsa(Enum):
    """What the exchanger's TLSA record names."""

    NONE = "no record"
    MATCHING = "its key"
    WRONG = "another key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One recipient domain. `number` ends its exchanger's address; 0: it has no exchanger (null MX)."""

    name: str
    number: int = 0
    certificate: Certificate = Certificate.TRUSTED
    signing: Signing = Signing.SIGNED
    tlsa: Tlsa = Tlsa.NONE
    policy_exchanger: str = ""  # the mx line of its MTA-STS policy (mode enforce)
    declared_level: int = 0

    @property
    def exchanger(self) -> str:
        return f"mx.{self.name}"

    @property
    def address(self) -> str:
        return f"{NET}.2.{self.number}"

    @property
    def recipient(self) -> str:
        return f"user@{self.name}"


DOMAINS = (
    Domain(name="dane.test", number=1, tlsa=Tlsa.MATCHING),
    Domain(name="dane-bad.test", number=2, tlsa=Tlsa.WRONG),
    Domain(name="declared.test", number=3, tlsa=Tlsa.MATCHING, declared_level=4),
    Domain(name="sts.test", number=4, policy_exchanger="mx.sts.test"),
    Domain(name="sts-mxmismatch.test", number=5, policy_exchanger="mail.elsewhere.test"),
    Domain(name="selfmade.test", number=6, certificate=Certificate.SELF_MADE),
    Domain(name="plain.test", number=7, certificate=Certificate.NONE),
    Domain(name="unsigned.test", number=8, signing=Signing.UNSIGNED, tlsa=Tlsa.MATCHING),
    Domain(name="bogus.test", number=9, signing=Signing.BOGUS, tlsa=Tlsa.MATCHING),
    Domain(name="nullmx.test"),
)
ABSENT = "absent.test"  # proved not to exist

RECEIVING = tuple(domain for domain in DOMAINS if domain.number)


def domain(name: str) -> Domain:
    """The domain of that name."""
    return next(domain for domain in DOMAINS if domain.name == name)
