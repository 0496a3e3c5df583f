"""A bounce → the sent letter that it is about, and whether it can be believed (link-security.md §7).

A bounce is an instruction to a worried person, so a forged one is a downgrade attack. *Matched* means that it names
something which we sent, to somebody whom we sent it to, and has a null return path; *ours* that it was, besides, made
inside our own provider. Only the latter enters memory and offers to lower anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from linksec_tui.model.address import Address
from linksec_tui.model.letter import Bounce, BounceClass, Confidence, Match, Report, SentRecord

from .bounce_words import explain

NOT_MATCHED = Match(matched=False, ours=False)


def match(bounce: Bounce, records: Sequence[SentRecord], *, made_inside: bool) -> Match:
    """`records`: what was found by the bounce's envelope id and by its Message-ID. `made_inside`: the trusted run of
    Received fields says that our own provider made this message."""
    if bounce.null_return_path is not True:
        return NOT_MATCHED
    by_envid = [record for record in records if record.envid and record.envid == bounce.envelope_id]
    by_message_id = [record for record in records if record.message_id == _bracketed(bounce.original_message_id)]
    for record in (*by_envid, *by_message_id):
        recipients = _recipients(bounce, record)
        if recipients:
            # a report with an ENVID that we never gave, about a letter of ours: from somebody who saw the letter
            contradicts = bool(bounce.envelope_id) and bounce.envelope_id != record.envid
            return Match(matched=True, ours=made_inside and not contradicts, record=record, recipients=recipients)
    return NOT_MATCHED


def in_context(bounce: Bounce, found: Match) -> Bounce:
    """The bounce read again in the light of the letter that it is about.

    5.7.10 without words means the receiver's wish for TLS, or that REQUIRETLS could not be kept; the letter tells.
    """
    if found.record is None or not found.record.requiretls:
        return bounce
    reports = tuple(map(_requiretls, bounce.reports))
    read_again = replace(bounce, reports=reports)
    return bounce if reports == bounce.reports else replace(read_again, explanation=explain(read_again))


def report_for(bounce: Bounce, address: Address) -> Report | None:
    """What the bounce says about a recipient of ours."""
    return next((report for report in bounce.reports if _about(report, address)), None)


def _recipients(bounce: Bounce, record: SentRecord) -> tuple[Address, ...]:
    submitted = [decided.recipient.address for decided in record.recipients]
    return tuple(address for address in submitted if report_for(bounce, address) is not None)


def _about(report: Report, address: Address) -> bool:
    """RFC 3464 §2.3: the recipient as we gave it (ORCPT), or as the last server knew it."""
    return str(address).casefold() in (report.original_recipient.casefold(), report.recipient.casefold())


def _requiretls(report: Report) -> Report:
    unclear = report.bounce_class is BounceClass.ENCRYPTION_NEEDED and report.confidence is Confidence.GUESS
    if unclear and report.status.endswith(".7.10"):
        return replace(report, bounce_class=BounceClass.REQUIRETLS_UNSUPPORTED, confidence=Confidence.STRUCTURED)
    return report


def _bracketed(message_id: str) -> str:
    return message_id if not message_id or message_id.startswith("<") else f"<{message_id}>"
