"""What must hold between a badge and what a mail server then did with the letter (link-security.md §2).

Each claim is held against several servers, each paired with the provider that it is like. Where our rule is stricter on
purpose, or where the server has reasons of its own, `tests/cases/lab/exceptions.toml` says so for that domain.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from linksec_tui.model.assessment import Assessment, Assurance
from tests.lab.predictions import DANE, DANE_AND_STS, NOTHING, REQUIRETLS, STARTTLS, UNKNOWN, Enforces, Predictions
from tests.lab.recorded import CASES, Fate, Outcome, Sending

Outcomes = Mapping[Sending, Mapping[str, Outcome]]

INSISTING = Sending(server="postfix", request="default")
LAX = Sending(server="postfix", request="may")
CLEAR = Sending(server="postfix", request="none")
_ENCRYPTING = Sending(server="postfix", request="encrypt")
_DANE_ONLY = Sending(server="postfix", request="dane-only")
_INSISTING_311 = Sending(server="postfix311", request="default")
_REQUIRETLS_311 = Sending(server="postfix311", request="requiretls")
_EXIM = Sending(server="exim", request="default")  # honours DANE, does not know MTA-STS
_OPENSMTPD = Sending(server="opensmtpd", request="opensmtpd")  # insists on TLS and looks at certificates

_NOBODY_LISTENS = "4.4.1"  # no badge speaks of that
_Pairs = tuple[tuple[Enforces, Sending], ...]
_BOTH_POSTFIXES: _Pairs = ((DANE_AND_STS, INSISTING), (DANE_AND_STS, _INSISTING_311))
# Of whom nothing is known may be like either: what is said then must hold for both.
_NOT_KNOWN: _Pairs = ((UNKNOWN, INSISTING), (UNKNOWN, LAX))
_VERIFYING: _Pairs = (*_BOTH_POSTFIXES, (UNKNOWN, INSISTING), (DANE, _DANE_ONLY), (REQUIRETLS, _REQUIRETLS_311))
_ALL: _Pairs = (
    *_VERIFYING,
    *_NOT_KNOWN,
    *((STARTTLS, LAX), (STARTTLS, _ENCRYPTING)),
    *((NOTHING, LAX), (NOTHING, CLEAR)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`name` is the word for it in exceptions.toml. `promise`: it holds though nobody looked at an exchanger."""

    name: str
    pairs: _Pairs
    holds: Callable[[Assessment, Outcome], bool]
    promise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A domain for which a claim did not hold."""

    domain: str
    said: str
    enforces: str
    did: str


def comes_back(assessment: Assessment) -> bool:
    return any(warning.code == "will-come-back" for warning in assessment.warnings)


def enforced_goes_out_verified(said: Assessment, did: Outcome) -> bool:
    return said.assurance < Assurance.ENFORCED or did.fate not in (Fate.ENCRYPTED, Fate.CLEAR)


def encrypted_goes_out_encrypted(said: Assessment, did: Outcome) -> bool:
    return said.assurance < Assurance.ENCRYPTED or did.fate is not Fate.CLEAR


def verified_is_verifiable(said: Assessment, did: Outcome) -> bool:
    return said.assurance >= Assurance.VERIFIABLE or did.fate is not Fate.VERIFIED


def _coming_back_is_foretold(said: Assessment, did: Outcome) -> bool:
    no_way = said.assurance is Assurance.UNDELIVERABLE or did.status == _NOBODY_LISTENS
    return did.delivered or no_way or comes_back(said)


def _foretold_comes_back(said: Assessment, did: Outcome) -> bool:
    return not comes_back(said) or not did.delivered


def _delivered_over_tls_is_encrypted(said: Assessment, did: Outcome) -> bool:
    return not did.delivered or said.assurance >= Assurance.ENCRYPTED


def _encrypted_can_be_delivered_over_tls(said: Assessment, did: Outcome) -> bool:
    return said.assurance < Assurance.ENCRYPTED or did.delivered


CLAIMS = (
    Claim(name="enforced-goes-out-verified", pairs=_ALL, holds=enforced_goes_out_verified, promise=True),
    Claim(name="encrypted-goes-out-encrypted", pairs=_ALL, holds=encrypted_goes_out_encrypted, promise=True),
    Claim(name="verified-is-verifiable", pairs=_VERIFYING, holds=verified_is_verifiable),
    Claim(name="coming-back-is-foretold", pairs=(*_BOTH_POSTFIXES, (DANE, _EXIM)), holds=_coming_back_is_foretold),
    Claim(name="foretold-comes-back", pairs=(*_BOTH_POSTFIXES, (DANE, _EXIM)), holds=_foretold_comes_back),
    Claim(
        name="delivered-over-tls-is-encrypted",
        pairs=((STARTTLS, _ENCRYPTING), (STARTTLS, _OPENSMTPD)),
        holds=_delivered_over_tls_is_encrypted,
    ),
    Claim(
        name="encrypted-can-be-delivered-over-tls",
        pairs=((STARTTLS, _ENCRYPTING),),
        holds=_encrypted_can_be_delivered_over_tls,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptional:
    """A domain of which some claims need not hold, and why."""

    claims: frozenset[str]
    reason: str


def read_exceptions(name: str = "exceptions.toml") -> Mapping[str, Exceptional]:
    rows = tomllib.loads((CASES / name).read_text(encoding="utf-8"))
    return {domain: Exceptional(claims=frozenset(row["claims"]), reason=row["reason"]) for domain, row in rows.items()}


def broken(claim: Claim, predictions: Predictions, outcomes: Outcomes) -> Iterator[Broken]:
    """Where the claim does not hold, with both sides' words."""
    for enforces, sending in claim.pairs:
        for domain, outcome in outcomes[sending].items():
            said = predictions.of(domain, enforces)
            if not claim.holds(said, outcome):
                did = f"{sending.server} {sending.request}: {outcome}"
                yield Broken(domain=domain, said=said.assurance.word, enforces=str(enforces), did=did)
