"""The lab's own Postfix as a witness: a letter to every domain, and what its log says became of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from email.message import EmailMessage

from tests.lab import domains, lab, letters, topology
from tests.lab.recorded import Outcome, read_outcome
from tests.lab.servers import until

SETTLED_WITHIN = 45.0
_LOG = lab.LOGS / "provider-mail.log"
_NAMED = re.compile(r" postfix/cleanup\[\d+\]: (?P<queue>\w+): message-id=<(?P<domain>[a-z0-9.-]+)/(?P<round>\w+)@")
_SECURED = re.compile(r" postfix/\S*smtp\[(?P<pid>\d+)\]: (?P<how>\w+) TLS connection established to ")
_ENDED = re.compile(
    r" postfix/\S+\[(?P<pid>\d+)\]: (?P<queue>\w+): to=<[^>]*>, relay=(?P<relay>[^,]*), .*"
    r"dsn=(?P<status>[\d.]+), status=(?P<became>\w+) "
)
# To the one whose name server never answers Postfix would try for longer than a test may take.
ADDRESSED = tuple(domain for domain in domains.DOMAINS if domain.signing is not domains.Signing.LAME)


def deliver(sender: str) -> Mapping[str, Outcome]:
    """Sends a letter to every domain and waits until each has arrived or is on its way back."""
    start, this_round = _LOG.stat().st_size, secrets.token_hex(4)
    with letters.submission_session() as session:
        session.login(sender, topology.PASSWORDS[sender])
        for domain in ADDRESSED:
            session.send_message(_letter(sender, domain, this_round))
    seen: dict[str, Outcome] = {}

    def all_settled() -> bool:
        with _LOG.open("rb") as log:
            log.seek(start)
            seen.update(outcomes(log.read().decode().splitlines(), this_round))
        return len(seen) == len(ADDRESSED)

    assert until(all_settled, SETTLED_WITHIN), {domain.name for domain in ADDRESSED} - set(seen)
    return seen


def outcomes(lines: Iterable[str], this_round: str) -> Mapping[str, Outcome]:
    """What a log of Postfix 3.7 says of the letters of one round, by domain."""
    domain_of: dict[str, str] = {}
    secured: dict[str, str] = {}  # by process: the connection of this moment
    found: dict[str, Outcome] = {}
    for line in lines:
        if (named := _NAMED.search(line)) and named["round"] == this_round:
            domain_of[named["queue"]] = named["domain"]
        elif found_tls := _SECURED.search(line):
            secured[found_tls["pid"]] = found_tls["how"]
        elif (ended := _ENDED.search(line)) and ended["queue"] in domain_of:
            how = secured.pop(ended["pid"], "")
            became = "delivered" if ended["became"] == "sent" else "bounced"
            found[domain_of[ended["queue"]]] = read_outcome(became, how, ended["status"])
    return found


def _letter(sender: str, domain: domains.Domain, this_round: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = domain.recipient
    letter["Message-ID"] = f"<{domain.name}/{this_round}@{topology.HOME}>"
    letter["Subject"] = f"what becomes of it {this_round}"
    letter.set_content("Nothing but a test.")
    return letter
