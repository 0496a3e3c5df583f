"""The way to one recipient, drawn on a plain terminal: three hops, what is known of each, and where that is from.

Under the picture stands what the judgement had to go on: each exchanger, and the policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.connection import TlsFacts
from linksec_tui.model.evidence import Sts, StsStatus
from linksec_tui.model.exchanger_words import exchanger_words
from linksec_tui.model.ladder import Glyphs
from linksec_tui.model.path import Fact, Strength, path_of

SHOWN_EXCHANGERS = 10  # of a domain that may name hundreds; --json has them all

_STATION = {Glyphs.UNICODE: "■", Glyphs.ASCII: "o"}
_END = {Glyphs.UNICODE: "▼", Glyphs.ASCII: "v"}
_STRETCH = {
    Glyphs.UNICODE: {Strength.FIRM: "┃", Strength.LOOSE: "╎", Strength.OPEN: "·"},
    Glyphs.ASCII: {Strength.FIRM: "|", Strength.LOOSE: ":", Strength.OPEN: "."},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What is drawn: the judgement, the proof of our own hop where there is one, and who is at the end."""

    assessment: Assessment
    submission: TlsFacts | None
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph of the picture; each line of it begins with `before`."""

    before: str = ""
    text: str


def path_lines(journey: Journey, glyphs: Glyphs) -> Iterator[Line]:
    """The picture from top to bottom, then what it rests on."""
    path = path_of(journey.assessment, journey.submission, journey.reader)
    for stretch in path.stretches:
        yield Line(text=f"{_STATION[glyphs]} {stretch.station}")
        for fact in stretch.facts:
            yield Line(before=f"{_STRETCH[glyphs][stretch.strength]} ", text=f"{fact.text} ({origin_of(fact)})")
    yield Line(text=f"{_END[glyphs]} {path.reader}")
    yield from (Line(text=f"→ {text}") for text in grounds(journey.assessment))


def origin_of(fact: Fact) -> str:
    """Where that is known from, and whether somebody could have made it up."""
    return f"{fact.origin}; could be forged" if fact.forgeable else fact.origin


def grounds(assessment: Assessment) -> Iterator[str]:
    """What the judgement had to go on: the exchangers, and the policy."""
    exchangers = assessment.evidence.route.exchangers
    for exchanger in exchangers[:SHOWN_EXCHANGERS]:
        yield f"{exchanger.host} ({exchanger.preference}): {exchanger_words(assessment, exchanger)}"
    if len(exchangers) > SHOWN_EXCHANGERS:
        yield f"and {len(exchangers) - SHOWN_EXCHANGERS} more"
    if text := _policy(assessment.evidence.sts):
        yield text


def _policy(sts: Sts) -> str:
    """The policy in force, as it was had; nothing where there is none."""
    if sts.status in (StsStatus.ABSENT, StsStatus.ERROR, StsStatus.INVALID):
        return ""  # what is wrong stands among the reasons
    had = "confirmed today" if sts.confirmed else "from memory, not confirmed today"
    return f"MTA-STS policy {sts.id}: {sts.status.value}, for {_how_long(sts.max_age)}, {had}"


def _how_long(seconds: int) -> str:
    days = seconds // 86_400
    return f"{days} {'day' if days == 1 else 'days'}" if days else f"{seconds} seconds"
