"""A sender check as it is drawn: mark, word and colour, which always appear together; never green, never a lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from linksec_tui.model.message import Header
from linksec_tui.model.sender_state import SenderState
from linksec_tui.tui.marks import Marks
from linksec_tui.tui.text import assemble, plain, styled

if TYPE_CHECKING:
    from linksec_tui.model.sender import SenderCheck

_COLOURS = {
    SenderState.VERIFIED: "$primary",
    SenderState.UNVERIFIED: "$muted",
    SenderState.FAILED: "$error",
}


def list_mark(header: Header, marks: Marks) -> str:
    """One cell of the list. What is to be looked at twice stands before what a domain vouches for."""
    if header.sender_state is SenderState.FAILED:
        return marks.disowned
    if header.sender_warned:
        return marks.caution
    return marks.vouched if header.sender_state is SenderState.VERIFIED else " "


def banner(check: SenderCheck, marks: Marks, width: int) -> Iterator[Content]:
    """State and sentence, then every warning, in lines of `width` cells."""
    colour = _COLOURS[check.state]
    text = assemble((f"{check.state.word}: ", colour), (check.headline, "$muted"))
    yield from _item(styled(f"{_sign(check, marks)} ", colour), text, width)
    for warning in check.warnings:
        style = "$warning" if warning.grave else "$muted"
        yield from _item(
            styled(f"{marks.caution if warning.grave else marks.bullet} ", style), styled(warning.text, style), width
        )
    if check.problem:
        yield from _item(plain("  "), styled(check.problem, "$muted"), width)


def _item(sign: Content, text: Content, width: int) -> Iterator[Content]:
    """The sign before the first line alone: what hangs below it belongs to it."""
    first, *others = text.wrap(max(width - sign.cell_length, 8))
    yield assemble(sign, first)
    yield from (assemble(" " * sign.cell_length, line) for line in others)


def _sign(check: SenderCheck, marks: Marks) -> str:
    match check.state:
        case SenderState.VERIFIED:
            return marks.vouched
        case SenderState.FAILED:
            return marks.disowned
        case SenderState.UNVERIFIED:
            return marks.bullet


def evidence(check: SenderCheck, marks: Marks, width: int) -> Iterator[Content]:
    """What the state rests on: each signature, and what the provider told."""
    sign = styled(f"{marks.bullet} ", "$muted")
    for each in check.dkim:
        whose = f"Signature of {each.domain or 'nobody'}: {each.result}"
        aligned = "" if each.aligned or not each.domain else ", which is another domain"
        yield from _item(sign, styled(f"{whose}{aligned}. {each.why}".rstrip(), "$muted"), width)
    told = [f"{name} {result}" for name, result in (("SPF", check.spf), ("DMARC", check.dmarc)) if result]
    if told:
        source = f" by {check.authserv_id}" if check.authserv_id else ""
        yield from _item(sign, styled(f"{', '.join(told)}{source}", "$muted"), width)
