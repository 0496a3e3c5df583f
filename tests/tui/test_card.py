"""The card of a returned letter: what it offers has a key, and what would lower anything is asked about first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from textual.widgets import Static

from linksec_tui.model.letter import CardAction, Draft, OutboxItem, Requirement
from linksec_tui.outgoing.match import NOT_MATCHED
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.card_verbs import CARD_ACTIONS
from linksec_tui.tui.screens.compose import ComposeScreen
from linksec_tui.tui.screens.mailbox import MailboxScreen
from tests.tui import conftest
from tests.tui.conftest import CARD, Stage, TableDesk, Until

Shown = Callable[..., str]
EVERYTHING = replace(
    CARD,
    actions=tuple(CardAction),
    caution="The first copy is still waiting and can't be recalled; this sends a second.",
    lines=(
        replace(
            CARD.lines[0],
            unexplained=True,
            known_then="When you sent it (2026-03-13): old.example was Encrypted, unproven.",
            known_now="Now (2026-03-14 12:00 UTC): Exposed: it takes no TLS.",
        ),
    ),
)


class Answers:
    """The desk's drafts after a bounce, and what was sent."""

    def __init__(self, table: TableDesk) -> None:
        self.asked: list[CardAction] = []
        self.sent: list[Draft] = []
        self._table = table

    async def draft_after_bounce(self, report: int, action: CardAction) -> Draft:
        assert report == 300
        self.asked.append(action)
        draft = self._table.new_draft(None)
        recipient = self._table.parse_recipient("carol@bank.example")
        return replace(draft, recipients=(recipient,), subject="Minutes", requirement=Requirement.ANY)

    async def send(self, draft: Draft, decision: object) -> tuple[OutboxItem, ...]:
        self.sent.append(draft)
        return ()


@pytest.fixture
def answers(table: TableDesk, monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers(table)
    table.headers[0] = replace(table.headers[0], is_bounce=True)
    monkeypatch.setattr(conftest, "CARD", EVERYTHING)
    for name in ("draft_after_bounce", "send"):
        monkeypatch.setattr(table, name, getattr(answers, name), raising=False)
    return answers


def words(screen: str) -> str:
    """The screen's words in a row, without the card's edge."""
    return " ".join(screen.replace("█", " ").split())


async def opened(stage: Stage, pilot: conftest.Pilot[conftest.Leave], until: Until, shown: Shown) -> None:
    screen = cast("MailboxScreen", stage.screen)
    await until(pilot, lambda: len(screen.messages.spine) == 300)
    await pilot.press("enter")
    await until(pilot, lambda: "Came back" in shown(stage))


async def test_what_happened_to_several_of_a_domain_is_told_once_beneath_them_all(
    stage: Stage, answers: Answers, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("carol@old.example", "dan@old.example", "erin@old.example")
    lines = tuple(replace(CARD.lines[0], recipient=name) for name in names)
    other = replace(CARD.lines[0], recipient="frank@older.example")
    monkeypatch.setattr(conftest, "CARD", replace(CARD, lines=(*lines, other)))
    async with stage.run_test(size=(69, 60)) as pilot:
        await opened(stage, pilot, until, shown)
        assert f"{' '.join(names)} Their server did not offer TLS." in words(shown(stage))
        assert words(shown(stage)).count("Their server did not offer TLS.") == 2


async def test_the_card_says_what_was_known_where_the_server_hides_the_reason(
    stage: Stage, answers: Answers, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(69, 60)) as pilot:  # one pane
        await opened(stage, pilot, until, shown)
        text = words(shown(stage))
        assert "When you sent it (2026-03-13): old.example was Encrypted, unproven." in text
        assert "Exposed: it takes no TLS." in text
        assert "The first copy is still waiting" in text
        await pilot.press("A")
        await until(pilot, lambda: "Now: Exposed: old.example as the table says." in words(shown(stage)))
    assert not answers.asked


async def test_a_card_that_is_not_in_sight_offers_nothing(
    stage: Stage, answers: Answers, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(69, 60)) as pilot:  # one pane
        await opened(stage, pilot, until, shown)
        screen = cast("MailboxScreen", stage.screen)
        assert all(screen.check_action(action, ()) for action in CARD_ACTIONS)
        assert "Send them the notice" in shown(stage)
        await pilot.press("escape")
        await until(pilot, lambda: not screen.view.display)
        assert not any(screen.check_action(action, ()) for action in CARD_ACTIONS)
        await until(pilot, lambda: "Send them the notice" not in shown(stage))
        await pilot.press("enter")
        await until(pilot, lambda: "Send them the notice" in shown(stage))


@pytest.mark.parametrize(("key", "action"), [("E", CardAction.RESEND), ("O", CardAction.OTHER_ADDRESS)])
async def test_the_letter_opens_in_the_composer(
    stage: Stage, answers: Answers, until: Until, shown: Shown, key: str, action: CardAction
) -> None:
    async with stage.run_test(size=(100, 40)) as pilot:
        await opened(stage, pilot, until, shown)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(stage.screen, ComposeScreen))
        assert answers.asked == [action]
        assert not answers.sent


@pytest.mark.parametrize(
    ("key", "action", "said"),
    [
        ("W", CardAction.WITHOUT_REQUIREMENT, "without asking for protection"),
        ("T", CardAction.EVEN_WITHOUT_TLS, "works only where your provider supports it"),
    ],
)
async def test_what_lowers_anything_is_asked_about_first(
    stage: Stage, answers: Answers, until: Until, shown: Shown, key: str, action: CardAction, said: str
) -> None:
    async with stage.run_test(size=(100, 40)) as pilot:
        await opened(stage, pilot, until, shown)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        question = str(stage.screen.query(Static).first().content)
        assert "carol@bank.example" in question
        assert said in question
        assert "can't be recalled" in question
        await pilot.press("enter", "n")
        await until(pilot, lambda: not isinstance(stage.screen, AskYes))
        assert not answers.sent, "neither enter nor n is a yes"
        await pilot.press(key)
        await until(pilot, lambda: isinstance(stage.screen, AskYes))
        await pilot.press("y")
        await until(pilot, lambda: bool(answers.sent))
    assert answers.asked == [action, action]


async def test_what_is_not_offered_has_no_key(
    stage: Stage, answers: Answers, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "CARD", replace(CARD, actions=(CardAction.NOTICE,)))
    async with stage.run_test(size=(100, 40)) as pilot:
        await opened(stage, pilot, until, shown)
        await pilot.press("W", "T", "E", "O")
        await pilot.pause()
        assert stage.screen is not None
        assert isinstance(stage.screen, MailboxScreen)
    assert not answers.asked


async def test_a_report_that_is_about_no_letter_of_ours_is_not_headed_as_one_that_came_back(
    stage: Stage, answers: Answers, until: Until, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not answers.asked
    monkeypatch.setattr(conftest, "CARD", replace(CARD, match=NOT_MATCHED, subject="", actions=()))
    async with stage.run_test(size=(80, 24)) as pilot:
        screen = cast("MailboxScreen", stage.screen)
        await until(pilot, lambda: len(screen.messages.spine) == 300)
        await pilot.press("enter")
        await until(pilot, lambda: "A report about somebody's letter" in words(shown(stage)))
        assert "no subject" not in shown(stage)
