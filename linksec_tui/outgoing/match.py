"""A bounce → the sent letter that it is about, and whether it can be believed (link-security.md §7).

A bounce is an instruction to a worried person, so a forged one is a downgrade attack. *Matched* means that it names
something which we sent, to somebody whom we sent it to, and has a null return path; *ours* that it was, besides, made
inside our own provider, and contradicts nothing that we know. Only the latter enters memory and offers to lower
anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from linksec_tui.formats.domain_name import to_ascii
from linksec_tui.formats.xtext import decode_xtext
from linksec_tui.model.address import Address
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import (
    PASSED_ON,
    Bounce,
    BounceClass,
    Confidence,
    Match,
    OurTag,
    Report,
    Requirement,
    SentRecord,
)

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
        if recipients := tuple(reports_about(bounce, record)):
            ours = made_inside and not _contradicts(bounce, record)
            return Match(matched=True, ours=ours, record=record, recipients=recipients)
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


def reports_about(bounce: Bounce, record: SentRecord) -> Mapping[Address, Report]:
    """What the bounce says about each recipient of ours whom it names, in the order of the letter."""
    ours = _addresses(record)
    found: dict[Address, list[Report]] = {}
    for report in bounce.reports:
        # RFC 3464 §2.3: the recipient as we gave it (ORCPT), or else as the last server knew it
        address = _named(report.original_recipient, ours) or _named(report.recipient, ours)
        if address is not None:
            found.setdefault(address, []).append(report)
    return {address: _worst(found[address]) for address in ours.values() if address in found}


def came_back(bounce: Bounce, record: SentRecord) -> tuple[Address, ...]:
    """Whose copies it gives up."""
    return tuple(address for address, report in reports_about(bounce, record).items() if report.action == "failed")


def caused_by_our_tag(report: Report, record: SentRecord) -> bool:
    """Did what we asked for bring it back, and would the same letter have gone without it?"""
    if report.confidence is Confidence.GUESS or not report.bounce_class.downgrade:
        return False
    match report.tag:
        case OurTag.REQUIRETLS:
            return record.requiretls
        case OurTag.LINK_SECURITY:
            return record.requirement is not Requirement.ANY
        case None:
            return False


def _contradicts(bounce: Bounce, record: SentRecord) -> bool:
    """A wrong ENVID about a letter of ours: from somebody who saw the letter. A recipient of ours under a name that we
    never wrote to: about another letter, or made up.
    """
    if bounce.envelope_id and bounce.envelope_id != record.envid:
        return True
    ours = _addresses(record)
    return any(
        report.original_recipient
        and _named(report.original_recipient, ours) is None
        and _named(report.recipient, ours) is not None
        for report in bounce.reports
    )


def _addresses(record: SentRecord) -> dict[str, Address]:
    return {str(each.recipient.address).casefold(): each.recipient.address for each in record.recipients}


def _named(said: str, ours: Mapping[str, Address]) -> Address | None:
    """Written as we write it, in xtext as some servers echo it, or with its domain in letters (RFC 6533)."""
    forms = (said, decode_xtext(said), _with_a_labels(said))
    return next((ours[form.casefold()] for form in forms if form.casefold() in ours), None)


def _with_a_labels(said: str) -> str:
    local, at, domain = said.rpartition("@")
    if not at or domain.isascii():
        return said
    try:
        return f"{local}@{to_ascii(domain)}"
    except BadInput:
        return said


def _worst(reports: Sequence[Report]) -> Report:
    """Of statements that contradict each other nothing is concluded: the worst is told, and its cause is a guess."""
    worst = max(map(_severity, reports))
    first, *others = (report for report in reports if _severity(report) == worst)
    if all(other.bounce_class is first.bounce_class for other in others):
        return first
    return replace(first, confidence=Confidence.GUESS, tag=None)


def _severity(report: Report) -> int:
    if report.action in PASSED_ON:
        return 0
    return {"failed": 3, "delayed": 2}.get(report.action, 1)


def _requiretls(report: Report) -> Report:
    unclear = report.bounce_class is BounceClass.ENCRYPTION_NEEDED and report.confidence is Confidence.GUESS
    if unclear and report.status.endswith(".7.10"):
        return replace(
            report,
            bounce_class=BounceClass.REQUIRETLS_UNSUPPORTED,
            confidence=Confidence.STRUCTURED,
            tag=OurTag.REQUIRETLS,
        )
    return report


def _bracketed(message_id: str) -> str:
    return message_id if not message_id or message_id.startswith("<") else f"<{message_id}>"
