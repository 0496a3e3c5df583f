"""The closed words of evidence that accounts and connections speak too, apart from the evidence itself."""

from __future__ import annotations

from enum import StrEnum


class DaneStatus(StrEnum):
    """RFC 7672 §2.1.1; `ABSENT` is proved absence, `INSECURE` means that DANE does not apply."""

    SECURE = "secure"
    UNUSABLE = "unusable"
    INSECURE = "insecure"
    BOGUS = "bogus"
    ABSENT = "absent"
    ERROR = "error"
    UNCHECKED = "unchecked"


class Mechanism(StrEnum):
    """What a provider may insist on for outgoing mail."""

    STARTTLS = "starttls"
    DANE = "dane"
    MTA_STS = "mta-sts"
    REQUIRETLS = "requiretls-strict"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
