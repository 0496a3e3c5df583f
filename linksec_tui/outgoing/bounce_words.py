"""Why a letter came back, in plain words: who could have read it, not which RFC (experience.md §3)."""

from __future__ import annotations

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.letter import Bounce, BounceClass, Confidence, Kind, RecipientDecision, Report, SentRecord

from .diagnosis import gives_no_reason

# What follows "The letter to X came back: ".
WHY = {
    BounceClass.TLS_NOT_OFFERED: "their server did not offer encryption",
    BounceClass.TLS_HANDSHAKE_FAILED: "their server offered encryption, but it could not be set up",
    BounceClass.TLS_TOO_WEAK: "the encryption that their server takes is weaker than was required",
    BounceClass.CERTIFICATE_UNVERIFIED: "their server could not prove who it is",
    BounceClass.CERTIFICATE_UNTRUSTED: "their server's certificate comes from nobody that your provider trusts",
    BounceClass.CERTIFICATE_EXPIRED: "their server's certificate has expired",
    BounceClass.CERTIFICATE_NAME_MISMATCH: "their server's certificate is made out to another name",
    BounceClass.DANE_FAILED: "their server did not pass the check against what their domain vouches for (DANE)",
    BounceClass.MTA_STS_FAILED: "their server is not one that their domain's policy allows (MTA-STS)",
    BounceClass.NO_POLICY: "their domain publishes nothing by which its servers could be recognised",
    BounceClass.REQUIRETLS_UNSUPPORTED: "their server does not promise to keep a letter protected (REQUIRETLS)",
    BounceClass.LEVEL_TOO_LOW: "their server promises less protection than was required, or than it did before",
    BounceClass.ENCRYPTION_NEEDED: "their server wants encryption, and your provider's server used none",
    BounceClass.PROVIDER_TLS_UNAVAILABLE: "your provider's own encryption did not work",
    BounceClass.NAME_LOOKUP_FAILED: "their domain could not be looked up; it may be broken or forged",
    BounceClass.NO_SUCH_USER: "there is no such address",
    BounceClass.NO_SUCH_DOMAIN: "there is no such domain, or it takes no mail",
    BounceClass.MAILBOX_FULL: "their mailbox is full",
    BounceClass.TOO_BIG: "the letter is too large for them",
    BounceClass.REJECTED_POLICY: "their server does not want it",
    BounceClass.AUTHENTICATION_FAILED: "their server doubts that it came from you",
    BounceClass.LOOP: "it went round in circles",
    BounceClass.UNREACHABLE: "their server could not be reached",
    BounceClass.OTHER: "the server gives a reason that is not known here",
}
AFTER_RETRIES = "refused after retries, reason not given"
NO_REASON = "reason not given"
NOTHING_OF_IT = "Nothing of the letter was in it."
SECOND_COPY = "The first copy is still waiting and can't be recalled; this sends a second."


def unexplained(report: Report) -> bool:
    """Does the server hide the reason, as Exim and OpenSMTPD do?"""
    return report.bounce_class is BounceClass.OTHER and gives_no_reason(report.diagnostic)


def why(report: Report) -> str:
    """The cause in one clause, with how sure it is where it is only a guess."""
    if unexplained(report):
        return AFTER_RETRIES if report.diagnostic and report.action == "failed" else NO_REASON
    words = WHY[report.bounce_class]
    guessed = report.confidence is Confidence.GUESS and report.bounce_class is not BounceClass.OTHER
    return f"{words} (a guess)" if guessed else words


def happened(report: Report, kind: Kind = Kind.LETTER) -> str:
    """What happened to one recipient's copy."""
    copy = f"{'notice' if kind is Kind.NOTICE else 'letter'} to {report.recipient}"
    match report.action:
        case "failed":
            return f"The {copy} came back: {why(report)}."
        case "delayed":
            until = f" until {report.retry_until:%Y-%m-%d %H:%M} UTC" if report.retry_until else ""
            return f"The {copy} is held and tried again{until}: {why(report)}."
        case "delivered" | "relayed" | "expanded":
            return f"The {copy} was passed on."
        case _:
            return f"About the {copy} the server says “{report.action}”: {why(report)}."


def was_then(decided: RecipientDecision, record: SentRecord) -> str:
    """What was known of the recipient's domain when the letter was sent."""
    known = decided.headline.rstrip(".") or f"{decided.recipient.address.domain} was {decided.assurance.word}"
    return f"When you sent it ({record.submitted_at:%Y-%m-%d}): {known}."


def is_now(assessment: Assessment) -> str:
    """What a fresh look says."""
    return f"Now ({assessment.checked_at:%Y-%m-%d %H:%M} UTC): {assessment.headline.rstrip('.')}."


def explain(bounce: Bounce) -> str:
    """The whole report in sentences, for somebody who has only the report."""
    sentences = [happened(report) for report in bounce.reports[:10]]
    if len(bounce.reports) > 10:
        sentences.append(f"The same for {len(bounce.reports) - 10} more.")
    if bounce.downgrade:
        sentences.append("If this report is true, it was not sent on unprotected.")
    return " ".join(sentences)
