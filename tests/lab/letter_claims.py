"""What must hold between what is said of a letter and what becomes of it (link-security.md §§4, 5, 7).

Where it need not, `tests/cases/lab/letter_exceptions.toml` says so for that domain, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linksec_tui.model.letter import CardAction, Choice, Requirement
from tests.lab import claims
from tests.lab.letter_fates import Fate, Found, Round
from tests.lab.recorded import Fate as Became
from tests.lab.recorded import Outcome

_ANYWAY = frozenset(Became)
_OVER_TLS = frozenset({Became.ENCRYPTED, Became.VERIFIED, Became.CAME_BACK})
_PROVED = frozenset({Became.VERIFIED, Became.CAME_BACK})
_ALLOWED = {
    Requirement.ANY: _ANYWAY,
    Requirement.ENCRYPTED: _OVER_TLS,
    Requirement.VERIFIABLE: _PROVED,
    Requirement.ENFORCED: _PROVED,
    Requirement.LINK_SECURE: _PROVED,
}
AND_THE_NOTICE = "So would the notice."  # the gate's words


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterClaim:
    """`name` is the word for it in letter_exceptions.toml. Of whom nothing was sent, `holds` is not asked."""

    name: str
    holds: Callable[[Fate, Outcome], bool]


def _arrives_or_comes_back(fate: Fate, did: Outcome) -> bool:
    """One of the two, and not both."""
    return (fate.over is not None) == did.delivered and bool(fate.returned) != did.delivered


def _never_below_what_is_asked_for(fate: Fate, did: Outcome) -> bool:
    """Unless somebody at the gate said so; what is to arrive protected or come back does one of the two."""
    match fate.choice:
        case Choice.SEND:
            return did.fate in _ALLOWED[fate.wish.requirement]
        case Choice.TRY:
            return did.fate in _PROVED
        case Choice.LOWER | Choice.NOTICE | Choice.LEAVE_OUT:
            return True


def _both_servers_say_the_same(fate: Fate, did: Outcome) -> bool:
    """Whoever was handed it saw TLS where the sender saw some."""
    return fate.over is None or bool(fate.over) == (did.fate is not Became.CLEAR)


def _enforced_goes_out_verified(fate: Fate, did: Outcome) -> bool:
    """Badges speak of the letter; the notice may be read by anybody."""
    return fate.choice is Choice.NOTICE or claims.enforced_goes_out_verified(fate.said.assessment, did)


def _encrypted_goes_out_encrypted(fate: Fate, did: Outcome) -> bool:
    return fate.choice is Choice.NOTICE or claims.encrypted_goes_out_encrypted(fate.said.assessment, did)


def _verified_is_verifiable(fate: Fate, did: Outcome) -> bool:
    """Where TLS may fail no badge is that high, however it went."""
    return (
        fate.choice is Choice.NOTICE
        or fate.wish.tls_optional
        or claims.verified_is_verifiable(fate.said.assessment, did)
    )


def _coming_back_is_foretold(fate: Fate, did: Outcome) -> bool:
    return did.delivered or fate.choice is Choice.TRY or comes_back(fate)


def _foretold_comes_back(fate: Fate, did: Outcome) -> bool:
    return fate.choice is Choice.TRY or not did.delivered or not comes_back(fate)


def comes_back(fate: Fate) -> bool:
    """Was it said? Beside the recipient to whom the letter goes; of a notice, by the gate."""
    if fate.choice is Choice.NOTICE:
        return AND_THE_NOTICE in fate.said.why
    texts = [warning.text for warning in fate.said.assessment.warnings if warning.code == "will-come-back"]
    return bool(texts) and (fate.said.passes or texts[0] in fate.said.why)


def _explained(fate: Fate, did: Outcome) -> bool:
    """What came back is known for ours, called what it is, with its cause, and with the badge of that day."""
    what = "notice" if fate.choice is Choice.NOTICE else "letter"
    return did.delivered or all(
        each.card.match.ours
        and each.line.happened.startswith(f"The {what} to {fate.domain.recipient} came back: ")
        and not each.line.unexplained
        and each.line.then == fate.decided.assurance
        and CardAction.RESEND in each.card.actions
        for each in fate.returned
    )


def _cause_is_protection_where_it_is(fate: Fate, did: Outcome) -> bool:
    """Held back for its protection: Postfix's x.7.x, and nothing else (RFC 3463 §3.8)."""
    return all(each.line.bounce_class.downgrade == (did.status.split(".")[1] == "7") for each in fate.returned)


