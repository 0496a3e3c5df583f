"""What the check screen says of a roll: how far it is, who is shown, who meets the requirement. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from linksec_tui.model.checked import RecipientList
from linksec_tui.model.letter import Requirement
from linksec_tui.tui.arrange import View, Who
from linksec_tui.tui.meeting import requirement_word
from linksec_tui.tui.roll import Roll
from linksec_tui.tui.text import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the asking goes. `left` is None while nobody can tell."""

    running: bool
    per_second: float = 0.0
    left: float | None = None


def progress_words(roll: Roll, pace: Pace, go_on: str) -> list[str]:
    """“6,201 of 10,000 looked up”, “95 domains a second”, “40 s left”; `go_on` names the key that starts it."""
    done, total = roll.complete, len(roll)
    if not total:
        return ["Nobody to check yet: type, paste or load a list. Nothing is sent from here."]
    if done == total and not pace.running:
        return [f"{counted(total, 'recipient')} looked up"]
    words = [f"{done:,} of {total:,} looked up"]
    if not pace.running:
        return [*words, f"stopped; {go_on} goes on" if done else f"{go_on} begins"]
    if pace.per_second >= 0.05:
        words.append(f"{rate(pace.per_second)} a second")
    if pace.left is not None:
        words.append(f"{duration(pace.left)} left")
    return words


def rate(per_second: float) -> str:
    return counted(round(per_second), "domain") if per_second >= 9.5 else f"{per_second:.1f} domains"


def duration(seconds: float) -> str:
    """In the largest unit that is not zero, never more exact than anybody knows."""
    if seconds < 100:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{round(minutes / 60)} h"


def meeting_words(roll: Roll, requirement: Requirement) -> str:
    """“812 of 900 meet Verifiable”, of those of whom something is known."""
    known = sum(roll.levels().values())
    if not known:
        return ""
    meeting = roll.meeting(requirement)
    if requirement is Requirement.ANY:
        return f"{meeting:,} of {known:,} can be written to"
    return f"{meeting:,} of {known:,} meet {requirement_word(requirement)}"


def shown_words(shown: int, view: View, selected: int) -> list[str]:
    """Who of them is in sight, where it is not everybody."""
    words: list[str] = []
    if not view.whole:
        limits = [
            *([view.level.word] if view.level is not None else []),
            *([view.who.value] if view.who is not Who.ALL else []),
            *([f"with “{view.text}”"] if view.text else []),
        ]
        words.append(f"{shown:,} shown: {', '.join(limits)}")
    if selected:
        words.append(f"{selected:,} selected")
    return words


def taken_words(found: RecipientList, show_all: str) -> str:
    """What did not get on the roll; empty where everything did. `show_all` names the key that lists it."""
    words: list[str] = []
    if found.beyond:
        words.append(f"{counted(found.beyond, 'recipient')} more did not fit: the list is full.")
    if found.refused:
        first = found.refusals[0]
        words.append(f"{counted(found.refused, 'piece')} could not be read. Line {first.line}: {first.sentence}")
        if found.refused > 1:
            words.append(f"{show_all} shows them all.")
    return " ".join(words)
