"""Who meets the requirement, in one sentence under the selector; and what the requirement itself means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.content import Content

from linksec_tui.model.address import Recipient
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.evidence import ProviderFacts
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.badge import badge
from linksec_tui.tui.text import assemble, plain, styled

NAMED = 2  # so many who fall short are named, the others counted

_CHECKED_ONLY = "Checked before sending; from then on nobody holds the letter back."
_MEANS = {
    Requirement.ANY: "The letter travels as well as each way allows.",
    Requirement.ENCRYPTED: _CHECKED_ONLY,
    Requirement.VERIFIABLE: _CHECKED_ONLY,
    Requirement.ENFORCED: "It comes back to you rather than travel unprotected.",
    Requirement.LINK_SECURE: "It comes back to you rather than travel unprotected, and they promise the same.",
}
_PROVIDER_HOLDS = "Your provider promises to hold it back, too."


def requirement_word(requirement: Requirement) -> str:
    """Its name in one word."""
    return requirement.word.partition(",")[0]


def requirement_words(requirement: Requirement, provider: ProviderFacts | None) -> str:
    """What choosing it does, honestly: the middle ones are a check of ours and nothing more."""
    if _MEANS[requirement] is _CHECKED_ONLY and provider is not None and provider.heeds:
        return _PROVIDER_HOLDS
    return _MEANS[requirement]


def unprotected_too(known: Mapping[str, Assessment]) -> Mapping[str, Assessment]:
    """As it is for a letter that may travel in the clear: no badge above Encrypted (RFC 8689 §5)."""
    told = "You allow servers to pass the letter on unprotected."
    clear = {whom: each.in_the_clear_too() for whom, each in known.items()}
    return {whom: each if each is known[whom] else replace(each, headline=told) for whom, each in clear.items()}


def known_of(recipient: Recipient, known: Mapping[str, Assessment]) -> Assessment | None:
    """What is known of the person where something special is, else of the domain."""
    return known.get(str(recipient.address)) or known.get(recipient.address.domain)


def meeting_sentence(
    recipients: Sequence[Recipient], known: Mapping[str, Assessment], requirement: Requirement, glyphs: Glyphs
) -> list[Content]:
    """“2 of 3 meet Verifiable · carol@old.example is Exposed”, in pieces that should not be broken."""
    if not recipients:
        return [styled("Nobody to write to yet.", "$muted")]
    found = [(each, known_of(each, known)) for each in recipients]
    judged = [(each, judgement) for each, judgement in found if judgement is not None]
    short = [(each, judgement) for each, judgement in judged if not judgement.meets(requirement.minimum)]
    parts = [_count(len(judged) - len(short), len(recipients), requirement)]
    if waiting := len(recipients) - len(judged):
        parts.append(styled(f"{waiting} not known yet", "$muted"))
    if requirement is Requirement.ANY:
        parts += _readable([each for each, judgement in judged if judgement.assurance is Assurance.EXPOSED])
    parts += [_named(each, judgement, glyphs) for each, judgement in short[:NAMED]]
    if len(short) > NAMED:
        parts.append(styled(f"and {len(short) - NAMED} more", "$muted"))
    return parts


def _readable(exposed: Sequence[Recipient]) -> list[Content]:
    """Nothing is asked for, so this holds nobody back; it is said all the same."""
    if not exposed:
        return []
    which = f"the one to {exposed[0].address}" if len(exposed) == 1 else f"{len(exposed)} of them"
    return [styled(f"anybody on the way can read {which}", f"$assurance-{Assurance.EXPOSED.value}")]


def _count(meeting: int, of: int, requirement: Requirement) -> Content:
    if requirement is Requirement.ANY:
        return plain(f"{meeting} of {of} can be written to" if of > 1 or not meeting else "Can be written to")
    word = requirement_word(requirement)
    if meeting == of:
        return plain(f"All {of} meet {word}" if of > 1 else f"Meets {word}")
    return plain(f"{meeting} of {of} meet {word}")


def _named(recipient: Recipient, assessment: Assessment, glyphs: Glyphs) -> Content:
    look = badge(assessment.assurance, glyphs)
    return assemble(f"{recipient.address} is ", (f"{look.glyph} {look.word}", f"${look.variable}"))
