"""What a Postfix wrote down about letters: who was handed what, over what, and what became of it.

One letter is known by its Message-ID at both ends; each log calls it by a queue id of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.recorded import Outcome, read_outcome

_AT = r" postfix/(?P<program>[\w/-]+)\[(?P<pid>\d+)\]: "
_NAMED = re.compile(_AT + r"(?P<queue>\w+): message-id=(?P<name><[^>]*>)")
_SECURED = re.compile(_AT + r"(?P<how>\w+) TLS connection established to ")
_HEARD = re.compile(_AT + r"\w+ TLS connection established from \S+ (?P<version>\S+) ")
_BEGUN = re.compile(_AT + r"(?:connect from|(?P<queue>\w+): client=)")
_REPORTED = re.compile(_AT + r"(?P<queue>\w+): sender non-delivery notification: (?P<report>\w+)")
_REMOVED = re.compile(_AT + r"(?P<queue>\w+): removed$")
_ENDED = re.compile(
    _AT + r"(?P<queue>\w+): to=<(?P<recipient>[^>]*)>, relay=[^,]*, .*?(?:tls=(?P<level>[^,]+), )?"
    r"dsn=(?P<status>[\d.]+), status=(?P<became>\w+) "
)
_IN_FRONT = re.compile(r"^(?P<domain>\S+): message-id=(?P<name><[^>]*>) over (?P<version>\S+)$")


@dataclass(frozen=True, slots=True)
class Copy:
    """One letter to one recipient."""

    message_id: str
    recipient: str

    @property
    def domain(self) -> str:
        return self.recipient.rpartition("@")[2]


class LogFile:
    """A log from one moment on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._start = file.stat().st_size if file.exists() else 0

    def lines(self) -> list[str]:
        """Whole lines only: the last one may be half written."""
        with self._file.open("rb") as log:
            log.seek(self._start)
            return log.read().rpartition(b"\n")[0].decode().splitlines()


@dataclass(slots=True, kw_only=True)
class Queued:
    """A letter in the queue of the sender's Postfix; `reports` are the letters that came back of it."""

    message_id: str
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    reports: list[str] = field(default_factory=list[str])
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What the sender's Postfix did with the letters that it was handed, by its queue ids."""

    queue: Mapping[str, Queued]

    def outcomes(self) -> Mapping[Copy, Outcome]:
        return {
            Copy(letter.message_id, recipient): outcome
            for letter in self.queue.values()
            for recipient, outcome in letter.outcomes.items()
        }

    def reports(self, letters: Collection[str]) -> int:
        """How many letters came back about these."""
        return sum(len(letter.reports) for letter in self._of(letters))

    def settled(self, letters: Collection[str]) -> bool:
        """Has each of these left the queue, and whatever came back of it too?"""
        found = self._of(letters)
        reports = [self.queue.get(report) for letter in found for report in letter.reports]
        return {letter.message_id for letter in found} == set(letters) and all(
            each is not None and each.removed for each in (*found, *reports)
        )

    def _of(self, letters: Collection[str]) -> list[Queued]:
        return [letter for letter in self.queue.values() if letter.message_id in letters]


def sent(lines: Iterable[str]) -> Sent:
    """The log of Postfix as somebody's provider. 3.7 says of a connection what the handshake proved, 3.11 of each
    letter which level of protection held in the end."""
    queue: dict[str, Queued] = {}
    secured: dict[str, str] = {}  # by program: the connection of this moment
    for line in lines:
        if named := _NAMED.search(line):
            queue[named["queue"]] = Queued(message_id=named["name"])
        elif tls := _SECURED.search(line):
            secured[tls["pid"]] = tls["how"]
        elif (reported := _REPORTED.search(line)) and reported["queue"] in queue:
            queue[reported["queue"]].reports.append(reported["report"])
        elif (removed := _REMOVED.search(line)) and removed["queue"] in queue:
            queue[removed["queue"]].removed = True
        elif (ended := _ENDED.search(line)) and ended["queue"] in queue:
            became = "delivered" if ended["became"] == "sent" else "bounced"
            how = secured.pop(ended["pid"], "")
            outcome = read_outcome(became, ended["level"] or how, ended["status"])
            queue[ended["queue"]].outcomes[ended["recipient"]] = outcome
    return Sent(queue)


def received(lines: Iterable[str], in_front: Iterable[str] = ()) -> Mapping[Copy, str]:
    """The log of Postfix as everybody's exchanger: what came into a mailbox, and the version of TLS that it came over.

    `in_front`: what stands before some exchangers ends TLS, and says so itself.
    """
    before = [found for line in in_front if (found := _IN_FRONT.search(line))]
    seen_before = {(found["name"], found["domain"]): found["version"] for found in before}
    names: dict[str, str] = {}
    heard: dict[str, str] = {}  # by program: the connection of this moment
    over: dict[str, str] = {}
    copies: dict[Copy, str] = {}
    for line in lines:
        if tls := _HEARD.search(line):
            heard[tls["pid"]] = tls["version"]
        elif begun := _BEGUN.search(line):
            if begun["queue"]:
                over[begun["queue"]] = heard.get(begun["pid"], "")
            else:
                heard.pop(begun["pid"], None)
        elif named := _NAMED.search(line):
            names[named["queue"]] = named["name"]
        elif (ended := _ENDED.search(line)) and ended["became"] == "sent" and ended["queue"] in names:
            copies[Copy(names[ended["queue"]], ended["recipient"])] = over.get(ended["queue"], "")
    return {copy: tls or seen_before.get((copy.message_id, copy.domain), "") for copy, tls in copies.items()}
