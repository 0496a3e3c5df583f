"""How things stand while the tour goes on: what really happened says when a step is done, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from linksec_tui.model.assessment import Assessment
from linksec_tui.model.eavesdrop import TappedLink
from linksec_tui.tui.overheard import Verdict, verdict
from linksec_tui.tui.tour_words import CLOSING, Step

ENOUGH_WAYS = 2  # drawn ways that are enough to have seen the difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One look at the client and the wire. Counts are since the step began."""

    where: str  # the screen: mailbox, compose, gate, tap, or another
    cast: frozenset[str]  # domains of those whom the tour writes to
    written_to: frozenset[str] = frozenset()  # domains of the letter at hand
    at_names: bool = False  # the cursor stands among the recipients
    known: Mapping[str, Assessment] = field(default_factory=dict[str, Assessment])  # answered for good
    ways: int = 0  # drawn for different people
    sent_to: frozenset[str] = frozenset()  # domains to which your provider took a letter
    under_way: bool = False  # a letter is in the outbox, or beyond it
    handed_over: bool = False  # letters to all of them are
    links: tuple[TappedLink, ...] = ()  # of letters, since the step began
    compared: bool = False  # a readable link and a silent one stand beside each other
    impostor: bool = False
    returned: bool = False  # a letter came back
    card: bool = False  # and its card is on the screen
    recovered: bool = False  # something was done about it

    @property
    def carried(self) -> bool:
        """Everything that was sent crossed the wire, or was turned back on it."""
        crossed = {link.domain for link in self.links if not link.open and link.chunks}
        wanted = self.sent_to & self.cast
        return bool(wanted) and wanted <= crossed and not any(link.open for link in self.links)


def fulfilled(step: Step, scene: Scene) -> bool:
    """Is there nothing more to do in this step?"""
    match step:
        case Step.WRITE:
            return scene.cast <= scene.written_to
        case Step.BADGES:
            return scene.cast <= scene.known.keys()
        case Step.PATH:
            return scene.ways >= ENOUGH_WAYS
        case Step.SEND:
            return scene.carried
        case Step.TAP:
            return scene.where == "tap" and scene.compared
        case Step.IMPOSTOR:
            return scene.carried and any(link.impostor for link in scene.links)
        case Step.CARD:
            return scene.recovered


def caught(links: Sequence[TappedLink]) -> TappedLink | None:
    """The newest link on which the impostor has made a letter readable."""
    return next((link for link in reversed(links) if link.impostor and verdict(link) is Verdict.LETTER), None)


def closing(step: Step, scene: Scene) -> str:
    """Which of `tour_words.SENTENCES` says what is to be looked at when the step is done; empty where nothing is."""
    if step is Step.IMPOSTOR and caught(scene.links) is None:
        return ""
    return CLOSING.get(step, "")


def moment(step: Step, scene: Scene) -> str:
    """Which of `tour_words.SENTENCES` fits."""
    match step:
        case Step.WRITE:
            return _in_compose(scene, "people")
        case Step.BADGES:
            return _in_compose(scene, "badges")
        case Step.PATH:
            return _in_compose(scene, "path" if scene.at_names else "to-the-names")
        case Step.SEND:
            return _sending(scene, "send")
        case Step.TAP:
            if scene.where != "tap":
                return "listen" if scene.where == "mailbox" else "elsewhere"
            return "compare" if scene.compared else "choose"
        case Step.IMPOSTOR:
            return _impostor(scene)
        case Step.CARD:
            return _returning(scene)


def _in_compose(scene: Scene, there: str) -> str:
    return there if scene.where == "compose" else "begin" if scene.where == "mailbox" else "elsewhere"


def _sending(scene: Scene, there: str) -> str:
    if scene.where == "gate":
        return "gate"
    if scene.under_way:
        return "under-way"
    return there if scene.where == "compose" else "elsewhere"


def _impostor(scene: Scene) -> str:
    if scene.where == "tap" and not scene.under_way:
        return "again" if scene.impostor else "impostor"
    return "listen" if scene.where == "mailbox" and not scene.under_way else _sending(scene, "send-again")


def _returning(scene: Scene) -> str:
    if scene.where == "tap":
        return "go-back"
    if scene.where != "mailbox":
        return "elsewhere"
    return "card" if scene.card else "open" if scene.returned else "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the tap heard of one person's letter: could anybody read it?"""

    domain: str
    crossed: bool
    read: bool


def heard(domains: Sequence[str], links: Sequence[TappedLink]) -> tuple[Heard, ...]:
    """For each domain, over all its links."""
    verdicts = {domain: {verdict(link) for link in links if link.domain == domain} for domain in domains}
    return tuple(
        Heard(domain=domain, crossed=bool(found & {Verdict.LETTER, Verdict.NOISE}), read=Verdict.LETTER in found)
        for domain, found in verdicts.items()
    )
