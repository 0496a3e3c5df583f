"""Which sources could not answer, in words for the details."""

from __future__ import annotations

from collections.abc import Iterator

from linksec_tui.model.evidence import Evidence, Failure, Source, Unavailable

_ASKED = {
    Source.DNS: "DNS",
    Source.MTA_STS: "their published policy",
    Source.PROBE: "their server itself",
}
_FAILED = {
    Failure.TIMEOUT: "no answer in time",
    Failure.SERVER: "the name server could not answer",
    Failure.BOGUS: "the answer's signature is wrong",
    Failure.NETWORK: "it could not be reached from here",
    Failure.HTTP: "the server did not hand it out",
    Failure.TLS: "no verified TLS connection to it",
    Failure.FORBIDDEN: "the name leads to a private address",
    Failure.INVALID: "the answer is not valid",
}


def cannot_tell(evidence: Evidence) -> Iterator[str]:
    """One sentence a source that failed: what it would have said is not known, and is not taken for no."""
    failures = [*([evidence.route.failure] if evidence.route.failure else []), *evidence.unavailable]
    yield from dict.fromkeys(map(_failure, failures))


def _failure(failure: Unavailable) -> str:
    asked = _ASKED.get(failure.source, failure.source.value)
    detail = f" ({failure.detail})" if failure.detail else ""
    return f"{asked}: {_FAILED[failure.kind]}{detail}"
