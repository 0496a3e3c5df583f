"""Who sent a message, as far as anybody but the sender vouches for it (link-security.md §8). All texts are visible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .hop import Way
from .sender_state import SenderState


class Examiner(StrEnum):
    """Who looked at a signature."""

    PROVIDER = "provider"
    HERE = "here"
    NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimCheck:
    """One DKIM signature. `result` is a word of RFC 8601 §2.7.1, or `unchecked`; `why` is a sentence, or empty.

    `broken`: the signature is the domain's and does not fit what arrived.
    """

    domain: str
    selector: str = ""
    result: str = "unchecked"
    by: Examiner = Examiner.NOBODY
    aligned: bool = False
    broken: bool = False
    why: str = ""


class DmarcPolicy(StrEnum):
    """What a domain asks of those who receive mail that it does not vouch for (RFC 7489 §6.3)."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"
    ABSENT = "absent"  # it publishes no such wish
    UNKNOWN = "unknown"  # it could not be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainWish:
    """A domain's DMARC record, as far as it concerns one sender."""

    policy: DmarcPolicy = DmarcPolicy.UNKNOWN
    strict_dkim: bool = False
    strict_spf: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCheck:
    """What was found when the person asked: signatures verified here, the domain's wish. The verdict of that day."""

    checked_at: datetime
    dkim: tuple[DkimCheck, ...] = ()
    wish: DomainWish = DomainWish()
    problem: str = ""  # what could not be looked up


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderWarning:
    """`grave`: somebody may be pretending to be somebody else; the list shows it."""

    code: str
    text: str
    grave: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """What the address book says about a sender: whom the name belongs to, whom the address looks like."""

    first: bool = False
    namesake: str = ""  # the address that this name is known with
    looks_like: str = ""  # the known address or domain that this one could be taken for, as people read it


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderCheck:
    """`state` with a sentence, what it rests on, and what to look at twice. `address` is the visible From."""

    name: str = ""
    address: str = ""
    domain: str = ""
    state: SenderState = SenderState.UNVERIFIED
    headline: str = ""
    dkim: tuple[DkimCheck, ...] = ()
    spf: str = ""
    dmarc: str = ""
    authserv_id: str = ""  # whose results were believed
    checked_at: datetime | None = None  # when it was looked up from here
    problem: str = ""
    warnings: tuple[SenderWarning, ...] = ()

    @property
    def warned(self) -> bool:
        return any(warning.grave for warning in self.warnings)

    @property
    def may_be_asked(self) -> bool:
        """Would looking it up tell more?"""
        return bool(self.domain) and self.state is not SenderState.VERIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One message: the way it came, and who sent it."""

    way: Way
    sender: SenderCheck
