"""The lab's own Postfix as a witness: a letter to every domain, and what its log says became of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from email.message import EmailMessage

from tests.lab import domains, lab, letters, postal_log, topology
from tests.lab.postal_log import LogFile
from tests.lab.recorded import Outcome
from tests.lab.servers import until

SETTLED_WITHIN = 240.0
LOG = lab.LOGS / "provider-mail.log"
# To the one whose name server never answers Postfix would try for longer than a test may take.
ADDRESSED = tuple(domain for domain in domains.DOMAINS if domain.signing is not domains.Signing.LAME)


def deliver(sender: str) -> Mapping[str, Outcome]:
    """Sends a letter to every domain and waits until each has arrived or is on its way back."""
    log, this_round = LogFile(LOG), secrets.token_hex(4)
    with letters.submission_session() as session:
        session.login(sender, topology.PASSWORDS[sender])
        for domain in ADDRESSED:
            session.send_message(_letter(sender, domain, this_round))
    seen: dict[str, Outcome] = {}

    def all_settled() -> bool:
        seen.update(outcomes(log.lines(), this_round))
        return len(seen) == len(ADDRESSED)

    assert until(all_settled, SETTLED_WITHIN), {domain.name for domain in ADDRESSED} - set(seen)
    return seen


def outcomes(lines: Iterable[str], this_round: str) -> Mapping[str, Outcome]:
    """What a log of Postfix 3.7 says of the letters of one round, by domain."""
    of_round = f"/{this_round}@{topology.HOME}>"
    found = postal_log.sent(lines).outcomes()
    return {copy.domain: outcome for copy, outcome in found.items() if copy.message_id.endswith(of_round)}


def _letter(sender: str, domain: domains.Domain, this_round: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = domain.recipient
    letter["Message-ID"] = f"<{domain.name}/{this_round}@{topology.HOME}>"
    letter["Subject"] = f"what becomes of it {this_round}"
    letter.set_content("Nothing but a test.")
    return letter
