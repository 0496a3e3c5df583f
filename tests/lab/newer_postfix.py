"""What Postfix 3.11 wrote down about a letter; in every last line about it stands which protection held in the end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.lab.letters import ARRIVES_WITHIN
from tests.lab.newer_servers import POSTFIX_LOG
from tests.lab.servers import until


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """`tls` as Postfix says it: "dane/requiretls", "may:none" for the clear; `status` is of RFC 3463."""

    tls: str
    status: str
    became: str


def ending(message_id: str, recipient: str) -> Ending:
    """Waited for."""
    found: list[Ending] = []

    def ended() -> bool:
        found[:] = _endings(message_id, recipient)
        return bool(found)

    assert until(ended, ARRIVES_WITHIN), f"nothing became of {message_id} to {recipient}"
    return found[-1]


def was_handed_over(message_id: str) -> bool:
    return f" message-id={message_id}\n" in POSTFIX_LOG.read_text()


def _endings(message_id: str, recipient: str) -> list[Ending]:
    log = POSTFIX_LOG.read_text()
    queued = re.search(rf": (\w+): message-id={re.escape(message_id)}\n", log)
    if queued is None:
        return []
    line = rf": {queued[1]}: to=<{re.escape(recipient)}>,.* tls=(\S+), dsn=([\d.]+), status=(\w+) .*\n"
    return [Ending(tls=tls, status=status, became=became) for tls, status, became in re.findall(line, log)]
