"""A sender check in a sentence: who vouches for the domain, and who does not."""

from __future__ import annotations

from dataclasses import replace

from linksec_tui.formats.domain_name import domain_name
from linksec_tui.model.sender import Examiner, SenderCheck, SenderState


def headline(check: SenderCheck, *, elsewhere: bool) -> SenderCheck:
    """The check with its sentence. `elsewhere`: the provider's name stands where the sender could have written it."""
    return replace(check, headline=_sentence(check, elsewhere=elsewhere))


def _sentence(check: SenderCheck, *, elsewhere: bool) -> str:
    if not check.domain:
        return "It does not say who sent it." if not check.address else "What it says of its sender is not an address."
    shown = domain_name(check.domain).shown
    match check.state:
        case SenderState.VERIFIED:
            return f"{shown} vouches for it; {_by_whom(check)}"
        case SenderState.FAILED:
            return f"{shown} does not vouch for it: it may well be from somebody else."
        case SenderState.UNVERIFIED:
            return f"Nobody vouches that it is from {shown}.{_why(check, elsewhere=elsewhere)}"


def _by_whom(check: SenderCheck) -> str:
    here = any(each.by is Examiner.HERE and each.result == "pass" for each in check.dkim)
    if here and check.checked_at is not None:
        return f"its signature was checked here on {check.checked_at:%-d %B %Y}."
    return "your provider checked it."


def _why(check: SenderCheck, *, elsewhere: bool) -> str:
    if check.checked_at is not None:
        said = next((each.why for each in check.dkim if each.why), "")
        return f" {said}" if said else " It bears no signature of that domain."
    if elsewhere:
        return " Your provider's result stands where the sender could have written it."
    if any(each.aligned and each.result == "unchecked" and not each.why for each in check.dkim):
        return " It bears a signature that nobody has checked yet."
    return ""
