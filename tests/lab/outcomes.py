"""docs/outcomes.md: what the client says of each domain of the lab, beside what Postfix did with a letter to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.ladder import Glyphs, glyph_of
from tests.lab import claims, deliveries, domains, lab, topology
from tests.lab.claims import CLEAR, INSISTING, LAX, Outcomes, comes_back
from tests.lab.domains import Domain
from tests.lab.predictions import DANE_AND_STS, NOTHING, STARTTLS, Enforces, Predictions, predict
from tests.lab.recorded import Outcome, Sending

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "outcomes.md"
SENDERS: Mapping[Sending, str] = {
    INSISTING: topology.SENDER,
    LAX: topology.LAX_SENDERS["may"],
    CLEAR: topology.LAX_SENDERS["none"],
}
_COLUMNS: tuple[tuple[Enforces, Sending], ...] = ((DANE_AND_STS, INSISTING), (STARTTLS, LAX), (NOTHING, CLEAR))
_TITLES = ("domain", "what it is", *("insists", "it did"), *("takes TLS", "it did"), *("never", "it did"), "note")
_HEAD = """\
# Prediction beside outcome

What `linksec-tui check --probe` says of each domain of [the lab](lab.md), beside what real Postfix then did with a
letter to it. `.venv/bin/python -m tests.lab outcomes` writes this file anew; `make test-lab` compares it with the lab
as it runs.

Three kinds of provider, each a Postfix and the configuration that describes it:

- *insists*: `smtp_tls_security_level = dane` and the MTA-STS policies; `enforces = ["dane", "mta-sts"]`
- *takes TLS*: `smtp_tls_security_level = may`; `enforces = ["starttls"]`
- *never*: `smtp_tls_security_level = none`; `enforces = []`

*Delivered, verified* is: under DANE or MTA-STS. *Delivered, encrypted*: nobody checked who was at the other end. A
letter that cannot go out comes back at the first failure, with the status that stands beside it. Where there is a dash,
none was sent.

What must hold between the columns is written down in `tests/lab/claims.py`: never *Enforced* where a letter went out
unverified, never *Encrypted* where it went out in clear, *Verifiable* at least where it was verified, and *will come
back* where it does and nowhere else. `enforces = []` is held against *takes TLS* too, and a provider of which nothing
is known against the first two; the first two claims also hold where no exchanger was looked at. The same goes for what
Postfix 3.11 (also with REQUIRETLS), Exim 4.96 and OpenSMTPD 7.6 did (`tests/cases/lab/outcomes.tsv`). A note says why a
claim need not hold.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that the document is written from."""

    predictions: Predictions
    outcomes: Outcomes


def compare() -> Comparison:
    """Asks the running lab, and has a letter sent to every domain in three ways."""
    sent = {sending: deliveries.deliver(sender) for sending, sender in SENDERS.items()}
    return Comparison(predictions=predict(lab.CONFIGURATION), outcomes=sent)


def render(comparison: Comparison) -> str:
    return _HEAD + "\n".join(_lines(comparison)) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    yield _row(*_TITLES)
    yield _row(*["---"] * len(_TITLES))
    exceptions = claims.read_exceptions()
    for domain in domains.DOMAINS:
        cells = [cell for column in _COLUMNS for cell in _cells(comparison, domain, column)]
        note = exceptions[domain.name].reason if domain.name in exceptions else ""
        yield _row(domain.name, domain.what, *cells, note)


def _cells(comparison: Comparison, domain: Domain, column: tuple[Enforces, Sending]) -> tuple[str, str]:
    enforces, sending = column
    did = comparison.outcomes[sending].get(domain.name)
    return _badge(comparison.predictions.of(domain.name, enforces)), _fate(did)


def _badge(said: Assessment) -> str:
    word = f"{glyph_of(said.assurance, Glyphs.UNICODE)} {said.assurance.word}"
    return f"{word}; will come back" if comes_back(said) else word


def _fate(did: Outcome | None) -> str:
    return "–" if did is None else str(did)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")
