"""An account tried out: each of its servers step by step, what was shown and offered, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .account import Account, Server
from .connection import TlsFacts
from .discovery import Service
from .evidence import ProviderFacts
from .stage import Stage


class State(StrEnum):
    """How a step ended."""

    OK = "ok"
    CAUTION = "caution"  # it goes on, but somebody should know
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a submission server offers after TLS. `size`: octets, None where it does not say, 0 for no limit."""

    auth: tuple[str, ...] = ()
    requiretls: bool = False
    linksec_level: int = 0
    dsn: bool = False
    smtputf8: bool = False
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinOffer:
    """A certificate that may be accepted at set-up, and what speaks against it. `server` is the one pinned to it."""

    server: Server
    shown: TlsFacts
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictName:
    """The name under which a provider tells what it found out about senders, on `letters` of the `of` newest."""

    name: str
    letters: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, in words. What it showed stands beside it; of a server that failed, `facts` is what it was seen with.

    `roles` are the special-use mailboxes: what each is for, and its name. `unknown_authority`: that nobody known here
    vouches for the server is what was wrong.
    """

    service: Service
    stage: Stage
    state: State
    text: str
    next_step: str = ""
    facts: TlsFacts | None = None
    offered: Offered | None = None
    roles: tuple[tuple[str, str], ...] = ()
    provider: ProviderFacts | None = None
    pin: PinOffer | None = None
    unknown_authority: bool = False
    verdicts: VerdictName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All steps of one account."""

    account: Account
    steps: tuple[Step, ...]

    @property
    def well(self) -> bool:
        return not any(step.state is State.FAILED for step in self.steps)

    def of(self, service: Service) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.service is service)

    def facts(self, service: Service) -> TlsFacts | None:
        """The proof of that server, with its DANE state where that was asked for."""
        return next((step.facts for step in reversed(self.of(service)) if step.facts), None)
