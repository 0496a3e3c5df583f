"""What can go wrong at the provider's submission server and at an exchanger: switched while the world runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum

DEFAULT_SIZE = 26_214_400  # 25 MiB, what a middling provider takes


class Step(Enum):
    """A moment of a submission."""

    MAIL = "mail"  # in place of the answer to MAIL
    RCPT = "rcpt"  # in place of the answer to a RCPT
    DATA = "data"  # in place of the answer to DATA
    CONTENT = "content"  # in the middle of the letter
    DOT = "dot"  # the letter was read to its end; it is thrown away
    ACCEPTED = "accepted"  # the letter was taken and is delivered; only the answer is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """`cut` pulls the cable, `defer` answers with a 4xx code; each for the first `times` occasions, None for all.

    The others are what the provider is like.
    """

    cut: Step | None = None
    defer: Step | None = None
    times: int | None = None
    size: int = DEFAULT_SIZE
    linksec: int = 0  # the level that the provider declares; from 3 on it heeds the field Link-Security
    deaf: frozenset[str] = frozenset()  # what its relay does not insist on: dane, mta-sts, requiretls


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangerFaults:
    """What one exchanger does otherwise than the story says; where nothing is named, all is as it was.

    `linksec` is what stands behind that keyword in its EHLO answer after TLS, instead of its domain's level.
    """

    wrong_name: bool = False  # its certificate is good, but for another name
    old_tls: bool = False  # TLS 1.0 and 1.1, nothing newer
    seconds: float = 0.0  # before each of its answers
    greeting: str = ""  # in place of its 220, and then it hangs up
    linksec: str = ""


class FaultSwitch:
    """The faults in force; safe to call from any thread."""

    def __init__(self, faults: Faults) -> None:
        self._lock = threading.Lock()
        self._faults = faults
        self._done = 0

    @property
    def size(self) -> int:
        return self._faults.size

    @property
    def linksec(self) -> int:
        return self._faults.linksec

    @property
    def deaf(self) -> frozenset[str]:
        return self._faults.deaf

    def switch(self, faults: Faults) -> None:
        with self._lock:
            self._faults = faults
            self._done = 0

    def cuts(self, step: Step) -> bool:
        return self._faults.cut is step and self._once_more()

    def defers(self, step: Step) -> bool:
        return self._faults.defer is step and self._once_more()

    def _once_more(self) -> bool:
        with self._lock:
            if self._faults.times is not None and self._done >= self._faults.times:
                return False
            self._done += 1
            return True
