"""What is remembered of a domain, for people to look at: evidence with its dates, and how far it would carry. Pure.

Memory alone is never green: that takes a look today, at them and at the sender's provider. It is no assessment, and
nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from linksec_tui.link.memory import newest_observations
from linksec_tui.model.assessment import Assurance
from linksec_tui.model.contact import DomainSeen, SeenLine
from linksec_tui.model.evidence import Mechanism, Observation, Promise, Recollection, Source, StarttlsStatus

_SEEN = {
    StarttlsStatus.OFFERED: "{host} took TLS{version}",
    StarttlsStatus.NOT_OFFERED: "{host} did not take TLS",
    StarttlsStatus.FAILED: "{host} offered TLS, and no handshake succeeded",
}


def recollected(domain: str, remembered: Recollection, now: datetime) -> DomainSeen:
    """The newest first."""
    observations = newest_observations(remembered.observations, now)
    promises = [promise for promise in remembered.promises if promise.expires_at > now]
    lines = [*map(_promised, promises), *map(_observed, observations.values())]
    return DomainSeen(
        domain=domain,
        assurance=_carries(promises, list(observations.values())),
        lines=tuple(sorted(lines, key=lambda line: line.at, reverse=True)),
    )


def _carries(promises: list[Promise], observations: list[Observation]) -> Assurance | None:
    """The weakest host decides, and what a server was seen not to do stands before what its domain promised."""
    seen = {observation.starttls for observation in observations}
    if seen & {StarttlsStatus.NOT_OFFERED, StarttlsStatus.FAILED}:
        return Assurance.EXPOSED
    if any(promise.mechanism in (Mechanism.DANE, Mechanism.MTA_STS) for promise in promises):
        return Assurance.VERIFIABLE
    return Assurance.ENCRYPTED if seen else None


def _promised(promise: Promise) -> SeenLine:
    text = " ".join(_words(promise))
    return SeenLine(text=text, at=promise.seen_at, until=promise.expires_at)


def _words(promise: Promise) -> Iterator[str]:
    match promise.mechanism:
        case Mechanism.DANE:
            yield f"{promise.detail} could prove itself (DANE)"
        case Mechanism.MTA_STS:
            yield "demanded verified TLS of who sends to it (MTA-STS)"
        case "declaration":
            name, _, level = promise.detail.rpartition(" ")
            yield f"{name} promised level {level}"
        case Mechanism.STARTTLS | Mechanism.REQUIRETLS:
            yield promise.detail


def _observed(seen: Observation) -> SeenLine:
    version = f" ({seen.version})" if seen.version else ""
    text = _SEEN[seen.starttls].format(host=seen.host, version=version)
    if seen.source is Source.BOUNCE:
        text += ", said a letter that came back"
    return SeenLine(text=text, at=seen.observed_at, until=seen.expires_at)