def _less_is_offered_where_more_brought_it_back(fate: Fate, did: Outcome) -> bool:
    """REQUIRETLS that could not be kept is refused for good, with 5.7.x (RFC 8689 §5); the same letter goes without."""
    ours = fate.choice is Choice.TRY and did.status.startswith("5.7.")
    offers = [CardAction.WITHOUT_REQUIREMENT in each.card.actions for each in fate.returned]
    return all(offers) if ours else fate.choice is Choice.TRY or not any(offers)


CLAIMS = (
    LetterClaim(name="arrives-or-comes-back", holds=_arrives_or_comes_back),
    LetterClaim(name="never-below-what-is-asked-for", holds=_never_below_what_is_asked_for),
    LetterClaim(name="both-servers-say-the-same", holds=_both_servers_say_the_same),
    LetterClaim(name="enforced-goes-out-verified", holds=_enforced_goes_out_verified),
    LetterClaim(name="encrypted-goes-out-encrypted", holds=_encrypted_goes_out_encrypted),
    LetterClaim(name="verified-is-verifiable", holds=_verified_is_verifiable),
    LetterClaim(name="coming-back-is-foretold", holds=_coming_back_is_foretold),
    LetterClaim(name="foretold-comes-back", holds=_foretold_comes_back),
    LetterClaim(name="what-came-back-is-explained", holds=_explained),
    LetterClaim(name="the-cause-is-protection-where-it-is", holds=_cause_is_protection_where_it_is),
    LetterClaim(name="less-is-offered-where-more-brought-it-back", holds=_less_is_offered_where_more_brought_it_back),
)


def broken(claim: LetterClaim, shown: Round) -> list[Fate]:
    """Of whom it does not hold."""
    return [fate for fate in shown.fates if fate.did is not None and not claim.holds(fate, fate.did)]


def wrongly_kept(shown: Round) -> list[Fate]:
    """Who is left out gets nothing, and stands in a draft; nobody else does either."""
    return [
        fate
        for fate in shown.fates
        if not (
            (fate.choice is Choice.LEAVE_OUT)
            == (fate.sent is None)
            == (fate.decided.recipient.address in fate.letter.kept)
        )
    ]


def letters(shown: Round) -> list[Fate]:
    """Those to whom the letter itself went."""
    return [fate for fate in shown.fates if fate.choice not in (Choice.NOTICE, Choice.LEAVE_OUT)]


def wrongly_there(shown: Round) -> list[Found]:
    """What lies in a mailbox and was not for it, or names in To and Cc anybody but those who get the letter."""
    named: dict[str, frozenset[str]] = {}
    for fate in letters(shown):
        letter = fate.letter.draft.id
        named[letter] = named.get(letter, frozenset()) | {fate.domain.recipient}
    whom = {fate.sent: named[fate.letter.draft.id] for fate in letters(shown)}
    return [found for found in shown.found if found.names != whom.get(found.copy)]


def wrongly_said_to_be_there(shown: Round) -> list[str]:
    """Of whom a card says that nothing has come back, or that nothing went over that link, and it is not so."""
    back = {(fate.letter.draft.id, fate.domain.recipient) for fate in shown.fates if fate.returned}
    return [
        recipient
        for card in shown.cards
        for recipient in card.arrived
        if card.match.record is None or (card.match.record.letter, recipient) in back
    ]
