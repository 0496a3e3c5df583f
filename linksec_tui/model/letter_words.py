"""The closed words about letters: what is demanded, what became of one, what can be done; without the letters."""

from __future__ import annotations

from enum import Enum, StrEnum
from functools import total_ordering

from .assurance import Assurance


@total_ordering
class Requirement(Enum):
    """What the sender asks of one message (link-security.md §4); ordered, least first."""

    ANY = "any"
    ENCRYPTED = "encrypted"
    VERIFIABLE = "verifiable"
    ENFORCED = "enforced"
    LINK_SECURE = "link-secure"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Requirement):
            return NotImplemented
        return _REQUIREMENTS.index(self) < _REQUIREMENTS.index(other)

    @property
    def word(self) -> str:
        return "Any" if self is Requirement.ANY else self.minimum.word

    @property
    def minimum(self) -> Assurance:
        """The lowest rung that meets it; for ANY everything but UNDELIVERABLE does."""
        return Assurance.EXPOSED if self is Requirement.ANY else Assurance(self.value)


_REQUIREMENTS = tuple(Requirement)


NOTICE_SUBJECT = "A letter is waiting for you"  # how every safe notice begins its subject


class Fallback(StrEnum):
    """What happens to those who fall short when nobody is there to be asked."""

    BOUNCE = "bounce"
    NOTICE = "notice"


class OutboxState(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    SUBMITTING = "submitting"
    MAYBE_SENT = "may-have-gone-out"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    SETTLED = "settled"  # submitted, and the copy in Sent is filed


class CardAction(StrEnum):
    """What a bounce card offers. The last two lower something, and are asked about first."""

    NOTICE = "notice"
    LATER = "later"
    CHECK_AGAIN = "check-again"
    RESEND = "edit-and-resend"
    OTHER_ADDRESS = "other-address"
    WITHOUT_REQUIREMENT = "without-requirement"
    EVEN_WITHOUT_TLS = "even-without-tls"

    @property
    def lowers(self) -> bool:
        return self in (CardAction.WITHOUT_REQUIREMENT, CardAction.EVEN_WITHOUT_TLS)
