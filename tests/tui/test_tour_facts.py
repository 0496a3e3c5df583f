"""When a step of the tour is done, and what it says until then: from what happened, not from keys."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linksec_tui.model.assessment import Assurance
from linksec_tui.model.eavesdrop import Direction, Overheard, TappedLink
from linksec_tui.tui.keys import DEFAULT_KEYS
from linksec_tui.tui.tour_facts import Scene, caught, closing, fulfilled, heard, moment
from linksec_tui.tui.tour_words import CLOSING, SENTENCES, TITLES, Step, reading_seconds, with_keys
from tests.tui.table_facts import judged

AT = datetime(2026, 3, 14, tzinfo=UTC)
CAST = frozenset({"uni.example", "club.example"})
LETTER = b"MAIL FROM:<a@b>\r\nDATA\r\n"
NOISE = b"\x16\x03\x01\x02\x00\x01" * 20


def link(domain: str, content: bytes, number: int = 1) -> TappedLink:
    chunks = (Overheard(direction=Direction.FROM_PROVIDER, content=content, at=AT),)
    return TappedLink(number=number, domain=domain, exchanger=f"mx.{domain}", chunks=chunks, open=False, impostor=False)


CROSSED = (link("uni.example", NOISE), link("club.example", NOISE, 2))
KNOWN = {domain: judged(domain, Assurance.ENFORCED) for domain in CAST}


def scene(where: str = "compose", **facts: object) -> Scene:
    return replace(Scene(where=where, cast=CAST), **facts)


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        (Step.WRITE, scene(written_to=frozenset({"uni.example"})), scene(written_to=CAST | {"x.example"})),
        (Step.BADGES, scene(known={"uni.example": KNOWN["uni.example"]}), scene(known=KNOWN)),
        (Step.PATH, scene(ways=1), scene(ways=2)),
        (Step.SEND, scene(sent_to=CAST, links=CROSSED[:1]), scene(sent_to=CAST, links=CROSSED)),
        (Step.SEND, scene(links=CROSSED), scene(sent_to=frozenset({"uni.example"}), links=CROSSED[:1])),
        (Step.SEND, scene(sent_to=CAST, links=(CROSSED[0], replace(CROSSED[1], open=True))),
         scene(sent_to=CAST, links=CROSSED)),
        (Step.TAP, scene("tap"), scene("tap", compared=True)),
        (Step.IMPOSTOR, scene(sent_to=CAST, links=CROSSED, impostor=True),
         scene(sent_to=CAST, links=tuple(replace(each, impostor=True) for each in CROSSED))),
        (Step.CARD, scene("mailbox", card=True), scene("mailbox", recovered=True)),
    ],
)  # fmt: skip
def test_a_step_is_done_when_it_has_happened(step: Step, before: Scene, after: Scene) -> None:
    assert not fulfilled(step, before)
    assert fulfilled(step, after)


@pytest.mark.parametrize(
    ("step", "now", "said"),
    [
        (Step.WRITE, scene("mailbox"), "begin"),
        (Step.WRITE, scene(), "people"),
        (Step.PATH, scene(at_names=True), "path"),
        (Step.PATH, scene(), "to-the-names"),
        (Step.PATH, scene("elsewhere"), "elsewhere"),
        (Step.SEND, scene(), "send"),
        (Step.SEND, scene("gate"), "gate"),
        (Step.SEND, scene("mailbox", under_way=True), "under-way"),
        (Step.TAP, scene("mailbox"), "listen"),
        (Step.TAP, scene("tap"), "choose"),
        (Step.IMPOSTOR, scene("mailbox"), "listen"),
        (Step.IMPOSTOR, scene("tap"), "impostor"),
        (Step.IMPOSTOR, scene("tap", impostor=True), "again"),
        (Step.IMPOSTOR, scene(impostor=True), "send-again"),
        (Step.CARD, scene("tap"), "go-back"),
        (Step.CARD, scene("mailbox"), "wait"),
        (Step.CARD, scene("mailbox", returned=True), "open"),
        (Step.CARD, scene("mailbox", returned=True, card=True), "card"),
    ],
)
def test_it_says_what_comes_next(step: Step, now: Scene, said: str) -> None:
    assert moment(step, now) == said


def test_the_letter_that_the_impostor_laid_open_is_looked_at() -> None:
    opened = replace(link("club.example", LETTER, 3), impostor=True)
    links = (opened, replace(link("uni.example", b"220 mx ESMTP\r\n", 4), impostor=True))
    assert caught(links) is opened
    assert closing(Step.IMPOSTOR, scene(links=links)) == "caught"
    assert closing(Step.IMPOSTOR, scene(links=links[1:])) == ""
    assert closing(Step.SEND, scene(links=links)) == ""


def test_every_moment_has_its_sentence_and_every_key_in_it_exists() -> None:
    assert set(CLOSING.values()) <= SENTENCES.keys()
    assert set(TITLES) == set(Step)
    named = {key for sentence in SENTENCES.values() for key in re.findall(r"\{([a-z-]+\.[a-z-]+)\}", sentence)}
    assert named <= DEFAULT_KEYS.keys()
    assert with_keys("Press {mail.tap}.", lambda key: DEFAULT_KEYS[key]).plain == "Press t."


@pytest.mark.parametrize("name", SENTENCES)
def test_each_is_one_short_sentence(name: str) -> None:
    sentence = SENTENCES[name]
    assert len(sentence) <= 2 * 76  # two lines at 80 columns
    assert re.fullmatch(r"[^.!?]+(\{[a-z.-]+\}[^.!?]*)*[.]", re.sub(r"\{[a-z.-]+\}", "x", sentence)), sentence
    assert reading_seconds(sentence) < 10


def test_what_was_heard_of_whom() -> None:
    said = heard(["uni.example", "club.example", "x.example"], [CROSSED[0], link("club.example", LETTER)])
    assert [(each.crossed, each.read) for each in said] == [(True, False), (True, True), (False, False)]
