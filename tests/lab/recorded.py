"""What mail servers did with a letter to each domain, as it was recorded: `tests/cases/lab/outcomes.tsv`.

Postfix 3.7 and 3.11, Exim 4.96 and OpenSMTPD 7.6, each asked to send in several ways. A letter that cannot go out came
back at the first failure.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

CASES = Path(__file__).resolve().parents[1] / "cases" / "lab"


class Fate(Enum):
    """What became of a letter, and who could have read it on the way."""

    VERIFIED = "delivered, verified"
    ENCRYPTED = "delivered, encrypted"
    CLEAR = "delivered in clear"
    CAME_BACK = "came back"
    NO_REPORT = "nothing came back"  # what this server did to protect it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One letter's fate; `status` is the enhanced code of RFC 3463."""

    fate: Fate
    status: str = ""

    @property
    def delivered(self) -> bool:
        return self.fate is not Fate.CAME_BACK

    def __str__(self) -> str:
        return f"{self.fate.value}, {self.status}" if self.fate is Fate.CAME_BACK else self.fate.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Who sent, and what was asked of it: the first two columns."""

    server: str
    request: str


# Postfix 3.7 logs what a handshake proved, 3.11 the level that held in the end.
_PROTECTION = {
    "": Fate.CLEAR,
    "none": Fate.CLEAR,
    "may:none": Fate.CLEAR,
    "may": Fate.ENCRYPTED,
    "encrypt": Fate.ENCRYPTED,
    "Untrusted": Fate.ENCRYPTED,
    "Trusted": Fate.ENCRYPTED,
    "Verified": Fate.VERIFIED,
    "dane": Fate.VERIFIED,
    "secure": Fate.VERIFIED,
    "dane/requiretls": Fate.VERIFIED,
    "secure/requiretls": Fate.VERIFIED,
}


def read_outcomes() -> Mapping[Sending, Mapping[str, Outcome]]:
    """By sending, then by domain."""
    found: dict[Sending, dict[str, Outcome]] = {}
    with (CASES / "outcomes.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            sending = Sending(server=row["msa"], request=row["request"])
            outcome = read_outcome(row["outcome"], row["tls_of_the_hop"], row["status"])
            found.setdefault(sending, {})[row["domain"]] = outcome
    return found


def read_outcome(became: str, protection: str, status: str) -> Outcome:
    match became:
        case "delivered":
            return Outcome(fate=_PROTECTION[protection], status=status)
        case "bounced":
            return Outcome(fate=Fate.CAME_BACK, status=status)
        case "no-dsn":
            return Outcome(fate=Fate.NO_REPORT)
        case _:
            raise ValueError(became)
